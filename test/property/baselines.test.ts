import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBaseline, writeBaseline } from '../../src/lint/baseline.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { fingerprints, withoutKnown } from '../../src/lint/known.ts';
import { finding } from '../support/findings.ts';
import { holds } from '../support/property.ts';

const text = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'see line 7',
    'see line 7:3 and line 9',
    '',
    '\n',
    '"',
    '\0',
    'a\0b',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
/** Few rules and files, so that many findings share them. */
const found: fc.Arbitrary<Finding> = fc
  .tuple(fc.constantFrom('a/one', 'b/two'), fc.constantFrom('x.yml', 'd/y.yml'), fc.nat(40), text)
  .map(([rule, file, line, message]) => finding(rule, file, line + 1, { message }));
const list = fc.array(found, { maxLength: 12 });

/** The same findings after an edit above them: every line, also one that a message names, is another. */
const moved = (findings: readonly Finding[], by: number): Finding[] =>
  findings.map((one) => ({
    ...one,
    message: one.message.replace(/line (\d+)/g, (_, line: string) => `line ${Number(line) + by}`),
    at: { ...one.at, start: { line: one.at.start.line + by, column: 1 } },
  }));

const known = (findings: readonly Finding[]) => readBaseline(writeBaseline(findings), 'baseline.json');

describe('a baseline', () => {
  it('knows all that it was written from, in any order and at any line, and nothing of it is gone', () => {
    holds(fc.tuple(list, fc.nat(500)), ([findings, by]) => {
      expect(withoutKnown(moved(findings, by).reverse(), known(findings))).toEqual({ fresh: [], gone: 0 });
    });
  });

  it('lets through exactly what is there more often than it knows', () => {
    holds(fc.tuple(list, list), ([before, after]) => {
      const count = (findings: readonly Finding[]): Map<string, number> => {
        const counts = new Map<string, number>();
        for (const { rule, at, message } of findings) {
          const key = JSON.stringify([rule, at.file, message.replace(/\bline \d+(:\d+)?/g, 'line')]);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        return counts;
      };
      const [old, now] = [count(before), count(after)];
      const { fresh, gone } = withoutKnown(after, known(before));
      const more = new Map([...now].map(([key, times]) => [key, times - (old.get(key) ?? 0)]));
      expect(count(fresh)).toEqual(new Map([...more].filter(([, times]) => times > 0)));
      const missing = [...old].map(([key, times]) => Math.max(0, times - (now.get(key) ?? 0)));
      expect(gone).toBe(missing.reduce((sum, times) => sum + times, 0));
    });
  });

  it('is the same text whatever the order and the lines are, and stays itself when it is written again', () => {
    holds(fc.tuple(list, fc.nat(500)), ([findings, by]) => {
      const written = writeBaseline(findings);
      expect(writeBaseline(moved(findings, by).reverse())).toBe(written);
      expect(written.endsWith('}\n')).toBe(true);
    });
  });

  it('in which two branches were put together knows what each of them knew, and no more than the one that knew more', () => {
    holds(fc.tuple(list, list), ([one, two]) => {
      const parts = [one, two].map(
        (findings) => JSON.parse(writeBaseline(findings)) as { findings: unknown[] },
      );
      const merged = { version: 1, findings: parts.flatMap(({ findings }) => findings) };
      const both = readBaseline(JSON.stringify(merged), 'baseline.json');
      for (const [key, count] of both)
        expect(count).toBe(Math.max(known(one).get(key) ?? 0, known(two).get(key) ?? 0));
      expect(withoutKnown(one, both).fresh).toEqual([]);
      expect(withoutKnown(two, both).fresh).toEqual([]);
    });
  });
});

describe('fingerprints', () => {
  it('tell every finding apart, and stay when lines move', () => {
    holds(fc.tuple(list, fc.nat(500)), ([findings, by]) => {
      const prints = [...fingerprints(findings).values()];
      expect(new Set(prints).size).toBe(findings.length);
      expect([...fingerprints(moved(findings, by)).values()]).toEqual(prints);
    });
  });
});
