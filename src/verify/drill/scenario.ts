import { type Expr, inner, type Selector, selectorsOf, walk } from '../../promql/tree.ts';
import type { Place } from '../../repo/node.ts';
import { type Expression, promql } from '../../stack/expression.ts';
import type { Rule } from '../../stack/rules.ts';
import { roughWorlds } from './rough.ts';
import { valueFor } from './sampling.ts';
import type { SeriesPlan, Shape, Timeline } from './shape.ts';
import { LONGEST_WAIT, type SolveContext, solve } from './solve.ts';
import { EMPTY_WORLD, finished, keyOf, type World } from './world.ts';

/** An alert to be made to fire, with what it runs on. */
export interface Candidate {
  readonly rule: Rule;
  /** Recording rules that it may depend on, by the recorded name. */
  readonly recordings: ReadonlyMap<string, readonly Rule[]>;
  /** In seconds. */
  readonly scrapeInterval: number;
  /** In seconds. */
  readonly evaluationInterval: number;
  readonly externalLabels: ReadonlyMap<string, string>;
  /** Why its expression can certainly never have a result; undefined where that is not certain. */
  readonly impossible: Impossible | undefined;
}

export interface Impossible {
  readonly reason: string;
  /** Where that is said in the files. */
  readonly cause: Place;
}

/** Series that are healthy until something breaks, and should make an alert fire from then on. */
export interface Scenario {
  readonly series: readonly SeriesPlan[];
  readonly timeline: Timeline;
}

/** How many ways of solving an alert's expression are put before promtool. */
const MOST_SCENARIOS = 8;
/** How many ways of being healthy are tried with each way of being broken. */
const MOST_HEALED = 2;
/** How many steps the search for them may take. */
const BUDGET = 4000;
/** More samples and evaluations than this make a test too long to read and to run. */
const MOST_SAMPLES = 1000;

/** What was found for an alert, and what was not. */
export interface Search {
  readonly found: Scenario[];
  /** Constructs that stand in the way, by name. */
  readonly obstacles: string[];
  /** The part of the expression for which nothing was found, in words; undefined where something was. */
  readonly stuck: string | undefined;
}

/**
 * Scenarios for an alert, the most natural first, and what stood in the way of others; tight ones stay as
 * near to the alert's limits as a person would go.
 */
export function scenarios(
  candidate: Candidate,
  { isTight = false }: { readonly isTight?: boolean } = {},
): Search {
  const { rule, recordings } = candidate;
  const tree = rule.expr && promql(rule.expr).query.tree;
  if (tree === undefined)
    return { found: [], obstacles: ['an expression that cannot be read'], stuck: undefined };
  const timeline = timelineOf(tree, candidate);
  const obstacles = new Set<string>();
  const found: Scenario[] = [];
  const seen = new Set<string>();
  const add = (world: World, end?: Shape): void => {
    const series = finished(world, end);
    const key = JSON.stringify(series.map(({ labels, healthy, broken }) => [keyOf(labels), healthy, broken]));
    // An alert on no series at all, such as `vector(1)`, needs none to fire.
    if ((series.length === 0 && selectorsOf(tree).length > 0) || seen.has(key)) return;
    seen.add(key);
    found.push({ series, timeline });
  };
  // First with no more labels than the alert needs; then with every label on every series, so that sides
  // of a vector matching meet that differ in a matcher.
  for (const labels of [sharedLabels(tree, rule, false), sharedLabels(tree, rule, true)]) {
    const base = {
      labels,
      forced: new Map<string, string>(),
      recordings,
      selectors: selectorsOf(tree),
      step: timeline.step,
      isTight,
      obstacles,
    };
    const most = found.length + MOST_SCENARIOS / 2;
    const breaking: SolveContext = { ...base, phase: 'broken', budget: { left: BUDGET } };
    for (const broken of solve(tree, { kind: 'present' }, EMPTY_WORLD, breaking)) {
      const healing: SolveContext = { ...base, phase: 'healthy', budget: { left: BUDGET / 4 } };
      const healed = firstOf(solve(tree, { kind: 'absent' }, broken, healing), MOST_HEALED);
      for (const world of healed.length > 0 ? healed : [broken]) {
        add(world);
        // What only health asked for goes on when things break, or is what breaks.
        if (isOnlyHealthy(world)) add(world, { kind: 'gone' });
      }
      if (found.length >= most) break;
    }
  }
  const isStuck = found.length === 0 && obstacles.size === 0;
  return {
    found,
    obstacles: [...obstacles, ...timeObstacles(tree)],
    stuck: isStuck ? stuckAt(rule, tree, recordings, timeline.step) : undefined,
  };
}

/**
 * Scenarios by trial, for an alert that the others do not make fire: every part of its expression is given a
 * result, and then one series after another is made very large, nothing at all, or joined by another one.
 * Whether that fires is seen by who evaluates it. The first is the one of which all others are changes.
 */
export function roughScenarios(candidate: Candidate): Scenario[] {
  const { rule, recordings } = candidate;
  const tree = rule.expr && promql(rule.expr).query.tree;
  if (tree === undefined) return [];
  const timeline = timelineOf(tree, candidate);
  const base: SolveContext = {
    labels: sharedLabels(tree, rule, false),
    forced: new Map(),
    recordings,
    selectors: selectorsOf(tree),
    step: timeline.step,
    isTight: false,
    obstacles: new Set(),
    phase: 'broken',
    budget: { left: BUDGET / 8 },
  };
  return roughWorlds(tree, base).map((world) => ({ series: finished(world), timeline }));
}

/** The innermost part of an expression for which no series are found, though they are for all inside it. */
function stuckAt(rule: Rule, tree: Expr, recordings: Candidate['recordings'], step: number): string {
  const isSolved = (expr: Expr): boolean => {
    const context: SolveContext = {
      phase: 'broken',
      labels: sharedLabels(tree, rule, false),
      forced: new Map(),
      recordings,
      selectors: selectorsOf(tree),
      step,
      isTight: false,
      budget: { left: BUDGET / 8 },
      obstacles: new Set(),
    };
    return firstOf(solve(expr, { kind: 'present' }, EMPTY_WORLD, context), 1).length > 0;
  };
  const search = (expr: Expr): Expr => {
    const part = inner(expr).find((one) => one.kind !== 'string' && !isSolved(one));
    return part === undefined ? expr : search(part);
  };
  const part = search(tree);
  const against = part.kind === 'selector' ? contradictory(part) : undefined;
  if (against !== undefined) return `no value of the label "${against}" fulfils its matchers`;
  const { span } = part;
  const text = (rule.expr?.text ?? '').slice(span.start, span.end).replace(/\s+/g, ' ').trim();
  return `no series were found that give "${text.length > 90 ? `${text.slice(0, 90)}…` : text}" a result`;
}

/** A label of which no value is found that fulfils every matcher of a selector. */
const contradictory = ({ matchers }: Selector): string | undefined =>
  matchers.find(
    ({ label }) =>
      valueFor(
        matchers.filter((matcher) => matcher.label === label),
        label,
      ) === undefined,
  )?.label;

const isOnlyHealthy = (world: World): boolean =>
  [...world.values()].some(({ healthy, broken }) => healthy !== undefined && broken === undefined);

function firstOf<Item>(all: Iterable<Item>, count: number): Item[] {
  const items: Item[] = [];
  for (const item of all) {
    items.push(item);
    if (items.length >= count) break;
  }
  return items;
}

/** Constructs that depend on something else than the series. */
function timeObstacles(tree: Expr): string[] {
  const found = walk(tree).flatMap((expr) => {
    if (expr.kind === 'selector' && (expr.name === 'ALERTS' || expr.name === 'ALERTS_FOR_STATE'))
      return [`the series ${expr.name} of other alerts`];
    if (
      expr.kind === 'call' &&
      expr.args.length === 0 &&
      /^(?:hour|minute|month|year|day_of_|days_in_)/.test(expr.func)
    )
      return [`${expr.func}(), the time of day`];
    return [];
  });
  return [...new Set(found)];
}

/** Values for every label that the alert mentions, so that its series match each other and its templates are filled. */
function sharedLabels(tree: Expr, rule: Rule, withMatchers: boolean): Map<string, string> {
  const mentioned = new Set<string>();
  for (const expr of walk(tree)) {
    if (withMatchers && expr.kind === 'selector') for (const { label } of expr.matchers) mentioned.add(label);
    if (expr.kind === 'aggregation')
      for (const label of expr.grouping?.mode === 'by' ? expr.grouping.labels : []) mentioned.add(label);
    if (expr.kind === 'binary')
      for (const label of [
        ...(expr.matching?.mode === 'on' ? expr.matching.labels : []),
        ...(expr.matching?.include ?? []),
      ])
        mentioned.add(label);
  }
  for (const { text } of [...rule.annotations.values(), ...rule.labels.values()]) {
    for (const match of text.matchAll(/(?:\$labels|\.Labels)\.(\w+)/g)) mentioned.add(match[1] as string);
  }
  for (const name of ['__name__', 'le', 'quantile']) mentioned.delete(name);
  const selectors = selectorsOf(tree);
  const labels = new Map<string, string>();
  for (const name of ['job', 'instance', ...mentioned]) {
    const matchers = selectors.flatMap((selector) => selector.matchers.filter(({ label }) => label === name));
    const equal = matchers.find(({ op, value }) => op === '=' && value !== '');
    const taken =
      equal?.value ?? valueFor(matchers, ordinary(name)) ?? valueFor(matchers.slice(0, 1), ordinary(name));
    if (taken !== undefined && taken !== '') labels.set(name, taken);
  }
  return labels;
}

function ordinary(label: string): string {
  if (label === 'job') return 'job';
  if (label === 'instance') return 'host:9100';
  return `${label.replace(/_/g, '-')}-1`;
}

function timelineOf(
  tree: Expr,
  { rule, recordings, scrapeInterval, evaluationInterval }: Candidate,
): Timeline {
  const ranges = rangesIn(tree, recordings, new Set());
  const lookback = Math.max(0, ...ranges.map(({ total }) => total));
  const shortest = Math.min(...ranges.map(({ own }) => own), Number.POSITIVE_INFINITY);
  const hold = rule.forSeconds ?? 0;
  const waited = waitIn(tree);
  const span = 2 * (lookback + hold) + waited + 12 * Math.max(evaluationInterval, scrapeInterval);
  const evaluation = evenly(span / MOST_SAMPLES, evaluationInterval);
  // A long window is looked at in larger steps, as long as the shortest still holds four samples.
  const coarse = evenly(span / MOST_SAMPLES, scrapeInterval);
  const step = Math.max(1, Math.max(scrapeInterval, Math.min(coarse, Math.floor(shortest / 4) || coarse)));
  const round = (seconds: number): number => Math.ceil(seconds / step) * step;
  const margin = Math.max(4 * step, 4 * evaluation);
  const settledAt = round(lookback);
  // Health lasts as long as a breakage must: quiet is what has had the time to fire.
  const breaksAt = round(settledAt + hold + margin);
  return {
    step,
    evaluation,
    settledAt,
    breaksAt,
    end: breaksAt + round(lookback + hold + waited + 8 * Math.max(evaluation, step)),
  };
}

/** Intervals that people write, in seconds. */
const EVEN = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** An interval that is at least as long as needed, and at least the usual one; a round figure where it is longer. */
function evenly(needed: number, usual: number): number {
  if (needed <= usual) return usual;
  const multiple = Math.ceil(needed / usual) * usual;
  return multiple <= 60
    ? multiple
    : (EVEN.find((seconds) => seconds >= needed && seconds % usual === 0) ?? multiple);
}

/** Each range and offset with those around it, in seconds. */
function rangesIn(
  expr: Expr,
  recordings: Candidate['recordings'],
  seen: ReadonlySet<string>,
  around = 0,
): { own: number; total: number }[] {
  const range = expr.kind === 'matrix' || expr.kind === 'subquery' ? (expr.range.seconds ?? 0) : 0;
  const offset = expr.kind === 'modified' && expr.modifier === 'offset' ? Math.abs(expr.seconds ?? 0) : 0;
  const total = around + range + offset;
  const own = range > 0 || offset > 0 ? [{ own: range > 0 ? range : Number.POSITIVE_INFINITY, total }] : [];
  const recorded =
    expr.kind === 'selector' && expr.name !== undefined && !seen.has(expr.name)
      ? (recordings.get(expr.name) ?? []).flatMap((rule) => {
          const tree = treeOf(rule.expr);
          return tree ? rangesIn(tree, recordings, new Set([...seen, expr.name as string]), total) : [];
        })
      : [];
  return [...own, ...recorded, ...inner(expr).flatMap((part) => rangesIn(part, recordings, seen, total))];
}

const treeOf = (expression: Expression | undefined): Expr | undefined =>
  expression && promql(expression).query.tree;

/** The largest number in the comparisons of an expression that looks at the clock: how long it may wait by itself. */
function waitIn(tree: Expr): number {
  const parts = walk(tree);
  if (!parts.some((expr) => expr.kind === 'call' && (expr.func === 'time' || expr.func === 'timestamp')))
    return 0;
  const numbers = parts.flatMap((expr) =>
    expr.kind === 'number' && Number.isFinite(expr.value) ? [Math.abs(expr.value)] : [],
  );
  // `(time() - x) / 60 > 90`, or a limit of days in seconds: bounded, for a test that stays readable.
  const product = numbers.filter((number) => number > 1).reduce((result, number) => result * number, 1);
  return Math.min(product, LONGEST_WAIT);
}
