import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../src/promql/parse.ts';
import { corpusRows, hasCorpus } from '../support/corpus.ts';

/** A row of the Go parser's verdicts; `start` and `end` are UTF-8 offsets of its error, `start` 0 where left out. */
interface Verdict {
  readonly expr: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly start?: number;
  readonly end?: number;
  readonly type?: string;
  readonly metrics?: readonly string[];
}

/** Accepted by a Prometheus without feature flags. */
const accepts = (expr: string): boolean => {
  const { rejection, flagged } = parseQuery(expr);
  return rejection === undefined && flagged.length === 0;
};

describe.skipIf(!hasCorpus)("the Go parser's verdict", () => {
  test('is ours on every alert and recording expression of the corpus, with its type and the metrics that it selects', () => {
    const rows = corpusRows<Verdict>('promql/rule-verdicts.jsonl');
    const wrong = rows.filter((row) => accepts(row.expr) !== row.ok);
    console.log(`rule expressions: ${rows.length - wrong.length} of ${rows.length} verdicts agree`);
    expect(wrong.map((row) => row.expr)).toEqual([]);
    for (const { expr, type, metrics } of rows) {
      const query = parseQuery(expr);
      expect(query.type, expr).toBe(type);
      const names = [...new Set(query.selectors.map((selector) => selector.name))].sort();
      const theirs = [...new Set(metrics?.map((metric) => /^[\w:]+/.exec(metric)?.[0]))].sort();
      expect(names, expr).toEqual(theirs);
    }
  });

  test("is ours on at least 99.5% of Prometheus's own parser tests, with the error at its place in 95%", () => {
    const rows = corpusRows<Verdict>('promql/verdicts.jsonl');
    const wrong = rows.filter((row) => accepts(row.expr) !== row.ok);
    const rejected = rows.filter((row) => !row.ok && !accepts(row.expr));
    const elsewhere = rejected.filter((row) => !touches(row));
    console.log(
      `parser tests: ${rows.length - wrong.length} of ${rows.length} verdicts agree, ` +
        `${rejected.length - elsewhere.length} of ${rejected.length} errors stand at the same place`,
    );
    expect(wrong.length).toBeLessThanOrEqual(rows.length * 0.005);
    expect(elsewhere.length).toBeLessThanOrEqual(rejected.length * 0.05);
  });
});

const placeOf = (expr: string) => {
  const { rejection, flagged } = parseQuery(expr);
  return rejection?.span ?? flagged[0]?.span;
};

function touches(row: Verdict): boolean {
  const span = placeOf(row.expr);
  if (span === undefined) return false;
  const bytes = (length: number): number => Buffer.byteLength(row.expr.slice(0, length));
  const start = row.start ?? 0;
  const end = row.end ?? start;
  return bytes(span.start) <= end && bytes(span.end) >= start;
}
