import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  ANY,
  ANY_LABELS,
  admits,
  areDisjoint,
  type Domain,
  intersect,
  isImpossible,
  isPresent,
  NO_LABELS,
  oneOf,
  PRESENT,
  restrict,
  unite,
  uniteLabels,
  withLabel,
} from '../../src/promql/domain.ts';
import { alternatives, exclude, type Labels, overlap, selects } from '../../src/promql/labels.ts';
import type { Matcher, Selector } from '../../src/promql/tree.ts';
import { every, some } from '../../src/promql/tri.ts';
import { treeOf } from '../support/inferred.ts';

function selector(text: string): Selector {
  const tree = treeOf(text);
  if (tree.kind !== 'selector') throw new Error(`${text} is no selector`);
  return tree;
}
const matcher = (text: string): Matcher => selector(`x{${text}}`).matchers[1] as Matcher;
const series = (values: Readonly<Record<string, string | undefined>>, isClosed: boolean): Labels => ({
  values: new Map(Object.entries(values)),
  isClosed,
});

describe('a selector selects a series', () => {
  test.each([
    ['up{job="a"}', { __name__: 'up', job: 'a' }, 'yes', 'yes'],
    ['up{job="b"}', { __name__: 'up', job: 'a' }, 'no', 'no'],
    ['up{env="x"}', { __name__: 'up' }, 'no', 'maybe'],
    ['up{env=""}', { __name__: 'up' }, 'yes', 'maybe'],
    ['up{env!="x"}', { __name__: 'up' }, 'yes', 'maybe'],
    ['up{env=~".*"}', { __name__: 'up' }, 'yes', 'yes'],
    ['up{env=~".+"}', { __name__: 'up' }, 'no', 'maybe'],
    ['up{env!~"x|y"}', { __name__: 'up', env: 'y' }, 'no', 'no'],
    ['up{env=~"x|y"}', { __name__: 'up', env: 'y' }, 'yes', 'yes'],
    ['up{env="x"}', { __name__: 'up', env: undefined }, 'maybe', 'maybe'],
    ['up{env="x",job="b"}', { __name__: 'up', env: undefined, job: 'a' }, 'no', 'no'],
    ['up{job="grafana_variable"}', { __name__: 'up', job: 'a' }, 'maybe', 'maybe'],
    ['up{grafana_variable="a"}', { __name__: 'up' }, 'maybe', 'maybe'],
    ['down', { __name__: 'up' }, 'no', 'no'],
  ] as const)('%s of %j: %s where all labels are known, else %s', (text, values, closed, open) => {
    expect(selects(selector(text), series(values, true))).toBe(closed);
    expect(selects(selector(text), series(values, false))).toBe(open);
  });
});

describe('two selectors can select the same series', () => {
  test.each([
    ['up', 'up', 'yes'],
    ['up', 'down', 'no'],
    ['up{a="1"}', 'up{b="1"}', 'yes'],
    ['up{a="1"}', 'up{a="2"}', 'no'],
    ['up{a="1"}', 'up{a=~"1|2"}', 'maybe'],
    ['up{a="1"}', 'up{a!="1"}', 'no'],
    ['up{a!="1"}', 'up{a="1"}', 'no'],
    ['up{a!="1"}', 'up{a!="2"}', 'maybe'],
    ['up{a=~"1|2"}', 'up{a=~"3|4"}', 'no'],
    ['up{a=~"1|2"}', 'up{a=~"2.*"}', 'maybe'],
    ['up{a=~"3.*"}', 'up{a=~"1|2"}', 'no'],
    ['up{a="1"}', 'up{a="grafana_variable"}', 'maybe'],
    ['up{a="grafana_variable"}', 'up{a="1",b="2"}', 'maybe'],
    ['up{a="grafana_variable",b="1"}', 'up{a="1",b="2"}', 'no'],
  ])('%s and %s: %s', (first, second, answer) => {
    expect(overlap(selector(first), selector(second))).toBe(answer);
  });
});

describe('the values that a regular expression lists', () => {
  test.each([
    ['a=~"b|c"', ['b', 'c']],
    ['a=~"(b|c)"', ['b', 'c']],
    ['a=~"(?:b|c)"', ['b', 'c']],
    ['a=~"b"', ['b']],
    ['a=~""', ['']],
    ['a=~"b|"', ['b', '']],
    ['a=~"b\\\\.c|d\\\\-e|f\\\\/g"', ['b.c', 'd-e', 'f/g']],
    ['a=~"b.c"', undefined],
    ['a=~"b*"', undefined],
    ['a=~"b+|c"', undefined],
    ['a=~"b?"', undefined],
    ['a=~"[bc]"', undefined],
    ['a=~"b(c|d)"', undefined],
    ['a=~"b{2}"', undefined],
    ['a=~"^b$"', undefined],
    ['a=~"b\\\\d"', undefined],
    ['a="b|c"', undefined],
    ['a!~"b|c"', undefined],
  ])('%s: %j', (text, values) => {
    expect(alternatives(matcher(text))).toEqual(values);
  });

  test('exclude those of another one, where none is in both', () => {
    expect(exclude(matcher('a=~"b|c"'), matcher('a=~"d.*"'))).toBe(true);
    expect(exclude(matcher('a=~"b|d1"'), matcher('a=~"d.*"'))).toBe(false);
    expect(exclude(matcher('a=~"b.*"'), matcher('a=~"c.*"'))).toBe(false);
  });
});

const LISTED = oneOf(['a', 'b']);
const OPTIONAL = oneOf(['a', '']);
const STARTS: Domain = restrict(ANY, matcher('x=~"a.+"'));
const NOT_A: Domain = restrict(ANY, matcher('x!="a"'));

describe('what a label can hold', () => {
  test.each([
    [LISTED, 'a', true],
    [LISTED, 'c', false],
    [LISTED, '', false],
    [OPTIONAL, '', true],
    [STARTS, 'ab', true],
    [STARTS, 'b', false],
    [STARTS, '', false],
    [NOT_A, '', true],
    [NOT_A, 'a', false],
    [PRESENT, '', false],
    [PRESENT, 'a', true],
    [ANY, '', true],
    [ABSENT, '', true],
    [ABSENT, 'a', false],
  ])('%j: %j is among it: %s', (domain, value, is) => {
    expect(admits(domain, value)).toBe(is);
  });

  test.each([
    [ANY, 'x="a"', oneOf(['a'])],
    [ANY, 'x=""', ABSENT],
    [ANY, 'x=~"a|b"', LISTED],
    [ANY, 'x=~".*"', ANY],
    [ANY, 'x=~"(.*)"', ANY],
    [ANY, 'x="grafana_variable"', ANY],
    [LISTED, 'x="a"', oneOf(['a'])],
    [LISTED, 'x!="a"', oneOf(['b'])],
    [LISTED, 'x=~"c.*"', oneOf([])],
    [PRESENT, 'x=""', oneOf([])],
    [STARTS, 'x="b"', oneOf([])],
    [STARTS, 'x="ab"', oneOf(['ab'])],
    [STARTS, 'x=~"ab|b"', oneOf(['ab'])],
    [ABSENT, 'x="a"', oneOf([])],
  ] as const)('%j, of which %s takes %j', (domain, text, left) => {
    expect(restrict(domain, matcher(text))).toEqual(left);
  });

  test('under a matcher without a list is what all matchers take', () => {
    const { values, canBeAbsent, matchers } = restrict(NOT_A, matcher('x=~".+c"'));
    expect([values, canBeAbsent, matchers.map(({ op, value }) => op + value)]).toEqual([
      undefined,
      false,
      ['!=a', '=~.+c'],
    ]);
    expect(restrict(NOT_A, matcher('x!~"b.*"')).canBeAbsent).toBe(true);
  });

  test('is impossible where nothing is left', () => {
    expect(isImpossible(oneOf([]))).toBe(true);
    expect(isImpossible(ABSENT)).toBe(false);
    expect(isImpossible(ANY)).toBe(false);
  });
});

describe('two labels', () => {
  test.each([
    [LISTED, oneOf(['c']), true],
    [LISTED, oneOf(['b', 'c']), false],
    [LISTED, STARTS, true],
    [STARTS, LISTED, true],
    [STARTS, oneOf(['ab']), false],
    [ABSENT, PRESENT, true],
    [PRESENT, ABSENT, true],
    [ANY, PRESENT, false],
    [STARTS, NOT_A, false],
  ])('%j and %j share no value: %s', (first, second, are) => {
    expect(areDisjoint(first, second)).toBe(are);
  });

  test.each([
    [LISTED, oneOf(['b', 'c']), oneOf(['b'])],
    [STARTS, oneOf(['ab', 'b']), oneOf(['ab'])],
    [oneOf(['ab', 'b']), STARTS, oneOf(['ab'])],
    [ANY, PRESENT, PRESENT],
    [PRESENT, ANY, PRESENT],
    [ANY, ANY, ANY],
  ])('%j and %j have in common %j', (first, second, both) => {
    expect(intersect(first, second)).toEqual(both);
  });

  test('that are matched in several ways have in common what all matchers take', () => {
    expect(intersect(STARTS, NOT_A).matchers).toEqual([...STARTS.matchers, ...NOT_A.matchers]);
  });

  test.each([
    [LISTED, oneOf(['b', 'c']), oneOf(['a', 'b', 'c'])],
    [LISTED, ABSENT, { values: ['a', 'b', ''], canBeAbsent: true, matchers: [] }],
    [LISTED, PRESENT, PRESENT],
    [ABSENT, PRESENT, ANY],
    [PRESENT, ABSENT, ANY],
    [PRESENT, PRESENT, PRESENT],
    [STARTS, NOT_A, ANY],
  ])('%j or %j is %j', (first, second, either) => {
    expect(unite(first, second)).toEqual(either);
  });

  test('keep the matchers that both have', () => {
    const again = restrict(restrict(ANY, matcher('x!="b"')), matcher('x=~"a.+"'));
    expect(unite(STARTS, again).matchers.map(({ value }) => value)).toEqual(['a.+']);
    expect(unite(STARTS, NOT_A).matchers).toEqual([]);
  });

  test('of two sets are known as far as both tell', () => {
    const first = withLabel(NO_LABELS, 'a', oneOf(['1']));
    const second = withLabel(ANY_LABELS, 'b', oneOf(['2']));
    const both = uniteLabels(first, second);
    expect([...both.known]).toEqual([
      ['a', ANY],
      ['b', oneOf(['', '2'])],
    ]);
    expect(both.others).toBe('unknown');
    expect(uniteLabels(first, NO_LABELS).others).toBe('absent');
    expect(uniteLabels(ANY_LABELS, NO_LABELS).others).toBe('unknown');
    expect(isPresent(first, 'a')).toBe(true);
    expect(isPresent(both, 'a')).toBe(false);
    expect(isPresent(first, 'c')).toBe(false);
  });
});

describe('of several answers', () => {
  test.each([
    [[], 'yes', 'no'],
    [['yes'], 'yes', 'yes'],
    [['maybe'], 'maybe', 'maybe'],
    [['yes', 'maybe'], 'maybe', 'yes'],
    [['maybe', 'yes'], 'maybe', 'yes'],
    [['maybe', 'no'], 'no', 'maybe'],
    [['no', 'maybe'], 'no', 'maybe'],
    [['no', 'yes'], 'no', 'yes'],
  ] as const)('%j the least is %s, the best %s', (answers, least, best) => {
    expect(every(answers)).toBe(least);
    expect(some(answers)).toBe(best);
  });
});
