import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admits, domainOf } from '../../src/promql/domain.ts';
import { inference, type RecordedSeries } from '../../src/promql/labelsets.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { type Evaluated, evaluate, hasPromtool } from '../support/promtool.ts';

/** How many random expressions are evaluated, and which: another seed makes others. */
const RUNS = Number(process.env.PROMQL_RUNS ?? 1500);
const SEED = Number(process.env.PROMQL_SEED ?? 1);

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

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const label = pick('job', 'env', 'instance', 'code', 'le', 'none', 'kind');
const labels = (least: number): fc.Arbitrary<string> =>
  fc.uniqueArray(label, { minLength: least, maxLength: 3 }).map((names) => names.join(', '));
const matcher = fc
  .tuple(
    label,
    pick('=', '=', '!=', '=~', '!~'),
    pick('j1', 'j2', 'prod', 'dev', 'i1', '', '200', 'j1|j2', '.+', 'p.*'),
  )
  .map(([name, op, value]) => `${name}${op}"${op.includes('~') ? value : value.replace(/[|.].*/, '')}"`);
const selector = fc
  .tuple(
    pick('a', 'a', 'b', 'c_total', 'up', 'h_bucket', 'missing', 'job:a:sum', 'job:c:rate', 'two'),
    fc.array(matcher, { maxLength: 2 }),
  )
  .map(([name, matchers]) => (matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`));
const number = pick('0', '1', '2', '5', '-1', '0.5', '100');
const COMPARISON = ['==', '!=', '>', '<', '>=', '<='];

const { vector } = fc.letrec<{ vector: string; matching: string }>((tie) => {
  const inner = tie('vector');
  const matching = fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: labels(0).map((names) => `on (${names})`) },
    { weight: 2, arbitrary: labels(0).map((names) => `ignoring (${names})`) },
  );
  const grouped = fc
    .tuple(pick('on', 'ignoring'), labels(0), pick('group_left', 'group_right'), labels(0))
    .map(([mode, names, group, include]) => {
      const own =
        mode === 'on' ? include.split(', ').filter((name) => !names.split(', ').includes(name)) : [];
      return `${mode} (${names}) ${group} (${mode === 'on' ? own.join(', ') : include})`;
    });
  return {
    matching,
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: selector },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            pick(
              'abs',
              'ceil',
              'floor',
              'sgn',
              'sqrt',
              'exp',
              'sort',
              'timestamp',
              'hour',
              'round',
              'absent',
              '-',
              '+',
            ),
            inner,
          )
          .map(([func, expr]) => `${func}(${expr})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(pick('clamp_min', 'clamp_max', 'histogram_quantile', 'vector'), inner, number)
          .map(([func, expr, limit]) =>
            func === 'histogram_quantile'
              ? `${func}(${limit}, ${expr})`
              : func === 'vector'
                ? `vector(${limit})`
                : `${func}(${expr}, ${limit})`,
          ),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            pick(
              'rate',
              'increase',
              'delta',
              'irate',
              'changes',
              'resets',
              'count_over_time',
              'last_over_time',
              'min_over_time',
              'avg_over_time',
              'sum_over_time',
              'present_over_time',
              'absent_over_time',
              'stddev_over_time',
              'deriv',
            ),
            fc.oneof(
              selector.map((text) => `${text}[5m]`),
              inner.map((text) => `(${text})[5m:1m]`),
            ),
          )
          .map(([func, expr]) => `${func}(${expr})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            inner,
            label,
            pick('x', '$1', 'x$1', ''),
            label,
            pick('(.*)', 'j(.*)', 'prod|dev', '', '(.+)', 'j1'),
          )
          .map(
            ([expr, to, value, from, regex]) =>
              `label_replace(${expr}, "${to}", "${value}", "${from}", "${regex}")`,
          ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(inner, label, pick('-', ''), labels(1)).map(
          ([expr, to, separator, from]) =>
            `label_join(${expr}, "${to}", "${separator}", ${from
              .split(', ')
              .map((name) => `"${name}"`)
              .join(', ')})`,
        ),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            pick(
              'sum',
              'sum',
              'avg',
              'min',
              'max',
              'count',
              'group',
              'stddev',
              'topk',
              'quantile',
              'count_values',
            ),
            pick('', '', 'by', 'without'),
            labels(0),
            inner,
          )
          .map(([op, mode, names, expr]) => {
            const parameter =
              op === 'topk' ? '2, ' : op === 'quantile' ? '0.5, ' : op === 'count_values' ? '"env", ' : '';
            return `${op} ${mode === '' ? '' : `${mode} (${names}) `}(${parameter}${expr})`;
          }),
      },
      {
        weight: 5,
        arbitrary: fc
          .tuple(inner, pick('and', 'or', 'unless', 'unless'), matching, inner)
          .map(([left, op, match, right]) => `(${left}) ${op} ${match} (${right})`),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            inner,
            pick('+', '-', '*', '/', '%', '^', ...COMPARISON, '> bool'),
            fc.oneof(matching, matching, grouped),
            inner,
          )
          .map(([left, op, match, right]) => `(${left}) ${op} ${match} (${right})`),
      },
      {
        weight: 5,
        arbitrary: fc
          .tuple(
            inner,
            pick('+', '-', '*', '/', '%', '^', ...COMPARISON, ...COMPARISON, '== bool'),
            number,
            fc.boolean(),
          )
          .map(([expr, op, limit, isSwapped]) =>
            isSwapped ? `${limit} ${op} (${expr})` : `(${expr}) ${op} ${limit}`,
          ),
      },
      {
        // Conditions on one thing, which exclude one another or do not.
        weight: 2,
        arbitrary: fc
          .tuple(
            selector,
            pick(...COMPARISON),
            number,
            pick('and', 'unless', 'or'),
            pick(...COMPARISON),
            number,
          )
          .map(
            ([expr, op, limit, join, other, otherLimit]) =>
              `(${expr} ${op} ${limit}) ${join} (${expr} ${other} ${otherLimit})`,
          ),
      },
    ),
  };
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
      fc.sample(vector, { numRuns: RUNS, seed: SEED }).filter((text) => text.length < 400),
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
