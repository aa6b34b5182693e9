import { isVariable } from './grafana.ts';
import { matcherTakes } from './matcher.ts';
import type { Matcher, Selector } from './tree.ts';
import type { Tri } from './tri.ts';

/**
 * A series' labels, as far as they are known. A label that is not in the map is absent when the set is
 * closed, and unknown when it is open; one whose value is undefined is there with an unknown value.
 */
export interface Labels {
  readonly values: ReadonlyMap<string, string | undefined>;
  readonly isClosed: boolean;
}

/** The value of a label: empty for one that is absent, undefined for one that is not known. */
export function labelValue(labels: Labels, name: string): string | undefined {
  if (labels.values.has(name)) return labels.values.get(name);
  return labels.isClosed ? '' : undefined;
}

/** Whether a matcher takes a series. */
export function matcherMatches(matcher: Matcher, labels: Labels): Tri {
  if (isVariable(matcher.value) || isVariable(matcher.label)) return 'maybe';
  const actual = labelValue(labels, matcher.label);
  if (actual !== undefined) return matcherTakes(matcher, actual) ? 'yes' : 'no';
  // Whatever the value is, a matcher that takes every text takes it.
  return matcher.op === '=~' && matcher.value === '.*' ? 'yes' : 'maybe';
}

/** Whether a selector selects a series. */
export function selects(selector: Selector, labels: Labels): Tri {
  let result: Tri = 'yes';
  for (const matcher of selector.matchers) {
    const answer = matcherMatches(matcher, labels);
    if (answer === 'no') return 'no';
    if (answer === 'maybe') result = 'maybe';
  }
  return result;
}

/** Whether two selectors can select the same series. */
export function overlap(first: Selector, second: Selector): Tri {
  let result: Tri = 'yes';
  for (const matcher of first.matchers) {
    for (const other of second.matchers) {
      if (other.label !== matcher.label) continue;
      if (isVariable(matcher.value) || isVariable(other.value)) result = 'maybe';
      else if (exclude(matcher, other)) return 'no';
      else if (matcher.op !== '=' || other.op !== '=') result = 'maybe';
    }
  }
  return result;
}

/** Whether no value can fulfil both of two matchers on one label, as far as that is plain to see. */
export function exclude(first: Matcher, second: Matcher): boolean {
  if (first.op === '=') return !matcherTakes(second, first.value);
  if (second.op === '=') return !matcherTakes(first, second.value);
  const [one, two] = [alternatives(first), alternatives(second)];
  if (one !== undefined) return one.every((value) => !matcherTakes(second, value));
  if (two !== undefined) return two.every((value) => !matcherTakes(first, value));
  return false;
}

/** The values that a regular expression takes, where it is no more than a list of them: `a|b`, `(a|b)`. */
export function alternatives(matcher: Pick<Matcher, 'op' | 'value'>): string[] | undefined {
  if (matcher.op !== '=~') return undefined;
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(matcher.value)?.[1] ?? matcher.value;
  const parts = inner.split('|').map((part) => part.replace(/\\([.\-/])/g, '\0$1'));
  if (parts.some((part) => /[.*+?[\](){}^$\\]/.test(part.replace(/\0./g, '')))) return undefined;
  return parts.map((part) => part.replace(/\0/g, ''));
}
