import { defineRule } from '../../src/lint/rule.ts';
import { type Binary, bare, type Expr, walk } from '../../src/promql/tree.ts';
import { subjectOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

/** Aggregations in which one value that is no number makes the whole result none. */
const CARRYING: ReadonlySet<string> = new Set(['sum', 'avg', 'stddev', 'stdvar']);

export const rule = defineRule({
  id: 'promql/division-in-aggregation',
  severity: 'warning',
  preset: 'strict',
  peers: ['pint promql/nan'],
  summary: 'A division of series within an aggregation, of which one 0 / 0 makes the whole result NaN.',
  why: `Where one of many has seen no request, its ratio is 0 / 0: NaN. The sum or the mean of all is NaN then, no
comparison with it holds, and the alert is silent for all of them.`,
  fix: `Aggregate first, then divide: \`sum(a) / sum(b)\`; or leave out what is divided by zero, with \`/ (b > 0)\`.`,
  bad: {
    files: {
      'alerts.yml': alertFile('avg(rate(http_errors_total[5m]) / rate(http_requests_total[5m])) > 0.1'),
    },
    at: ['alerts.yml:5:47'],
  },
  good: {
    files: {
      'alerts.yml': alertFile('sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.1'),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'aggregation' || !CARRYING.has(part.op)) continue;
        const value = part.args.at(-1);
        const division = value && divisionIn(value);
        if (division === undefined) continue;
        report({
          at: usage.at(division.opSpan),
          message: `one series with 0 on both sides of "${division.op}" makes "${part.op}" NaN, and ${subjectOf(usage)} says nothing of all the others`,
          help: `aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"`,
        });
      }
    }
  },
});

/** A division of series whose result reaches the aggregation as it is. */
function divisionIn(expr: Expr): Binary | undefined {
  const inside = bare(expr);
  if (inside.kind === 'unary') return divisionIn(inside.expr);
  if (inside.kind !== 'binary') return undefined;
  if (inside.op === '/' || inside.op === '%') {
    // By what a comparison has kept from being zero, nothing goes wrong.
    return isCompared(inside.right) || !isOftenZero(inside.right) ? undefined : inside;
  }
  return ['*', '+', '-'].includes(inside.op)
    ? (divisionIn(inside.left) ?? divisionIn(inside.right))
    : undefined;
}

/** How often something happens is zero where nothing does; a size or a limit hardly ever is. */
const isOftenZero = (expr: Expr): boolean =>
  walk(expr).some((part) => part.kind === 'call' && /^(?:rate|irate|increase|delta|idelta)$/.test(part.func));

const isCompared = (expr: Expr): boolean => {
  const inside = bare(expr);
  return inside.kind === 'binary' && ['>', '!=', '>=', '<'].includes(inside.op) && inside.bool === undefined;
};
