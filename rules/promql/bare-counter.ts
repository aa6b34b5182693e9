import { defineRule } from '../../src/lint/rule.ts';
import { mirrored } from '../../src/promql/labelsets.ts';
import { type Binary, bare, type Expr, inner, type Selector, walk } from '../../src/promql/tree.ts';
import { constantOf } from '../../src/promql/types.ts';
import { metricTyping } from '../../src/stack/metric-types.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/bare-counter',
  severity: 'warning',
  peers: ['pint promql/counter'],
  summary: 'An alert that compares a counter itself, not how it grows.',
  why: `A counter only rises: once it is over the limit, the alert fires until the program restarts, whether anything
is still wrong or not; and a restart silences it while the fault goes on.`,
  fix: `Ask how much it grew: \`increase(x_total[10m]) > 5\`, or how fast: \`rate(x_total[5m]) > 0.1\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('http_errors_total > 100') },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { 'alerts.yml': alertFile('increase(http_errors_total[10m]) > 100') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      if (alertOf(usage) === undefined) continue;
      for (const part of deciding(usage.tree)) {
        if (part.kind !== 'binary') continue;
        const selector = comparedSelector(part);
        if (selector?.name === undefined) continue;
        const typing = metricTyping(system, selector.name);
        if (typing?.type !== 'counter' || isRated(usage.tree, selector.name)) continue;
        report({
          at: usage.at(selector.span),
          message: `"${selector.name}" is a counter: once it is over the limit, the alert fires until what counts restarts`,
          help: `ask how it grows: "increase(${selector.name}[10m])" or "rate(${selector.name}[5m])"`,
          related: typing.definedAt ? [{ at: typing.definedAt, message: 'it is defined here' }] : [],
        });
      }
    }
  },
});

/** The parts that make an alert fire: what stands at the right of `and` and `unless` only narrows that down. */
function* deciding(expr: Expr): Generator<Expr> {
  const open: Expr[] = [expr];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    if (next.kind === 'binary' && (next.op === 'and' || next.op === 'unless')) open.push(next.left);
    else open.push(...[...inner(next)].reverse());
  }
}

/** The selector whose own values, or sums of them, are compared with a number from above. */
function comparedSelector({ op, left, right, bool }: Binary): Selector | undefined {
  if (bool !== undefined) return undefined;
  const [value, sign] = constantOf(right) !== undefined ? [left, op] : [right, mirrored(op)];
  if (constantOf(value === left ? right : left) === undefined || (sign !== '>' && sign !== '>='))
    return undefined;
  return plainSelector(value);
}

function plainSelector(expr: Expr): Selector | undefined {
  const inside = bare(expr);
  if (inside.kind === 'selector') return inside;
  const isSum = inside.kind === 'aggregation' && ['sum', 'max', 'min', 'avg'].includes(inside.op);
  const vector = isSum ? inside.args.at(-1) : undefined;
  return vector && plainSelector(vector);
}

/** Beside a condition on how it grows, one on the counter itself only says that there was anything at all. */
const isRated = (tree: Expr, name: string): boolean =>
  walk(tree).some((part) => {
    if (part.kind !== 'matrix') return false;
    const selector = bare(part.expr);
    return selector.kind === 'selector' && selector.name === name;
  });
