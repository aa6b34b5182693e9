/**
 * What values an expression can have: a stretch of numbers. NaN is left out of account: no comparison
 * but `!=` holds for it.
 */
export interface Interval {
  readonly min: number;
  readonly max: number;
  /** Whether the ends themselves are left out. */
  readonly isMinOpen: boolean;
  readonly isMaxOpen: boolean;
}

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;

/** The numbers from one to another, both among them. */
export const between = (min: number, max: number): Interval =>
  Number.isNaN(min) || Number.isNaN(max) ? ALL : { min, max, isMinOpen: false, isMaxOpen: false };

export const ALL: Interval = {
  min: NEGATIVE_INFINITY,
  max: POSITIVE_INFINITY,
  isMinOpen: false,
  isMaxOpen: false,
};
export const FROM_ZERO = between(0, POSITIVE_INFINITY);
export const FROM_ONE = between(1, POSITIVE_INFINITY);
export const ONE = between(1, 1);

/** A number; anything for NaN. */
export const exactly = (value: number): Interval => between(value, value);

/** Everything that a comparison with a value of an interval can leave: of `> x`, what is above the least x. */
export function beyond(op: string, limit: Interval): Interval {
  switch (op) {
    case '>':
      return { min: limit.min, max: POSITIVE_INFINITY, isMinOpen: true, isMaxOpen: false };
    case '>=':
      return { min: limit.min, max: POSITIVE_INFINITY, isMinOpen: limit.isMinOpen, isMaxOpen: false };
    case '<':
      return { min: NEGATIVE_INFINITY, max: limit.max, isMinOpen: false, isMaxOpen: true };
    case '<=':
      return { min: NEGATIVE_INFINITY, max: limit.max, isMinOpen: false, isMaxOpen: limit.isMaxOpen };
    case '==':
      return limit;
    default:
      return ALL;
  }
}

/** The numbers that are in both; undefined when there are none. */
export function common(first: Interval, second: Interval): Interval | undefined {
  const min = Math.max(first.min, second.min);
  const max = Math.min(first.max, second.max);
  const isMinOpen = (first.min === min && first.isMinOpen) || (second.min === min && second.isMinOpen);
  const isMaxOpen = (first.max === max && first.isMaxOpen) || (second.max === max && second.isMaxOpen);
  if (min > max || (min === max && (isMinOpen || isMaxOpen))) return undefined;
  return { min, max, isMinOpen, isMaxOpen };
}

/** The stretch that holds both. */
export const hull = (first: Interval, second: Interval): Interval => ({
  min: Math.min(first.min, second.min),
  max: Math.max(first.max, second.max),
  isMinOpen:
    first.min < second.min
      ? first.isMinOpen
      : second.min < first.min
        ? second.isMinOpen
        : first.isMinOpen && second.isMinOpen,
  isMaxOpen:
    first.max > second.max
      ? first.isMaxOpen
      : second.max > first.max
        ? second.isMaxOpen
        : first.isMaxOpen && second.isMaxOpen,
});

/** Whether every number of one is in another. */
export function isWithin(inner: Interval, outer: Interval): boolean {
  const isAbove = inner.min > outer.min || (inner.min === outer.min && (inner.isMinOpen || !outer.isMinOpen));
  const isBelow = inner.max < outer.max || (inner.max === outer.max && (inner.isMaxOpen || !outer.isMaxOpen));
  return isAbove && isBelow;
}

/** Whether it is one number. */
export const isPoint = ({ min, max }: Interval): boolean => min === max;

/** The values of a sum of one or more values of an interval. */
export const summed = ({ min, max }: Interval): Interval =>
  between(min >= 0 ? min : NEGATIVE_INFINITY, max <= 0 ? max : POSITIVE_INFINITY);

/** The values with their sign turned. */
export const negated = ({ min, max, isMinOpen, isMaxOpen }: Interval): Interval => ({
  min: -max,
  max: -min,
  isMinOpen: isMaxOpen,
  isMaxOpen: isMinOpen,
});

/** A function that rises with its argument, applied to both ends. */
export const rising = (interval: Interval, apply: (value: number) => number): Interval =>
  between(apply(interval.min), apply(interval.max));

/** The values of an arithmetic operation. Wider than they need be, where that is simpler. */
export function arithmetic(op: string, left: Interval, right: Interval): Interval {
  switch (op) {
    case '+':
      return between(left.min + right.min, left.max + right.max);
    case '-':
      return arithmetic('+', left, negated(right));
    case '*':
      return corners(left, right, (a, b) => (a === 0 || b === 0 ? 0 : a * b));
    case '/':
      if (right.min > 0 || right.max < 0) return corners(left, right, (a, b) => a / b);
      // A divisor of zero makes an infinite quotient, of either sign.
      return left.min >= 0 && right.min >= 0 ? FROM_ZERO : ALL;
    case '%':
      return left.min >= 0 ? between(0, left.max) : ALL;
    case '^':
      if (isPoint(left) && isPoint(right)) return exactly(left.min ** right.min);
      return left.min >= 0 ? FROM_ZERO : ALL;
    default:
      return ALL;
  }
}

/** An operation that is monotonous in both of its arguments has its extremes where theirs are. */
function corners(left: Interval, right: Interval, apply: (a: number, b: number) => number): Interval {
  const results = [left.min, left.max].flatMap((a) =>
    [right.min, right.max].map((b) => {
      const result = apply(a, b);
      return Number.isNaN(result) ? 0 : result;
    }),
  );
  return between(Math.min(...results), Math.max(...results));
}
