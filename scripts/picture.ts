import { mkdirSync, writeFileSync } from 'node:fs';
import { prettyReport } from '../src/report/pretty.ts';
import { checkFiles } from '../test/support/check.ts';
import { variantFiles } from '../test/support/fixtures.ts';

/**
 * Draws what the program really prints for a broken fixture as an SVG picture of a terminal, for the
 * README: node scripts/run.mjs scripts/picture.ts
 */
const VARIANT = 'k2-market-data/feed-handler-down-too-slow';
const WIDTH = 96;

interface Style {
  readonly color: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isUnderlined: boolean;
}

function picture(output: string): string {
  const lines = output.split('\n');
  const [charWidth, lineHeight, margin, bar] = [8.43, 19, 16, 28];
  const width = Math.ceil(WIDTH * charWidth + 2 * margin);
  const height = bar + lines.length * lineHeight + 2 * margin;
  const rows = lines.map(
    (line, index) =>
      `<text x="${margin}" y="${bar + margin + (index + 0.75) * lineHeight}">${spans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="monitoring-check's report in a terminal">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<path d="M0 ${bar}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${bar - 8}z" fill="#21262d"/>
<circle cx="18" cy="14" r="5.5" fill="#ff5f57"/><circle cx="37" cy="14" r="5.5" fill="#febc2e"/><circle cx="56" cy="14" r="5.5" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${rows.join('\n')}
</g>
</svg>
`;
}

/** An SGR sequence of one number: escape, bracket, number, m. */
const SGR = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`);

const COLORS: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#3fb950',
  33: '#d29922',
  34: '#58a6ff',
  39: '',
};

/** A line with SGR sequences as text spans. */
function spans(line: string): string {
  let style: Style = { color: '', isBold: false, isDim: false, isUnderlined: false };
  return line
    .split(SGR)
    .map((part, index) => {
      if (index % 2 === 1) {
        style = next(style, part);
        return '';
      }
      return part === '' ? '' : `<tspan${attributes(style)}>${escapeXml(part)}</tspan>`;
    })
    .join('');
}

function next(style: Style, code: string): Style {
  if (code in COLORS) return { ...style, color: COLORS[code] as string };
  switch (code) {
    case '1':
      return { ...style, isBold: true };
    case '2':
      return { ...style, isDim: true };
    case '4':
      return { ...style, isUnderlined: true };
    case '22':
      return { ...style, isBold: false, isDim: false };
    case '24':
      return { ...style, isUnderlined: false };
    default:
      return { color: '', isBold: false, isDim: false, isUnderlined: false };
  }
}

const attributes = ({ color, isBold, isDim, isUnderlined }: Style): string =>
  [
    color ? ` fill="${color}"` : '',
    isBold ? ' font-weight="bold"' : '',
    isDim ? ' opacity="0.65"' : '',
    isUnderlined ? ' text-decoration="underline"' : '',
  ].join('');

/** Spaces become ones that no reader of the picture runs together. */
const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/ /g, '\u00a0');

const text = prettyReport(checkFiles(variantFiles(VARIANT)), { color: true, width: WIDTH, quiet: false });
mkdirSync('docs', { recursive: true });
writeFileSync('docs/output.svg', picture(`$ npx monitoring-check\n\n${text.trimEnd()}`));
