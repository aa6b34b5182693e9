import { expressionsOnNothing, seriesOf } from '../../src/coverage/strangers.ts';
import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { child, exists, textItems } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { listed } from '../../src/words.ts';
import { WATCHED_API } from '../shared/path-examples.ts';

const CONFIG = `paths:
  - name: api
    services: [api]
    severities: [critical]
`;
const alerts = (severity: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels:
          severity: ${severity}
`;

export const rule = defineRule({
  id: 'alerts/severity-missing-for-path',
  severity: 'error',
  summary: 'A critical path that no alert of a severity watches for which it asks.',
  why: `Severity decides who is told and how: a path that asks for a critical alert and has only warnings is announced in a
channel that nobody reads at night.`,
  fix: 'Give one of its alerts that severity, or add one that has it.',
  bad: {
    files: { ...WATCHED_API, 'monitoring-check.yml': CONFIG, 'alerts.yml': alerts('warning') },
    at: ['monitoring-check.yml:4:18'],
  },
  good: { files: { ...WATCHED_API, 'monitoring-check.yml': CONFIG, 'alerts.yml': alerts('critical') } },
  check({ system, chains, report }) {
    for (const { path, alerts, links } of chains) {
      const { declared } = path;
      if (declared === undefined || alerts.length === 0 || links.alerted.state === 'unknown') continue;
      const severities = new Set(alerts.map(({ severity }) => severity ?? ''));
      // A severity that a template or a variable gives may be any.
      const isOpen = alerts.some(({ rule, managed }) =>
        isUnknown((rule?.labels ?? managed?.alert.labels)?.get('severity')?.text ?? ''),
      );
      const asked = child(declared.node, 'severities');
      const count = child(declared.node, 'alerts');
      if (isOpen || !exists(asked)) continue;
      for (const { text, node } of textItems(asked)) {
        if (severities.has(text)) continue;
        const found = [...severities].map((severity) => (severity === '' ? 'none' : `"${severity}"`));
        report({
          at: { node },
          message: `"${declared.name}" asks for an alert of severity "${text}", and ${alerts.length === 1 ? 'its only alert has' : 'its alerts have'} severity ${listed(found)}`,
          help: `give one of them severity: ${text}, or add an alert that has it`,
          related: alerts.slice(0, 4).map((alert) => ({
            at: { node: child(alert.node, alert.rule ? 'alert' : 'title') },
            message: `${alert.name} watches it`,
          })),
          followsFrom: [
            ...expressionsOnNothing(system, path),
            ...alerts.flatMap(({ rule }) => (rule ? severityFaults(rule) : [])),
            ...seriesOf(path),
            // The alert that is missing is the one of that severity.
            ...(exists(count) ? [{ node: count }] : []),
          ],
        });
      }
    }
  },
});

/** What is said of an alert's own severity: that it has none, or one that looks like a slip. */
const severityFaults = ({ node, labels }: Rule): Cause[] => {
  const severity = labels.get('severity')?.node;
  return [
    { place: { node: child(node, 'alert') }, by: 'alerts/missing-severity' },
    ...(severity ? [{ place: { node: severity }, by: 'alerts/unknown-severity' }] : []),
  ];
};
