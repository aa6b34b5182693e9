import type pc from 'picocolors';
import type { Severity } from '../config/config.ts';
import type { Finding, FindingPlace } from '../lint/finding.ts';
import { printable, wrap } from './text.ts';

export type Colors = ReturnType<typeof pc.createColors>;

const LABELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', notice: 'notice' };

function colorOf(severity: Severity, colors: Colors): (text: string) => string {
  return severity === 'error' ? colors.red : severity === 'warning' ? colors.yellow : colors.blue;
}

/** A finding on its code, with what belongs to it. */
export function findingBlock(finding: Finding, width: number, colors: Colors): string {
  const { at, severity, rule, message, help, related } = finding;
  const paint = colorOf(severity, colors);
  const lines = [
    `${colors.bold(paint(LABELS[severity]))} ${colors.dim(rule)}  ${colors.underline(placeText(at))}`,
  ];
  for (const line of wrap(printable(message), width - 2)) lines.push(`  ${colors.bold(line)}`);
  lines.push(...frame(at, width, paint, colors));
  for (const other of related) {
    lines.push(`  ${colors.dim('see')} ${colors.underline(placeText(other.at))} ${printable(other.message)}`);
    lines.push(...lineOf(other.at, width, colors));
  }
  if (help !== undefined) {
    const [first = '', ...rest] = wrap(printable(help), width - 8);
    lines.push(`  ${colors.green('help:')} ${first}`, ...rest.map((line) => `        ${line}`));
  }
  return lines.join('\n');
}

/** A place as editors and terminals link it. */
export const placeText = ({ file, start }: FindingPlace): string =>
  `${printable(file)}:${start.line}:${start.column}`;

/** Lines shown before and after the fault. */
const CONTEXT = 2;
/** Lines of the fault itself that are shown. */
const MOST_LINES = 6;

/** The code around a place, with the fault underlined. */
function frame(at: FindingPlace, width: number, paint: (text: string) => string, colors: Colors): string[] {
  const last = Math.min(at.end.line, at.start.line + MOST_LINES - 1);
  const from = Math.max(1, at.start.line - CONTEXT);
  let to = last + (at.start.line === at.end.line ? CONTEXT : 1);
  while (to > from && at.source.line(to) === undefined) to--;
  const gutter = String(to).length;
  const shown: string[] = [];
  for (let line = from; line <= to; line++) {
    const text = at.source.line(line) ?? '';
    if (line < at.start.line && text.trim() === '') continue;
    if (line > at.end.line && text.trim() === '') break;
    const marked = line >= at.start.line && line <= last;
    const start = line === at.start.line ? at.start.column - 1 : text.search(/\S|$/);
    const end = line === at.end.line ? Math.max(at.end.column - 1, start + 1) : text.trimEnd().length;
    const cut = window(text, marked ? start : 0, marked ? end : 0, width - gutter - 5);
    const number = String(line).padStart(gutter);
    shown.push(`  ${marked ? paint('>') : ' '} ${colors.dim(`${number} │`)} ${cut.text}`);
    if (marked && end > start && line === at.start.line) {
      shown.push(
        `    ${' '.repeat(gutter)} ${colors.dim('│')} ${' '.repeat(cut.start)}${paint('~'.repeat(Math.max(1, cut.end - cut.start)))}`,
      );
    }
  }
  return shown;
}

/** One line of a related place. */
function lineOf(at: FindingPlace, width: number, colors: Colors): string[] {
  const text = at.source.line(at.start.line) ?? '';
  const number = String(at.start.line);
  const cut = window(text, at.start.column - 1, at.start.column, width - number.length - 5);
  return [`    ${colors.dim(`${number} │`)} ${cut.text}`];
}

/** As much of a line as fits, with the stretch that matters in it. */
function window(
  text: string,
  start: number,
  end: number,
  width: number,
): { text: string; start: number; end: number } {
  const plain = printable(text.replace(/\t/g, ' ')).trimEnd();
  if (plain.length <= width)
    return { text: plain, start, end: Math.min(end, Math.max(plain.length, start + 1)) };
  const from = end <= width - 2 ? 0 : Math.max(0, Math.min(start - 12, plain.length - width + 2));
  const piece = plain.slice(from, from + width - 2);
  const prefix = from > 0 ? '…' : '';
  const suffix = from + width - 2 < plain.length ? '…' : '';
  const shift = prefix.length - from;
  return {
    text: `${prefix}${piece}${suffix}`,
    start: start + shift,
    end: Math.min(end + shift, prefix.length + piece.length),
  };
}
