import { expect, test } from 'vitest';
import { conditionality } from '../../src/promql/condition.ts';
import { infer, treeOf } from '../support/inferred.ts';

/** What makes the results of an expression come and go; `recorded` are the expressions that record a metric. */
function kindOf(text: string, recorded: Readonly<Record<string, readonly string[]>> = {}): string {
  const found = conditionality(treeOf(text), infer, (name) => recorded[name]?.map(treeOf) ?? []);
  return found.kind === 'always' ? `always: ${found.because.what}` : found.kind;
}

test.each([
  ['1', 'constant'],
  ['"a"', 'constant'],
  ['up', 'always: no comparison'],
  ['up{job="a"}', 'always: no comparison'],
  ['up{mode="x"}', 'presence'],
  ['{job="a"}', 'always: no comparison'],
  ['kube_node_info{version="1"}', 'conditional'],
  ['kube_node_info', 'always: no comparison'],
  ['ALERTS{alertname="x"}', 'conditional'],
  ['absent(x)', 'conditional'],
  ['absent_over_time(x[5m])', 'conditional'],
  ['rate(x{a="b"}[5m])', 'always: no comparison'],
  ['rate(x[5m])', 'always: no comparison'],
  ['sum_over_time(x{a="b"}[5m])', 'presence'],
  ['abs(x{a="b"})', 'presence'],
  ['sum(x)', 'always: no comparison'],
  ['sum(x > 1)', 'conditional'],
  ['sum(x{a="b"})', 'presence'],
  ['topk(5, x > 1)', 'conditional'],
  ['time()', 'constant'],
  ['vector(1)', 'constant'],
  ['x > 1', 'conditional'],
  ['x > bool 1', 'always: bool'],
  ['1 > bool 2', 'constant'],
  ['time() > 5', 'constant'],
  ['1 + x', 'always: no comparison'],
  ['x + y', 'always: no comparison'],
  ['x{a="b"} + y', 'presence'],
  ['x or vector(0)', 'always: or'],
  ['vector(0) or x', 'always: or'],
  ['x > 1 or vector(0)', 'always: or'],
  ['x or y', 'always: no comparison'],
  ['x > 1 or y', 'always: no comparison'],
  ['x > 1 or y > 1', 'conditional'],
  ['x or y > 1', 'always: no comparison'],
  ['x{a="b"} or y > 1', 'presence'],
  ['x and y', 'always: no comparison'],
  ['x > 1 and y', 'conditional'],
  ['x unless y', 'conditional'],
  ['x_total >= 0', 'always: true'],
  ['0 <= x_total', 'always: true'],
  ['x_total > 0', 'conditional'],
  ['up <= 1', 'always: true'],
  ['up < 1', 'conditional'],
  ['up != 5', 'conditional'],
  ['up >= 0', 'always: true'],
  ['count(x) > 0', 'always: true'],
  ['x == x', 'conditional'],
  ['vector(1) > 0', 'constant'],
  ['vector(1) == 1', 'constant'],
  ['-x', 'always: no comparison'],
  ['(x > 1)', 'conditional'],
  ['x offset 5m > 1', 'conditional'],
  ['(x > 1)[5m:]', 'conditional'],
  ['x{a="b"} > 0', 'conditional'],
  ['up{a="b"} >= 0', 'always: true'],
])('the results of %s are there: %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});
