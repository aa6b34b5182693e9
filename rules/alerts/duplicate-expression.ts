import { defineRule } from '../../src/lint/rule.ts';
import { canonical } from '../../src/promql/canonical.ts';
import { child } from '../../src/repo/node.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';

const alerts = (limit: number): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 5m
      - alert: ApiUnreachable
        expr: up{job="api"} == ${limit}
        for: ${limit === 0 ? 5 : 10}m
`;

export const rule = defineRule({
  id: 'alerts/duplicate-expression',
  severity: 'warning',
  summary: 'Two alerts that fire at the same moment for the same thing.',
  why: `Both have the same expression, the same \`for\` and the same severity: each outage is told twice, under two
names. Whoever changes or silences one leaves the other as it was.`,
  fix: `Delete one of them, or let them differ by severity, \`for\` or limit.`,
  bad: { files: { 'alerts.yml': alerts(0) }, at: ['alerts.yml:7:16'] },
  good: { files: { 'alerts.yml': alerts(1).replace('== 1', '== 0') } },
  check({ system, report }) {
    const seen = new Map<string, Rule>();
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      if (alert === undefined || alert.name === '') continue;
      const key = [
        usage.expression.node.doc.source.path,
        canonical(usage.tree),
        alert.forSeconds,
        ...[...alert.labels].map(([name, { text }]) => `${name}=${text}`).sort(),
      ].join('\0');
      const first = seen.get(key);
      if (first === undefined) seen.set(key, alert);
      else if (first.name !== alert.name) {
        report({
          at: { node: child(alert.node, 'alert') },
          message: `the alerts "${first.name}" and "${alert.name}" fire at the same moment: their expression, their "for" and their labels are the same`,
          help: 'delete one of them, or let them differ',
          related: [{ at: { node: child(first.node, 'alert') }, message: `"${first.name}"` }],
        });
      }
    }
  },
});
