import type { SyntaxNode } from '@lezer/common';
import { onceEach } from '../once.ts';
import type { Span } from '../repo/text.ts';
import { durationSeconds } from './duration.ts';
import {
  isVariable,
  parseWithVariables,
  type Substituted,
  VARIABLE,
  type VariableContext,
} from './grafana.ts';
import { logqlTree } from './grammars.lazy.ts';
import { matcherTakes } from './matcher.ts';
import { unquote } from './quoted.ts';
import { compileRegex } from './re2.ts';
import { bracketFault, firstFault, isTooLong, type SyntaxFault, unlessTooDeep } from './syntax.ts';
import type { Matcher, MatchOp } from './tree.ts';

/** A stream selector: `{service="api", level=~"warn|error"}`. */
export interface StreamSelector {
  readonly matchers: readonly Matcher[];
  readonly span: Span;
}

/** A LogQL query, parsed. */
export interface LogQuery {
  readonly text: string;
  /** Whether it gives log lines or series; undefined for one that is rejected. */
  readonly kind: 'logs' | 'metric' | undefined;
  readonly rejection: SyntaxFault | undefined;
  readonly selectors: readonly StreamSelector[];
  /** The ranges of its range aggregations; seconds are undefined where a variable stands. */
  readonly ranges: readonly { readonly span: Span; readonly seconds: number | undefined }[];
}

/** Parses a LogQL query; the same text is parsed once. Never throws. */
export const parseLogQuery = onceEach(parse);

/** Parses a panel's LogQL with Grafana's variables put in; the same text is parsed once. */
export const parseLogPanelQuery = onceEach(
  (text: string): Substituted<LogQuery> =>
    parseWithVariables(text, {
      choices: logqlChoices,
      parse: parseLogQuery,
      fault: ({ rejection }) => rejection?.span,
    }),
);

function logqlChoices(context: VariableContext, before: string, after: string): readonly string[] {
  switch (context) {
    case 'string':
      return [VARIABLE];
    case 'range':
      return /^[a-z]/.test(after) ? ['5'] : ['5m'];
    case 'labels':
      return [VARIABLE];
    case 'matchers':
      if (/^\s*(?:=|!=|!~)/.test(after)) return [VARIABLE];
      return /(?:=~?|!~)\s*$/.test(before)
        ? [`"${VARIABLE}"`]
        : [`${VARIABLE}="${VARIABLE}"`, `,${VARIABLE}="${VARIABLE}"`, ''];
    default:
      return operandChoices(before, after);
  }
}

/** What may stand outside of braces, brackets and quotes: a filter's text, a stage, a number, a whole query. */
function operandChoices(before: string, after: string): readonly string[] {
  if (/[\w:]$/.test(before) || /^[\w:]/.test(after)) return [VARIABLE, '1'];
  if (/(?:\|[=~>]|![=~>]|\b(?:line_format|pattern|regexp))\s*$/.test(before)) return ['"x"'];
  if (/[<>=]\s*$/.test(before)) return ['1', '"x"', '1s', '1B'];
  if (/\|\s*$/.test(before)) return ['json', 'x="x"', VARIABLE];
  if (/^\s*(?:by|without)\b|^\s*\(/i.test(after)) return ['sum', 'rate'];
  if (/[}")]\s*$/.test(before)) return ['', '|= "x"', '| json', '[5m]', '+'];
  return ['1', '{x="x"}', '', VARIABLE];
}

function parse(text: string): LogQuery {
  const result = { text, kind: undefined, selectors: [], ranges: [] };
  if (isTooLong(text)) return { ...result, rejection: undefined };
  const bracket = bracketFault(text);
  if (bracket !== undefined) return { ...result, rejection: bracket };
  return unlessTooDeep<LogQuery>(
    text,
    () => readQuery(text),
    (rejection) => ({ ...result, rejection }),
  );
}

function readQuery(text: string): LogQuery {
  const { root, fault } = readTree(text);
  if (fault !== undefined) {
    const rejection = lacksRange(root, fault) ?? fault;
    return { text, kind: undefined, rejection, selectors: [], ranges: [] };
  }
  const selectors = descendants(root, 'Selector').map((node) => readSelector(node, text));
  const ranges = descendants(root, 'Range').map((node) => readRange(node, text));
  const rejection = semanticFault(root, text, selectors, ranges);
  const isLog = innermost(root)?.name === 'LogExpr';
  return { text, kind: rejection ? undefined : isLog ? 'logs' : 'metric', rejection, selectors, ranges };
}

/** A fault in its own words, where what is missing is the range of a range aggregation. */
function lacksRange(root: SyntaxNode, fault: SyntaxFault): SyntaxFault | undefined {
  const at = root.resolveInner(fault.span.start, -1);
  for (let node: SyntaxNode | null = at; node !== null; node = node.parent) {
    if (node.name !== 'LogRangeExpr') continue;
    const hasRange = descendants(node, 'Range').length > 0;
    return hasRange ? undefined : { message: 'a range such as [5m] is missing', span: fault.span };
  }
  return undefined;
}

/** More places at which the grammar falls behind Loki than a person's query has. */
const MOST_CATCHING_UP = 20;

/** The grammar's tree, and where it breaks. */
function readTree(text: string): { root: SyntaxNode; fault: SyntaxFault | undefined } {
  let known = text.replace(/\bapprox_topk\b/g, 'topk       ');
  for (let tries = 0; ; tries++) {
    const root = logqlTree(known).topNode;
    const fault = firstFault(root, known);
    const caughtUp = fault && tries < MOST_CATCHING_UP ? inGrammarsWords(known, fault.span.start) : undefined;
    if (caughtUp === undefined) return { root, fault };
    known = caughtUp;
  }
}

/**
 * What Loki takes and this grammar does not, put in words that it knows, without moving a character:
 * label filters with only a space between them, and after `unwrap` an offset, or parentheses before the
 * range. Undefined where it is none of these.
 */
function inGrammarsWords(text: string, at: number): string | undefined {
  const before = text.slice(0, at);
  const after = text.slice(at);
  const offset = /^offset\s+-?[\w.]+/i.exec(after)?.[0];
  if (offset !== undefined && /\]\s*$/.test(before))
    return `${before}${' '.repeat(offset.length)}${after.slice(offset.length)}`;
  if (/^\)\s*\[/.test(after)) {
    const open = openingOf(text, at);
    return open === undefined
      ? undefined
      : `${text.slice(0, open)} ${text.slice(open + 1, at)} ${text.slice(at + 1)}`;
  }
  const isFilter = /^\w+\s*(?:=~?|!=|!~|[<>]=?|==)/.test(after);
  const isAfterFilter = /[\w"`)]\s+$/.test(before) && /\|\s*[\w(][^|]*$/.test(before);
  return isFilter && isAfterFilter ? `${before.slice(0, -1)},${after}` : undefined;
}

/** Where the parenthesis opens that closes at `at`. Those in quoted texts do not count. */
function openingOf(text: string, at: number): number | undefined {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, (quoted) => ' '.repeat(quoted.length));
  let depth = 0;
  for (let index = at; index >= 0; index--) {
    if (plain[index] === ')') depth++;
    else if (plain[index] === '(' && --depth === 0) return index;
  }
  return undefined;
}

const spanOf = (node: SyntaxNode): Span => ({ start: node.from, end: node.to });
const textAt = (node: SyntaxNode, text: string): string => text.slice(node.from, node.to);

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let next = node.firstChild; next; next = next.nextSibling) found.push(next);
  return found;
}

/** Every node of a kind in another one, in the order of the text. */
function descendants(root: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const cursor = root.cursor();
  do if (cursor.name === name) found.push(cursor.node);
  while (
    // A cursor walks on behind the node that it began with.
    cursor.next() &&
    cursor.from < root.to
  );
  return found;
}

const childNamed = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  children(node).find((other) => other.name === name);

/** An expression's own kind, without what is only around it. */
function innermost(node: SyntaxNode): SyntaxNode | undefined {
  let current: SyntaxNode | undefined = node;
  while (current?.name === 'LogQL' || current?.name === 'Expr')
    current = children(current).find(({ name }) => name !== 'LineComment');
  return current;
}

function readSelector(node: SyntaxNode, text: string): StreamSelector {
  return {
    span: spanOf(node),
    matchers: descendants(node, 'Matcher').map((matcher) => {
      const [label, op, value] = children(matcher) as [SyntaxNode, SyntaxNode, SyntaxNode];
      return {
        label: textAt(label, text),
        op: textAt(op, text) as MatchOp,
        value: unquoted(textAt(value, text), spanOf(value)),
        span: spanOf(matcher),
        valueSpan: spanOf(value),
      };
    }),
  };
}

/** A string's value; one with an escape that Go does not know is left as it is. */
function unquoted(source: string, span: Span): string {
  try {
    return unquote(source, span);
  } catch {
    // The lexer of Loki would refuse it; what it means is not known.
    return source.slice(1, -1);
  }
}

function readRange(node: SyntaxNode, text: string): LogQuery['ranges'][number] {
  return { span: spanOf(node), seconds: durationSeconds(textAt(node, text).slice(1, -1)) };
}

const GROUPED = new Set([
  'avg_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
  'max_over_time',
  'min_over_time',
  'first_over_time',
  'last_over_time',
]);
const NEEDS_NO_UNWRAP = new Set([
  'bytes_over_time',
  'bytes_rate',
  'count_over_time',
  'rate',
  'absent_over_time',
]);
const TAKES_NO_UNWRAP = new Set(['bytes_over_time', 'bytes_rate', 'count_over_time']);
const TOPS = new Set(['topk', 'bottomk', 'approx_topk']);
const SET_OPERATORS = new Set(['and', 'or', 'unless']);

/** What Loki refuses although its grammar takes it (Loki's documentation, "Metric queries" and "Log queries"). */
function semanticFault(
  root: SyntaxNode,
  text: string,
  selectors: readonly StreamSelector[],
  ranges: LogQuery['ranges'],
): SyntaxFault | undefined {
  for (const range of ranges) {
    if (range.seconds === undefined)
      return { message: `${text.slice(range.span.start, range.span.end)} is no range`, span: range.span };
  }
  for (const node of descendants(root, 'RangeAggregationExpr')) {
    const fault = rangeFault(node, text);
    if (fault !== undefined) return fault;
  }
  for (const node of descendants(root, 'VectorAggregationExpr')) {
    const fault = vectorFault(node, text);
    if (fault !== undefined) return fault;
  }
  for (const node of descendants(root, 'BinOpExpr')) {
    const fault = binaryFault(node, text);
    if (fault !== undefined) return fault;
  }
  const regex = invalidRegex(root, text, selectors);
  if (regex !== undefined) return regex;
  const all = selectors.find(({ matchers }) => matchers.every(takesNothing));
  return (
    all && {
      message: 'every matcher also takes streams without the label, and Loki needs one that does not',
      span: all.span,
    }
  );
}

/** A regular expression that RE2 does not take: in a matcher, a line filter, or the stage `regexp`. */
function invalidRegex(
  root: SyntaxNode,
  text: string,
  selectors: readonly StreamSelector[],
): SyntaxFault | undefined {
  const inMatchers = selectors
    .flatMap(({ matchers }) => matchers)
    .filter(({ op }) => op === '=~' || op === '!~')
    .map(({ value, valueSpan }) => ({ value, span: valueSpan }));
  const strings = [
    ...descendants(root, 'LineFilter').filter((node) => /^(?:\|~|!~)/.test(textAt(node, text))),
    ...descendants(root, 'LabelParser').filter((node) => /^regexp\b/.test(textAt(node, text))),
  ].flatMap((node) => childNamed(node, 'String') ?? []);
  const inStages = strings.map((node) => ({
    value: unquoted(textAt(node, text), spanOf(node)),
    span: spanOf(node),
  }));
  const broken = [...inMatchers, ...inStages].find(
    ({ value }) => !isVariable(value) && compileRegex(value) === undefined,
  );
  return broken && { message: `"${broken.value}" is no regular expression of RE2`, span: broken.span };
}

/** Whether a matcher takes streams that lack its label. One with a variable may hold a value. */
const takesNothing = (matcher: Matcher): boolean => !isVariable(matcher.value) && matcherTakes(matcher, '');

function rangeFault(node: SyntaxNode, text: string): SyntaxFault | undefined {
  const parts = children(node);
  const [op] = parts;
  if (op === undefined) return undefined;
  const name = textAt(op, text).toLowerCase();
  const span = spanOf(op);
  const number = parts.find((part) => part.name === 'Number');
  const grouping = parts.find((part) => part.name === 'Grouping');
  const hasUnwrap = parts.some((part) => part.name === 'LogRangeExpr' && hasOwnUnwrap(part));
  if (name === 'quantile_over_time' && number === undefined)
    return { message: 'quantile_over_time needs a quantile as its first argument', span };
  if (name !== 'quantile_over_time' && number !== undefined)
    return { message: `${name} takes no number as its first argument`, span: spanOf(number) };
  if (grouping !== undefined && !GROUPED.has(name))
    return { message: `${name} takes no grouping: aggregate it with sum by (…)`, span: spanOf(grouping) };
  if (hasUnwrap && TAKES_NO_UNWRAP.has(name)) return { message: `${name} takes no unwrap`, span };
  if (!hasUnwrap && !NEEDS_NO_UNWRAP.has(name))
    return { message: `${name} needs an unwrapped label: | unwrap label`, span };
  return undefined;
}

const hasOwnUnwrap = (range: SyntaxNode): boolean =>
  children(range).some(
    (part) => part.name === 'UnwrapExpr' || (part.name === 'LogRangeExpr' && hasOwnUnwrap(part)),
  );

function vectorFault(node: SyntaxNode, text: string): SyntaxFault | undefined {
  const parts = children(node);
  const [op] = parts;
  if (op === undefined) return undefined;
  const name = /^\w+/.exec(text.slice(op.from))?.[0].toLowerCase() ?? '';
  const span = { start: op.from, end: op.from + name.length };
  const number = parts.find((part) => part.name === 'Number');
  const grouping = parts.find((part) => part.name === 'Grouping');
  if (TOPS.has(name)) {
    if (number === undefined) return { message: `${name} needs a number as its first argument`, span };
    if (!/^[1-9]\d*$/.test(textAt(number, text)))
      return { message: `${name} needs a whole number above 0`, span: spanOf(number) };
  } else if (number !== undefined) {
    return { message: `${name} takes no number as its first argument`, span: spanOf(number) };
  }
  const isUngrouped = name === 'sort' || name === 'sort_desc' || name === 'approx_topk';
  if (grouping !== undefined && isUngrouped && descendants(grouping, 'Identifier').length > 0)
    return { message: `${name} takes no grouping`, span: spanOf(grouping) };
  return undefined;
}

function binaryFault(node: SyntaxNode, text: string): SyntaxFault | undefined {
  const sides = children(node).filter((part) => part.name === 'Expr');
  const op = sides[0]?.nextSibling;
  const operator = op ? textAt(op, text).toLowerCase() : '';
  for (const side of sides) {
    const inside = innermost(side);
    if (inside?.name === 'LogExpr')
      return {
        message: `"${operator}" needs series on both sides, and this gives log lines`,
        span: spanOf(side),
      };
    if (SET_OPERATORS.has(operator) && inside && isLiteral(inside))
      return {
        message: `"${operator}" needs series on both sides, and this is a number`,
        span: spanOf(side),
      };
  }
  return undefined;
}

function isLiteral(node: SyntaxNode): boolean {
  const inside = childNamed(node, 'MetricExpr');
  return inside ? isLiteral(inside) : childNamed(node, 'LiteralExpr') !== undefined;
}
