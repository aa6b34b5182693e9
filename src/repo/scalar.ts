/**
 * Where the characters of a string stand in the file that writes it: through the quotes and escapes of
 * YAML and JSON, and the line folding and indentation of YAML's scalars (YAML 1.2.2, chapters 7 and 8).
 */

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/**
 * For each UTF-16 unit of `value`, and for its end, its offset in `source`, whose stretch from `start`
 * to `end` is the scalar as written: quotes, or the `|` or `>` of its header, included.
 */
export function scalarOffsets(
  source: string,
  start: number,
  end: number,
  style: ScalarStyle,
  value: string,
): Uint32Array {
  const offsets = new Uint32Array(value.length + 1);
  if (style === 'literal' || style === 'folded') return blockOffsets(source, start, end, value, offsets);
  return flowOffsets(source, start, end, style, value, offsets);
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';
const isBreak = (char: string | undefined): boolean => char === '\n' || char === '\r';

function flowOffsets(
  source: string,
  start: number,
  end: number,
  style: ScalarStyle,
  value: string,
  offsets: Uint32Array,
): Uint32Array {
  const quoted = style === 'single' || style === 'double';
  let at = quoted ? start + 1 : start;
  const last = quoted ? Math.max(at, end - 1) : end;

  // White space up to here is followed by text, and folds nothing.
  let unfolded = 0;
  for (let index = 0; index < value.length; index++) {
    // Text folded away: white space at the end of a line, the break, and the next line's indentation.
    const fold = at < unfolded ? undefined : foldEnd(source, at, last);
    if (fold === undefined) {
      if (at >= unfolded) unfolded = skipBlank(source, at, last);
    } else {
      const breaks = countBreaks(source, at, fold);
      // One break is a space in the value, more are one line feed less than there are breaks.
      const written = Math.max(1, breaks - 1);
      for (let unit = 0; unit < written && index + unit < value.length; unit++) offsets[index + unit] = at;
      index += written - 1;
      at = fold;
      continue;
    }
    if (style === 'double' && source[at] === '\\') {
      const length = escapeLength(source, at);
      if (length === 0) {
        // An escaped line break joins two lines without a space.
        at = skipBlank(source, skipBreak(source, at + 1), last);
        index--;
        continue;
      }
      offsets[index] = at;
      const units = escapeUnits(source, at);
      for (let unit = 1; unit < units; unit++) offsets[++index] = at;
      at += length;
      continue;
    }
    offsets[index] = Math.min(at, last);
    at += style === 'single' && source[at] === "'" ? 2 : 1;
  }
  offsets[value.length] = Math.min(at, last);
  return offsets;
}

/** Where text goes on after a folded line break that starts (with its white space) at `at`. */
function foldEnd(source: string, at: number, last: number): number | undefined {
  const afterBlank = skipBlank(source, at, last);
  if (afterBlank >= last || !isBreak(source[afterBlank])) return undefined;
  let next = afterBlank;
  while (next < last && (isBreak(source[next]) || isBlank(source[next]))) next++;
  return next;
}

function countBreaks(source: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to; at++) {
    if (source[at] === '\n' || (source[at] === '\r' && source[at + 1] !== '\n')) breaks++;
  }
  return breaks;
}

function skipBlank(source: string, at: number, last: number): number {
  let next = at;
  while (next < last && isBlank(source[next])) next++;
  return next;
}

function skipBreak(source: string, at: number): number {
  if (source[at] === '\r' && source[at + 1] === '\n') return at + 2;
  return at + 1;
}

/** The length of the escape at `at` as written; 0 for an escaped line break. */
function escapeLength(source: string, at: number): number {
  switch (source[at + 1]) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    case '\n':
    case '\r':
      return 0;
    default:
      return 2;
  }
}

function escapeUnits(source: string, at: number): number {
  if (source[at + 1] !== 'U') return 1;
  return Number.parseInt(source.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1;
}

function blockOffsets(
  source: string,
  start: number,
  end: number,
  value: string,
  offsets: Uint32Array,
): Uint32Array {
  let at = source.indexOf('\n', start) + 1;
  if (at === 0 || at > end) return offsets.fill(end);
  const indent = blockIndent(source, at, end, value);

  let index = 0;
  while (index < value.length && at < end) {
    let lineEnd = at;
    while (lineEnd < end && !isBreak(source[lineEnd])) lineEnd++;
    for (let char = Math.min(at + indent, lineEnd); char < lineEnd && index < value.length; char++) {
      offsets[index++] = char;
    }
    // The line's break and those of the empty lines after it. Folding makes a space of a single one and
    // drops the first of several, so the value tells how many line feeds are left of them.
    const breaks: number[] = [];
    at = lineEnd;
    while (at < end && isBreak(source[at])) {
      breaks.push(at);
      at = skipBreak(source, at);
      const next = skipBlank(source, at, Math.min(at + indent, end));
      if (!isBreak(source[next])) break;
      at = next;
    }
    if (breaks.length === 1 && value[index] === ' ') offsets[index++] = lineEnd;
    else for (const offset of breaks) if (value[index] === '\n') offsets[index++] = offset;
  }
  while (index <= value.length) offsets[index++] = Math.min(at, end);
  return offsets;
}

/** How far a block scalar's lines are indented: by what its first line with text has more of than the value's. */
function blockIndent(source: string, at: number, end: number, value: string): number {
  return Math.max(0, textColumn(source, at, end) - textColumn(value, 0, value.length));
}

/** How far into its line the first character stands that is neither a space nor a line break. */
function textColumn(text: string, from: number, to: number): number {
  let line = from;
  for (let at = from; at < to; at++) {
    if (isBreak(text[at])) line = at + 1;
    else if (text[at] !== ' ') return at - line;
  }
  return 0;
}
