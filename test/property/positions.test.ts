import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document, Scalar } from 'yaml';
import { type Document as Parsed, type Path, parseJson, parseYaml } from '../../src/repo/document.ts';
import { decodeText, type Span, sourceText } from '../../src/repo/text.ts';
import { holds, soup } from '../support/property.ts';

const TEXT = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      ' ',
      ' ',
      '\n',
      '"',
      "'",
      '\\',
      '#',
      ':',
      '-',
      '{',
      '$',
      '%',
      'é',
      '😀',
      '\t',
      'sum(',
      ')',
    ),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((list) => list.join(''));

const STYLES = ['BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN'] as const;

/** Every value of a parsed text, with the way to it. */
function* valuesIn(value: unknown, path: Path = []): Generator<{ path: Path; value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    yield* valuesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** Every place that a document can tell lies in its text, and is where the value is written. */
function expectPlaces(document: Parsed, text: string): void {
  const inside = ({ start, end }: Span): void => {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    // What is missing at the end is pointed at where it would stand.
    expect(end).toBeLessThanOrEqual(text.length + 1);
  };
  for (const { span, first } of document.problems) {
    inside(span);
    if (first !== undefined) inside(first);
  }
  const isWhole = document.problems.every(({ kind }) => kind === 'duplicate-key');
  document.values.forEach((root, index) => {
    for (const { path, value } of valuesIn(root)) {
      inside(document.span(index, path, 'key'));
      const span = document.span(index, path, 'value');
      inside(span);
      if (typeof value !== 'string') continue;
      const offsets = document.stringOffsets(index, path);
      if (offsets === undefined) continue;
      expect(offsets).toHaveLength(value.length + 1);
      for (const offset of offsets) inside({ start: offset, end: offset });
      if (isWhole) expectWritten(value, offsets, text, span);
    }
  });
}

/** A string stands at its place, and each of its characters at its own. */
function expectWritten(value: string, offsets: Uint32Array, text: string, span: Span): void {
  for (let at = 0; at < value.length; at++) {
    const offset = offsets[at] as number;
    expect(offset).toBeGreaterThanOrEqual(span.start);
    const written = text[offset];
    // What is escaped begins with its backslash, and what is folded stands for a line break.
    if (/[\w:;,{}[\]]/.test(value[at] as string) && written !== '\\') expect(written).toBe(value[at]);
  }
  const own = text.slice(span.start, span.end);
  if (!/^[^|>!]/.test(own) || /[\r\n]/.test(own)) return;
  const [alone] = parseYaml(sourceText('a.yml', ` ${own}`)).values;
  // A tag may make a text of what alone is a number, and the parser takes some that alone it does not.
  expect([alone, own]).toContain(own === value.trimEnd() ? own : value);
}

describe('strings in YAML', () => {
  it.each(STYLES)('written as %s map each character to where it stands', (style) => {
    holds(
      fc.tuple(TEXT, fc.nat(3), fc.boolean(), fc.constantFrom(20, 80)),
      ([meant, depth, isCrlf, lineWidth]) => {
        const scalar = new Scalar(meant);
        scalar.type = style;
        const path = ['k', 0, 'v', 0, 'w'].slice(0, 1 + depth);
        const nested = path.reduceRight<unknown>(
          (inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }),
          scalar,
        );
        const written = new Document(nested).toString({ lineWidth });
        const text = isCrlf ? written.replace(/\n/g, '\r\n') : written;
        const document = parseYaml(sourceText('a.yml', text));
        if (document.problems.length > 0) return;
        const [read] = [...valuesIn(document.values[0])].filter(
          ({ path: other }) => other.join() === path.join(),
        );
        // Plain text of some kinds is not a string when it is read.
        if (typeof read?.value !== 'string') return;
        const value = read.value;
        const offsets = document.stringOffsets(0, path);
        if (offsets === undefined) throw new Error('a string without offsets');
        const { start } = document.span(0, path, 'value');
        let last = start;
        for (let at = 0; at < value.length; at++) {
          const offset = offsets[at] as number;
          expect(offset).toBeGreaterThanOrEqual(last);
          last = offset;
          // What is escaped, or made of line breaks, is written in another way.
          if (/[^\s"'\\\u0080-\uffff]/.test(value[at] as string)) expect(text[offset]).toBe(value[at]);
        }
      },
    );
  });
});

describe('documents', () => {
  const YAML = soup([
    ...[
      'a',
      'b: ',
      '- ',
      '\n',
      '\n  ',
      '\n    ',
      ': ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '|',
      '>',
      '|-',
      '>2',
      '#',
      ' #c',
      '\t',
    ],
    ...[
      '&x ',
      '*x',
      '<<: *x',
      '!t ',
      '---\n',
      '...\n',
      '%',
      '@',
      '`',
      '?',
      '~',
      'null',
      '1',
      'true',
      '\r\n',
      '\\',
      '\\x',
      '"a"',
      'k: v\n',
      'k: other\n',
      '1.0: x\n',
      '\ufeff',
    ],
  ]);
  const JSON_TEXT = soup([
    '{',
    '}',
    '[',
    ']',
    '"a"',
    '"',
    ':',
    ',',
    '1',
    'null',
    'true',
    ' ',
    '\n',
    '\\',
    '//',
    '"panels":',
    '"a":"bcd"',
    '"a":"\\u0041\\n"',
    '{"a":1}',
    '\ufeff',
  ]);

  it('of YAML are read without a crash, and every place lies in the text', () => {
    holds(YAML, (text) => expectPlaces(parseYaml(sourceText('a.yml', text)), text));
  });

  it('of JSON are read without a crash, and every place lies in the text', () => {
    holds(fc.oneof(JSON_TEXT, fc.json()), (text) => {
      const document = parseJson(sourceText('a.json', text));
      expectPlaces(document, text);
      if (document.problems.length > 0) return;
      for (const { path, value } of valuesIn(document.values[0])) {
        const { start, end } = document.span(0, path, 'value');
        expect(JSON.parse(text.slice(start, end))).toEqual(value);
      }
    });
  });

  it('any bytes are a text or not, and a text’s lines are those that positions count', () => {
    holds(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        const text = decodeText(bytes);
        if (typeof text !== 'string') return;
        const source = sourceText('a', text);
        for (let offset = 0; offset <= text.length; offset++) {
          const { line, column } = source.position(offset);
          const own = source.line(line);
          expect(own).toBeDefined();
          if (column <= (own as string).length) expect((own as string)[column - 1]).toBe(text[offset]);
        }
      },
    );
  });
});
