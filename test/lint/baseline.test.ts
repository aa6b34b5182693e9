import { describe, expect, test } from 'vitest';
import { readBaseline, writeBaseline } from '../../src/lint/baseline.ts';
import { withoutKnown } from '../../src/lint/known.ts';
import { finding } from '../support/findings.ts';

const FOUND = [
  finding('a/one', 'x.yml', 3),
  finding('a/one', 'x.yml', 9),
  finding('b/two', 'y.yml', 1, { message: 'seen on line 4 of it' }),
];
const known = readBaseline(writeBaseline(FOUND), 'baseline.json');

describe('a baseline', () => {
  test('knows what it was written from, wherever the lines move', () => {
    const moved = FOUND.map((one) => ({
      ...one,
      message: one.message.replace('line 4', 'line 40'),
      at: { ...one.at, start: { line: one.at.start.line + 30, column: 1 } },
    }));
    expect(withoutKnown(moved, known)).toEqual({ fresh: [], gone: 0 });
  });

  test('lets through one more of what it knows, another rule, and another file', () => {
    const more = [
      ...FOUND,
      finding('a/one', 'x.yml', 20),
      finding('a/two', 'x.yml', 3),
      finding('a/one', 'z.yml', 3),
    ];
    expect(withoutKnown(more, known).fresh).toEqual(more.slice(3));
  });

  test('tells how much of it is no longer there', () => {
    expect(withoutKnown(FOUND.slice(1), known)).toEqual({ fresh: [], gone: 1 });
  });

  test('is the same text in whatever order the findings are', () => {
    expect(writeBaseline([...FOUND].reverse())).toBe(writeBaseline(FOUND));
  });

  test.each([
    ['{', 'baseline.json is no baseline: it is not JSON; --write-baseline makes one'],
    ['[]', 'baseline.json is no baseline: --write-baseline makes one'],
    ['{"version": 2, "findings": []}', 'baseline.json is a baseline of version 2; this program knows 1'],
    [
      '{"version": 1, "findings": [{"rule": "a/one"}]}',
      'baseline.json is no baseline: each of its findings has a rule, a file and a message',
    ],
  ])('that is none is refused in one line: %s', (text, line) => {
    expect(() => readBaseline(text, 'baseline.json')).toThrow(line);
  });
});
