import type { SourceText, Span } from '../repo/text.ts';

/** A value of an INI file. */
export interface IniValue {
  readonly value: string;
  readonly span: Span;
}

/** Reads an INI file as Grafana does: sections, `key = value`, comments with `#` or `;`. Keys are `section.key`. */
export function readIni(source: SourceText): Map<string, IniValue> {
  const found = new Map<string, IniValue>();
  let section = '';
  for (const match of source.text.matchAll(/^[^\r\n]*/gm)) {
    const [line] = match;
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    if (header !== null) section = (header[1] as string).trim();
    const pair = /^\s*([\w.-]+)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (header !== null || pair === null) continue;
    const [, key = '', written = ''] = pair;
    const value = written.replace(/\s+[;#].*$/, '').replace(/^(["'`]{1,3})([\s\S]*)\1$/, '$2');
    const start = match.index + line.length - line.trimEnd().length;
    const at = match.index + line.lastIndexOf(written);
    found.set(section === '' ? key : `${section}.${key}`, {
      value,
      span: written === '' ? { start, end: start + 1 } : { start: at, end: at + written.length },
    });
  }
  return found;
}
