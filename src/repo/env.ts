import type { SourceText, Span } from './text.ts';

export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  readonly nameSpan: Span;
  readonly valueSpan: Span;
}

/**
 * The variables of an environment file: `NAME=value` lines, `export`, quotes, comments (Docker
 * documentation, "Syntax for environment files").
 */
export function readEnv(source: SourceText): EnvVariable[] {
  const line =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|([^\r\n]*))/gm;
  return [...source.text.matchAll(line)].map((match) => {
    const plain = match[4]?.replace(/(?:^|\s)#.*$/, '').trim();
    const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? plain ?? '';
    const nameStart = match.index + match[0].indexOf(match[1] as string);
    const valueEnd = match.index + match[0].trimEnd().length;
    const written =
      match[4] === undefined
        ? valueEnd - (match[2] ?? match[3] ?? '').length - 2
        : match.index + match[0].length - match[4].length;
    return {
      name: match[1] as string,
      value,
      nameSpan: { start: nameStart, end: nameStart + (match[1] as string).length },
      valueSpan: {
        start: Math.min(written, valueEnd),
        end: Math.min(written, valueEnd) + Math.max(1, plain?.length ?? valueEnd - written),
      },
    };
  });
}
