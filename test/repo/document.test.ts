import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Document, type Path, parseJson, parseYaml } from '../../src/repo/document.ts';
import { sourceText } from '../../src/repo/text.ts';
import { holds } from '../support/property.ts';

const yaml = (text: string): Document => parseYaml(sourceText('a.yml', text));
const json = (text: string): Document => parseJson(sourceText('a.json', text));

/** The text that a span covers. */
const at = (document: Document, path: Path, part: 'key' | 'value' = 'value'): string => {
  const { start, end } = document.span(0, path, part);
  return document.source.text.slice(start, end);
};

describe('a YAML document', () => {
  test('knows where each value and each key stands', () => {
    const document = yaml('jobs:\n  - name: api\n    port: 80\n');
    expect(at(document, ['jobs', 0, 'name'])).toBe('api');
    expect(at(document, ['jobs', 0, 'port'], 'key')).toBe('port');
  });

  test('points through aliases and merge keys at what is written', () => {
    const document = yaml('base: &b\n  image: redis\nservices:\n  cache:\n    <<: *b\n  other: *b\n');
    expect(document.values[0]).toMatchObject({
      services: { cache: { image: 'redis' }, other: { image: 'redis' } },
    });
    expect(at(document, ['services', 'cache', 'image'])).toBe('redis');
    expect(at(document, ['services', 'other', 'image'])).toBe('redis');
  });

  test('points at the nearest ancestor of what is missing', () => {
    expect(at(yaml('a:\n  b: 1\n'), ['a', 'c', 'd'])).toBe('b: 1');
  });

  test('points at the last of a key that is written twice, which is what is read', () => {
    const document = yaml('a: 1\nb: 2\na: 3\n');
    expect(document.values[0]).toEqual({ a: 3, b: 2 });
    expect(at(document, ['a'])).toBe('3');
  });

  test('finds what stands under a key that is no text, and nothing under one that is a map', () => {
    const document = yaml('? {a: 1}\n: x\n1.0: y\nnull: z\n"": w\n');
    expect(at(document, ['1'])).toBe('y');
    expect(at(document, [''])).toBe('w');
  });

  test('says which key is written twice', () => {
    const document = yaml('a: 1\na: 2\n');
    expect(document.problems).toMatchObject([{ kind: 'duplicate-key' }]);
  });

  test('reads what it can of a broken file', () => {
    const document = yaml('a: 1\nb: [1, 2\n');
    expect(document.problems[0]?.kind).toBe('syntax');
    expect(document.values[0]).toMatchObject({ a: 1 });
  });

  test('does not grow with an alias bomb', () => {
    let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
    for (let level = 1; level < 12; level++)
      text += `a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`)}]\n`;
    expect(yaml(text).problems).toMatchObject([{ kind: 'aliases' }]);
  });

  test.each(['[', '{a: ', '- '])('says that 10,000 levels of %j are too deep', (opening) => {
    expect(yaml(opening.repeat(10_000)).problems.length).toBeGreaterThan(0);
  });
});

describe('a JSON document', () => {
  test('knows where each value and each key stands', () => {
    const document = json('{"panels": [{"id": 1, "title": "a\\nb"}]}');
    expect(at(document, ['panels', 0, 'title'])).toBe('"a\\nb"');
    expect(at(document, ['panels', 0, 'id'], 'key')).toBe('"id"');
  });

  test('points at the last of a key that is written twice, which is what is read', () => {
    expect(at(json('{"a": 1, "b": 2, "a": 3}'), ['a'])).toBe('3');
  });

  test('says which key is written twice, and where', () => {
    const document = json('{"a": {"b": 1, "c": "\\"b\\": ", "b": 2}}');
    expect(document.problems).toMatchObject([{ kind: 'duplicate-key', span: { start: 31, end: 34 } }]);
  });

  test('says where it breaks', () => {
    const [problem] = json('{"a": 1,\n "b" 2}').problems;
    expect(problem).toMatchObject({ kind: 'syntax', message: 'there is no colon between the name and this' });
    expect(json('{"a": 1,\n "b" 2}').source.position(problem?.span.start ?? 0)).toEqual({
      line: 2,
      column: 6,
    });
  });

  test('takes an empty file for broken', () => {
    expect(json('').problems).toHaveLength(1);
  });

  test('says that 10,000 levels are too deep or broken', () => {
    expect(json('['.repeat(10_000)).problems).toHaveLength(1);
  });
});

describe('a string in a file', () => {
  const words = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '  ', '\n', '\n\n', '"', "'", '\\', 'é', '😀', ':', '#', '\t'),
  });
  const styles = fc.constantFrom(
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'PLAIN' as const,
  );

  test('is mapped to the characters that write it, in each style of YAML', () => {
    holds(fc.tuple(words, styles, fc.integer({ min: 1, max: 4 })), ([value, style, indent]) => {
      const text = stringify(
        { outer: [{ expr: value }] },
        { defaultStringType: style, indent: indent + 1, lineWidth: 20 },
      );
      const document = yaml(text);
      // What the file says, should the writer not keep every white space of the value.
      const [read] = document.values as [{ outer: [{ expr: unknown }] }];
      expectMapped(document, ['outer', 0, 'expr'], String(read.outer[0].expr));
    });
  });

  test('is mapped to the characters that write it, in JSON', () => {
    holds(words, (value) => expectMapped(json(JSON.stringify({ expr: value })), ['expr'], value));
  });

  test.each([
    ['a literal with an indentation indicator', 'expr: |2\n    a\n   b\n', '  a\n b\n'],
    [
      'a folded one with more indented lines',
      'expr: >\n  a\n  b\n\n    c\n    d\n\n  e\n',
      'a b\n\n  c\n  d\n\ne\n',
    ],
    ['a plain one over two lines', 'expr: sum(a)\n  / sum(b)\n', 'sum(a) / sum(b)'],
    ['an escaped line break', 'expr: "ab\\\n   cd"\n', 'abcd'],
    ['CRLF', 'expr: |\r\n  ab\r\n  cd\r\n', 'ab\ncd\n'],
  ])('is mapped in %s', (_name, text, value) => {
    const document = yaml(text);
    expect(document.values[0]).toEqual({ expr: value });
    expectMapped(document, ['expr'], value);
  });

  /** Each character that is written as itself is found where it is written, and the map never goes back. */
  function expectMapped(document: Document, path: Path, value: string): void {
    const offsets = document.stringOffsets(0, path);
    if (offsets === undefined) throw new Error('no string there');
    expect(offsets).toHaveLength(value.length + 1);
    for (let index = 0; index < value.length; index++) {
      const char = value[index] as string;
      const offset = offsets[index] as number;
      if (index > 0) expect(offset).toBeGreaterThanOrEqual(offsets[index - 1] as number);
      const written = document.source.text[offset];
      if (!/\s/.test(char) && written !== '\\') expect(written).toBe(char);
    }
  }
});
