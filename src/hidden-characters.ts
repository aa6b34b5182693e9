/**
 * Characters that nobody sees and that steer what shows them: controls but for tab and line feed, C1 controls,
 * zero-width and direction marks, separators of lines, the byte order mark, and tags.
 */
export const HIDDEN =
  /(?![\t\n])[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

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
