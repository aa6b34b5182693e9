import { defineRule } from '../../src/lint/rule.ts';
import { bare, type Expr, walk } from '../../src/promql/tree.ts';
import { constantOf } from '../../src/promql/types.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

/** Functions whose results are seldom whole numbers. */
const FRACTIONS: ReadonlySet<string> = new Set([
  'rate',
  'irate',
  'increase',
  'deriv',
  'delta',
  'avg_over_time',
  'predict_linear',
  'histogram_quantile',
  'quantile_over_time',
  'stddev_over_time',
]);

export const rule = defineRule({
  id: 'promql/float-equality',
  severity: 'notice',
  preset: 'strict',
  summary: 'A computed number that is compared for equality.',
  why: `A ratio, a rate or a mean is hardly ever exactly one number: \`== 0.9\` is almost never true, and \`!= 0.9\` almost
always. \`increase\` extrapolates, so not even a count is whole.`,
  fix: `Compare with \`>\`, \`<\`, or both: \`x > 0.89 and x < 0.91\`.`,
  bad: {
    files: {
      'alerts.yml': alertFile('sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) == 1'),
    },
    at: ['alerts.yml:5:85'],
  },
  good: {
    files: {
      'alerts.yml': alertFile('sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.99'),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'binary' || (part.op !== '==' && part.op !== '!=')) continue;
        const [value, limit] =
          constantOf(part.right) === undefined
            ? [part.right, constantOf(part.left)]
            : [part.left, constantOf(part.right)];
        // Zero is exactly zero: nothing happened, nothing is there.
        if (limit === undefined || limit === 0 || !Number.isFinite(limit) || !isFraction(value)) continue;
        report({
          at: usage.at(part.opSpan),
          message: `"${part.op} ${limit}" compares a computed number for equality, which ${part.op === '==' ? 'hardly ever' : 'nearly always'} holds`,
          help: 'compare with ">" or "<"',
        });
      }
    }
  },
});

function isFraction(expr: Expr): boolean {
  const inside = bare(expr);
  switch (inside.kind) {
    case 'call':
      if (['round', 'floor', 'ceil', 'sgn'].includes(inside.func)) return false;
      return FRACTIONS.has(inside.func) || inside.args.some(isFraction);
    case 'aggregation':
      if (inside.op === 'avg' || inside.op === 'stddev' || inside.op === 'quantile') return true;
      return inside.op !== 'count' && inside.op !== 'group' && inside.args.slice(-1).some(isFraction);
    case 'binary':
      return inside.op === '/' || isFraction(inside.left) || isFraction(inside.right);
    case 'unary':
      return isFraction(inside.expr);
    default:
      return false;
  }
}
