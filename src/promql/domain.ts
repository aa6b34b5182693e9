import { isVariable } from './grafana.ts';
import { alternatives } from './labels.ts';
import { matcherTakes } from './matcher.ts';
import type { Matcher } from './tree.ts';

/**
 * What a label of a result can hold. The empty text stands for a label that is not there: Prometheus
 * does not tell the two apart (Prometheus documentation, "Data model").
 */
export interface Domain {
  /** Every value that it can have; undefined where there is no such list. */
  readonly values: readonly string[] | undefined;
  readonly canBeAbsent: boolean;
  /** What each of its values fulfils, where there is no list. */
  readonly matchers: readonly Matcher[];
}

export const ANY: Domain = { values: undefined, canBeAbsent: true, matchers: [] };
export const PRESENT: Domain = { values: undefined, canBeAbsent: false, matchers: [] };
export const ABSENT: Domain = { values: [''], canBeAbsent: true, matchers: [] };

/** One of the given values. */
export const oneOf = (values: readonly string[]): Domain => ({
  values: [...new Set(values)],
  canBeAbsent: values.includes(''),
  matchers: [],
});

/** No value at all: what should have such a label does not exist. */
export const isImpossible = ({ values }: Domain): boolean => values?.length === 0;

/** Whether a label can have a value. */
export function admits(domain: Domain, value: string): boolean {
  if (domain.values !== undefined) return domain.values.includes(value);
  if (value === '' && !domain.canBeAbsent) return false;
  return domain.matchers.every((matcher) => matcherTakes(matcher, value));
}

/** What is left of a label's values under a matcher. A matcher with a variable of Grafana's tells nothing. */
export function restrict(domain: Domain, matcher: Matcher): Domain {
  if (isVariable(matcher.value) || isEverything(matcher)) return domain;
  if (domain === ANY && matcher.op === '=')
    return { values: [matcher.value], canBeAbsent: matcher.value === '', matchers: [] };
  if (domain.values !== undefined)
    return oneOf(domain.values.filter((value) => matcherTakes(matcher, value)));
  const list = matcher.op === '=' ? [matcher.value] : alternatives(matcher);
  if (list !== undefined) return oneOf(list.filter((value) => admits(domain, value)));
  return {
    values: undefined,
    canBeAbsent: domain.canBeAbsent && matcherTakes(matcher, ''),
    matchers: [...domain.matchers, matcher],
  };
}

const isEverything = ({ op, value }: Matcher): boolean => op === '=~' && (value === '.*' || value === '(.*)');

/** Whether no value is in both. */
export function areDisjoint(first: Domain, second: Domain): boolean {
  if (first.values !== undefined) return first.values.every((value) => !admits(second, value));
  if (second.values !== undefined) return second.values.every((value) => !admits(first, value));
  // Of two that are not listed, it is not plain to see.
  return false;
}

/** The values that are in both. */
export function intersect(first: Domain, second: Domain): Domain {
  if (first.values !== undefined) return oneOf(first.values.filter((value) => admits(second, value)));
  if (second.values !== undefined) return intersect(second, first);
  return {
    values: undefined,
    canBeAbsent: first.canBeAbsent && second.canBeAbsent,
    matchers: [...first.matchers, ...second.matchers],
  };
}

/** The values that are in either. */
export function unite(first: Domain, second: Domain): Domain {
  if (first === second) return first;
  if (first.values !== undefined && second.values !== undefined)
    return oneOf([...first.values, ...second.values]);
  const isShared = ({ op, value }: Matcher): boolean =>
    second.matchers.some((other) => other.op === op && other.value === value);
  return {
    values: undefined,
    canBeAbsent: first.canBeAbsent || second.canBeAbsent,
    matchers: first.matchers.filter(isShared),
  };
}

/** The labels of an expression's results: those that something is known of, and what holds of all others. */
export interface LabelSet {
  readonly known: ReadonlyMap<string, Domain>;
  readonly others: 'absent' | 'unknown';
}

export const NO_LABELS: LabelSet = { known: new Map(), others: 'absent' };
export const ANY_LABELS: LabelSet = { known: new Map(), others: 'unknown' };

/** What a label of a set can hold. */
export const domainOf = (labels: LabelSet, name: string): Domain =>
  labels.known.get(name) ?? (labels.others === 'absent' ? ABSENT : ANY);

/** Whether no result has a label. */
export const isAbsent = (labels: LabelSet, name: string): boolean => {
  const { values } = domainOf(labels, name);
  return values?.every((value) => value === '') ?? false;
};

/** Whether every result has a label. */
export const isPresent = (labels: LabelSet, name: string): boolean => !domainOf(labels, name).canBeAbsent;

/** A set with one label changed. */
export const withLabel = (labels: LabelSet, name: string, domain: Domain): LabelSet => ({
  known: new Map(labels.known).set(name, domain),
  others: labels.others,
});

/** A set without some labels. */
export function without(labels: LabelSet, names: Iterable<string>): LabelSet {
  const known = new Map(labels.known);
  for (const name of names) known.set(name, ABSENT);
  return { known, others: labels.others };
}

/** A set with no labels but some. */
export const only = (labels: LabelSet, names: Iterable<string>): LabelSet => ({
  known: new Map([...names].map((name) => [name, domainOf(labels, name)])),
  others: 'absent',
});

/** The labels of results that are of either set. */
export function uniteLabels(first: LabelSet, second: LabelSet): LabelSet {
  const names = new Set([...first.known.keys(), ...second.known.keys()]);
  return {
    known: new Map([...names].map((name) => [name, unite(domainOf(first, name), domainOf(second, name))])),
    others: first.others === 'absent' && second.others === 'absent' ? 'absent' : 'unknown',
  };
}
