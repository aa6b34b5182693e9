import { HIDDEN } from '../hidden-characters.ts';

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
 * Lines of which a runner of GitHub Actions takes none for a command: it looks for `::` behind any blanks, and for
 * `##[` anywhere (actions/runner, ActionCommand.cs). Colours may stand before.
 */
export const withoutCommands = (text: string): string =>
  text.replace(COMMAND, (_, before: string | undefined) =>
    before === undefined ? '#\\u0023' : `${before}\\u003a`,
  );

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
const COMMAND = /^((?:[^\S\n]|\u001b\[[\d;]*m)*):(?=:)|##(?=\[)/gm;

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
