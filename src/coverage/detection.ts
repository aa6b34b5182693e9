import { append } from '../multimap.ts';
import { onceOf } from '../once.ts';
import { type Binary, bare, COMPARISONS, type Expr, inner, type Selector } from '../promql/tree.ts';
import { constantOf } from '../promql/types.ts';
import { type Expression, promql } from '../stack/expression.ts';
import { evaluationIntervalOf, type Prometheus } from '../stack/prometheus.ts';
import type { Rule, RuleGroup } from '../stack/rules.ts';

/** How long it takes, in the worst case, from a breakage to a firing alert, in seconds. */
export interface Detection {
  readonly total: number;
  readonly scrape: number;
  readonly evaluation: number;
  readonly hold: number;
  /** What the expression itself adds: a window that must pass, or a time that it waits for. */
  readonly delay: number;
}

/** Functions of a range whose value falls only when the whole window has passed. */
const FALLS_SLOWLY = new Set([
  'rate',
  'increase',
  'changes',
  'resets',
  'count_over_time',
  'sum_over_time',
  'max_over_time',
  'present_over_time',
  'delta',
]);
/** Functions of a range whose value rises only when the whole window has passed. */
const RISES_SLOWLY = new Set(['min_over_time', 'avg_over_time', 'quantile_over_time']);

/**
 * The worst case of an alert: the scrape that just missed it, the evaluation that just missed that, how
 * long the condition must hold, and what the expression waits for by itself.
 */
export function detectionOf(rule: Rule, prometheus: Prometheus, scrapeInterval: number): Detection {
  const evaluation = evaluationIntervalOf(prometheus, rule.group);
  const hold = rule.forSeconds ?? 0;
  const delay = rule.expr === undefined ? 0 : delayOf(rule.expr, prometheus, new Set());
  return {
    total: scrapeInterval + evaluation + hold + delay,
    scrape: scrapeInterval,
    evaluation,
    hold,
    delay,
  };
}

function delayOf(expression: Expression, prometheus: Prometheus, seen: ReadonlySet<string>): number {
  const { tree } = promql(expression).query;
  return tree === undefined ? 0 : conditionDelay(tree, prometheus, seen);
}

/** What a condition waits for: the longest of its parts, as each may be the one that breaks. */
function conditionDelay(expr: Expr, prometheus: Prometheus, seen: ReadonlySet<string>): number {
  const inside = bare(expr);
  if (inside.kind === 'binary') {
    if (COMPARISONS.has(inside.op)) return comparisonDelay(inside, prometheus, seen);
    if (inside.op === 'unless') return conditionDelay(inside.left, prometheus, seen);
    if (inside.op === 'and' || inside.op === 'or') {
      return Math.max(
        conditionDelay(inside.left, prometheus, seen),
        conditionDelay(inside.right, prometheus, seen),
      );
    }
  }
  if (inside.kind === 'call' && inside.func === 'absent_over_time') return windowOf(inside.args[0]);
  return recordedDelay(inside, prometheus, seen);
}

function comparisonDelay(expr: Binary, prometheus: Prometheus, seen: ReadonlySet<string>): number {
  const [value, limit, op] =
    constantOf(expr.left) === undefined
      ? [expr.left, expr.right, expr.op]
      : [expr.right, expr.left, mirrored(expr.op)];
  const threshold = constantOf(limit) ?? 0;
  const rises = op === '>' || op === '>=';
  const ownWait = (part: Expr): number =>
    Math.max(rises && isAge(part) ? threshold : 0, slowWindow(part, rises ? RISES_SLOWLY : FALLS_SLOWLY));
  /** What is recorded is as slow as what it is recorded from. */
  const wait = (part: Expr, inside: ReadonlySet<string>): number =>
    ownWait(part) + recordedDelay(part, prometheus, inside, wait);
  return wait(value, seen);
}

const mirrored = (op: string): string => op.replace(/[<>]/, (sign) => (sign === '<' ? '>' : '<'));

/** Whether an expression is the time since something: `time() - x`. */
function isAge(expr: Expr): boolean {
  const inside = bare(expr);
  if (inside.kind === 'aggregation' || inside.kind === 'call') return inside.args.some(isAge);
  if (inside.kind !== 'binary' || inside.op !== '-') return false;
  const left = bare(inside.left);
  return left.kind === 'call' && left.func === 'time';
}

/** The longest window of the functions that make a value slow. */
function slowWindow(expr: Expr, slow: ReadonlySet<string>): number {
  const inside = bare(expr);
  const own = inside.kind === 'call' && slow.has(inside.func) ? Math.max(...inside.args.map(windowOf)) : 0;
  return Math.max(own, 0, ...inner(inside).map((part) => slowWindow(part, slow)));
}

const windowOf = (expr: Expr | undefined): number => {
  const inside = expr && bare(expr);
  return inside?.kind === 'matrix' || inside?.kind === 'subquery' ? (inside.range.seconds ?? 0) : 0;
};

/**
 * A recording rule between the series and the alert adds an evaluation, and what it waits for itself: as a
 * condition, or for the comparison with what it records.
 */
function recordedDelay(
  expr: Expr,
  prometheus: Prometheus,
  seen: ReadonlySet<string>,
  wait: (part: Expr, seen: ReadonlySet<string>) => number = () => 0,
): number {
  const names = selectorNames(expr).filter((name) => !seen.has(name));
  const delays = names.flatMap((name) =>
    (recordedBy(prometheus).get(name) ?? []).map(({ group, expr }) => {
      const inside = new Set([...seen, name]);
      const { tree } = promql(expr).query;
      const own =
        tree === undefined ? 0 : Math.max(conditionDelay(tree, prometheus, inside), wait(tree, inside));
      return evaluationIntervalOf(prometheus, group) + own;
    }),
  );
  return Math.max(0, ...delays);
}

/** What a Prometheus records each metric from, in which groups. */
const recordedBy = onceOf(({ groups }: Prometheus) => {
  const found = new Map<string, { readonly group: RuleGroup; readonly expr: Expression }[]>();
  for (const group of groups)
    for (const { kind, name, expr } of group.rules)
      if (kind === 'record' && expr !== undefined) append(found, name, { group, expr });
  return found;
});

function selectorNames(expr: Expr): string[] {
  if (expr.kind === 'selector') return expr.name === undefined ? [] : [(expr as Selector).name as string];
  return inner(expr).flatMap(selectorNames);
}
