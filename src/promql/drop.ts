import { isAbsent } from './domain.ts';
import type { Infer } from './labelsets.ts';
import { type Expr, inner, SET_OPERATORS } from './tree.ts';

/** The parts of an expression that its results' labels come from. */
function sourcesOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'binary':
      return SET_OPERATORS.has(expr.op) && expr.op !== 'or' ? [expr.left] : [expr.left, expr.right];
    case 'call':
      return expr.args.filter((arg) => arg.kind !== 'string' && arg.kind !== 'number');
    case 'aggregation':
      return expr.args.slice(-1);
    default:
      return inner(expr);
  }
}

/**
 * The part of an expression that takes away a label which its results certainly do not have; undefined
 * where the series themselves do not have it, or the label is only replaced.
 */
export function dropperOf(expr: Expr, label: string, infer: Infer): Expr | undefined {
  if (!isAbsent(infer(expr).labels, label)) return undefined;
  for (const part of sourcesOf(expr)) {
    const found = dropperOf(part, label, infer);
    if (found !== undefined) return found;
  }
  const isDropped = sourcesOf(expr).some((part) => !isAbsent(infer(part).labels, label));
  return isDropped || (expr.kind === 'call' && expr.func === 'vector') ? expr : undefined;
}

/** A part of an expression that takes labels away, in words. */
export function droppingText(expr: Expr): string {
  switch (expr.kind) {
    case 'aggregation': {
      const isPlain =
        expr.grouping === undefined || (expr.grouping.mode === 'by' && expr.grouping.labels.length === 0);
      const labels =
        expr.grouping && !isPlain ? ` ${expr.grouping.mode} (${expr.grouping.labels.join(', ')})` : '';
      return `"${expr.op}${labels}"`;
    }
    case 'call':
      return `"${expr.func}"`;
    case 'binary':
      return expr.matching
        ? `"${expr.op} ${expr.matching.mode} (${expr.matching.labels.join(', ')})"`
        : `"${expr.op}"`;
    default:
      return 'the expression';
  }
}
