import type { Span } from '../repo/text.ts';

/** Raised where the grammar takes what Prometheus's lexer does not; whoever reads an expression catches it. */
export class SyntaxProblem extends Error {
  readonly span: Span;
  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The value of a quoted string, by the rules of Go's string literals that PromQL takes over. */
export function unquote(source: string, span: Span): string {
  const quote = source[0];
  const body = source.slice(1, -1);
  if (quote === '`') return body;
  return body.replace(
    /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|[\s\S])/g,
    (whole, sequence: string, at: number) => {
      const fault = (): never => {
        throw new SyntaxProblem(`"${whole}" is no escape sequence`, {
          start: span.start + 1 + at,
          end: span.start + 1 + at + whole.length,
        });
      };
      const simple = sequence.length === 1 ? SIMPLE_ESCAPES[sequence] : undefined;
      if (simple !== undefined)
        return (sequence === '"' || sequence === "'") && sequence !== quote ? fault() : simple;
      if (/^[0-7]{3}$/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8));
      const code = sequence.length > 1 ? Number.parseInt(sequence.slice(1), 16) : Number.NaN;
      return Number.isNaN(code) || code > 0x10ffff ? fault() : String.fromCodePoint(code);
    },
  );
}
