import { printable } from '../text.ts';

/** A piece of HTML. Only `html` makes one, so that no text of a file gets into the page as it is. */
export interface Html {
  readonly html: string;
}

type Piece = Html | string | number | undefined | readonly Piece[];

/** HTML with the values put in as text; pieces of HTML and lists of them are put in as they are. */
export const html = (parts: TemplateStringsArray, ...values: readonly Piece[]): Html => ({
  html: parts.map((part, index) => part + textOf(values[index])).join(''),
});

/** A text that is known to be HTML: of this program, never of a file. */
export const trusted = (text: string): Html => ({ html: text });

function textOf(value: Piece): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return 'html' in value ? value.html : value.map(textOf).join('');
}

/** Text of the user's files as HTML that shows it and does nothing else, between tags and in quotes. */
export const escapeHtml = (text: string): string =>
  printable(text)
    .replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`)
    // A runner looks for its commands in whatever is printed.
    .replace(/##(?=\[)/g, '#&#35;')
    .replace(/:(?=:)/g, '&#58;');
