import { matcherTakes } from '../../promql/matcher.ts';
import { compileRegex } from '../../promql/re2.ts';
import type { Matcher } from '../../promql/tree.ts';

/** Values that are tried for a label of which only conditions are known. */
const ORDINARY = [
  'x',
  '1',
  'a',
  'main',
  '500',
  '200',
  'true',
  'y',
  '0',
  'foo-1',
  'http://x',
  'GET',
  '0.5',
  'x_total',
  'container-x',
  '',
];

/** A value that fulfils every matcher on one label: the wanted one where it does; undefined when none is found. */
export function valueFor(matchers: readonly Matcher[], wanted: string): string | undefined {
  const equal = matchers.find(({ op }) => op === '=');
  const sampled = matchers.filter(({ op }) => op === '=~').flatMap(({ value }) => regexSamples(value));
  const candidates = equal ? [equal.value] : [wanted, ...sampled, ...ORDINARY];
  return candidates.find((candidate) => matchers.every((matcher) => matcherTakes(matcher, candidate)));
}

/** Of a longer pattern no texts are made, in UTF-16 units. */
const LONGEST_PATTERN = 2000;

/** A few texts that a regular expression takes, read off its own parts. */
export function regexSamples(pattern: string): string[] {
  const regex = pattern.length > LONGEST_PATTERN ? undefined : compileRegex(pattern);
  if (regex === undefined) return [];
  const [shortest, longer] = [generate(pattern, 0), generate(pattern, 1)];
  return [...new Set([longer, shortest, ...ORDINARY])].filter(
    (text) => text !== undefined && regex.matches(text),
  ) as string[];
}

/** The first alternative of everything, repeated as little as allowed, and at least `least` times. */
function generate(pattern: string, least: number): string | undefined {
  const reader = { pattern, at: 0 };
  try {
    return alternatives(reader, least);
  } catch (error) {
    // A construct that is not read here: the ordinary values are tried instead.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Reader {
  readonly pattern: string;
  at: number;
}

function alternatives(reader: Reader, least: number): string {
  const first = sequence(reader, least);
  while (reader.pattern[reader.at] === '|') {
    reader.at++;
    sequence(reader, least);
  }
  return first;
}

function sequence(reader: Reader, least: number): string {
  let text = '';
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern[reader.at] as string)) {
    const piece = atom(reader, least);
    const [from] = quantifier(reader);
    text += piece.repeat(from === 0 ? least : from);
  }
  return text;
}

function atom(reader: Reader, least: number): string {
  const char = reader.pattern[reader.at++] as string;
  switch (char) {
    case '^':
    case '$':
      return '';
    case '.':
      return 'x';
    case '\\':
      return escaped(reader);
    case '[':
      return charClass(reader);
    case '(': {
      const flags = /^\?(?:P?<\w+>|[a-zA-Z-]*:)/.exec(reader.pattern.slice(reader.at));
      if (flags) reader.at += flags[0].length;
      const inner = alternatives(reader, least);
      if (reader.pattern[reader.at++] !== ')') throw new SyntaxError('unclosed group');
      return inner;
    }
    default:
      return char;
  }
}

function escaped(reader: Reader): string {
  const char = reader.pattern[reader.at++] ?? '';
  if (char === 'd') return '1';
  if (char === 'w') return 'x';
  if (char === 's') return ' ';
  if (char === 'D' || char === 'S') return 'x';
  if (/[bBAz]/.test(char)) return '';
  if (/[a-zA-Z]/.test(char)) throw new SyntaxError('an escape that is not known');
  return char;
}

function charClass(reader: Reader): string {
  const close = reader.pattern.indexOf(']', reader.at + 1);
  if (close < 0) throw new SyntaxError('unclosed class');
  const body = reader.pattern.slice(reader.at, close);
  reader.at = close + 1;
  const regex = compileRegex(`[${body}]`);
  const found = [...'x1a5A0_-. /:'].find((char) => regex?.matches(char)) ?? body.replace(/^\^/, '')[0];
  return found ?? '';
}

function quantifier(reader: Reader): [number] {
  const match = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at));
  if (match === null) return [1];
  reader.at += match[0].length;
  if (match[1] !== undefined) return [Number(match[1])];
  return [match[0].startsWith('+') ? 1 : 0];
}
