import { describe, expect, test } from 'vitest';
import {
  ALL,
  arithmetic,
  between,
  beyond,
  common,
  exactly,
  hull,
  type Interval,
  isPoint,
  isWithin,
  negated,
  rising,
  summed,
} from '../../src/promql/interval.ts';

/** `[0, 5)` as an interval; `∞` for no end. */
function read(text: string): Interval {
  const [, left, min = '', max = '', right] = /^([[(])(\S+), (\S+)([\])])$/.exec(text) ?? [];
  const end = (written: string): number => Number(written.replace('∞', 'Infinity'));
  return { min: end(min), max: end(max), isMinOpen: left === '(', isMaxOpen: right === ')' };
}

describe('a comparison with a value leaves', () => {
  test.each([
    ['>', '[1, 5]', '(1, ∞]'],
    ['>=', '[1, 5]', '[1, ∞]'],
    ['>=', '(1, 5]', '(1, ∞]'],
    ['<', '[1, 5]', '[-∞, 5)'],
    ['<=', '[1, 5]', '[-∞, 5]'],
    ['<=', '[1, 5)', '[-∞, 5)'],
    ['==', '(1, 5)', '(1, 5)'],
    ['!=', '[1, 5]', '[-∞, ∞]'],
  ])('%s %s: %s', (op, limit, left) => {
    expect(beyond(op, read(limit))).toEqual(read(left));
  });
});

describe('two stretches', () => {
  test.each([
    ['[0, 5]', '[3, 9]', '[3, 5]'],
    ['[0, 5]', '[5, 9]', '[5, 5]'],
    ['[0, 5)', '[5, 9]', undefined],
    ['[0, 5]', '(5, 9]', undefined],
    ['[0, 4]', '[5, 9]', undefined],
    ['(0, 5)', '[0, 5]', '(0, 5)'],
    ['[0, 5]', '(0, 5)', '(0, 5)'],
    ['(0, 9)', '[3, 5]', '[3, 5]'],
    ['[3, 5]', '(0, 9)', '[3, 5]'],
  ])('%s and %s have in common: %s', (first, second, both) => {
    expect(common(read(first), read(second))).toEqual(both === undefined ? undefined : read(both));
  });

  test.each([
    ['[0, 5]', '[3, 9]', '[0, 9]'],
    ['(0, 5]', '[0, 9)', '[0, 9)'],
    ['(0, 9)', '(0, 9)', '(0, 9)'],
    ['(0, 9)', '[0, 9]', '[0, 9]'],
    ['[0, 9]', '(0, 9)', '[0, 9]'],
    ['(0, 5)', '[3, 9)', '(0, 9)'],
    ['[3, 9)', '(0, 5)', '(0, 9)'],
    ['[3, 9]', '(0, 5]', '(0, 9]'],
    ['(3, 5)', '[0, 9]', '[0, 9]'],
  ])('%s and %s are held by %s', (first, second, whole) => {
    expect(hull(read(first), read(second))).toEqual(read(whole));
  });

  test.each([
    ['[1, 2]', '[0, 5]', true],
    ['[0, 5]', '[0, 5]', true],
    ['(0, 5)', '[0, 5]', true],
    ['(0, 5)', '(0, 5)', true],
    ['[0, 5]', '(0, 5]', false],
    ['[0, 5]', '[0, 5)', false],
    ['[0, 6]', '[0, 5]', false],
    ['[-1, 5]', '[0, 5]', false],
  ])('%s is within %s: %s', (inner, outer, is) => {
    expect(isWithin(read(inner), read(outer))).toBe(is);
  });
});

describe('arithmetic', () => {
  test.each([
    ['+', '[0, 1]', '[2, 3]', '[2, 4]'],
    ['-', '[0, 1]', '[2, 3]', '[-3, -1]'],
    ['*', '[-1, 2]', '[3, 4]', '[-4, 8]'],
    ['*', '[0, ∞]', '[0, 1]', '[0, ∞]'],
    ['*', '[0, 1]', '[-∞, ∞]', '[-∞, ∞]'],
    ['*', '[-∞, ∞]', '[0, 0]', '[0, 0]'],
    ['/', '[4, 8]', '[2, 4]', '[1, 4]'],
    ['/', '[4, 8]', '[-4, -2]', '[-4, -1]'],
    ['/', '[0, 8]', '[0, 2]', '[0, ∞]'],
    ['/', '[4, 8]', '[0, 2]', '[0, ∞]'],
    ['/', '[-1, 8]', '[0, 2]', '[-∞, ∞]'],
    ['/', '[4, 8]', '[-2, 2]', '[-∞, ∞]'],
    ['/', '[4, 8]', '[-2, 0]', '[-∞, ∞]'],
    ['%', '[0, 8]', '[2, 2]', '[0, 8]'],
    ['%', '[-1, 8]', '[2, 2]', '[-∞, ∞]'],
    ['^', '[2, 2]', '[3, 3]', '[8, 8]'],
    ['^', '[2, 3]', '[3, 3]', '[0, ∞]'],
    ['^', '[0, 3]', '[-1, 3]', '[0, ∞]'],
    ['^', '[-1, 3]', '[3, 3]', '[-∞, ∞]'],
    ['^', '[-1, 3]', '[2, 3]', '[-∞, ∞]'],
    ['atan2', '[1, 1]', '[1, 1]', '[-∞, ∞]'],
  ])('%s of %s and %s gives %s', (op, left, right, values) => {
    const { min, max } = arithmetic(op, read(left), read(right));
    expect([min, max]).toEqual([read(values).min, read(values).max]);
  });

  test('turns the sign of every value', () => {
    expect(negated(read('(1, 5]'))).toEqual(read('[-5, -1)'));
  });

  test.each([
    ['[1, 2]', '[1, ∞]'],
    ['[0, 2]', '[0, ∞]'],
    ['[-2, 0]', '[-∞, 0]'],
    ['[-2, -1]', '[-∞, -1]'],
    ['[-2, 2]', '[-∞, ∞]'],
    ['[0, 0]', '[0, 0]'],
  ])('sums of values in %s lie in %s', (each, sum) => {
    expect(summed(read(each))).toEqual(read(sum));
  });

  test('applies what rises to both ends', () => {
    expect(rising(read('[0.5, 1.5]'), Math.ceil)).toEqual(read('[1, 2]'));
  });
});

test('what is no number may be anything', () => {
  expect(exactly(Number.NaN)).toEqual(ALL);
  expect(between(Number.NaN, 1)).toEqual(ALL);
  expect(between(1, Number.NaN)).toEqual(ALL);
  expect(ALL).toEqual(read('[-∞, ∞]'));
  expect(exactly(3)).toEqual(read('[3, 3]'));
});

test('one number is a point', () => {
  expect(isPoint(read('[3, 3]'))).toBe(true);
  expect(isPoint(read('[3, 4]'))).toBe(false);
});
