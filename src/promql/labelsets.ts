import type { Span } from '../repo/text.ts';
import { canonical, canonicalMatcher } from './canonical.ts';
import {
  ABSENT,
  ANY,
  ANY_LABELS,
  areDisjoint,
  type Domain,
  domainOf,
  intersect,
  isImpossible,
  type LabelSet,
  NO_LABELS,
  oneOf,
  only,
  PRESENT,
  restrict,
  unite,
  uniteLabels,
  withLabel,
  without,
} from './domain.ts';
import { FUNCTIONS } from './functions.ts';
import { isVariable } from './grafana.ts';
import {
  ALL,
  arithmetic,
  between,
  beyond,
  common,
  exactly,
  FROM_ONE,
  FROM_ZERO,
  hull,
  type Interval,
  isWithin,
  negated,
  ONE,
  rising,
  summed,
} from './interval.ts';
import { exclude } from './labels.ts';
import { compileRegex } from './re2.ts';
import {
  type Aggregation,
  type Binary,
  bare,
  type Call,
  COMPARISONS,
  type Expr,
  type Matcher,
  SET_OPERATORS,
  type Selector,
} from './tree.ts';
import { constantOf } from './types.ts';

/** What an expression's results are certain to be like. */
export interface Inferred {
  readonly labels: LabelSet;
  readonly value: Interval;
  /** It can never have a result. */
  readonly isEmpty: boolean;
  /** Why that is so, or why a part of it does nothing, where this expression itself is the reason. */
  readonly fault: ResultFault | undefined;
}

export interface ResultFault {
  /** Nothing can be returned, or an `unless` takes nothing away. */
  readonly kind: 'never' | 'idle';
  readonly message: string;
  readonly help: string | undefined;
  readonly span: Span;
}

/** A recording rule, as the series that it makes. */
export interface RecordedSeries {
  /** Undefined for an expression that cannot be read. */
  readonly tree: Expr | undefined;
  /** The labels that the rule sets. */
  readonly labels: ReadonlyMap<string, Domain>;
}

/** What is known beside the expression. */
export interface InferenceContext {
  /** The rules that record a metric; undefined for one that none records. */
  recorded(name: string): readonly RecordedSeries[] | undefined;
  /** The labels of the series of a metric that none records. */
  scraped(selector: Selector): LabelSet;
  /** Whether the labels that somebody groups by are taken to be there. */
  readonly trustsGrouping: boolean;
}

/** Nothing is known but the expression. */
export const NO_CONTEXT: InferenceContext = {
  recorded: () => undefined,
  scraped: () => ANY_LABELS,
  trustsGrouping: false,
};

export type Infer = (expr: Expr) => Inferred;

/** Prepares the inference of what expressions return. What is found of a part of a tree is kept. */
export function inference(context: InferenceContext): Infer {
  const known = new WeakMap<Expr, Inferred>();
  const recorded = new Map<string, Inferred | 'open'>();
  const infer: Infer = (expr) => {
    let result = known.get(expr);
    if (result === undefined) {
      result = inferOne(expr, { context, infer, recordedResult });
      known.set(expr, result);
    }
    return result;
  };
  const recordedResult = (name: string): Inferred | undefined => {
    const found = recorded.get(name);
    // Rules in a cycle: what they return is not told by their expressions.
    if (found === 'open') return UNKNOWN;
    if (found !== undefined) return found;
    const rules = context.recorded(name);
    if (rules === undefined) return undefined;
    recorded.set(name, 'open');
    const result = rules.map((rule) => seriesOf(rule, name, infer)).reduce(either, NOTHING);
    recorded.set(name, result);
    return result;
  };
  return infer;
}

interface Work {
  readonly context: InferenceContext;
  readonly infer: Infer;
  recordedResult(name: string): Inferred | undefined;
}

const UNKNOWN: Inferred = { labels: ANY_LABELS, value: ALL, isEmpty: false, fault: undefined };
const NOTHING: Inferred = { labels: NO_LABELS, value: ALL, isEmpty: true, fault: undefined };

const result = (labels: LabelSet, value: Interval, isEmpty = false): Inferred => ({
  labels,
  value,
  isEmpty,
  fault: undefined,
});

const never = (labels: LabelSet, value: Interval, { message, help }: Explained, span: Span): Inferred => ({
  labels,
  value,
  isEmpty: true,
  fault: { kind: 'never', message, help, span },
});

interface Explained {
  readonly message: string;
  readonly help?: string | undefined;
}

/** The results of one expression or of another. */
function either(first: Inferred, second: Inferred): Inferred {
  if (first.isEmpty) return second.fault ? { ...second, fault: undefined } : second;
  if (second.isEmpty) return first.fault ? { ...first, fault: undefined } : first;
  return result(uniteLabels(first.labels, second.labels), hull(first.value, second.value));
}

function seriesOf({ tree, labels }: RecordedSeries, name: string, infer: Infer): Inferred {
  const own = tree === undefined ? UNKNOWN : infer(tree);
  const known = new Map(own.labels.known);
  for (const [label, domain] of labels) known.set(label, domain);
  known.set('__name__', oneOf([name]));
  return result({ known, others: own.labels.others }, own.value, own.isEmpty);
}

function inferOne(expr: Expr, work: Work): Inferred {
  switch (expr.kind) {
    case 'number':
      return result(NO_LABELS, exactly(expr.value));
    case 'string':
      return result(NO_LABELS, ALL);
    case 'selector':
      return inferSelector(expr, work);
    case 'unary': {
      const inside = work.infer(expr.expr);
      if (expr.op === '+') return passed(inside);
      return result(without(inside.labels, ['__name__']), negated(inside.value), inside.isEmpty);
    }
    case 'matrix':
    case 'subquery':
    case 'paren':
    case 'modified':
      return passed(work.infer(expr.expr));
    case 'call':
      return inferCall(expr, work.infer);
    case 'aggregation':
      return inferAggregation(expr, work);
    case 'binary':
      return inferBinary(expr, work.infer);
  }
}

const passed = (inside: Inferred): Inferred =>
  inside.fault === undefined ? inside : { ...inside, fault: undefined };

/** Series that have one of a few values by their definition. */
const VALUES: ReadonlyMap<string, Interval> = new Map([
  ['up', between(0, 1)],
  ['probe_success', between(0, 1)],
  ['ALERTS', ONE],
]);

/** Counters, by the suffixes that the exposition formats give them, never fall below zero. */
const COUNTED = /_(?:total|bucket|count)$/;

const seriesValue = (name: string | undefined): Interval =>
  name === undefined ? ALL : (VALUES.get(name) ?? (COUNTED.test(name) ? FROM_ZERO : ALL));

function inferSelector(selector: Selector, { context, recordedResult }: Work): Inferred {
  const { name, matchers } = selector;
  const recorded = name === undefined || isVariable(name) ? undefined : recordedResult(name);
  const start = recorded?.labels ?? context.scraped(selector);
  const known = new Map(start.known);
  const value = recorded?.value ?? seriesValue(name);
  for (const [index, matcher] of matchers.entries()) {
    if (isVariable(matcher.label)) continue;
    const before = domainOf({ known, others: start.others }, matcher.label);
    const after = restrict(before, matcher);
    known.set(matcher.label, after);
    if (!isImpossible(after)) continue;
    const other = matchers.slice(0, index).find((earlier) => earlier.label === matcher.label);
    const labels: LabelSet = { known, others: start.others };
    if (other !== undefined && !isVariable(other.value) && exclude(other, matcher)) {
      const message = `no series fulfils both ${written(other)} and ${written(matcher)}`;
      return never(labels, value, { message }, matcher.span);
    }
    if (recorded?.isEmpty) break;
    const message = `no series of "${name}" fulfils ${written(matcher)}: ${recorded ? 'as recorded' : 'as scraped'}, they have ${described(matcher.label, before)}`;
    return never(labels, value, { message }, matcher.span);
  }
  return result({ known, others: start.others }, value, recorded?.isEmpty);
}

const written = ({ label, op, value }: Matcher): string => `${label}${op}"${value}"`;

/** What a label holds, in words: `no label "job"`, `job="api"`, `job="api" or "web"`. */
export function described(label: string, { values, matchers, canBeAbsent }: Domain): string {
  if (values !== undefined) {
    const present = values.filter((value) => value !== '');
    if (present.length === 0) return `no label "${label}"`;
    const list = present.slice(0, 4).map((value) => `"${value}"`);
    return `${label}=${list.join(' or ')}${present.length > 4 ? ' or others' : ''}${canBeAbsent ? ' or none' : ''}`;
  }
  const [matcher] = matchers;
  return matcher === undefined ? `the label "${label}"` : written(matcher);
}

/** Functions whose results keep the labels of their argument, but not its name; of most, only the value differs. */
const PLAIN_VALUES: Readonly<Record<string, (argument: Interval) => Interval>> = {
  abs: ({ min, max }) => between(Math.max(0, min, -max), Math.max(-min, max)),
  ceil: (argument) => rising(argument, Math.ceil),
  floor: (argument) => rising(argument, Math.floor),
  exp: () => FROM_ZERO,
  sqrt: () => FROM_ZERO,
  sgn: () => between(-1, 1),
  rate: positive,
  irate: positive,
  increase: positive,
  changes: () => FROM_ZERO,
  resets: () => FROM_ZERO,
  count_over_time: () => FROM_ONE,
  present_over_time: () => ONE,
  stddev_over_time: () => FROM_ZERO,
  stdvar_over_time: () => FROM_ZERO,
  avg_over_time: (argument) => argument,
  min_over_time: (argument) => argument,
  max_over_time: (argument) => argument,
  sum_over_time: summed,
  minute: () => between(0, 59),
  hour: () => between(0, 23),
  day_of_week: () => between(0, 6),
  day_of_month: () => between(1, 31),
  days_in_month: () => between(28, 31),
  day_of_year: () => between(1, 366),
  month: () => between(1, 12),
  histogram_fraction: () => between(0, 1),
};

/** What never falls below zero does not decrease but by resets. */
function positive(argument: Interval): Interval {
  return argument.min >= 0 ? FROM_ZERO : ALL;
}

function inferCall(call: Call, infer: Infer): Inferred {
  const { func, args } = call;
  const signature = FUNCTIONS.get(func);
  if (signature === undefined) return UNKNOWN;
  const [first, second, third] = args;
  switch (func) {
    case 'time':
      return result(NO_LABELS, FROM_ZERO);
    case 'pi':
      return result(NO_LABELS, exactly(Math.PI));
    case 'scalar':
      // Without a result it is NaN, so a scalar is always there.
      return result(NO_LABELS, first ? infer(first).value : ALL);
    case 'vector':
      return result(NO_LABELS, first ? infer(first).value : ALL);
    case 'absent':
    case 'absent_over_time':
      return result(first ? labelsOfAbsence(first) : NO_LABELS, ONE);
    case 'info':
      return first ? result({ ...infer(first).labels, others: 'unknown' }, infer(first).value) : UNKNOWN;
    case 'label_replace':
      return inferReplace(call, infer);
    case 'label_join':
      return inferJoin(call, infer);
    case 'histogram_quantile':
    case 'histogram_fraction':
    case 'histogram_quantiles': {
      const buckets = args.find((arg) => !isScalar(arg));
      if (buckets === undefined) return UNKNOWN;
      const inside = infer(buckets);
      if (func === 'histogram_quantiles') return result(ANY_LABELS, ALL, inside.isEmpty);
      const value = func === 'histogram_fraction' ? between(0, 1) : ALL;
      return result(without(inside.labels, ['__name__', 'le']), value, inside.isEmpty);
    }
  }
  if (signature.returns === 'scalar') return result(NO_LABELS, ALL);
  const vector = args.find((_, index) => isVectorArgument(signature.args, index));
  // `hour()` and the like speak of the time of the query.
  if (vector === undefined) return result(NO_LABELS, PLAIN_VALUES[func]?.(ALL) ?? ALL);
  const inside = infer(vector);
  const value = valueOfCall(func, inside.value, [first, second, third], infer);
  const keepsName = KEEP_NAME.has(func);
  return result(keepsName ? inside.labels : without(inside.labels, ['__name__']), value, inside.isEmpty);
}

/** Functions that hand on what they get, or only choose from it. */
const KEEP_NAME: ReadonlySet<string> = new Set([
  'last_over_time',
  'first_over_time',
  'sort',
  'sort_desc',
  'sort_by_label',
  'sort_by_label_desc',
]);

const isVectorArgument = (types: readonly string[], index: number): boolean => {
  const type = types[Math.min(index, types.length - 1)];
  return type === 'vector' || type === 'matrix';
};

function valueOfCall(
  func: string,
  argument: Interval,
  [, second, third]: readonly (Expr | undefined)[],
  infer: Infer,
): Interval {
  const limit = (expr: Expr | undefined): Interval => (expr ? infer(expr).value : ALL);
  if (KEEP_NAME.has(func)) return argument;
  switch (func) {
    case 'quantile_over_time':
      return ALL;
    case 'clamp_min':
      return between(Math.max(argument.min, limit(second).min), Math.max(argument.max, limit(second).max));
    case 'clamp_max':
      return between(Math.min(argument.min, limit(second).min), Math.min(argument.max, limit(second).max));
    case 'clamp': {
      const [low, high] = [limit(second), limit(third)];
      return between(
        Math.min(Math.max(argument.min, low.min), high.min),
        Math.min(Math.max(argument.max, low.max), high.max),
      );
    }
    case 'round':
      return second === undefined ? between(Math.floor(argument.min), Math.ceil(argument.max)) : ALL;
    default:
      return PLAIN_VALUES[func]?.(argument) ?? ALL;
  }
}

/** `absent` gives its result the labels that the selector's matchers fix, each named by one matcher only. */
function labelsOfAbsence(expr: Expr): LabelSet {
  const inside = bare(expr);
  const selector = inside.kind === 'matrix' ? bare(inside.expr) : inside;
  if (selector.kind !== 'selector') return NO_LABELS;
  const known = new Map<string, Domain>();
  for (const { label, op, value } of selector.matchers) {
    if (label === '__name__') continue;
    const domain = isVariable(value) ? ANY : op === '=' ? oneOf([value]) : ABSENT;
    // What becomes of a label that is matched more than once hangs on the order in which the storage tries.
    const before = known.get(label);
    known.set(label, before === undefined ? domain : unite(unite(before, domain), ABSENT));
  }
  return { known, others: 'absent' };
}

const textOf = (expr: Expr | undefined): string | undefined => {
  const inside = expr && bare(expr);
  return inside?.kind === 'string' && !isVariable(inside.value) ? inside.value : undefined;
};

function inferReplace({ args }: Call, infer: Infer): Inferred {
  const [vector, target, replacement, source, pattern] = args;
  if (vector === undefined) return UNKNOWN;
  const inside = infer(vector);
  const [to, template, from, regexText] = [target, replacement, source, pattern].map(textOf);
  if (to === undefined) return result(ANY_LABELS, inside.value, inside.isEmpty);
  const old = domainOf(inside.labels, to);
  const regex = regexText === undefined ? undefined : compileRegex(regexText);
  const values = from === undefined ? undefined : domainOf(inside.labels, from).values;
  let domain: Domain;
  if (regex === undefined || template === undefined) domain = ANY;
  else if (values !== undefined) {
    // Whether the label is replaced is known for each value.
    domain = values
      .map((value): Domain => {
        const expanded = regex.expand(value, template);
        if (to === from) return oneOf([expanded ?? value]);
        return expanded === undefined ? old : oneOf([expanded]);
      })
      .reduce(unite, oneOf([]));
  } else domain = template.includes('$') ? ANY : unite(old, oneOf([template]));
  return result(withLabel(inside.labels, to, domain), inside.value, inside.isEmpty);
}

/** More combinations than these are as good as any value. */
const MOST_VALUES = 24;

function inferJoin({ args }: Call, infer: Infer): Inferred {
  const [vector, target, separatorArg, ...sources] = args;
  if (vector === undefined) return UNKNOWN;
  const inside = infer(vector);
  const to = textOf(target);
  if (to === undefined) return result(ANY_LABELS, inside.value, inside.isEmpty);
  const separator = textOf(separatorArg);
  const names = sources.map(textOf);
  const domains = names.map((name) => (name === undefined ? ANY : domainOf(inside.labels, name)));
  let joined: readonly string[] | undefined = separator === undefined ? undefined : [''];
  for (const [index, { values }] of domains.entries()) {
    const lead = index === 0 ? '' : (separator as string);
    joined =
      values === undefined || joined === undefined || joined.length * values.length > MOST_VALUES
        ? undefined
        : joined.flatMap((start) => values.map((value) => `${start}${lead}${value}`));
  }
  const isThere = domains.some(({ canBeAbsent }) => !canBeAbsent) || (separator !== '' && domains.length > 1);
  const domain = joined ? oneOf(joined) : isThere && separator !== undefined ? PRESENT : ANY;
  return result(withLabel(inside.labels, to, domain), inside.value, inside.isEmpty);
}

/** Aggregations that choose from what they get, and change nothing of it. */
export const CHOOSING: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

function inferAggregation({ op, grouping, args }: Aggregation, { context, infer }: Work): Inferred {
  const vector = args.at(-1);
  if (vector === undefined) return UNKNOWN;
  const inside = infer(vector);
  if (CHOOSING.has(op)) return passed(inside);
  const counted = op === 'count_values' ? args[0] && textOf(args[0]) : undefined;
  const given = counted === undefined ? inside.labels : withLabel(inside.labels, counted, PRESENT);
  let labels = only(given, []);
  if (op === 'count_values' && counted === undefined) labels = ANY_LABELS;
  else if (grouping?.mode === 'without') labels = without(given, [...grouping.labels, '__name__']);
  else if (grouping !== undefined || counted !== undefined) {
    const names = [...(grouping?.labels ?? []), ...(counted === undefined ? [] : [counted])];
    // A variable of Grafana's may be any list of labels.
    labels = names.some(isVariable) ? { ...only(given, names), others: 'unknown' } : only(given, names);
  }
  if (context.trustsGrouping && grouping?.mode === 'by') labels = trusted(labels, grouping.labels);
  return result(labels, valueOfAggregation(op, inside.value), inside.isEmpty);
}

/** Somebody who groups by a label has it on the series, unless it is known not to be there. */
function trusted(labels: LabelSet, names: readonly string[]): LabelSet {
  const known = new Map(labels.known);
  for (const name of names) {
    const domain = domainOf(labels, name);
    if (domain.values === undefined && domain.canBeAbsent) known.set(name, { ...domain, canBeAbsent: false });
  }
  return { known, others: labels.others };
}

function valueOfAggregation(op: string, inside: Interval): Interval {
  switch (op) {
    case 'count':
    case 'count_values':
      return FROM_ONE;
    case 'group':
      return ONE;
    case 'stddev':
    case 'stdvar':
      return FROM_ZERO;
    case 'sum':
      return summed(inside);
    case 'min':
    case 'max':
    case 'avg':
      return inside;
    default:
      return ALL;
  }
}

function inferBinary(expr: Binary, infer: Infer): Inferred {
  const { op, left, right } = expr;
  const [a, b] = [infer(left), infer(right)];
  if (SET_OPERATORS.has(op)) return inferSet(expr, a, b, infer);
  const [isLeftScalar, isRightScalar] = [isScalar(left), isScalar(right)];
  const isComparison = COMPARISONS.has(op);
  if (isLeftScalar && isRightScalar)
    return result(NO_LABELS, isComparison ? between(0, 1) : arithmetic(op, a.value, b.value));
  const isEmpty = (a.isEmpty && !isLeftScalar) || (b.isEmpty && !isRightScalar);
  const isVectors = !isLeftScalar && !isRightScalar;
  const labels = labelsOfBinary(expr, a, b, isVectors);
  if (isVectors && expr.fill !== undefined) return result(ANY_LABELS, ALL);
  const value = !isComparison
    ? arithmetic(op, a.value, b.value)
    : expr.bool !== undefined
      ? between(0, 1)
      : isLeftScalar
        ? common(b.value, beyond(mirrored(op), a.value))
        : common(a.value, beyond(op, b.value));
  if (isEmpty) return result(labels, value ?? ALL, true);
  if (value === undefined) {
    const [subject, limit, sign] = isLeftScalar ? [right, left, mirrored(op)] : [left, right, op];
    return never(labels, ALL, neverHolds(subject, sign, limit, infer), expr.span);
  }
  const fault = isVectors ? mismatch(expr, a, b) : undefined;
  if (fault !== undefined) return never(labels, value, fault, expr.matching?.span ?? expr.opSpan);
  const isSame = isVectors && (op === '>' || op === '<') && expr.bool === undefined;
  if (isSame && canonical(left) === canonical(right))
    return never(labels, value, { message: `both sides of "${op}" are the same` }, expr.opSpan);
  return result(labels, value);
}

/** A comparison's sign, seen from its other side. */
export const mirrored = (op: string): string => op.replace(/[<>]/, (sign) => (sign === '<' ? '>' : '<'));

function labelsOfBinary(expr: Binary, a: Inferred, b: Inferred, isVectors: boolean): LabelSet {
  const { op, matching } = expr;
  const dropsName = !COMPARISONS.has(op) || expr.bool !== undefined;
  const named = (labels: LabelSet): LabelSet => (dropsName ? without(labels, ['__name__']) : labels);
  if (!isVectors) return named(isScalar(expr.left) ? b.labels : a.labels);
  const [many, one] = matching?.group === 'right' ? [b.labels, a.labels] : [a.labels, b.labels];
  let labels = named(narrowed(expr, many, one));
  if (matching !== undefined && matching.group === undefined)
    labels = matching.mode === 'on' ? only(labels, matching.labels) : without(labels, matching.labels);
  const known = new Map(labels.known);
  for (const name of matching?.include ?? []) known.set(name, domainOf(one, name));
  const isOpen = [...(matching?.labels ?? []), ...(matching?.include ?? [])].some(isVariable);
  return { known, others: isOpen ? 'unknown' : labels.others };
}

/** What is left of the one side has the other side's values of the labels that are matched. */
function narrowed(expr: Binary, labels: LabelSet, others: LabelSet): LabelSet {
  const { matching } = expr;
  const known = new Map(labels.known);
  for (const name of matchedNames(expr, labels, others))
    known.set(name, intersect(domainOf(labels, name), domainOf(others, name)));
  if (matching?.mode === 'on' || matching?.labels.some(isVariable)) return { known, others: labels.others };
  // Labels that one side has none of must be absent from the other; those that are not matched stay.
  for (const name of [...(matching?.labels ?? []), '__name__']) known.set(name, domainOf(labels, name));
  return { known, others: others.others === 'absent' ? 'absent' : labels.others };
}

/** The labels that must be alike on both sides, as far as anything is known of them. */
function matchedNames({ matching }: Binary, left: LabelSet, right: LabelSet): string[] {
  if (matching?.mode === 'on') return matching.labels.filter((name) => !isVariable(name));
  if (matching?.labels.some(isVariable)) return [];
  const names = new Set([...left.known.keys(), ...right.known.keys()]);
  names.delete('__name__');
  for (const name of matching?.labels ?? []) names.delete(name);
  return [...names];
}

/** Why no result of the left side goes with one of the right side; undefined when some may. */
function mismatch(expr: Binary, left: Inferred, right: Inferred): Explained | undefined {
  const { op, matching } = expr;
  for (const name of matchedNames(expr, left.labels, right.labels)) {
    const [a, b] = [domainOf(left.labels, name), domainOf(right.labels, name)];
    if (isImpossible(a) || isImpossible(b) || !areDisjoint(a, b)) continue;
    return {
      message: `nothing on the left of "${op}" matches anything on the right: on the left there is ${described(name, a)}, on the right ${described(name, b)}`,
      help:
        matching?.mode === 'on'
          ? `leave "${name}" out of "on (${matching.labels.join(', ')})", or keep it on both sides`
          : matching?.mode === 'ignoring'
            ? `match without it: "ignoring (${[...matching.labels, name].join(', ')})"`
            : hasNoLabels(left.labels) || hasNoLabels(right.labels)
              ? `one side has no labels at all: match by none, with "${op} on ()"`
              : `say which labels are to be alike, as in "${op} ignoring (${name})" or "${op} on (…)"`,
    };
  }
  return undefined;
}

const hasNoLabels = ({ known, others }: LabelSet): boolean =>
  others === 'absent' && [...known.values()].every((domain) => areDisjoint(domain, PRESENT));

/** Why a comparison never holds, in words. */
function neverHolds(subject: Expr, op: string, limit: Expr, infer: Infer): Explained {
  const inside = bare(subject);
  const condition = `"${op} ${constantOf(limit) ?? '…'}"`;
  const { min, max } = infer(subject).value;
  const what =
    inside.kind === 'aggregation'
      ? `what "${inside.op}" returns`
      : inside.kind === 'call'
        ? `what "${inside.func}" returns`
        : inside.kind === 'selector' && inside.name !== undefined
          ? `"${inside.name}"`
          : 'the value';
  const range =
    min === max
      ? `is always ${min}`
      : Number.isFinite(min) && Number.isFinite(max)
        ? `lies between ${min} and ${max}`
        : Number.isFinite(min)
          ? `is never below ${min}`
          : Number.isFinite(max)
            ? `is never above ${max}`
            : 'is another';
  const isCount = inside.kind === 'aggregation' && (inside.op === 'count' || inside.op === 'group');
  return {
    message: `${condition} never holds: ${what} ${range}${isCount ? ', and where there is nothing to count it returns nothing' : ''}`,
    help: !isCount
      ? inside.kind === 'aggregation' && min === 0 && max === 0
        ? `to ask how many are 0, count them: write "count" in place of "${inside.op}"`
        : undefined
      : inside.grouping === undefined
        ? `write "(${inside.op}(…) or vector(0)) ${op} ${constantOf(limit) ?? '…'}", or ask "absent(…)"`
        : 'where the series stay and are 0, write "sum"; a group that is gone returns nothing: find it with "unless", as in "x offset 1h unless x"',
  };
}

function inferSet(expr: Binary, a: Inferred, b: Inferred, infer: Infer): Inferred {
  const { op, left, right } = expr;
  if (op === 'or') return either(a, b);
  if (op === 'and') {
    const labels = narrowed(expr, a.labels, b.labels);
    if (a.isEmpty || b.isEmpty) return result(labels, a.value, true);
    const fault = mismatch(expr, a, b);
    if (fault !== undefined) return never(labels, a.value, fault, expr.matching?.span ?? expr.opSpan);
    const clash = excluding(expr, infer);
    return clash === undefined ? result(labels, a.value) : never(labels, a.value, clash, expr.span);
  }
  if (a.isEmpty) return passed(a);
  if (b.isEmpty) return result(a.labels, a.value);
  if (covers(right, left, infer))
    return never(
      a.labels,
      a.value,
      { message: '"unless" takes away everything that its left side returns' },
      expr.opSpan,
    );
  const fault = mismatch(expr, a, b);
  if (fault === undefined) return result(a.labels, a.value);
  const span = expr.matching?.span ?? expr.opSpan;
  const message = `"unless" takes nothing away: ${fault.message}`;
  return { ...result(a.labels, a.value), fault: { kind: 'idle', message, help: fault.help, span } };
}

/** A condition on something: its value must lie in an interval. */
interface Condition {
  readonly subject: string;
  readonly text: string;
  readonly interval: Interval;
}

/** The comparisons that all hold for each result of a chain of `and`. */
function conditions(expr: Expr, infer: Infer): Condition[] {
  const inside = bareParens(expr);
  if (inside.kind !== 'binary') return [];
  const { op, left, right } = inside;
  if (op === 'and' && inside.matching === undefined)
    return [...conditions(left, infer), ...conditions(right, infer)];
  if (op === 'unless') return conditions(left, infer);
  // What `!=` leaves is no stretch of numbers.
  if (!COMPARISONS.has(op) || op === '!=' || inside.bool !== undefined) return [];
  const [low, high] = [constantOf(left), constantOf(right)];
  if (high !== undefined && low === undefined)
    return isOneSeries(left, infer)
      ? [
          { subject: canonical(left), text: `"${op} ${high}"`, interval: beyond(op, exactly(high)) },
          ...conditions(left, infer),
        ]
      : [];
  if (low !== undefined && high === undefined) {
    const sign = mirrored(op);
    return isOneSeries(right, infer)
      ? [{ subject: canonical(right), text: `"${sign} ${low}"`, interval: beyond(sign, exactly(low)) }]
      : [];
  }
  // Of two vectors, the difference is compared with zero; which is taken from which must not matter.
  if (inside.matching !== undefined || isScalar(left) || isScalar(right)) return [];
  if (!isOneSeries(left, infer) || !isOneSeries(right, infer)) return [];
  const [a, b] = [canonical(left), canonical(right)];
  const sign = a < b ? op : mirrored(op);
  return [{ subject: [a, b].sort().join(' - '), text: `"${op}"`, interval: beyond(sign, exactly(0)) }];
}

const bareParens = (expr: Expr): Expr => (expr.kind === 'paren' ? bareParens(expr.expr) : expr);

/** Whether labels alone, without the metric's name, tell an expression's results apart. */
const isOneSeries = (expr: Expr, infer: Infer): boolean =>
  domainOf(infer(expr).labels, '__name__').values?.length === 1;

/** Why two sides of an `and` exclude one another. */
function excluding(expr: Binary, infer: Infer): Explained | undefined {
  if (expr.matching !== undefined) return undefined;
  const others = conditions(expr.right, infer);
  for (const one of conditions(expr.left, infer)) {
    const other = others.find(
      ({ subject, interval }) => subject === one.subject && common(interval, one.interval) === undefined,
    );
    if (other !== undefined)
      return { message: `${one.text} and ${other.text} of the same value never hold together` };
  }
  return undefined;
}

/** Whether every result of an expression is also one of another, whatever the series are. */
function covers(outer: Expr, inner: Expr, infer: Infer): boolean {
  const [whole, part] = [bareParens(outer), bareParens(inner)];
  if (canonical(whole) === canonical(part)) return true;
  if (whole.kind === 'binary' && whole.op === 'or')
    return covers(whole.left, part, infer) || covers(whole.right, part, infer);
  const [condition] = conditions(whole, infer);
  if (condition !== undefined && whole.kind === 'binary' && COMPARISONS.has(whole.op)) {
    const stricter = conditions(part, infer).find(({ subject }) => subject === condition.subject);
    if (stricter !== undefined && conditions(whole, infer).length === 1)
      return isWithin(stricter.interval, condition.interval);
  }
  if (part.kind === 'binary' && (part.op === 'and' || part.op === 'unless'))
    return covers(whole, part.left, infer);
  if (part.kind === 'binary' && COMPARISONS.has(part.op) && part.bool === undefined && isScalar(part.right))
    return covers(whole, part.left, infer);
  if (whole.kind !== 'selector' || part.kind !== 'selector') return false;
  const given = new Set(part.matchers.map(canonicalMatcher));
  return whole.matchers.every((matcher) => given.has(canonicalMatcher(matcher)));
}

/** Whether an expression is a number, not a vector. */
export function isScalar(expr: Expr): boolean {
  const inside = bare(expr);
  switch (inside.kind) {
    case 'number':
    case 'string':
      return true;
    case 'call':
      return FUNCTIONS.get(inside.func)?.returns === 'scalar';
    case 'unary':
      return isScalar(inside.expr);
    case 'binary':
      return isScalar(inside.left) && isScalar(inside.right);
    default:
      return false;
  }
}
