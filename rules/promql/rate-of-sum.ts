import { defineRule } from '../../src/lint/rule.ts';
import { bare, type Expr, walk } from '../../src/promql/tree.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

const FOR_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);
const MIXING: ReadonlySet<string> = new Set(['sum', 'avg', 'count']);

export const rule = defineRule({
  id: 'promql/rate-of-sum',
  severity: 'warning',
  peers: ['pint promql/rate'],
  summary: 'A rate of a sum of counters, in place of a sum of rates.',
  why: `When one of several programs restarts, the sum of their counters falls by that one's share. \`rate\` takes the
fall for a restart of them all and adds the whole sum: a huge spike that never happened.`,
  fix: `Rate first, then sum: \`sum(rate(x_total[5m]))\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('rate(sum(http_requests_total)[5m:30s]) > 100') },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { 'alerts.yml': alertFile('sum(rate(http_requests_total[5m])) > 100') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || !FOR_COUNTERS.has(part.func)) continue;
        const range = part.args.map(bare).find((arg) => arg.kind === 'subquery');
        const inside = range && bare(range.expr);
        if (inside?.kind !== 'aggregation' || !MIXING.has(inside.op)) continue;
        const name = countedName(inside.args.at(-1));
        report({
          at: usage.at(part.funcSpan),
          message: `"${part.func}" of a ${inside.op === 'sum' ? 'sum' : `"${inside.op}"`} jumps when one of its series restarts or goes away`,
          help:
            inside.op === 'sum' && name !== undefined
              ? `rate first, then sum: "sum(${part.func}(${name}[…]))"`
              : 'apply it to the series themselves, and aggregate its results',
        });
      }
    }
  },
});

const countedName = (expr: Expr | undefined): string | undefined => {
  const inside = expr && bare(expr);
  return inside?.kind === 'selector' ? inside.name : undefined;
};
