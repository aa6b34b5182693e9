import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../src/promql/parse.ts';
import { hasCorpus } from '../support/corpus.ts';
import { agreement } from '../support/verdicts.ts';

describe.skipIf(!hasCorpus)("the Go parser's verdict", () => {
  test('is ours on every alert and recording expression of the corpus, with its type and the metrics that it selects', () => {
    const { rows, wrong } = agreement('promql/rule-verdicts.jsonl');
    expect(rows.length).toBeGreaterThan(1000);
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
    const { rows, wrong, rejected, elsewhere } = agreement('promql/verdicts.jsonl');
    expect(rejected.length).toBeGreaterThan(200);
    expect(wrong.length).toBeLessThanOrEqual(rows.length * 0.005);
    expect(elsewhere.length).toBeLessThanOrEqual(rejected.length * 0.05);
  });
});
