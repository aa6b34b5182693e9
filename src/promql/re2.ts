import { compileInParser, type Regex } from './wasm.ts';

/**
 * Most regular expressions of matchers are texts, with dots and stars: to them JavaScript's engine
 * gives the same answers, and is ready at once. Other ones are the parser's.
 */
const PLAIN =
  /^(?:[\w /:,@%=;<>&!~"'#-]|\.[*+]?|\\[.+*?()|[\]{}^$\\/])*(?:\|(?:[\w /:,@%=;<>&!~"'#-]|\.[*+]?|\\[.+*?()|[\]{}^$\\/])*)*$/;

/** A third star in one alternative would take time with the cube of the text. */
const MOST_STARS = 2;

const regexes = new Map<string, Regex | undefined>();

/** Compiles a regular expression once; undefined when it is not valid. */
export function compileRegex(pattern: string): Regex | undefined {
  if (regexes.has(pattern)) return regexes.get(pattern);
  const regex = isPlain(pattern) ? plainRegex(pattern) : compileInParser(pattern);
  regexes.set(pattern, regex);
  return regex;
}

const isPlain = (pattern: string): boolean =>
  PLAIN.test(pattern) && pattern.split('|').every((part) => (part.match(/[*+]/g) ?? []).length <= MOST_STARS);

function plainRegex(pattern: string): Regex {
  // RE2's dot takes everything but a line feed.
  const source = pattern.replace(/\\.|\./g, (part) => (part === '.' ? '[^\\n]' : part));
  const regex = new RegExp(`^(?:${source})$`, 'u');
  return {
    matches: (text) => regex.test(text),
    expand: (text, template) => compileInParser(pattern)?.expand(text, template),
  };
}
