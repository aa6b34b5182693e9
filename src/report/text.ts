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

/**
 * Lines of which a runner of GitHub Actions takes none for a command: it looks for `::` behind any blanks, and for
 * `##[` anywhere (actions/runner, ActionCommand.cs). Colours may stand before.
 */
export const withoutCommands = (text: string): string =>
  text.replace(COMMAND, (_, before: string | undefined) =>
    before === undefined ? '#\\u0023' : `${before}\\u003a`,
  );

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
const COMMAND = /^((?:[^\S\n]|\u001b\[[\d;]*m)*):(?=:)|##(?=\[)/gm;

/**
 * Data as JSON with two spaces of indentation. What a terminal or a reviewer would not see, such as marks that turn
 * the direction of writing, and what a runner would obey is escaped, which means the same to whoever parses it.
 */
export const plainJson = (data: unknown): string =>
  JSON.stringify(data, undefined, 2)
    .replace(HIDDEN, (char) =>
      char.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    )
    .replace(/##(?=\[)/g, '#\\u0023');

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
