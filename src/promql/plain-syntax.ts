import type { Span } from '../repo/text.ts';
import { durationSeconds } from './duration.ts';
import { AGGREGATIONS, FUNCTIONS } from './functions.ts';
import { unquote } from './quoted.ts';
import {
  type Binary,
  COMPARISONS,
  type Expr,
  type Grouping,
  type Matcher,
  type Matching,
  type MatchOp,
  SET_OPERATORS,
  signed,
} from './tree.ts';

/** Deeper expressions are read by the grammar, which says what is too deep. */
const DEEPEST = 60;

/** Words that mean something else than a metric's name, or do in some places. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `and anchored atan2 bool by end fill fill_left fill_right group_left group_right ignoring inf nan offset on or
  smoothed start unless without`.split(/\s+/),
);

/** The words among the operators, and those of one sign. */
const WORD_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);
const SIGNS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', '<', '>']);
const POWER = 6;

/** How tightly an operator binds (Prometheus documentation, "Operators"). */
export function precedence(op: string): number {
  if (op === 'or') return 1;
  if (SET_OPERATORS.has(op)) return 2;
  if (COMPARISONS.has(op)) return 3;
  if (op === '+' || op === '-') return 4;
  return op === '^' ? POWER : 5;
}

/**
 * Reads an expression of what nearly all are written with: selectors, ranges, calls, aggregations and
 * operators. Undefined for one with anything else in it, right or wrong: that is the grammar's to read,
 * which takes ten times as long. Where both read an expression, the trees are the same.
 */
export function readPlain(text: string): Expr | undefined {
  let at = 0;

  /** Goes behind blanks and comments. */
  const skip = (): void => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 32 || (code >= 9 && code <= 13)) at++;
      else if (code === 35) at = lineEnd(text, at);
      else return;
    }
  };
  /** Goes behind a sign that must be next. */
  const take = (sign: string): boolean => {
    skip();
    if (text[at] !== sign) return false;
    at++;
    return true;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  /** The word that is next, without going behind it. */
  const nextWord = (): string | undefined => {
    skip();
    WORD.lastIndex = at;
    return WORD.exec(text)?.[0];
  };

  /** The operator that is next, without going behind it. */
  function nextOperator(): string | undefined {
    const word = nextWord();
    if (word !== undefined) return WORD_OPERATORS.has(word.toLowerCase()) ? word : undefined;
    const two = text.slice(at, at + 2);
    if (COMPARISONS.has(two)) return two;
    return SIGNS.has(text[at] ?? '') && two !== '</' && two !== '>/' ? text[at] : undefined;
  }

  function binary(least: number, depth: number): Expr | undefined {
    let left = unary(depth);
    while (left !== undefined) {
      const written = nextOperator();
      const op = written?.toLowerCase();
      if (written === undefined || op === undefined || precedence(op) < least) return left;
      left = binaryWith(left, op, depth);
    }
    return undefined;
  }

  /** An operator and what stands to the right of it. */
  function binaryWith(left: Expr, op: string, depth: number): Binary | undefined {
    const opSpan = { start: at, end: at + op.length };
    at = opSpan.end;
    let bool: Span | undefined;
    if (nextWord()?.toLowerCase() === 'bool') {
      bool = { start: at, end: at + 4 };
      at = bool.end;
    }
    const word = nextWord()?.toLowerCase();
    const isMatched = word === 'on' || word === 'ignoring';
    const matching = isMatched ? readMatching(word) : undefined;
    if (isMatched && matching === undefined) return undefined;
    const right = binary(op === '^' ? POWER : precedence(op) + 1, depth + 1);
    if (right === undefined) return undefined;
    const span = { start: left.span.start, end: right.span.end };
    return { kind: 'binary', op, opSpan, left, right, bool, matching, fill: undefined, span };
  }

  function readMatching(mode: Matching['mode']): Matching | undefined {
    const start = at;
    at += mode.length;
    const labels = readLabels();
    if (labels === undefined) return undefined;
    let end = at;
    const word = nextWord()?.toLowerCase();
    if (word !== 'group_left' && word !== 'group_right')
      return { mode, labels, group: undefined, include: [], span: { start, end } };
    at += word.length;
    end = at;
    skip();
    const include = text[at] === '(' ? readLabels() : [];
    if (include === undefined) return undefined;
    if (include.length > 0 || text[at - 1] === ')') end = at;
    return { mode, labels, group: word === 'group_left' ? 'left' : 'right', include, span: { start, end } };
  }

  /** Names of labels in parentheses. */
  function readLabels(): string[] | undefined {
    if (!take('(')) return undefined;
    const labels: string[] = [];
    while (!take(')')) {
      if (labels.length > 0 && !take(',')) return undefined;
      skip();
      const label = match(LABEL);
      if (label === undefined) return undefined;
      labels.push(label);
    }
    return labels;
  }

  function unary(depth: number): Expr | undefined {
    if (depth > DEEPEST) return undefined;
    skip();
    const op = text[at];
    if (op !== '-' && op !== '+') return primary(depth);
    const start = at++;
    const expr = binary(POWER, depth + 1);
    return expr && signed(op, expr, start);
  }

  function primary(depth: number): Expr | undefined {
    const char = text[at] ?? '';
    if (char === '"' || char === "'" || char === '`') return string();
    if (/[\d.]/.test(char)) return number();
    let expr: Expr | undefined;
    if (char === '(') {
      const start = at++;
      const inside = binary(1, depth + 1);
      if (inside === undefined || !take(')')) return undefined;
      expr = { kind: 'paren', expr: inside, span: { start, end: at } };
    } else expr = char === '{' ? selector(undefined) : named(depth);
    while (expr !== undefined) {
      const behind = withModifier(expr);
      if (behind === expr) return expr;
      expr = behind;
    }
    return undefined;
  }

  /** An aggregation, a call, or a selector with a name. */
  function named(depth: number): Expr | undefined {
    const word = nextWord();
    if (word === undefined) return undefined;
    const span = { start: at, end: at + word.length };
    at = span.end;
    const lower = word.toLowerCase();
    if (AGGREGATIONS.has(lower)) return aggregation(lower, span, depth);
    const signature = FUNCTIONS.get(word);
    if (signature !== undefined) {
      if (signature.experimental) return undefined;
      const args = readArguments(depth);
      return args && { kind: 'call', func: word, funcSpan: span, args, span: { start: span.start, end: at } };
    }
    return KEYWORDS.has(lower) ? undefined : selector({ name: word, span });
  }

  function readArguments(depth: number): Expr[] | undefined {
    if (!take('(')) return undefined;
    const args: Expr[] = [];
    while (!take(')')) {
      if (args.length > 0 && !take(',')) return undefined;
      const arg = binary(1, depth + 1);
      if (arg === undefined) return undefined;
      args.push(arg);
    }
    return args;
  }

  function aggregation(op: string, opSpan: Span, depth: number): Expr | undefined {
    let grouping = readGrouping();
    const args = readArguments(depth);
    if (args === undefined || args.length === 0) return undefined;
    let end = at;
    if (grouping === undefined) {
      grouping = readGrouping();
      end = grouping?.span.end ?? end;
      at = end;
    }
    return { kind: 'aggregation', op, opSpan, grouping, args, span: { start: opSpan.start, end } };
  }

  /** The clause that says by which labels to group, where one is next; a broken one is no clause. */
  function readGrouping(): Grouping | undefined {
    const word = nextWord()?.toLowerCase();
    if (word !== 'by' && word !== 'without') return undefined;
    const start = at;
    at += word.length;
    const labels = readLabels();
    return labels && { mode: word, labels, span: { start, end: at } };
  }

  function selector(outer: { name: string; span: Span } | undefined): Expr | undefined {
    const start = outer?.span.start ?? at;
    const matchers: Matcher[] = [];
    if (outer !== undefined)
      matchers.push({
        label: '__name__',
        op: '=',
        value: outer.name,
        span: outer.span,
        valueSpan: outer.span,
      });
    let end = at;
    if (take('{')) {
      const own: Matcher[] = [];
      while (!take('}')) {
        if (own.length > 0 && !take(',')) return undefined;
        if (own.length > 0 && take('}')) break;
        const matcher = readMatcher();
        if (matcher === undefined) return undefined;
        own.push(matcher);
      }
      end = at;
      matchers.push(...own);
    } else if (outer === undefined) return undefined;
    else at = end;
    const name = matchers.find(({ label, op }) => label === '__name__' && op === '=')?.value;
    return { kind: 'selector', name, hasOuterName: outer !== undefined, matchers, span: { start, end } };
  }

  function readMatcher(): Matcher | undefined {
    skip();
    const start = at;
    const label = match(LABEL);
    skip();
    const op = match(MATCH_OPERATOR) as MatchOp | undefined;
    skip();
    const value = op && string();
    if (label === undefined || op === undefined || value === undefined) return undefined;
    return { label, op, value: value.value, span: { start, end: at }, valueSpan: value.span };
  }

  /** An expression with the range, the offset or the time that is next; itself where none is. */
  function withModifier(expr: Expr): Expr | undefined {
    skip();
    const { start } = expr.span;
    const from = at;
    if (text[at] === '[') {
      at++;
      const range = readDuration();
      if (range === undefined) return undefined;
      if (take(']')) return { kind: 'matrix', expr, range, span: { start, end: at } };
      if (!take(':')) return undefined;
      skip();
      const hasStep = text[at] !== ']';
      const step = hasStep ? readDuration() : undefined;
      if ((hasStep && step === undefined) || !take(']')) return undefined;
      return { kind: 'subquery', expr, range, step, span: { start, end: at } };
    }
    const modified = (modifier: 'offset' | '@', seconds: number | undefined): Expr => {
      const span = { start, end: at };
      return { kind: 'modified', modifier, modifierSpan: { start: from, end: at }, expr, seconds, span };
    };
    if (text[at] === '@') {
      at++;
      skip();
      if (match(START_OR_END)) return modified('@', undefined);
      const time = number();
      return time && modified('@', time.value);
    }
    if (nextWord()?.toLowerCase() !== 'offset') {
      at = expr.span.end;
      return expr;
    }
    at += 'offset'.length;
    const isBack = take('-');
    const offset = readDuration();
    return offset && modified('offset', isBack ? -(offset.seconds as number) : offset.seconds);
  }

  function readDuration(): { seconds: number; span: Span } | undefined {
    skip();
    const start = at;
    const written = match(DURATION);
    if (written === undefined) return undefined;
    const seconds = durationSeconds(written) ?? (/^[1-9]\d*$/.test(written) ? Number(written) : undefined);
    return seconds === undefined ? undefined : { seconds, span: { start, end: at } };
  }

  function number(): { kind: 'number'; value: number; span: Span } | undefined {
    const start = at;
    const written = match(NUMBER);
    if (written === undefined) return undefined;
    const value = /[a-z]$/.test(written) ? durationSeconds(written) : Number(written);
    if (value === undefined || !Number.isFinite(value)) return undefined;
    return { kind: 'number', value, span: { start, end: at } };
  }

  function string(): { kind: 'string'; value: string; span: Span } | undefined {
    const start = at;
    const written = match(STRING);
    if (written === undefined) return undefined;
    const span = { start, end: at };
    return { kind: 'string', value: unquote(written, span), span };
  }

  const expr = binary(1, 0);
  skip();
  return at === text.length ? expr : undefined;
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

const WORD = /[A-Za-z_:][\w:]*/y;
const LABEL = /[A-Za-z_]\w*(?!:)/y;
const MATCH_OPERATOR = /=~|!~|!=|=(?!=)/y;
const START_OR_END = /(?:start|end)\s*\(\s*\)/y;
const DURATION = /(?:\d+(?:ms|[ywdhms]))+(?![\w.])|\d+(?![\w.])/y;
/** Plain numbers and durations; one with a zero before it is another number to Go. */
const NUMBER =
  /(?:\d+(?:ms|[ywdhms]))+(?![\w.])|(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
/** Quoted texts with no other escapes than the usual ones. */
const STRING = /"(?:[^"\\\n]|\\[\\nrt"])*"|'(?:[^'\\\n]|\\[\\nrt'])*'|`[^`]*`/y;
