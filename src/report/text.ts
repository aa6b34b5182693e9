/**
 * Text of the user's files as it may be shown: control characters and marks that turn the direction of
 * writing are spelled out, so that no file can move the cursor, colour the screen or hide a line.
 */
export const printable = (text: string): string =>
  text.replace(HIDDEN, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16);
    return char === '\r' ? '' : code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });

/**
 * Controls but for tab and line feed, C1 controls, zero-width and direction marks, separators of lines, the byte
 * order mark, and tags, which nothing shows.
 */
const HIDDEN =
  /(?![\t\n])[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Breaks a text into lines of at most `width` columns, between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}
