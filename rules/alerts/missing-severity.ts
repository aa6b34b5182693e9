import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { child } from '../../src/repo/node.ts';
import { alertsIn, severityEntry } from '../../src/stack/alert-conventions.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { promqlGroups } from '../../src/stack/usages.ts';

const alerts = (severity: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels:
          severity: critical
      - alert: ApiSlow
        expr: http_request_duration_seconds:p95 > 1
${severity}`;

export const rule = defineRule({
  id: 'alerts/missing-severity',
  severity: 'warning',
  peers: ['pint rule/label'],
  summary: 'An alert that does not say how bad it is.',
  why: `Alertmanager's routes choose by \`severity\` who is woken and who gets a mail. An alert without it falls through
to the default receiver, which may be nobody's.`,
  fix: `Add the label \`severity\`, with one of the values that the other alerts have.`,
  bad: { files: { 'alerts.yml': alerts('') }, at: ['alerts.yml:8:16'] },
  good: {
    files: { 'alerts.yml': alerts('        labels:\n          severity: warning\n') },
  },
  check({ system, report }) {
    const byFile = new Map<string, Rule[]>();
    for (const alert of alertsIn(promqlGroups(system))) {
      const { path } = alert.group.file;
      append(byFile, path, alert);
    }
    const all = [...byFile.values()].flat();
    const isUsual = all.some((alert) => severityEntry(alert) !== undefined);
    for (const alerts of byFile.values()) {
      const lacking = alerts.filter((alert) => severityEntry(alert) === undefined);
      const [first] = lacking;
      if (first === undefined) continue;
      if (lacking.length === alerts.length && alerts.length > 1) {
        report({
          at: { node: child(first.node, 'alert') },
          message: `none of the ${alerts.length} alerts of this file has a severity, so ${isUsual ? 'no route that chooses by it takes them' : 'no route can tell what is urgent'}`,
          help: 'add the label "severity" to each',
        });
        continue;
      }
      for (const alert of lacking) {
        report({
          at: { node: child(alert.node, 'alert') },
          message: `the alert "${alert.name}" has no severity${isUsual ? `, which the others have` : ''}`,
          help: 'add the label "severity"',
        });
      }
    }
  },
});
