import type { Span } from '../../repo/text.ts';

/** A metric that a program defines. */
export interface Definition {
  /** The names of its series; a `*` stands for what the code does not tell. */
  readonly names: readonly string[];
  /** Its labels; undefined where the code does not tell them. */
  readonly labels: readonly string[] | undefined;
  /** Undefined where the code does not tell. */
  readonly type: MetricType | undefined;
  /** Where it is defined, in the source text. */
  readonly span: Span;
}

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'enum';

/** The series that the official clients expose for a metric of a type. */
export function seriesOf(name: string, type: MetricType): string[] {
  switch (type) {
    case 'counter':
      return [`${name.replace(/_total$/, '')}_total`, `${name.replace(/_total$/, '')}_created`];
    case 'histogram':
      return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`, `${name}_created`];
    case 'summary':
      return [name, `${name}_sum`, `${name}_count`, `${name}_created`];
    case 'info':
      return [`${name.replace(/_info$/, '')}_info`];
    default:
      return [name];
  }
}

/** No call that a person writes is longer, in UTF-16 units; each that is never closed is read up to here. */
const LONGEST_CALL = 20_000;

/** The text from an opening bracket to the one that closes it, strings passed over; the rest when none does. */
export function bracketed(text: string, open: number): string {
  const last = Math.min(text.length, open + LONGEST_CALL);
  let depth = 0;
  let quote = '';
  for (let at = open; at < last; at++) {
    const char = text[at] as string;
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '(' || char === '{' || char === '[') depth++;
    else if ((char === ')' || char === '}' || char === ']') && --depth === 0) return text.slice(open, at + 1);
  }
  return text.slice(open, last);
}

/** The strings in a stretch of code. */
export const stringsIn = (text: string): string[] =>
  [...text.matchAll(/["'`]([^"'`\n]*)["'`]/g)].map((match) => match[1] as string);

/** The type that one of a definition's series has; undefined where the definition does not tell. */
export function seriesType(definition: Definition, series: string): 'counter' | 'gauge' | undefined {
  if (series.endsWith('_created')) return 'gauge';
  switch (definition.type) {
    case 'counter':
      return 'counter';
    case 'gauge':
    case 'info':
    case 'enum':
      return 'gauge';
    case 'histogram':
    case 'summary':
      return /_(?:bucket|count|sum)$/.test(series) ? 'counter' : undefined;
    case undefined:
      return undefined;
  }
}
