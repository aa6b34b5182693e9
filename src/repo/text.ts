/** A place in a file, as editors count: line and column from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a text, in UTF-16 units from 0, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text that stands in a file: the whole file, or one embedded in it, which knows where its parts are. */
export interface SourceText {
  /** The file's path. */
  readonly path: string;
  readonly text: string;
  position(offset: number): Position;
  /** A line's text without its end, by its number from 1; undefined past the last. */
  line(number: number): string | undefined;
  /** Where a line begins, by its number from 1; the end of the text past the last. */
  lineStart(number: number): number;
  /** Where this text's `offset` lies in the whole file's text. */
  fileOffset(offset: number): number;
  /** The whole file. */
  readonly file: SourceText;
}

/** The text of a whole file. Lines end with LF, CRLF or a lone CR. */
export function sourceText(path: string, text: string): SourceText {
  let starts: number[] | undefined;
  const source: SourceText = {
    path,
    text,
    position(offset) {
      starts ??= lineStarts(text);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] as number) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] as number) + 1 };
    },
    lineStart(number) {
      starts ??= lineStarts(text);
      return starts[number - 1] ?? text.length;
    },
    line(number) {
      starts ??= lineStarts(text);
      const start = starts[number - 1];
      return start === undefined ? undefined : text.slice(start, starts[number]).replace(/[\r\n]+$/, '');
    },
    fileOffset: (offset) => offset,
    get file() {
      return source;
    },
  };
  return source;
}

/** A text inside another one, such as a rule file in a ConfigMap; `toOuter` maps its offsets to the outer text's. */
export function embeddedText(
  outer: SourceText,
  text: string,
  toOuter: (offset: number) => number,
): SourceText {
  return {
    path: outer.path,
    text,
    position: (offset) => outer.position(toOuter(offset)),
    line: (number) => outer.line(number),
    lineStart: (number) => outer.lineStart(number),
    fileOffset: (offset) => outer.fileOffset(toOuter(offset)),
    file: outer.file,
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  return starts;
}

/** Why the bytes of a file are no text. */
export type NoText = 'binary' | 'not UTF-8';

/**
 * The text of a file's bytes: UTF-8, or UTF-16 with a byte order mark, which does not count as a
 * character of the text.
 */
export function decodeText(bytes: Uint8Array): string | NoTextError {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  if (encoding === 'utf-8' && bytes.includes(0)) return { noText: 'binary' };
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return { noText: 'not UTF-8' };
  }
}

export interface NoTextError {
  readonly noText: NoText;
}
