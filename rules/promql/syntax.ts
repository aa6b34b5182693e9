import { defineRule } from '../../src/lint/rule.ts';
import { isHidden, lossOf, subjectOf, usagesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/syntax',
  severity: 'error',
  peers: ['pint promql/syntax', 'dashboard-linter target-promql-rule'],
  summary: 'An expression that is no PromQL.',
  why: `Prometheus does not load a rule file in which one expression does not parse, and none of the file's alerts
fires; a server that is started with such a file does not start at all. A panel with such a query shows an error
where somebody looks for the cause of an outage.`,
  fix: `Mend the expression where it breaks. Grafana's variables are put in before a panel's query is judged, and a
query is reported only when no value of a variable could make it right.`,
  bad: {
    files: { 'alerts.yml': alertFile('rate(http_requests_total[5m) > 10') },
    at: ['alerts.yml:5:42'],
  },
  good: { files: { 'alerts.yml': alertFile('rate(http_requests_total[5m]) > 10') } },
  check({ system, report }) {
    for (const usage of usagesOf(system)) {
      const { rejection } = usage.query;
      if (rejection?.kind !== 'syntax') continue;
      report({
        at: usage.at(rejection.span),
        message: `${subjectOf(usage)} has an expression that does not parse, so ${lossOf(usage)}: ${rejection.message}`,
        ...(isHidden(usage) ? { severity: 'warning' as const } : {}),
      });
    }
  },
});
