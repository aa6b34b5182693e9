/** Why a text is no regular expression of Java. */
export interface JavaRegexFault {
  readonly message: string;
  /** Where, in the text. */
  readonly at: number;
}

/** Letters that mean something after a backslash (java.util.regex.Pattern, "Summary of regular-expression constructs"). */
const ESCAPES = /[0-9abcdefhknprstuvwxzABDGHNPQRSVWXZ]/;
const GROUP = /\(\?(?:[:=!>]|<[=!]|<([A-Za-z][A-Za-z0-9]*)>|[idmsuxU]*(?:-[idmsuxU]*)?[:)])/y;
const REPETITION = /\{\d+(?:,\d*)?\}/y;

/**
 * Finds what `java.util.regex.Pattern` refuses: unclosed groups and classes, quantifiers of nothing, unknown
 * escapes and kinds of group. Undefined for what it takes, and for what is not certain.
 */
export function javaRegexFault(pattern: string): JavaRegexFault | undefined {
  const groups: number[] = [];
  const names = new Set<string>();
  /** Whether there is something that a quantifier can follow. */
  let hasAtom = false;
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] as string;
    if (char === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) return { message: 'it ends with a backslash', at };
      if (next === 'Q') {
        const end = pattern.indexOf('\\E', at + 2);
        if (end < 0) return undefined;
        hasAtom = hasAtom || end > at + 2;
        at = end + 2;
        continue;
      }
      const fault = escapeFault(pattern, at);
      if (fault !== undefined) return fault;
      at = escapeEnd(pattern, at);
      hasAtom = true;
    } else if (char === '[') {
      const end = classEnd(pattern, at);
      if (typeof end !== 'number') return end;
      at = end + 1;
      hasAtom = true;
    } else if (char === '(') {
      if (pattern[at + 1] === '?') {
        GROUP.lastIndex = at;
        const group = GROUP.exec(pattern);
        if (group === null) return { message: groupWords(pattern.slice(at, at + 4)), at };
        // White space and comments mean nothing from here on.
        if (/^\(\?[^:-]*x/.test(group[0]) && group[1] === undefined) return undefined;
        if (group[1] !== undefined && names.has(group[1]))
          return { message: `the group "${group[1]}" is defined twice`, at };
        if (group[1] !== undefined) names.add(group[1]);
        if (!group[0].endsWith(')')) groups.push(at);
        at += group[0].length;
      } else {
        groups.push(at);
        at++;
      }
      hasAtom = false;
    } else if (char === ')') {
      if (groups.pop() === undefined) return { message: 'a ")" closes nothing', at };
      hasAtom = true;
      at++;
    } else if (char === '|') {
      hasAtom = false;
      at++;
    } else if (char === '*' || char === '+' || char === '?' || char === '{') {
      REPETITION.lastIndex = at;
      const repetition = char === '{' ? REPETITION.exec(pattern) : null;
      if (char === '{' && repetition === null)
        return { message: 'a "{" begins no repetition, and must be written \\{', at };
      // Only the short signs need something before them: Java takes {2} anywhere.
      if (!hasAtom && char !== '{') return { message: `"${char}" repeats nothing`, at };
      at += repetition?.[0].length ?? 1;
      // One more sign makes it reluctant or possessive.
      if (pattern[at] === '?' || pattern[at] === '+') at++;
      hasAtom = false;
    } else {
      // Nothing of these can be repeated as such, but Java lets a quantifier stand there.
      hasAtom = true;
      at++;
    }
  }
  const open = groups.at(-1);
  return open === undefined ? undefined : { message: 'a "(" is not closed', at: open };
}

const groupWords = (text: string): string =>
  text.startsWith('(?P')
    ? 'a named group is written (?<name>…) in Java, and not (?P<name>…)'
    : `"${text.slice(0, 3)}" begins no kind of group`;

function escapeFault(pattern: string, at: number): JavaRegexFault | undefined {
  const next = pattern[at + 1] as string;
  return /[A-Za-z]/.test(next) && !ESCAPES.test(next)
    ? { message: `"\\${next}" is no escape`, at }
    : undefined;
}

/** Where an escape ends: most are two characters long. */
function escapeEnd(pattern: string, at: number): number {
  const long = /\\(?:[pPN]\{[^}]*\}|[pP].|x\{[^}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c.|k<\w+>)/y;
  long.lastIndex = at;
  return at + (long.exec(pattern)?.[0].length ?? 2);
}

/** Where a class of characters ends, those inside it included, or why it does not. */
function classEnd(pattern: string, start: number): number | JavaRegexFault | undefined {
  const open: number[] = [];
  let at = start;
  while (at < pattern.length) {
    const char = pattern[at] as string;
    if (char === '\\') {
      if (pattern[at + 1] === 'Q') return undefined;
      if (pattern[at + 1] === undefined) return { message: 'it ends with a backslash', at };
      const fault = escapeFault(pattern, at);
      if (fault !== undefined) return fault;
      at = escapeEnd(pattern, at);
    } else if (char === '[') {
      open.push(at++);
      if (pattern[at] === '^') at++;
      if (pattern[at] === ']') at++;
    } else if (char === ']') {
      open.pop();
      if (open.length === 0) return at;
      at++;
    } else {
      const range = /^([A-Za-z0-9])-([A-Za-z0-9])/.exec(pattern.slice(at, at + 3));
      if (range !== null && (range[1] as string) > (range[2] as string))
        return { message: `the range "${range[0]}" is upside down`, at };
      at += range === null ? 1 : 3;
    }
  }
  return { message: 'a "[" is not closed', at: open.at(-1) ?? start };
}
