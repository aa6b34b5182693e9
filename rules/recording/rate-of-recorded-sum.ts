import { defineRule } from '../../src/lint/rule.ts';
import { bare, type Expr, walk } from '../../src/promql/tree.ts';
import { child } from '../../src/repo/node.ts';
import { promql } from '../../src/stack/expression.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { typeByName } from '../../src/stack/knowledge/metric-types.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { recordingFile } from '../shared/rule-examples.ts';

const FOR_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);
const MIXING: ReadonlySet<string> = new Set(['sum', 'avg', 'count']);

export const rule = defineRule({
  id: 'recording/rate-of-recorded-sum',
  severity: 'warning',
  peers: ['pint promql/rate'],
  summary: 'A rate of a metric that is recorded as a sum of counters.',
  why: `When one of the summed programs restarts, the recorded sum falls by its share, and \`rate\` takes the fall for a
restart of them all: it adds the whole sum, a spike that never happened.`,
  fix: `Record the sum of the rates, \`sum(rate(x_total[5m]))\`, and use it as it is.`,
  bad: {
    files: {
      'rules.yml': recordingFile({
        'job:http_requests:sum': 'sum by (job) (http_requests_total)',
        'job:http_requests:rate5m': 'rate(job:http_requests:sum[5m])',
      }),
    },
    at: ['rules.yml:7:15'],
  },
  good: {
    files: {
      'rules.yml': recordingFile({
        'job:http_requests:rate5m': 'sum by (job) (rate(http_requests_total[5m]))',
      }),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const { recordings } = inferencesOf(system, usage);
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || !FOR_COUNTERS.has(part.func)) continue;
        const range = part.args.map(bare).find((arg) => arg.kind === 'matrix');
        const selector = range && bare(range.expr);
        if (selector?.kind !== 'selector' || selector.name === undefined) continue;
        const sum = recordings(selector.name).find(({ expr }) => {
          const tree = expr && promql(expr).query.tree;
          return tree !== undefined && isSumOfCounters(tree);
        });
        if (sum === undefined) continue;
        report({
          at: usage.at(part.funcSpan),
          message: `"${part.func}" of "${selector.name}" jumps when one of the counters that it sums restarts`,
          help: 'record the sum of the rates in place of the sum, and take no rate of it',
          related: [{ at: { node: child(sum.node, 'expr') }, message: 'the sum is recorded here' }],
        });
      }
    }
  },
});

/** Whether an expression adds up counters as they are. What is not known to be a counter may rise and fall. */
function isSumOfCounters(expr: Expr): boolean {
  const inside = bare(expr);
  if (inside.kind !== 'aggregation' || !MIXING.has(inside.op)) return false;
  const parts = inside.args.slice(-1).flatMap((arg) => walk(arg));
  if (parts.some((part) => part.kind === 'matrix' || part.kind === 'subquery' || part.kind === 'binary'))
    return false;
  const names = parts.flatMap((part) => (part.kind === 'selector' ? [part.name ?? ''] : []));
  return (
    names.length > 0 &&
    names.every((name) => typeByName(name) === 'counter' || /_(?:total|sum|count)$/.test(name))
  );
}
