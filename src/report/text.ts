/**
 * Text of the user's files as it may be shown: control characters and marks that turn the direction of
 * writing are spelled out, so that no file can move the cursor, colour the screen or hide a line.
 */
export const printable = (text: string): string =>
  text.replace(HIDDEN, (char) =>
    char === '\r' ? '' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Controls but for tab and line feed, C1 controls, zero-width and direction marks, the byte order mark. */
const HIDDEN = /(?![\t\n])[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

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
