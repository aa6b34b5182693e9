import type { Expr, Matcher } from './tree.ts';

const texts = new WeakMap<Expr, string>();

/**
 * An expression in one certain form of writing, so that two that mean the same by their structure have
 * the same text: without needless parentheses, with matchers and labels in order. It is PromQL again, unless
 * the tree does not tell the value of a time.
 */
export function canonical(expr: Expr): string {
  let text = texts.get(expr);
  if (text === undefined) {
    text = write(expr);
    texts.set(expr, text);
  }
  return text;
}

/** A matcher in one form of writing. */
export const canonicalMatcher = ({ label, op, value }: Matcher): string =>
  `${label}${op}${JSON.stringify(value)}`;

/** What the tree does not tell the value of is like nothing else, not even like what is written alike. */
let opaque = 0;
const seconds = (value: number | undefined): string => (value === undefined ? `?${opaque++}` : String(value));

/** The value of a number with signs before it; undefined for anything else. */
function signedNumber(expr: Expr): number | undefined {
  if (expr.kind === 'number') return expr.value;
  if (expr.kind !== 'paren' && expr.kind !== 'unary') return undefined;
  const value = signedNumber(expr.expr);
  return value === undefined || expr.kind === 'paren' || expr.op === '+' ? value : -value;
}

/** A number with its sign in parentheses, since a power binds tighter than a sign. */
function numberText(value: number): string {
  const text = Number.isFinite(value) ? String(Math.abs(value)) : Number.isNaN(value) ? 'NaN' : 'Inf';
  return value < 0 ? `(-${text})` : text;
}

const sorted = (labels: readonly string[]): string => [...labels].sort().join(',');

function write(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return numberText(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'selector':
      return `{${[...new Set(expr.matchers.map(canonicalMatcher))].sort().join(',')}}`;
    case 'matrix':
      return `${canonical(expr.expr)}[${seconds(expr.range.seconds)}]`;
    case 'subquery':
      return `${canonical(expr.expr)}[${seconds(expr.range.seconds)}:${expr.step ? seconds(expr.step.seconds) : ''}]`;
    case 'paren':
      return canonical(expr.expr);
    case 'unary': {
      const value = signedNumber(expr);
      return value === undefined ? `(${expr.op}${canonical(expr.expr)})` : numberText(value);
    }
    case 'modified':
      return `${canonical(expr.expr)} ${expr.modifier} ${seconds(expr.seconds)}`;
    case 'call':
      return `${expr.func}(${expr.args.map(canonical).join(',')})`;
    case 'aggregation': {
      const labels = expr.grouping ? ` ${expr.grouping.mode}(${sorted(expr.grouping.labels)})` : '';
      return `${expr.op}${labels === ' by()' ? '' : labels}(${expr.args.map(canonical).join(',')})`;
    }
    case 'binary': {
      const { matching } = expr;
      const match = matching
        ? ` ${matching.mode}(${sorted(matching.labels)})${matching.group ? ` group_${matching.group}(${sorted(matching.include)})` : ''}`
        : '';
      const bool = expr.bool ? ' bool' : '';
      const fill = expr.fill ? ` fill${seconds(undefined)}` : '';
      return `(${canonical(expr.left)} ${expr.op}${bool}${match}${fill} ${canonical(expr.right)})`;
    }
  }
}
