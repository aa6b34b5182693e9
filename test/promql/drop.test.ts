import { expect, test } from 'vitest';
import { dropperOf, droppingText } from '../../src/promql/drop.ts';
import { infer, treeOf } from '../support/inferred.ts';

/** The part that takes a label away, as it is written and as it is named. */
function dropper(text: string, label: string): readonly string[] {
  const found = dropperOf(treeOf(text), label, infer);
  return found === undefined ? [] : [text.slice(found.span.start, found.span.end), droppingText(found)];
}

test.each([
  ['sum(x)', 'a', ['sum(x)', '"sum"']],
  ['sum by (a) (x)', 'a', []],
  ['sum by (a) (x)', 'b', ['sum by (a) (x)', '"sum by (a)"']],
  ['sum by (a, c) (x)', 'b', ['sum by (a, c) (x)', '"sum by (a, c)"']],
  ['sum without (a, c) (x)', 'a', ['sum without (a, c) (x)', '"sum without (a, c)"']],
  ['sum(x) by ()', 'b', ['sum(x) by ()', '"sum"']],
  ['rate(sum(x)[5m:])', 'a', ['sum(x)', '"sum"']],
  ['x + on (a) y', 'b', ['x + on (a) y', '"+ on (a)"']],
  ['x + ignoring (b, c) y', 'b', ['x + ignoring (b, c) y', '"+ ignoring (b, c)"']],
  ['x + on (a) group_left y', 'b', []],
  ['sum(x) + sum(y)', 'a', ['sum(x)', '"sum"']],
  ['sum(x) + y', 'a', ['sum(x)', '"sum"']],
  ['x + sum(y)', 'a', ['sum(y)', '"sum"']],
  ['sum(x) or sum(y)', 'a', ['sum(x)', '"sum"']],
  ['sum(x) and y', 'a', ['sum(x)', '"sum"']],
  ['y and sum(x)', 'a', ['y and sum(x)', '"and"']],
  ['y unless sum(x)', 'a', []],
  ['vector(1)', 'a', ['vector(1)', '"vector"']],
  ['absent(x)', 'a', ['absent(x)', '"absent"']],
  ['absent(x{a="b"})', 'a', []],
  ['x{a=""}', 'a', []],
  ['time()', 'a', []],
  ['label_replace(x, "a", "", "b", ".*")', 'a', []],
  ['label_replace(sum(x), "b", "c", "", "")', 'a', ['sum(x)', '"sum"']],
  ['histogram_quantile(0.9, x)', 'le', ['histogram_quantile(0.9, x)', '"histogram_quantile"']],
  ['(sum(x))', 'a', ['sum(x)', '"sum"']],
  ['topk(5, sum(x))', 'a', ['sum(x)', '"sum"']],
  ['sum(rate(x[5m])) > 5', 'a', ['sum(rate(x[5m]))', '"sum"']],
  ['max by (b) (sum by (a) (x))', 'a', ['max by (b) (sum by (a) (x))', '"max by (b)"']],
  ['count_values("v", x)', 'a', ['count_values("v", x)', '"count_values"']],
  ['clamp_max(sum(x), 1)', 'a', ['sum(x)', '"sum"']],
])('%s: the label %s is taken away by %j', (text, label, found) => {
  expect(dropper(text, label)).toEqual(found);
});
