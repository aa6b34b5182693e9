import type { SyntaxNode, Tree } from '@lezer/common';
import type { Span } from '../repo/text.ts';
import { durationSeconds } from './duration.ts';
import { promqlTree } from './grammars.lazy.ts';
import { precedence, readPlain } from './plain-syntax.ts';
import { SyntaxProblem, unquote } from './quoted.ts';
import type {
  Call,
  Duration,
  Expr,
  Grouping,
  Matcher,
  Matching,
  MatchOp,
  Modified,
  NumberLiteral,
} from './tree.ts';
import { signed } from './tree.ts';

/**
 * What the grammar makes of an expression: its tree, or where it breaks. A fault is certain where a
 * rule of Prometheus's lexer is broken, not only the grammar of the editors.
 */
export type Syntax =
  | {
      readonly tree: Expr;
      /** Whether it is in the usual syntax, which promql-parser takes as well where the types fit. */
      readonly isPlain: boolean;
    }
  | { readonly error: SyntaxFault; readonly isCertain: boolean };

export interface SyntaxFault {
  readonly message: string;
  readonly span: Span;
}

/** Deeper trees are no query that a person wrote; reading them would need a stack without end. */
const DEEPEST = 400;

/**
 * Longer texts are no query that a person wrote, in UTF-16 units: nothing is said of them, as the parsers take the
 * square of their length. The longest of some thousand real ones has 7,300.
 */
const LONGEST = 20_000;

export const isTooLong = (text: string): boolean => text.length > LONGEST;

/** A text of this length is parsed without a second look at what is wrong with it, in UTF-16 units. */
const LONG = 2000;

/**
 * What a grammar makes of a text, or the first thing that it cannot take. Of a short text it goes on behind a fault,
 * to tell better where that is; with a long one that would take the square of its length.
 */
export function parsed(
  treeOf: (text: string, isStrict: boolean) => Tree,
  text: string,
): { readonly root: SyntaxNode } | { readonly fault: SyntaxFault } {
  if (text.length > LONG) {
    try {
      return { root: treeOf(text, true).topNode };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const at = Number(/ at (\d+)$/.exec(error.message)?.[1] ?? 0);
      return { fault: at >= text.trimEnd().length ? endsEarly(text) : unexpected(text, at, at) };
    }
  }
  const root = treeOf(text, false).topNode;
  const fault = firstFault(root, text);
  return fault === undefined ? { root } : { fault };
}

const endsEarly = (text: string): SyntaxFault => ({
  message: 'the expression ends too early',
  span: endOf(text),
});

/** The token, or the tokens up to `to`, that the grammar could not take. */
function unexpected(text: string, from: number, to: number): SyntaxFault {
  const start = to > from ? from : nextToken(text, from);
  const end = to > from ? to : tokenEnd(text, from);
  return {
    message: `unexpected ${quoted(text.slice(start, Math.max(end, tokenEnd(text, start))))}`,
    span: { start, end: Math.max(end, start + 1) },
  };
}

/** What is said of a text that is nested more deeply than anybody writes. */
const tooDeep = (text: string): SyntaxFault => ({
  message: 'the expression is nested too deeply',
  span: { start: 0, end: text.length },
});

/**
 * What `read` makes of a text, or `otherwise` of the fault where it runs out of stack: the grammars' parser
 * recurses, also where brackets are not nested, as in a long chain of operators.
 */
export function unlessTooDeep<Read>(
  text: string,
  read: () => Read,
  otherwise: (fault: SyntaxFault) => Read,
): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return otherwise(tooDeep(text));
  }
}

/**
 * Reads an expression with the Prometheus project's own grammar for editors (lezer-promql). It knows
 * where everything stands and the newest syntax, but neither types nor functions' arguments.
 */
export function readSyntax(text: string): Syntax {
  const tree = readPlain(text);
  return tree === undefined ? readByGrammar(text) : { tree, isPlain: true };
}

/** The same by the grammar alone. */
export function readByGrammar(text: string): Syntax {
  const bracket = bracketFault(text);
  if (bracket !== undefined) return { error: bracket, isCertain: true };
  return unlessTooDeep<Syntax>(
    text,
    () => readTree(text),
    (error) => ({ error, isCertain: true }),
  );
}

function readTree(text: string): Syntax {
  const syntax = parsed(promqlTree, text);
  if ('fault' in syntax) return { error: syntax.fault, isCertain: false };
  const { root } = syntax;
  const top = root.firstChild;
  const content = top?.name === 'LineComment' ? lastExpression(root) : top;
  if (!content) {
    return {
      error: { message: 'there is no expression', span: { start: 0, end: text.length } },
      isCertain: true,
    };
  }
  try {
    return { tree: build(content, text, 0), isPlain: false };
  } catch (error) {
    if (error instanceof SyntaxProblem)
      return { error: { message: error.message, span: error.span }, isCertain: true };
    throw error;
  }
}

const lastExpression = (root: SyntaxNode): SyntaxNode | undefined =>
  childrenOf(root).find((node) => node.name !== 'LineComment');

/** The first thing that the grammar could not take. */
export function firstFault(root: SyntaxNode, text: string): SyntaxFault | undefined {
  const cursor = root.cursor();
  do {
    if (!cursor.type.isError) continue;
    if (cursor.from >= text.trimEnd().length) return endsEarly(text);
    return unexpected(text, cursor.from, cursor.to);
  } while (cursor.next());
  return undefined;
}

const quoted = (text: string): string => `"${text.length > 30 ? `${text.slice(0, 30)}…` : text}"`;

/** The last character of the text: where a person looks for what is missing at its end. */
const endOf = (text: string): Span => {
  const end = text.trimEnd().length;
  return { start: Math.max(0, end - 1), end: Math.max(1, end) };
};

function nextToken(text: string, at: number): number {
  let start = at;
  while (start < text.length && /\s/.test(text[start] as string)) start++;
  return start;
}

function tokenEnd(text: string, at: number): number {
  const token = /[\w:.]+|[=!<>]=?~?|\S/y;
  token.lastIndex = nextToken(text, at);
  const match = token.exec(text);
  return match ? match.index + match[0].length : text.length;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A bracket that nothing closes or opens, or a quote without an end. */
export function bracketFault(text: string): SyntaxFault | undefined {
  const open: { char: string; at: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"' || char === "'" || char === '`') {
      const end = stringEnd(text, at);
      if (end === undefined) {
        return { message: `the quote ${char} is never closed`, span: { start: at, end: text.length } };
      }
      at = end - 1;
    } else if (char === '#') {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line;
    } else if (char in CLOSING) {
      open.push({ char, at });
      if (open.length > DEEPEST) return tooDeep(text);
    } else if (char === ')' || char === ']' || char === '}') {
      const last = open.pop();
      if (last === undefined || CLOSING[last.char] !== char) {
        const wanted = last ? `, expected "${CLOSING[last.char]}"` : '';
        return { message: `unexpected "${char}"${wanted}`, span: { start: at, end: at + 1 } };
      }
    }
  }
  const last = open.pop();
  return last && { message: `"${last.char}" is never closed`, span: endOf(text) };
}

/** Where a quoted string that begins at `at` ends; undefined when it does not. */
function stringEnd(text: string, at: number): number | undefined {
  const quote = text[at];
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === quote) return next + 1;
    if (quote !== '`' && text[next] === '\n') return undefined;
    if (quote !== '`' && text[next] === '\\') next++;
  }
  return undefined;
}

const spanOf = (node: SyntaxNode): Span => ({ start: node.from, end: node.to });

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let next = node.firstChild; next; next = next.nextSibling)
    if (next.name !== 'LineComment') children.push(next);
  return children;
}

function build(node: SyntaxNode, text: string, depth: number): Expr {
  const span = spanOf(node);
  if (depth > DEEPEST) {
    const { message, span } = tooDeep(text);
    throw new SyntaxProblem(message, span);
  }
  const parts = childrenOf(node);
  const source = text.slice(span.start, span.end);
  const sub = (part: SyntaxNode | undefined): Expr => {
    if (part === undefined) throw new SyntaxProblem('the expression ends too early', span);
    return build(part, text, depth + 1);
  };

  const modified = (modifier: Modified['modifier'], seconds: number | undefined): Expr => {
    const modifierSpan = { start: parts[1]?.from ?? span.start, end: span.end };
    return postfix(sub(parts[0]), span.end, (expr, span) => ({
      kind: 'modified',
      modifier,
      modifierSpan,
      expr,
      seconds,
      span,
    }));
  };

  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberValue(source, span), span };
    case 'StringLiteral':
      return { kind: 'string', value: unquote(source, span), span };
    case 'VectorSelector':
      return buildSelector(parts, text, span);
    case 'MatrixSelector': {
      const range = buildDuration(parts[1], text, span);
      return postfix(sub(parts[0]), span.end, (expr, span) => ({ kind: 'matrix', expr, range, span }));
    }
    case 'SubqueryExpr': {
      const range = buildDuration(parts[1], text, span);
      const step = parts[2] && buildDuration(parts[2], text, span);
      return postfix(sub(parts[0]), span.end, (expr, span) => ({
        kind: 'subquery',
        expr,
        range,
        step,
        span,
      }));
    }
    case 'FunctionCall':
      return buildCall(parts, text, span, sub);
    case 'AggregateExpr': {
      const op = parts.find((part) => part.name === 'AggregateOp') as SyntaxNode;
      const modifier = parts.find((part) => part.name === 'AggregateModifier');
      const body = parts.find((part) => part.name === 'FunctionCallBody');
      return {
        kind: 'aggregation',
        op: text.slice(op.from, op.to).toLowerCase(),
        opSpan: spanOf(op),
        grouping: modifier && buildGrouping(modifier, text),
        args: body ? childrenOf(body).map(sub) : [],
        span,
      };
    }
    case 'BinaryExpr':
      return buildBinary(parts, text, span, sub);
    case 'UnaryExpr':
      return signed(text[span.start] === '-' ? '-' : '+', sub(parts[1]), span.start);
    case 'ParenExpr':
      return { kind: 'paren', expr: sub(parts[0]), span };
    case 'OffsetExpr':
      return modified('offset', buildDuration(parts[2], text, span).seconds);
    case 'StepInvariantExpr': {
      const time = parts[2];
      const isNumber = time?.name === 'NumberDurationLiteral';
      return modified('@', isNumber ? numberValue(text.slice(time.from, time.to), spanOf(time)) : undefined);
    }
    case 'AnchoredExpr':
      return modified('anchored', undefined);
    case 'SmoothedExpr':
      return modified('smoothed', undefined);
    default:
      throw new SyntaxProblem(`unexpected ${quoted(source)}`, span);
  }
}

/**
 * Puts a range, an offset or an `@` where Prometheus's grammar has it: it binds tighter than operators
 * and signs, but this grammar gives `a - b offset 5m` the shape of `(a - b) offset 5m`.
 */
function postfix(expr: Expr, end: number, wrap: (expr: Expr, span: Span) => Expr): Expr {
  const span = { start: expr.span.start, end };
  if (expr.kind === 'binary') return { ...expr, right: postfix(expr.right, end, wrap), span };
  if (expr.kind === 'unary') return { ...expr, expr: postfix(expr.expr, end, wrap), span };
  return wrap(expr, span);
}

function buildCall(parts: SyntaxNode[], text: string, span: Span, sub: (part: SyntaxNode) => Expr): Call {
  const [name, body] = parts as [SyntaxNode, SyntaxNode | undefined];
  return {
    kind: 'call',
    func: text.slice(name.from, name.to),
    funcSpan: spanOf(name),
    args: body ? childrenOf(body).map(sub) : [],
    span,
  };
}

function buildSelector(parts: SyntaxNode[], text: string, span: Span): Expr {
  const matchers: Matcher[] = [];
  const addName = (name: string, nameSpan: Span): void => {
    matchers.push({ label: '__name__', op: '=', value: name, span: nameSpan, valueSpan: nameSpan });
  };
  for (const part of parts) {
    if (part.name === 'Identifier') addName(text.slice(part.from, part.to), spanOf(part));
    if (part.name !== 'LabelMatchers') continue;
    for (const item of childrenOf(part)) {
      if (item.name === 'QuotedLabelName')
        addName(unquote(text.slice(item.from, item.to), spanOf(item)), spanOf(item));
      else matchers.push(buildMatcher(item, text));
    }
  }
  const name = matchers.find((matcher) => matcher.label === '__name__' && matcher.op === '=')?.value;
  return { kind: 'selector', name, hasOuterName: parts[0]?.name === 'Identifier', matchers, span };
}

function buildMatcher(node: SyntaxNode, text: string): Matcher {
  const [label, op, value] = childrenOf(node) as [SyntaxNode, SyntaxNode, SyntaxNode];
  return {
    label: labelText(label, text),
    op: text.slice(op.from, op.to) as MatchOp,
    value: unquote(text.slice(value.from, value.to), spanOf(value)),
    span: spanOf(node),
    valueSpan: spanOf(value),
  };
}

function labelText(node: SyntaxNode, text: string): string {
  const source = text.slice(node.from, node.to);
  return node.name === 'QuotedLabelName' ? unquote(source, spanOf(node)) : source;
}

const labelsOf = (node: SyntaxNode | undefined, text: string): string[] =>
  node ? childrenOf(node).map((label) => labelText(label, text)) : [];

function buildGrouping(modifier: SyntaxNode, text: string): Grouping {
  const [mode, labels] = childrenOf(modifier);
  return {
    mode: mode?.name === 'By' ? 'by' : 'without',
    labels: labelsOf(labels, text),
    span: spanOf(modifier),
  };
}

function buildBinary(
  parts: SyntaxNode[],
  text: string,
  span: Span,
  sub: (part: SyntaxNode | undefined) => Expr,
): Expr {
  const op = parts[1] as SyntaxNode;
  const clause = parts.find((part) => part.name === 'MatchingModifierClause');
  const bool = parts.find((part) => part.name === 'BoolModifier');
  const fill = parts.find((part) => part.name === 'FillModifier');
  const left = sub(parts[0]);
  const sign = left.kind === 'number' ? text[left.span.start] : undefined;
  // A power binds tighter than a sign, but this grammar takes `-1 ^ 2` for `(-1) ^ 2`.
  if (left.kind === 'number' && text[op.from] === '^' && (sign === '-' || sign === '+')) {
    const base = { start: left.span.start + 1, end: left.span.end };
    const power = buildBinary(parts, text, { start: base.start, end: span.end }, (part) =>
      part === parts[0] ? { ...left, value: Math.abs(left.value), span: base } : sub(part),
    );
    return { kind: 'unary', op: sign, expr: power, span };
  }
  const operator = text.slice(op.from, op.to).toLowerCase();
  const right = sub(parts.at(-1));
  return bound(left, operator, span.end, (left, span) => ({
    kind: 'binary',
    op: operator,
    opSpan: spanOf(op),
    left,
    right,
    bool: bool && spanOf(bool),
    matching: clause && buildMatching(clause, text),
    fill: fill && spanOf(fill),
    span,
  }));
}

/**
 * Joins what an operator binds on its left. To this grammar the left side of `a + b offset 5m / c` ends with the
 * offset; where that is put in its place, an operator of `a + b` is left that binds less tightly than the division.
 */
function bound(left: Expr, op: string, end: number, join: (left: Expr, span: Span) => Expr): Expr {
  const span = { start: left.span.start, end };
  const isLooser =
    left.kind === 'binary' &&
    (precedence(left.op) < precedence(op) || (op === '^' && precedence(left.op) === precedence(op)));
  if (isLooser) return { ...left, right: bound(left.right, op, end, join), span };
  if (left.kind === 'unary' && op === '^') return { ...left, expr: bound(left.expr, op, end, join), span };
  return join(left, span);
}

function buildMatching(clause: SyntaxNode, text: string): Matching {
  const parts = childrenOf(clause);
  const group = parts.findIndex((part) => part.name === 'GroupLeft' || part.name === 'GroupRight');
  return {
    mode: parts[0]?.name === 'On' ? 'on' : 'ignoring',
    labels: labelsOf(parts[1], text),
    group: group < 0 ? undefined : parts[group]?.name === 'GroupLeft' ? 'left' : 'right',
    include: group < 0 ? [] : labelsOf(parts[group + 1], text),
    span: spanOf(clause),
  };
}

function buildDuration(node: SyntaxNode | undefined, text: string, around: Span): Duration {
  if (node === undefined) return { seconds: undefined, span: around };
  const source = text.slice(node.from, node.to);
  const span = spanOf(node);
  // A literal, with a sign, which may stand before a literal in parentheses.
  const match = /^([+-]?)\s*(?:([^()\s]+)|(?<=[+-]\s*)\(\s*([^()\s]+)\s*\))$/.exec(source);
  const seconds = match ? literalSeconds((match[2] ?? match[3]) as string) : undefined;
  return { seconds: seconds !== undefined && match?.[1] === '-' ? -seconds : seconds, span };
}

const literalSeconds = (text: string): number | undefined =>
  durationSeconds(text) ??
  (/^[\d._]+(?:[eE][+-]?\d+)?$/.test(text) ? Number(text.replace(/_/g, '')) : undefined);

function numberValue(source: string, span: Span): NumberLiteral['value'] {
  const sign = source.startsWith('-') ? -1 : 1;
  const text = source.replace(/^[+-]\s*/, '').replace(/_/g, '');
  if (/^inf$/i.test(text)) return sign * Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const duration = /[a-z]/.test(text) && !/^0x/i.test(text) ? durationSeconds(text) : undefined;
  if (duration !== undefined) return sign * duration;
  // Go's ParseInt with base 0 comes first: a leading zero makes an octal number.
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  if (Number.isNaN(value)) throw new SyntaxProblem(`bad number or duration ${quoted(source)}`, span);
  if (!Number.isFinite(value)) throw new SyntaxProblem(`the number ${quoted(source)} is out of range`, span);
  return sign * value;
}
