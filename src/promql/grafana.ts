import { onceEach } from '../once.ts';
import type { Span } from '../repo/text.ts';
import { parseQuery, type Query } from './parse.ts';

/**
 * Expressions of Grafana panels, with its variables: `$x`, `${x}`, `${x:format}`, `[[x]]` and the built-in
 * ones (Grafana documentation, "Variable syntax"). What a variable holds is not known here; where it
 * stands tells what it must be for the expression to work, and that is put in.
 */

/** Stands for a variable's value in labels, names and strings of an expression that was put together. */
export const VARIABLE = 'grafana_variable';

/** Whether a label's value or a name holds a variable, so that it may be anything. */
export const isVariable = (text: string): boolean => text.includes(VARIABLE);

const VARIABLE_SYNTAX =
  /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:[.:][^}]*)?\})|\[\[([A-Za-z_]\w*)(?::[^\]]*)?\]\]/g;

export interface VariableUse {
  readonly name: string;
  /** In the text as written. */
  readonly span: Span;
}

/** The variables that a text uses, in order. */
export function variablesIn(text: string): VariableUse[] {
  if (!text.includes('$') && !text.includes('[[')) return [];
  return [...text.matchAll(VARIABLE_SYNTAX)].map((match) => ({
    name: (match[1] ?? match[2] ?? match[3]) as string,
    span: { start: match.index, end: match.index + match[0].length },
  }));
}

/** A text that was parsed with its variables put in. */
export interface Substituted<Parsed> {
  readonly parsed: Parsed;
  /** The stretch of the text as written that a stretch of the parsed text comes from. */
  toWritten(span: Span): Span;
}

/** What is open where a variable stands. */
export type VariableContext = 'string' | 'range' | 'labels' | 'matchers' | 'operand';

/** A query language, as far as putting variables in needs it. */
export interface VariableLanguage<Parsed> {
  /** What can stand in a variable's place, most likely first; `before` and `after` are the text around it. */
  choices(context: VariableContext, before: string, after: string): readonly string[];
  parse(text: string): Parsed;
  /** Where a parsed text breaks; undefined where it does not. */
  fault(parsed: Parsed): Span | undefined;
}

/** A panel's expression, parsed with its variables put in. */
export interface PanelQuery {
  readonly query: Query;
  /** The stretch of the text as written that a stretch of the parsed text comes from. */
  toWritten(span: Span): Span;
}

const PROMQL: VariableLanguage<Query> = {
  choices: promqlChoices,
  parse: parseQuery,
  fault: ({ rejection }) => rejection?.span,
};

/**
 * Parses a panel's PromQL; the same text is parsed once. It is rejected only when no way of putting its
 * variables in works.
 */
export const parsePanelQuery = onceEach((text: string): PanelQuery => {
  const { parsed, toWritten } = parseWithVariables(text, PROMQL);
  return { query: parsed, toWritten };
});

/** A dollar that a regular expression takes as it is, as in `\\$SYS.*`: Grafana leaves it, for want of such a variable. */
const isEscapedDollar = (text: string, { span }: VariableUse): boolean =>
  text[span.start - 1] === '\\' && /^\$\w/.test(text.slice(span.start));

/** How many ways of putting variables in are tried before an expression is given up as broken. */
const MOST_TRIES = 48;
/** As many characters are parsed in all of these tries at most, where one is not enough. */
const MOST_TRIED = 100_000;

/** Parses a text in some language with its variables put in; of several ways that all break, the one that gets furthest. */
export function parseWithVariables<Parsed>(
  text: string,
  language: VariableLanguage<Parsed>,
): Substituted<Parsed> {
  const uses = variablesIn(text).filter((use) => !isEscapedDollar(text, use));
  if (uses.length === 0) return { parsed: language.parse(text), toWritten: (span) => span };
  const contexts = contextsOf(text, uses);
  const choices = uses.map(({ span }, index) =>
    language.choices(contexts[index] as VariableContext, text.slice(0, span.start), text.slice(span.end)),
  );
  let best: Substituted<Parsed> | undefined;
  let furthest = -1;
  for (const picks of combinations(choices, Math.min(MOST_TRIES, 1 + MOST_TRIED / text.length))) {
    const attempt = putIn(text, uses, picks, language.parse);
    const fault = language.fault(attempt.parsed);
    if (fault === undefined) return attempt;
    const start = attempt.toWritten(fault).start;
    if (start > furthest) {
      best = attempt;
      furthest = start;
    }
  }
  return best as Substituted<Parsed>;
}

function promqlChoices(context: VariableContext, before: string, after: string): readonly string[] {
  switch (context) {
    case 'string':
      return [VARIABLE];
    case 'range':
      return /^[a-z]/.test(after) ? ['5'] : ['5m', '5m:1m'];
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

function operandChoices(before: string, after: string): string[] {
  if (/\boffset\s*-?\s*$/i.test(before)) return /^[a-z]/.test(after) ? ['5'] : ['5m'];
  if (/[\w:]$/.test(before) || /^[\w:]/.test(after))
    return /\d$/.test(before) ? ['', VARIABLE] : [VARIABLE, '1'];
  if (/^\s*(?:by|without)\b/i.test(after)) return ['sum'];
  if (/^\s*\(/.test(after)) return ['sum', 'rate', 'sum by (x)', '+', VARIABLE];
  if (/^\s*[{[]/.test(after)) return [VARIABLE];
  // After something that is whole: an operator, or what may follow it.
  if (/[)\]}\w"]\s*$/.test(before) && !/\b(?:and|or|unless|bool|by|on)\s*$/i.test(before))
    return ['', '+', 'offset 5m', '> 1', '[5m]'];
  return [VARIABLE, '1', '"x"', 'sum(x)'];
}

const LABEL_LIST = /\b(?:by|without|on|ignoring|group_left|group_right)\s*$/i;

/** What is open where each variable stands. */
function contextsOf(text: string, uses: readonly VariableUse[]): VariableContext[] {
  const contexts: VariableContext[] = [];
  const open: VariableContext[] = [];
  let quote = '';
  let use = 0;
  for (let at = 0; at < text.length && use < uses.length; at++) {
    const { span } = uses[use] as VariableUse;
    if (at === span.start) {
      contexts.push(quote ? 'string' : (open.at(-1) ?? 'operand'));
      at = span.end - 1;
      use++;
      continue;
    }
    const char = text[at] as string;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '#')
      at = Math.max(at, text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at));
    else if (char === '(')
      open.push(LABEL_LIST.test(text.slice(Math.max(0, at - 16), at)) ? 'labels' : 'operand');
    else if (char === '[') open.push('range');
    else if (char === '{') open.push('matchers');
    else if (char === ')' || char === ']' || char === '}') open.pop();
  }
  // A variable in a comment, or past a quote that never closes, changes nothing.
  while (contexts.length < uses.length) contexts.push('string');
  return contexts;
}

/** Every way to pick one of each list, the first of each first, up to a bound. */
function* combinations(choices: readonly (readonly string[])[], most: number): Generator<string[]> {
  const picks = choices.map(() => 0);
  for (let tries = 0; tries < most; tries++) {
    yield choices.map((list, index) => list[picks[index] as number] as string);
    let place = 0;
    while (place < picks.length) {
      const next = (picks[place] as number) + 1;
      if (next < (choices[place] as readonly string[]).length) {
        picks[place] = next;
        break;
      }
      picks[place++] = 0;
    }
    if (place === picks.length) return;
  }
}

function putIn<Parsed>(
  text: string,
  uses: readonly VariableUse[],
  picks: readonly string[],
  parse: (text: string) => Parsed,
): Substituted<Parsed> {
  let result = '';
  let at = 0;
  const pieces: { start: number; end: number; written: Span }[] = [];
  uses.forEach(({ span }, index) => {
    result += text.slice(at, span.start);
    const pick = picks[index] as string;
    pieces.push({ start: result.length, end: result.length + pick.length, written: span });
    result += pick;
    at = span.end;
  });
  result += text.slice(at);

  const toWritten = (offset: number, edge: 'start' | 'end'): number => {
    let shift = 0;
    for (const { start, end, written } of pieces) {
      if (offset < start || (edge === 'end' && offset === start)) break;
      if (offset < end || (edge === 'end' && offset === end)) return written[edge];
      shift = written.end - end;
    }
    return offset + shift;
  };
  return {
    parsed: parse(result),
    toWritten: ({ start, end }) => {
      const from = toWritten(start, 'start');
      return { start: from, end: Math.max(from, toWritten(end, 'end')) };
    },
  };
}
