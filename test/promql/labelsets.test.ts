import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admits, domainOf } from '../../src/promql/domain.ts';
import { inference, type RecordedSeries } from '../../src/promql/labelsets.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { vectorExpressions } from '../support/promql.ts';
import { type Evaluated, evaluate, hasPromtool } from '../support/promtool.ts';
import { RUNS, SEED } from '../support/property.ts';

/** One call of promtool evaluates all of them, so that many cost little. */
const EXPRESSIONS = Math.max(RUNS, 1500);

const SERIES: Readonly<Record<string, string>> = {
  'a{job="j1",env="prod",instance="i1"}': '0+1x40',
  'a{job="j1",env="dev",instance="i2"}': '10-1x40',
  'a{job="j2",instance="i1"}': '5x40',
  'a{env="prod"}': '0x40',
  'b{job="j1",env="prod",instance="i1"}': '3+2x40',
  'b{job="j3",zone="z"}': '-4x40',
  b: '7x40',
  'c_total{job="j1",code="200"}': '0+5x40',
  'c_total{job="j1",code="500"}': '0+1x10 0+1x30',
  'c_total{job="j2",code="200"}': '0x40',
  'up{job="j1",instance="i1"}': '1x40',
  'up{job="j1",instance="i2"}': '0x40',
  'h_bucket{job="j1",le="1"}': '0+1x40',
  'h_bucket{job="j1",le="+Inf"}': '0+3x40',
};

const RULES = `groups:
  - name: recorded
    rules:
      - {record: "job:a:sum", expr: "sum by (job) (a)"}
      - {record: "job:c:rate", expr: "sum by (job) (rate(c_total[5m]))", labels: {kind: rate, code: ""}}
      - {record: two, expr: b}
      - {record: two, expr: sum(a), labels: {env: other}}
`;
const RECORDED: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>][]>> = {
  'job:a:sum': [['sum by (job) (a)', {}]],
  'job:c:rate': [['sum by (job) (rate(c_total[5m]))', { kind: 'rate', code: '' }]],
  two: [
    ['b', {}],
    ['sum(a)', { env: 'other' }],
  ],
};

const infer = inference({
  recorded: (name) =>
    RECORDED[name]?.map(
      ([expr, labels]): RecordedSeries => ({
        tree: parseQuery(expr).tree,
        labels: new Map(
          Object.entries(labels).map(([label, value]) => [
            label,
            { values: [value], canBeAbsent: value === '', matchers: [] },
          ]),
        ),
      }),
    ),
  scraped: () => ({ known: new Map(), others: 'unknown' }),
  trustsGrouping: false,
});

/** What contradicts the inference in what the engine returned; nothing where all is well. */
function contradictions(expr: string, results: ReadonlyMap<string, Evaluated>): string[] {
  const { tree, rejection } = parseQuery(expr);
  const samples = results.get(expr);
  if (tree === undefined || rejection !== undefined || samples === undefined || 'error' in samples) return [];
  const inferred = infer(tree);
  const wrong: string[] = [];
  if (inferred.isEmpty && samples.length > 0)
    wrong.push(`it returns something, in spite of: ${inferred.fault?.message}`);
  if (inferred.fault?.kind === 'idle' && tree.kind === 'binary') {
    const { start, end } = tree.left.span;
    const left = results.get(expr.slice(start, end));
    if (left !== undefined && 'length' in left && left.length !== samples.length)
      wrong.push(`unless takes something away, in spite of: ${inferred.fault.message}`);
  }
  for (const sample of samples) {
    for (const name of new Set([...inferred.labels.known.keys(), ...Object.keys(sample.labels)])) {
      const value = sample.labels[name] ?? '';
      if (!admits(domainOf(inferred.labels, name), value))
        wrong.push(`${name}="${value}" is not in ${JSON.stringify(domainOf(inferred.labels, name))}`);
    }
    const { min, max, isMinOpen, isMaxOpen } = inferred.value;
    const { value } = sample;
    // promtool prints numbers with all of their digits; the engine's last one may differ from ours.
    const slack = Math.abs(value) * 1e-12;
    if (
      value < min - slack ||
      value > max + slack ||
      (isMinOpen && value === min) ||
      (isMaxOpen && value === max)
    )
      wrong.push(`${value} is not in ${JSON.stringify(inferred.value)}`);
  }
  return wrong;
}

describe.skipIf(!hasPromtool)('what is inferred of an expression', () => {
  test('holds for whatever the real engine returns', { timeout: 120_000 }, () => {
    const expressions = new Set(
      fc.sample(vectorExpressions, { numRuns: EXPRESSIONS, seed: SEED }).filter((text) => text.length < 400),
    );
    for (const expr of [...expressions]) {
      const { tree } = parseQuery(expr);
      if (tree?.kind === 'binary' && tree.op === 'unless')
        expressions.add(expr.slice(tree.left.span.start, tree.left.span.end));
    }
    const results = evaluate([...expressions], SERIES, RULES);
    const wrong = [...expressions].flatMap((expr) =>
      contradictions(expr, results).map((what) => `${expr}\n    ${what}`),
    );
    const failed = [...results.values()].filter((result) => 'error' in result).length;
    const empty = [...results.values()].filter((result) => 'length' in result && result.length === 0).length;
    const told = [...expressions].filter((expr) => {
      const { tree } = parseQuery(expr);
      return tree !== undefined && infer(tree).isEmpty;
    }).length;
    console.log(
      `${expressions.size} expressions: ${failed} fail, ${empty} return nothing, of which ${told} were told`,
    );
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
