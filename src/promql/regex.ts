import { compileRegex } from './re2.ts';

/** What RE2 leaves out of other dialects, with the words for it (RE2 documentation, "Syntax"). */
const NOT_RE2: readonly [RegExp, string][] = [
  [/\(\?<?[=!]/, 'look-ahead and look-behind are not supported'],
  [/\(\?>/, 'atomic groups are not supported'],
  [/(?:[*+?]|\{\d+(?:,\d*)?\})[*+]/, 'one quantifier follows another'],
  [/\\[1-9](?!\d)/, 'back-references are not supported'],
  [/\\Z/, '\\Z is not supported, $ is'],
  [/\{(?:\d+,)?(?!1000[,}])[1-9]\d{3,},?\}/, 'a repetition counts to more than 1000'],
];

/** Longer patterns are none that a person wrote, in UTF-16 units: nothing is said of them. */
const LONGEST = 10_000;

/**
 * Why a text is no regular expression of RE2, which Prometheus and Alertmanager use; undefined when it is
 * one, or when that is not certain.
 */
export function regexFault(pattern: string): string | undefined {
  // What stands between \Q and \E means itself.
  if (pattern.length > LONGEST || pattern.includes('\\Q')) return undefined;
  // Escapes and classes hold any of the signs that mean something elsewhere.
  const bare = pattern.replace(/\\[^1-9Z]/g, '\\a').replace(/\[\^?\]?(?:\\.|[^\]\\])*\]/g, 'a');
  const [, words] = NOT_RE2.find(([sign]) => sign.test(bare)) ?? [];
  if (words !== undefined) return words;
  return compileRegex(pattern) === undefined ? (bracketFault(pattern) ?? scriptFault(pattern)) : undefined;
}

/** A bracket that is not closed, or was never opened. */
function bracketFault(pattern: string): string | undefined {
  const open: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at++;
    else if (char === '[') {
      const end = classEnd(pattern, at);
      if (end === undefined) return 'a "[" is not closed';
      at = end;
    } else if (char === '(') open.push(char);
    else if (char === ')' && open.pop() === undefined) return 'a ")" closes nothing';
  }
  return open.length > 0 ? 'a "(" is not closed' : undefined;
}

/** Where a class of characters ends; a `]` that comes first in it is one of them. */
function classEnd(pattern: string, start: number): number | undefined {
  let at = start + 1;
  if (pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  for (; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '[' && pattern[at + 1] === ':') {
      const end = pattern.indexOf(':]', at);
      if (end >= 0) at = end + 1;
    } else if (pattern[at] === ']') return at;
  }
  return undefined;
}

/** What JavaScript says of it, as a second opinion: two parsers that refuse a text are hardly both wrong. */
function scriptFault(pattern: string): string | undefined {
  const plain = pattern
    .replace(/\(\?P?<\w+>/g, '(')
    .replace(/\(\?[imsU-]+(:?)\)?/g, (_, colon: string) => (colon ? '(?:' : 'a'))
    .replace(/\[\[:\w+:\]\]/g, '[a]');
  try {
    new RegExp(plain);
    return undefined;
  } catch (error) {
    const words = (error as Error).message.split(': ').at(-1) ?? '';
    return words.charAt(0).toLowerCase() + words.slice(1);
  }
}
