import { onceEach } from '../once.ts';
import type { Span } from '../repo/text.ts';
import { AGGREGATIONS, FUNCTIONS, type ValueType } from './functions.ts';
import { isTooLong, readSyntax } from './syntax.ts';
import { type Expr, type Selector, selectorsOf } from './tree.ts';
import { checkTypes, type TypeFault } from './types.ts';
import { parserVerdict } from './wasm.ts';

/** Why an expression is no PromQL, or not every Prometheus's. */
export interface Rejection {
  readonly kind: 'syntax' | 'types';
  readonly message: string;
  /** Where, in the expression's text. */
  readonly span: Span;
}

/** A PromQL expression, parsed. */
export interface Query {
  readonly text: string;
  /** Undefined for one that the grammar does not take, or that is too long to be read. */
  readonly tree: Expr | undefined;
  readonly type: ValueType | undefined;
  readonly rejection: Rejection | undefined;
  /** What a Prometheus takes only with a feature flag; such a query is no rejection by itself. */
  readonly flagged: readonly TypeFault[];
  /** Where the query is newer than promql-parser: only the grammar and our own check of types took it. */
  readonly newer: Span | undefined;
  readonly selectors: readonly Selector[];
}

/** Parses an expression; the same text is parsed once. Never throws. */
export const parseQuery = onceEach(parse);

/** The words of promql-parser's rejection of what its grammar does not know; it says no more of it. */
const NO_GRAMMAR = 'invalid promql query';

function parse(text: string): Query {
  const whole = { start: 0, end: text.length };
  if (isTooLong(text)) {
    const nothing = { tree: undefined, type: undefined, rejection: undefined, newer: undefined };
    return { text, ...nothing, flagged: [], selectors: [] };
  }
  const syntax = readSyntax(text);
  if ('error' in syntax) {
    // The parser is asked only where its answer changes something: it takes longer than everything else here.
    const verdict = syntax.isCertain ? undefined : parserVerdict(text);
    const func = unknownFunction(text, syntax.error.span);
    const rejection: Rejection | undefined = verdict?.ok
      ? undefined
      : func
        ? { kind: 'types', ...func }
        : { kind: 'syntax', ...syntax.error };
    const type = verdict?.ok ? (verdict.type as ValueType) : undefined;
    return { text, tree: undefined, type, rejection, flagged: [], newer: undefined, selectors: [] };
  }

  const { tree } = syntax;
  const { type, faults } = checkTypes(tree);
  const flagged = faults.filter((fault) => fault.flag !== undefined);
  const [fault] = faults.filter((other) => other.flag === undefined);
  const result = { text, tree, type, flagged, selectors: selectorsOf(tree) };
  // Ours are the parser's faults, and what it leaves to the engine: numbers and durations out of range.
  if (fault !== undefined) return { ...result, rejection: { kind: 'types', ...fault }, newer: undefined };
  if (syntax.isPlain && flagged.length === 0) return { ...result, rejection: undefined, newer: undefined };
  const verdict = parserVerdict(text);
  if (verdict.ok) return { ...result, rejection: undefined, newer: undefined };
  if (isNewer(verdict.reason, flagged))
    return { ...result, rejection: undefined, newer: flagged[0]?.span ?? whole };
  return { ...result, rejection: { kind: 'types', message: verdict.reason, span: whole }, newer: undefined };
}

/** The grammar only knows the functions that there are: to it, the bracket after another name is out of place. */
function unknownFunction(text: string, { start }: Span): Omit<Rejection, 'kind'> | undefined {
  const name = text[start] === '(' ? /([A-Za-z_][\w:]*)\s*$/.exec(text.slice(0, start)) : null;
  const [written = '', word = ''] = name ?? [];
  if (
    name === null ||
    FUNCTIONS.has(word) ||
    AGGREGATIONS.has(word.toLowerCase()) ||
    KEYWORDS.has(word.toLowerCase())
  )
    return undefined;
  const from = start - written.length;
  return { message: `there is no function "${word}"`, span: { start: from, end: from + word.length } };
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'and',
  'or',
  'unless',
  'bool',
  'offset',
]);

/**
 * promql-parser 0.10 is older than the grammar: a rejection for its grammar, for a function that it
 * does not know, or for a time before 1970 is one of something newer.
 */
const isNewer = (reason: string, flagged: readonly TypeFault[]): boolean =>
  reason === NO_GRAMMAR ||
  reason.startsWith('timestamp out of bounds') ||
  // Our own check of types knows what needs a flag; the parser knows none of it.
  flagged.length > 0;
