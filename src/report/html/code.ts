import type { FindingPlace } from '../../lint/finding.ts';
import { type Html, html } from './escape.ts';

/** A longer line is shown around its marked stretch. */
const LONGEST_LINE = 180;

/** A place's lines, at most `most`, with its stretch marked, and `context` lines before and after. */
export function codeFrame(at: FindingPlace, context: number, most = 6): Html {
  const lines = linesOf(at);
  const last = Math.min(at.end.line, at.start.line + most - 1);
  const from = Math.max(1, at.start.line - context);
  const to = Math.min(lines.length, last + context);
  const rows: Html[] = [];
  for (let line = from; line <= to; line++) {
    const text = lines[line - 1] ?? '';
    const isMarked = line >= at.start.line && line <= last;
    if (!isMarked && text.trim() === '') continue;
    const start = line === at.start.line ? at.start.column - 1 : text.search(/\S|$/);
    const end = line === at.end.line ? Math.max(at.end.column - 1, start + 1) : text.trimEnd().length;
    const shown = isMarked ? marked(text, start, end) : html`${cut(text, 0, LONGEST_LINE)}`;
    rows.push(
      html`<span class="line${isMarked ? ' at' : ''}"><span class="number">${line}</span>${shown}</span>`,
    );
  }
  return html`<pre class="code"><code>${rows}</code></pre>`;
}

function marked(text: string, start: number, end: number): Html {
  const from = end > LONGEST_LINE ? Math.max(0, Math.min(start - 40, text.length - LONGEST_LINE)) : 0;
  const to = from + LONGEST_LINE;
  return html`${from > 0 ? '…' : ''}${text.slice(from, start)}<mark>${text.slice(start, Math.min(end, to))}</mark>${cut(text, Math.min(end, to), to)}`;
}

const cut = (text: string, from: number, to: number): string =>
  text.slice(from, Math.max(from, to)) + (text.length > to ? '…' : '');

const known = new WeakMap<FindingPlace['source'], readonly string[]>();

/** The lines of a place's file. Split once. */
function linesOf({ source }: FindingPlace): readonly string[] {
  let lines = known.get(source);
  if (lines === undefined) {
    lines = source.text.split(/\r\n|\r|\n/);
    known.set(source, lines);
  }
  return lines;
}
