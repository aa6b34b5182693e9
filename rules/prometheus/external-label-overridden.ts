import { defineRule } from '../../src/lint/rule.ts';
import type { Node } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { shortList } from '../../src/words.ts';
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
    /** By the external label: rules that all override it have one cause. */
    const overriders = new Map<Node, Overrider[]>();
    for (const group of promqlGroups(system)) {
      for (const { prometheus } of serversOf(system, group)) {
        for (const rule of group.rules) {
          for (const [label, { text, node }] of rule.labels) {
            const external = prometheus.externalLabels.get(label);
            if (external === undefined || isUnknown(text) || isUnknown(external.text)) continue;
            // A template may well give the same, and so may an empty value mean that it goes.
            if (text.includes('{{') || text === '' || text === external.text) continue;
            const known = overriders.get(external.node) ?? [];
            overriders.set(external.node, known);
            // Stacks that share their files have each rule more than once.
            if (!known.some((other) => other.rule.name === rule.name && other.text === text))
              known.push({ prometheus, rule, label, text, node, external });
          }
        }
      }
    }
    for (const [first, ...others] of overriders.values()) {
      if (first === undefined) continue;
      const { prometheus, rule, label, text, node, external } = first;
      const more =
        others.length === 0
          ? ''
          : ` (and so ${others.length === 1 ? 'does' : 'do'} ${shortList(others.map((other) => `"${other.rule.name}"`))})`;
      report({
        at: { node },
        message: `the ${rule.kind === 'alert' ? 'alert' : 'recording rule'} "${rule.name}" says ${label}="${text}" in place of "${external.text}", the external label of "${prometheus.name}"${more}`,
        help: `leave "${label}" to Prometheus, or give the ${others.length === 0 ? "rule's label" : "rules' labels"} another name`,
        related: [
          { at: { node: external.node }, message: 'the external label' },
          ...others.slice(0, 5).map((other) => ({
            at: { node: other.node },
            message: `"${other.rule.name}" says "${other.text}"`,
          })),
        ],
      });
    }
  },
});

interface Overrider {
  readonly prometheus: Prometheus;
  readonly rule: Rule;
  readonly label: string;
  readonly text: string;
  readonly node: Node;
  readonly external: { readonly text: string; readonly node: Node };
}
