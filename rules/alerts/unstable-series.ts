import { defineRule } from '../../src/lint/rule.ts';
import { CHOOSING } from '../../src/promql/labelsets.ts';
import { type Aggregation, type Expr, inner } from '../../src/promql/tree.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/unstable-series',
  severity: 'notice',
  preset: 'strict',
  peers: ['pint promql/fragile'],
  summary: 'An alert on the largest few series, which change from one evaluation to the next.',
  why: `\`topk\` picks other series at each evaluation. As an alert is told apart by its labels, one resolves and another
begins: \`for\` starts anew, and the notifications flap.`,
  fix: `Leave \`topk\` to dashboards, and let every series that is over the limit fire; Alertmanager groups them.`,
  bad: { files: { 'alerts.yml': alertFile('topk(3, job:http_errors:rate5m) > 1') }, at: ['alerts.yml:5:15'] },
  good: { files: { 'alerts.yml': alertFile('job:http_errors:rate5m > 1') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      const choice = alert && choiceIn(usage.tree);
      if (alert === undefined || choice === undefined) continue;
      report({
        at: usage.at(choice.opSpan),
        message: `"${choice.op}" picks other series at each evaluation, so the alert "${alert.name}" resolves and begins anew`,
        help: `leave "${choice.op}" out: let every series that is over the limit fire`,
      });
    }
  },
});

/** An aggregation that chooses series, whose labels reach the alert. */
function choiceIn(expr: Expr): Aggregation | undefined {
  // One of each group is how doubles are left out.
  if (expr.kind === 'aggregation')
    return CHOOSING.has(expr.op) && expr.grouping === undefined ? expr : undefined;
  const parts = expr.kind === 'binary' && expr.op !== 'or' ? [expr.left] : inner(expr);
  return parts.map(choiceIn).find((found) => found !== undefined);
}
