import type { Span } from '../repo/text.ts';

/** A PromQL expression as a typed tree. Spans are stretches of the expression's text. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | Selector
  | Matrix
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren
  | Modified;

interface Placed {
  readonly span: Span;
}

export interface NumberLiteral extends Placed {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringLiteral extends Placed {
  readonly kind: 'string';
  readonly value: string;
}

export type MatchOp = '=' | '!=' | '=~' | '!~';

export interface Matcher extends Placed {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
  /** The quoted value as written. */
  readonly valueSpan: Span;
}

/** An instant vector selector. A metric name, however written, is also a matcher on `__name__`. */
export interface Selector extends Placed {
  readonly kind: 'selector';
  /** The metric's name, unless it is selected by a regular expression or not at all. */
  readonly name: string | undefined;
  /** Whether the name stands before the braces. */
  readonly hasOuterName: boolean;
  readonly matchers: readonly Matcher[];
}

export interface Matrix extends Placed {
  readonly kind: 'matrix';
  readonly expr: Expr;
  readonly range: Duration;
}

export interface Subquery extends Placed {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: Duration;
  readonly step: Duration | undefined;
}

export interface Duration extends Placed {
  /** Undefined for a duration expression, whose value depends on the query. */
  readonly seconds: number | undefined;
}

export interface Call extends Placed {
  readonly kind: 'call';
  readonly func: string;
  readonly funcSpan: Span;
  readonly args: readonly Expr[];
}

export interface Grouping extends Placed {
  readonly mode: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface Aggregation extends Placed {
  readonly kind: 'aggregation';
  readonly op: string;
  readonly opSpan: Span;
  readonly grouping: Grouping | undefined;
  /** The parameter, where there is one, and the aggregated vector. */
  readonly args: readonly Expr[];
}

export interface Matching extends Placed {
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group: 'left' | 'right' | undefined;
  readonly include: readonly string[];
}

export interface Binary extends Placed {
  readonly kind: 'binary';
  readonly op: string;
  readonly opSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: Span | undefined;
  readonly matching: Matching | undefined;
  readonly fill: Span | undefined;
}

export interface Unary extends Placed {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
}

export interface Paren extends Placed {
  readonly kind: 'paren';
  readonly expr: Expr;
}

/** `offset`, `@`, `anchored` or `smoothed` after an expression. */
export interface Modified extends Placed {
  readonly kind: 'modified';
  readonly modifier: 'offset' | '@' | 'anchored' | 'smoothed';
  readonly modifierSpan: Span;
  readonly expr: Expr;
  /** Seconds of an offset or of `@`; undefined for an expression, `start()` or `end()`. */
  readonly seconds: number | undefined;
}

export const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
export const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** An expression with a sign before it, which is part of a number, as it is to Prometheus's parser. */
export function signed(op: Unary['op'], expr: Expr, start: number): Unary | NumberLiteral {
  const span = { start, end: expr.span.end };
  return expr.kind === 'number'
    ? { kind: 'number', value: op === '-' ? -expr.value : expr.value, span }
    : { kind: 'unary', op, expr, span };
}

/** The expressions directly inside one, in the order of the text. */
export function inner(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'call':
    case 'aggregation':
      return expr.args;
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [expr.expr];
  }
}

/** Every expression of a tree, each before those inside it. */
export function walk(expr: Expr): Expr[] {
  const found: Expr[] = [];
  const open: Expr[] = [expr];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    const parts = inner(next);
    for (let index = parts.length - 1; index >= 0; index--) open.push(parts[index] as Expr);
  }
  return found;
}

/** The selectors of a tree, in the order of the text. */
export const selectorsOf = (expr: Expr): Selector[] => walk(expr).filter((part) => part.kind === 'selector');

/** An expression without the parentheses, and the modifiers, around it. */
export function bare(expr: Expr): Exclude<Expr, Paren | Modified> {
  let result = expr;
  while (result.kind === 'paren' || result.kind === 'modified') result = result.expr;
  return result;
}
