import { onceEach } from '../once.ts';
import { compileInParser, type Regex } from './wasm.ts';

/** A character, or one of several, as JavaScript and RE2 write it alike. */
const ATOM = String.raw`[\w /:,@%=;<>&!~"'#-]|\.|\\[.+*?()|[\]{}^$\\/d]|\[(?:[a-z\d]-[a-z\d]|[\w .:/,])+\]`;

/** Atoms, once or several times, in alternatives and groups; whether brackets close is the engine's to say. */
const PLAIN = new RegExp(String.raw`^\^?(?:(?:${ATOM})(?:[*+?]|\{\d\})?|\||\((?:\?:)?|\)\??)*\$?$`, 'i');

/** More open ends on the way through an expression would take time with the cube of the text, or worse. */
const MOST_STARS = 2;
const MOST_OPTIONS = 3;

/** Of a pattern and of a text, in UTF-16 units: with two open ends, a text takes time with its square. */
const LONGEST = 1000;

/**
 * Compiles a regular expression once; undefined when it is not valid. To most of those in matchers
 * JavaScript's engine gives the answers that RE2 gives, and is ready at once: other ones are the parser's.
 */
export const compileRegex = onceEach(
  (pattern: string): Regex | undefined =>
    (isPlain(pattern) && plainRegex(pattern)) || compileInParser(pattern),
);

function isPlain(pattern: string): boolean {
  // On one that is far longer, or nested far more deeply, JavaScript's engine ends the whole process.
  if (pattern.length > LONGEST || !PLAIN.test(pattern)) return false;
  const bare = pattern.replace(/\\./g, 'a');
  const ways = bare.includes('(') ? [bare] : bare.split('|');
  return (
    ways.every((way) => (way.match(/[*+]/g) ?? []).length <= MOST_STARS) &&
    (bare.match(/\?(?!:)/g) ?? []).length <= MOST_OPTIONS
  );
}

function plainRegex(pattern: string): Regex | undefined {
  // RE2's dot takes everything but a line feed.
  const source = pattern.replace(/\\.|\[[^\]]*\]|\./g, (part) => (part === '.' ? '[^\\n]' : part));
  let regex: RegExp;
  try {
    regex = new RegExp(`^(?:${source})$`, 'u');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  let linear: Regex | undefined;
  const inParser = (): Regex | undefined => {
    linear ??= compileInParser(pattern);
    return linear;
  };
  return {
    matches: (text) => (text.length > LONGEST ? inParser()?.matches(text) === true : regex.test(text)),
    expand(text, template) {
      if (text.length > LONGEST) return inParser()?.expand(text, template);
      const groups = regex.exec(text);
      return groups === null ? undefined : filled(template, groups);
    },
  };
}

/** A template with groups put in for `$1` and `${1}`, by Go's rules: what names no group is empty. */
const filled = (template: string, groups: readonly (string | undefined)[]): string =>
  template.replace(
    /\$(?:\$|(\w+)|\{(\w+)\})/g,
    (written, name: string | undefined, braced: string | undefined) =>
      written === '$$' ? '$' : (groups[Number(name ?? braced)] ?? ''),
  );
