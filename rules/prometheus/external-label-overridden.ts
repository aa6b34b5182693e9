import { defineRule } from '../../src/lint/rule.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

const files = (label: string): Record<string, string> => ({
  ...STACK,
  'prometheus.yml': (STACK['prometheus.yml'] ?? '').replace(
    'global:\n',
    'global:\n  external_labels:\n    cluster: production\n',
  ),
  'alerts.yml': alertFile('up == 0').replace(
    'severity: warning\n',
    `severity: warning\n          ${label}: staging\n`,
  ),
});

export const rule = defineRule({
  id: 'prometheus/external-label-overridden',
  severity: 'warning',
  peers: ['pint labels/conflict'],
  summary: "A rule that sets one of its Prometheus's external labels to something else.",
  why: `External labels say which Prometheus an alert or a series comes from. A rule's own label of that name wins: its
alerts are routed, and its series are federated, as if they came from another one.`,
  fix: `Leave the label out of the rule, so that Prometheus adds it, or give it another name.`,
  bad: { files: files('cluster'), at: ['alerts.yml:9:20'] },
  good: { files: files('team') },
  check({ system, report }) {
    for (const group of promqlGroups(system)) {
      for (const { prometheus } of serversOf(system, group)) {
        for (const { labels, kind, name } of group.rules) {
          for (const [label, { text, node }] of labels) {
            const external = prometheus.externalLabels.get(label);
            if (external === undefined || isUnknown(text) || isUnknown(external.text)) continue;
            // A template may well give the same, and so may an empty value mean that it goes.
            if (text.includes('{{') || text === '' || text === external.text) continue;
            report({
              at: { node },
              message: `the ${kind === 'alert' ? 'alert' : 'recording rule'} "${name}" says ${label}="${text}" in place of "${external.text}", the external label of "${prometheus.name}"`,
              help: `leave "${label}" to Prometheus, or give the rule's label another name`,
              related: [{ at: { node: external.node }, message: 'the external label' }],
            });
          }
        }
      }
    }
  },
});
