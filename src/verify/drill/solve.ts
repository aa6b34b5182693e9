import {
  type Aggregation,
  type Binary,
  type Call,
  COMPARISONS,
  type Expr,
  type Selector,
  selectorsOf,
  walk,
} from '../../promql/tree.ts';
import { type Expression, promql } from '../../stack/expression.ts';
import type { Rule } from '../../stack/rules.ts';
import { valueFor } from './sampling.ts';
import type { Shape } from './shape.ts';
import { assign, keyOf, matching, type Phase, type World } from './world.ts';

/** The longest that a series is left as it is until it is too old, in seconds. */
export const LONGEST_WAIT = 7 * 86_400;

/** What an expression is wanted to be in a phase. */
export type Want =
  | { readonly kind: 'value'; readonly value: number }
  /** Any result at all. */
  | { readonly kind: 'present' }
  /** No result. */
  | { readonly kind: 'absent' }
  /** A series of this shape, for functions that look at how a value goes. */
  | { readonly kind: 'shape'; readonly shape: Shape };

export interface SolveContext {
  readonly phase: Phase;
  /** Values that labels should have, so that series meet in vector matching. */
  readonly labels: ReadonlyMap<string, string>;
  /** Labels of this one copy of a series, over all others. */
  readonly forced: ReadonlyMap<string, string>;
  readonly recordings: ReadonlyMap<string, readonly Rule[]>;
  /** Every selector of the alert, for telling apart series of one metric. */
  readonly selectors: readonly Selector[];
  /** Seconds between two samples. */
  readonly step: number;
  /** Whether values are wanted that are only just beyond a limit. */
  readonly isTight: boolean;
  /**
   * For a search that does not work values out: how large each series is, by its labels. Comparisons are then
   * left to whoever evaluates the expression, and only that every part has a result is seen to.
   */
  readonly rough?: ((labels: ReadonlyMap<string, string>) => number) | undefined;
  /** How many more ways may be tried. */
  readonly budget: { left: number };
  /** Constructs that could not be turned round, by name. */
  readonly obstacles: Set<string>;
}

const PRESENT: Want = { kind: 'present' };
const ABSENT: Want = { kind: 'absent' };
const GONE: Shape = { kind: 'gone' };
const value = (number: number): Want => ({ kind: 'value', value: number });
const level = (number: number): Shape => ({ kind: 'level', value: number });
const shaped = (shape: Shape): Want => ({ kind: 'shape', shape });

/**
 * The ways to make an expression be what is wanted, most natural first: each a world with the series that
 * do it. What cannot be turned round yields nothing, and is noted among the obstacles.
 */
export function* solve(expr: Expr, want: Want, world: World, context: SolveContext): Generator<World> {
  if (context.budget.left-- <= 0) return;
  switch (expr.kind) {
    case 'paren':
      yield* solve(expr.expr, want, world, context);
      break;
    case 'modified':
      yield* solveModified(expr.expr, expr.modifier, want, world, context);
      break;
    case 'number':
      if (want.kind === 'present' || (want.kind === 'value' && isNear(expr.value, want.value))) yield world;
      break;
    case 'string':
      yield world;
      break;
    case 'unary':
      yield* solve(expr.expr, expr.op === '-' ? negated(want) : want, world, context);
      break;
    case 'selector':
      yield* solveSelector(expr, want, world, context);
      break;
    case 'matrix':
    case 'subquery':
      yield* solve(expr.expr, want, world, context);
      break;
    case 'call':
      yield* solveCall(expr, want, world, context);
      break;
    case 'aggregation':
      yield* solveAggregation(expr, want, world, context);
      break;
    case 'binary':
      yield* solveBinary(expr, want, world, context);
      break;
  }
}

function negated(want: Want): Want {
  if (want.kind === 'value') return value(-want.value);
  if (want.kind === 'shape' && want.shape.kind === 'slope')
    return shaped({ ...want.shape, perSecond: -want.shape.perSecond });
  return want;
}

/** A series of the past is the healthy one: what is compared with it is broken. */
function* solveModified(
  expr: Expr,
  modifier: string,
  want: Want,
  world: World,
  context: SolveContext,
): Generator<World> {
  yield* solve(expr, want, world, modifier === 'offset' ? { ...context, phase: 'healthy' } : context);
}

function* solveSelector(
  selector: Selector,
  want: Want,
  world: World,
  context: SolveContext,
): Generator<World> {
  const rules = selector.name === undefined ? undefined : context.recordings.get(selector.name);
  if (rules !== undefined) {
    yield* solveRecorded(selector, rules, want, world, context);
    return;
  }
  const labels = seriesFor(selector, context);
  if (labels === undefined) return;
  const existing = world.get(keyOf(labels))?.[context.phase];
  if (want.kind === 'present' && existing !== undefined) {
    if (existing.kind !== 'gone') yield world;
    return;
  }
  const size = context.rough?.(labels);
  for (const shape of shapesFor(want, context.phase)) {
    const next = assign(world, labels, context.phase, size === undefined ? shape : scaled(shape, size));
    if (next !== undefined) yield next;
  }
}

/** A shape that was made for a series of size one. */
function scaled(shape: Shape, size: number): Shape {
  if (shape.kind === 'level') return level(shape.value * size);
  return shape.kind === 'slope' ? { ...shape, perSecond: shape.perSecond * size } : shape;
}

function shapesFor(want: Want, phase: Phase): Shape[] {
  switch (want.kind) {
    case 'value':
      return [level(want.value)];
    case 'present':
      return [level(1)];
    case 'absent':
      return [GONE];
    case 'shape':
      // The natural way for a time to grow old is to stay as it is, as long as that can be waited for.
      return want.shape.kind === 'clock' &&
        phase === 'broken' &&
        want.shape.offset < 0 &&
        want.shape.offset >= -LONGEST_WAIT
        ? [{ kind: 'frozen' }, want.shape]
        : [want.shape];
  }
}

/** The labels of the series that stands for a selector; undefined when its matchers contradict each other. */
export function seriesFor(
  selector: Selector,
  { labels, forced }: Pick<SolveContext, 'labels' | 'forced'>,
): ReadonlyMap<string, string> | undefined {
  const names = new Set([...labels.keys(), ...forced.keys(), ...selector.matchers.map(({ label }) => label)]);
  const series = new Map<string, string>();
  for (const name of names) {
    const own = selector.matchers.filter(({ label }) => label === name);
    const found = valueFor(own, forced.get(name) ?? labels.get(name) ?? name.replace(/^__name__$/, 'metric'));
    if (found === undefined) return undefined;
    if (found !== '') series.set(name, found);
  }
  return series;
}

/** A recorded series is what its rule makes of others; its matchers hold for those. */
function* solveRecorded(
  selector: Selector,
  rules: readonly Rule[],
  want: Want,
  world: World,
  context: SolveContext,
): Generator<World> {
  const recordings = new Map([...context.recordings].filter(([name]) => name !== selector.name));
  for (const rule of rules) {
    const fits = selector.matchers.every(({ label, op, value: wanted }) => {
      const own = rule.labels.get(label)?.text;
      return (
        label === '__name__' ||
        own === undefined ||
        valueFor([{ label, op, value: wanted, span: NOWHERE, valueSpan: NOWHERE }], own) === own
      );
    });
    const tree = fits ? treeOf(rule.expr) : undefined;
    if (tree === undefined) continue;
    const labels = new Map(context.labels);
    for (const { label, op, value: wanted } of selector.matchers) {
      if (label === '__name__' || rule.labels.has(label)) continue;
      const found = valueFor(
        [{ label, op, value: wanted, span: NOWHERE, valueSpan: NOWHERE }],
        labels.get(label) ?? label,
      );
      if (found !== undefined) labels.set(label, found);
    }
    yield* solve(tree, want, world, {
      ...context,
      labels,
      recordings,
      selectors: [...context.selectors, ...selectorsOf(tree)],
    });
  }
}

const NOWHERE = { start: 0, end: 0 };
const treeOf = (expression: Expression | undefined): Expr | undefined =>
  expression && promql(expression).query.tree;

/** The range of a range vector, in seconds. */
function rangeOf(expr: Expr | undefined): number | undefined {
  if (expr?.kind === 'modified' || expr?.kind === 'paren') return rangeOf(expr.expr);
  return expr?.kind === 'matrix' || expr?.kind === 'subquery' ? expr.range.seconds : undefined;
}

/** Functions that give back the value of a series that stays at one. */
const KEEPS_LEVEL = new Set([
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'last_over_time',
  'first_over_time',
  'quantile_over_time',
  'mad_over_time',
  'abs',
  'ceil',
  'floor',
  'round',
  'sort',
  'sort_desc',
  'sort_by_label',
  'sort_by_label_desc',
  'clamp',
  'clamp_min',
  'clamp_max',
  'label_replace',
  'label_join',
  'scalar',
  'vector',
  'double_exponential_smoothing',
  'timestamp_of_sample',
]);

/** Functions of how a gauge changes: their value can be negative. */
const FALLING: ReadonlySet<string> = new Set(['deriv', 'delta', 'idelta']);

/** Functions of one value with their inverse. */
const INVERSES: Readonly<Record<string, (result: number) => number>> = {
  sqrt: (result) => result * result,
  exp: Math.log,
  ln: Math.exp,
  log2: (result) => 2 ** result,
  log10: (result) => 10 ** result,
  deg: (result) => (result * Math.PI) / 180,
  rad: (result) => (result * 180) / Math.PI,
};

function* solveCall(call: Call, want: Want, world: World, context: SolveContext): Generator<World> {
  const { func } = call;
  const matrix = call.args.find((arg) => rangeOf(arg) !== undefined);
  const range = rangeOf(matrix) ?? 0;

  if (func === 'absent' || func === 'absent_over_time') {
    const inner = call.args[0];
    if (inner === undefined || want.kind === 'shape') return;
    const isWanted = want.kind === 'present' || (want.kind === 'value' && want.value === 1);
    if (isWanted || want.kind === 'absent') yield* solve(inner, isWanted ? ABSENT : PRESENT, world, context);
    return;
  }
  if (want.kind === 'absent') {
    const vector = matrix ?? call.args.find((arg) => arg.kind !== 'number' && arg.kind !== 'string');
    if (vector !== undefined) yield* solve(vector, ABSENT, world, context);
    return;
  }

  switch (func) {
    case 'rate':
    case 'irate':
    case 'deriv':
    case 'increase':
    case 'delta':
    case 'idelta': {
      if (matrix === undefined) return;
      const per = func === 'increase' || func === 'delta' ? range : func === 'idelta' ? context.step : 1;
      // A counter does not fall.
      if (want.kind === 'value' && want.value < 0 && !FALLING.has(func)) return;
      const still = context.rough === undefined ? [0, 1] : [1];
      const slopes = want.kind === 'value' ? [want.value / per] : want.kind === 'present' ? still : [];
      for (const perSecond of slopes) {
        yield* solve(matrix, shaped(slope(perSecond, FALLING.has(func) ? 1000 : undefined)), world, context);
      }
      return;
    }
    case 'predict_linear': {
      const ahead = constant(call.args[1]);
      if (matrix === undefined || ahead === undefined || ahead === 0) return;
      if (want.kind === 'present') yield* solve(matrix, value(100), world, context);
      if (want.kind !== 'value') return;
      if (context.phase === 'healthy') {
        // In health it stays where the breakage takes it up.
        const begins = knownValue(innermost(matrix), world, { ...context, phase: 'broken' });
        for (const level of [...(begins === undefined ? [] : [begins]), want.value])
          yield* solve(matrix, value(level), world, context);
        return;
      }
      const known = knownValue(innermost(matrix), world, context);
      const starts =
        want.value > 0
          ? [want.value / 4, want.value * 4, 1]
          : [Math.max(100, Math.abs(want.value) * 2), 10, 1];
      for (const start of known === undefined ? starts : [known]) {
        yield* solve(matrix, shaped(slope((want.value - start) / ahead, start)), world, context);
      }
      return;
    }
    case 'changes':
    case 'resets': {
      if (matrix === undefined || want.kind === 'shape') return;
      const count = want.kind === 'value' ? want.value : 0;
      const kind = func === 'changes' ? 'toggle' : 'restart';
      // One more than the window can lose at its edges; not faster than there are samples.
      const every = Math.max(
        context.step * (kind === 'restart' ? 2 : 1),
        Math.floor(range / (count + 2) / context.step) * context.step,
      );
      const isStill = count <= 0 && (context.rough === undefined || context.phase === 'healthy');
      yield* solve(
        matrix,
        isStill ? value(1) : shaped({ kind, every: count <= 0 ? context.step : every }),
        world,
        context,
      );
      return;
    }
    case 'count_over_time':
    case 'present_over_time':
      if (matrix !== undefined) yield* solve(matrix, PRESENT, world, context);
      return;
    case 'sum_over_time':
      if (matrix !== undefined)
        yield* solve(
          matrix,
          want.kind === 'value' ? value(want.value / Math.max(1, Math.floor(range / context.step))) : want,
          world,
          context,
        );
      return;
    case 'stddev_over_time':
    case 'stdvar_over_time':
      if (matrix !== undefined)
        yield* solve(
          matrix,
          want.kind === 'value' && want.value > 0
            ? shaped({ kind: 'toggle', every: context.step })
            : value(1),
          world,
          context,
        );
      return;
    case 'histogram_quantile':
      yield* solveQuantile(call, want, world, context);
      return;
    case 'time':
      if (want.kind === 'present') yield world;
      return;
    case 'timestamp':
      if (call.args[0] !== undefined && want.kind !== 'value')
        yield* solve(call.args[0], PRESENT, world, context);
      return;
    case 'sgn':
      if (call.args[0] !== undefined) yield* solve(call.args[0], want, world, context);
      return;
  }
  const inverse = INVERSES[func];
  if (inverse !== undefined && call.args[0] !== undefined) {
    yield* solve(call.args[0], want.kind === 'value' ? value(inverse(want.value)) : want, world, context);
    return;
  }
  if (KEEPS_LEVEL.has(func)) {
    const inner = func === 'quantile_over_time' ? call.args[1] : call.args[0];
    if (inner !== undefined) yield* solve(inner, want, world, context);
    return;
  }
  context.obstacles.add(`${func}()`);
}

const slope = (perSecond: number, start: number | undefined): Shape => ({ kind: 'slope', perSecond, start });

const innermost = (expr: Expr): Expr => ('expr' in expr ? innermost(expr.expr) : expr);

/** The number that an expression is, whatever the series are. */
function constant(expr: Expr | undefined): number | undefined {
  if (expr === undefined) return undefined;
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'paren':
      return constant(expr.expr);
    case 'unary': {
      const inner = constant(expr.expr);
      return inner === undefined ? undefined : expr.op === '-' ? -inner : inner;
    }
    case 'binary': {
      const [left, right] = [constant(expr.left), constant(expr.right)];
      return left === undefined || right === undefined ? undefined : arithmetic(expr.op, left, right);
    }
    case 'call':
      return expr.func === 'vector' || expr.func === 'scalar'
        ? constant(expr.args[0])
        : expr.func === 'pi'
          ? Math.PI
          : undefined;
    default:
      return undefined;
  }
}

/** Buckets between which the quantile lies: everything below the wanted value, or between it and twice it. */
function* solveQuantile(call: Call, want: Want, world: World, context: SolveContext): Generator<World> {
  const [, buckets] = call.args;
  if (buckets === undefined || want.kind === 'shape') return;
  if (
    !selectorsOf(buckets).some(
      ({ name }) => name?.endsWith('_bucket') || (name !== undefined && context.recordings.has(name)),
    )
  ) {
    context.obstacles.add('a native histogram in histogram_quantile()');
    return;
  }
  const target = want.kind === 'value' ? want.value : 1;
  // The bounds are the same in both phases; only where the observations fall differs.
  const bounds = boundsIn(world) ?? [target / 1.5, (target / 1.5) * 3];
  const [low = 0, high = 0] = bounds;
  const isAbove = target > low;
  const rates: [string, number][] = [
    [bound(low), isAbove ? 0 : 10],
    [bound(high), 10],
    ['+Inf', 10],
  ];
  yield* solveEach(buckets, rates, world, context);
}

const bound = (number: number): string => String(Number(number.toPrecision(6)));

function boundsIn(world: World): number[] | undefined {
  const found = [...new Set([...world.values()].flatMap(({ labels }) => labels.get('le') ?? []))]
    .map(Number)
    .filter(Number.isFinite);
  return found.length < 2 ? undefined : found.sort((a, b) => a - b);
}

function* solveEach(
  expr: Expr,
  rates: readonly [string, number][],
  world: World,
  context: SolveContext,
): Generator<World> {
  const [first, ...rest] = rates;
  if (first === undefined) {
    yield world;
    return;
  }
  const forced = new Map([...context.forced, ['le', first[0]] as const]);
  for (const next of solve(expr, value(first[1]), world, { ...context, forced }))
    yield* solveEach(expr, rest, next, context);
}

function* solveAggregation(
  expr: Aggregation,
  want: Want,
  world: World,
  context: SolveContext,
): Generator<World> {
  const inner = expr.args.at(-1);
  if (inner === undefined) return;
  switch (expr.op) {
    case 'count':
    case 'group':
      yield* solveCount(expr, inner, want, world, context);
      return;
    case 'stddev':
    case 'stdvar': {
      if (want.kind !== 'value') break;
      const spread = expr.op === 'stddev' ? want.value : Math.sqrt(want.value);
      yield* solveCopies(expr, inner, [value(100 - spread), value(100 + spread)], world, context);
      return;
    }
    case 'count_values':
      context.obstacles.add('count_values()');
      if (context.rough === undefined || want.kind !== 'present') return;
      break;
    case 'sum':
      if (want.kind === 'value') yield* solveFilled(expr, inner, want.value, world, context);
      break;
  }
  yield* solve(inner, want, world, context);
}

/** A sum of which a part is already there: the rest comes from a series that the other selectors leave out. */
function* solveFilled(
  expr: Aggregation,
  inner: Expr,
  wanted: number,
  world: World,
  context: SolveContext,
): Generator<World> {
  const known = knownValue(expr, world, context);
  if (known === undefined) return;
  if (isNear(known, wanted)) {
    yield world;
    return;
  }
  const selector = selectorsOf(inner)[0];
  const apart = selector && distinction(selector, expr, context);
  if (wanted < known || apart === undefined) return;
  yield* solve(inner, value(wanted - known), world, {
    ...context,
    forced: new Map([...context.forced, apart]),
  });
}

/** A label and a value by which a series is selected by this selector and by none of the others on its metric. */
function distinction(
  selector: Selector,
  expr: Aggregation,
  { selectors, labels }: SolveContext,
): readonly [string, string] | undefined {
  const grouped = new Set(expr.grouping?.mode === 'by' ? expr.grouping.labels : []);
  for (const other of selectors) {
    if (other.name !== selector.name) continue;
    for (const matcher of other.matchers) {
      if (matcher.label === '__name__' || grouped.has(matcher.label)) continue;
      const own = selector.matchers.filter(({ label }) => label === matcher.label);
      if (own.some(({ op, value: text }) => op === matcher.op && text === matcher.value)) continue;
      const against = valueFor(
        [...own, { ...matcher, op: OPPOSITE[matcher.op] }],
        matcher.label === 'status' || matcher.label === 'code' ? '200' : 'other',
      );
      if (against !== undefined && against !== labels.get(matcher.label)) return [matcher.label, against];
    }
  }
  return undefined;
}

const OPPOSITE = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' } as const;

/** As many copies of what is counted as are wanted. */
function* solveCount(
  expr: Aggregation,
  inner: Expr,
  want: Want,
  world: World,
  context: SolveContext,
): Generator<World> {
  if (want.kind === 'absent') yield* solve(inner, ABSENT, world, context);
  if (want.kind === 'present') yield* solve(inner, PRESENT, world, context);
  if (want.kind !== 'value') return;
  const count = Math.round(want.value);
  if (count > MOST_SERIES) context.obstacles.add(`a count of ${count} series`);
  if (count < 1 || count > MOST_COPIES || !isNear(count, want.value)) return;
  const copies = Math.max(count, copiesIn(world));
  yield* solveCopies(
    expr,
    inner,
    Array.from({ length: copies }, (_, index) => (index < count ? PRESENT : ABSENT)),
    world,
    context,
  );
}

/** A test with more series of one kind is none that somebody reads. */
const MOST_COPIES = 60;
/** A count above this is asked for by the expression itself, and no attempt. */
const MOST_SERIES = 1000;

export const COPY_LABELS = ['instance', 'replica', 'pod'];

const copiesIn = (world: World): number =>
  new Set(
    [...world.values()].flatMap(({ labels }) =>
      COPY_LABELS.flatMap((label) => /^copy-\d+$/.exec(labels.get(label) ?? '')?.[0] ?? []),
    ),
  ).size;

function* solveCopies(
  expr: Aggregation,
  inner: Expr,
  wants: readonly Want[],
  world: World,
  context: SolveContext,
  index = 0,
): Generator<World> {
  const want = wants[index];
  if (want === undefined) {
    yield world;
    return;
  }
  const grouped = expr.grouping?.mode === 'by' ? expr.grouping.labels : [];
  const fixed = selectorsOf(inner).flatMap(({ matchers }) =>
    matchers.filter(({ op }) => op === '=').map(({ label }) => label),
  );
  const label = COPY_LABELS.find((name) => !grouped.includes(name) && !fixed.includes(name)) ?? 'copy';
  const forced = new Map([...context.forced, [label, `copy-${index + 1}`] as const]);
  for (const next of solve(inner, want, world, { ...context, forced }))
    yield* solveCopies(expr, inner, wants, next, context, index + 1);
}

function* solveBinary(expr: Binary, want: Want, world: World, context: SolveContext): Generator<World> {
  const { op, left, right } = expr;
  if (op === 'and') {
    if (want.kind === 'absent') {
      yield* solve(left, ABSENT, world, context);
      yield* solve(right, ABSENT, world, context);
    } else {
      for (const next of solve(right, PRESENT, world, context)) yield* solve(left, want, next, context);
      for (const next of solve(left, want, world, context)) yield* solve(right, PRESENT, next, context);
    }
  } else if (op === 'unless') {
    if (want.kind === 'absent') {
      yield* solve(left, ABSENT, world, context);
      for (const next of solve(right, PRESENT, world, context)) yield* solve(left, PRESENT, next, context);
    } else {
      for (const next of solve(left, want, world, context)) yield* solve(right, ABSENT, next, context);
    }
  } else if (op === 'or') {
    if (want.kind === 'absent') {
      for (const next of solve(left, ABSENT, world, context)) yield* solve(right, ABSENT, next, context);
    } else {
      yield* solve(left, want, world, context);
      yield* solve(right, want, world, context);
    }
  } else if (COMPARISONS.has(op)) {
    yield* solveComparison(expr, want, world, context);
  } else {
    yield* solveArithmetic(expr, want, world, context);
  }
}

function* solveComparison(expr: Binary, want: Want, world: World, context: SolveContext): Generator<World> {
  const { op, left, right, bool } = expr;
  if (want.kind === 'shape') return;
  if (bool !== undefined && want.kind === 'value') {
    if (want.value === 0 || want.value === 1)
      yield* solveComparison(
        { ...expr, bool: undefined },
        want.value === 1 ? PRESENT : ABSENT,
        world,
        context,
      );
    return;
  }
  const holds = want.kind !== 'absent';
  if (context.budget.left-- <= 0) return;
  if (context.rough !== undefined && holds) {
    for (const next of solve(right, PRESENT, world, context)) yield* solve(left, PRESENT, next, context);
    return;
  }
  const [own, other] = [knownValue(left, world, context), knownValue(right, world, context)];
  if (
    own !== undefined &&
    other !== undefined &&
    compare(op, own, other) === holds &&
    (want.kind !== 'value' || isNear(own, want.value))
  ) {
    yield world;
    return;
  }
  // How far a series gets that already moves is seen by promtool.
  if (holds && want.kind === 'present' && other !== undefined && isMoving(left, world, context)) yield world;
  yield* solveAgainstClock(expr, holds, world, context);
  if (other !== undefined) {
    for (const candidate of want.kind === 'value'
      ? [want.value]
      : [
          ...(holds ? between(left, other) : []),
          ...candidates(op, other, holds, isAge(left), context.isTight),
        ]) {
      if (compare(op, candidate, other) === holds) yield* solve(left, value(candidate), world, context);
    }
  } else if (own !== undefined) {
    // What a number is compared with is what the comparison gives.
    for (const candidate of want.kind === 'value' && constant(left) !== undefined
      ? [want.value]
      : candidates(MIRRORED[op] as string, own, holds, isAge(right), context.isTight)) {
      if (compare(op, own, candidate) === holds) yield* solve(right, value(candidate), world, context);
    }
  } else {
    for (const base of [100, 1, 10]) {
      for (const next of solve(right, value(base), world, context))
        yield* solveComparison(expr, want, next, context);
      for (const next of solve(left, value(base), world, context))
        yield* solveComparison(expr, want, next, context);
    }
  }
  if (want.kind === 'absent') yield* solve(left, ABSENT, world, context);
}

/** A value within both limits, where what is compared is a comparison itself: `3 <= x < 20`. */
function between(inside: Expr, limit: number): number[] {
  if (inside.kind === 'paren') return between(inside.expr, limit);
  if (inside.kind !== 'binary' || !COMPARISONS.has(inside.op)) return [];
  const other = constant(inside.right) ?? constant(inside.left);
  return other === undefined ? [] : [(limit + other) / 2];
}

const MIRRORED: Readonly<Record<string, string>> = {
  '>': '<',
  '<': '>',
  '>=': '<=',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};
const NEGATED: Readonly<Record<string, string>> = {
  '>': '<=',
  '<': '>=',
  '>=': '<',
  '<=': '>',
  '==': '!=',
  '!=': '==',
};

function compare(op: string, left: number, right: number): boolean {
  switch (op) {
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    case '==':
      return left === right;
    default:
      return left !== right;
  }
}

/** Values that stand in a relation to a bound, or not, the most natural first. */
function candidates(op: string, bound: number, holds: boolean, age: boolean, isTight: boolean): number[] {
  const relation = holds ? op : (NEGATED[op] as string);
  if (isTight) return [...tightCandidates(relation, bound), ...candidates(op, bound, holds, age, false)];
  const isShare = bound > 0 && bound < 1;
  const above = isShare
    ? [(1 + bound) / 2, 1, bound * 1.5, bound + 1]
    : [bound + Math.max(1, Math.abs(bound) / 2), bound * 3 + 1, bound + 1, bound * 1.05 + 0.01];
  const below =
    bound > 0
      ? [...(age ? [0] : []), bound / 2, 0, bound - 1, -bound]
      : [bound - Math.max(1, Math.abs(bound) / 2), bound - 1];
  switch (relation) {
    case '>':
      return above;
    case '>=':
      return [...above, bound];
    case '<':
      return below;
    case '<=':
      // Nothing at all is what is healthy of failures.
      return bound === 0 ? [0, ...below] : [...below, bound];
    case '==':
      return [bound];
    default:
      return [bound + 1, 0, bound - 1, 1].filter((candidate) => candidate !== bound);
  }
}

/** The values next to a bound that a person would take for them: 999 and 1001, 0.89 and 0.91. */
function tightCandidates(relation: string, bound: number): number[] {
  const size = Math.abs(bound);
  const step = Number.isInteger(bound) ? 1 : 10 ** (Math.floor(Math.log10(size)) - 1);
  const rounded = (value: number): number => Number(value.toPrecision(12));
  switch (relation) {
    case '>':
      return [rounded(bound + step)];
    case '>=':
      return [bound, rounded(bound + step)];
    case '<':
      return [rounded(bound - step)];
    case '<=':
      return [bound, rounded(bound - step)];
    default:
      return [];
  }
}

/** Whether an expression is one series that changes over time in this phase. */
function isMoving(expr: Expr, world: World, context: SolveContext): boolean {
  const inside = innermost(expr);
  const labels = inside.kind === 'selector' ? seriesFor(inside, context) : undefined;
  const shape = labels && world.get(keyOf(labels))?.[context.phase];
  return shape !== undefined && shape.kind !== 'level' && shape.kind !== 'gone';
}

/** `time()` with a constant added or taken away: how much. */
function clockOffset(expr: Expr): number | undefined {
  if (expr.kind === 'paren') return clockOffset(expr.expr);
  if (expr.kind === 'call') return expr.func === 'time' ? 0 : undefined;
  if (expr.kind !== 'binary' || (expr.op !== '-' && expr.op !== '+')) return undefined;
  const [left, right] = [clockOffset(expr.left), constant(expr.right)];
  if (left !== undefined && right !== undefined) return expr.op === '-' ? left - right : left + right;
  const [number, clock] = [constant(expr.left), clockOffset(expr.right)];
  return number !== undefined && clock !== undefined && expr.op === '+' ? number + clock : undefined;
}

const isAge = (expr: Expr): boolean => {
  if (expr.kind === 'paren') return isAge(expr.expr);
  if (expr.kind === 'aggregation' || expr.kind === 'call') return expr.args.some(isAge);
  return (
    expr.kind === 'binary' && (clockOffset(expr.left) !== undefined || isAge(expr.left) || isAge(expr.right))
  );
};

/** `x < time() - 3600`: a time against the clock. */
function* solveAgainstClock(
  expr: Binary,
  holds: boolean,
  world: World,
  context: SolveContext,
): Generator<World> {
  for (const [side, clock, op] of [
    [expr.left, expr.right, expr.op],
    [expr.right, expr.left, MIRRORED[expr.op] as string],
  ] as const) {
    const offset = clockOffset(clock);
    if (offset === undefined) continue;
    const isLess = (op === '<' || op === '<=') === holds;
    // In health it is as far from the bound as the bound is from now.
    const distance = Math.max(60, Math.abs(offset));
    yield* solve(
      side,
      shaped({ kind: 'clock', offset: isLess ? offset - distance : offset + distance, unit: 1 }),
      world,
      context,
    );
  }
}

function* solveArithmetic(expr: Binary, want: Want, world: World, context: SolveContext): Generator<World> {
  const { op, left, right } = expr;
  if (want.kind === 'absent') {
    yield* solve(left, ABSENT, world, context);
    yield* solve(right, ABSENT, world, context);
    return;
  }
  if (want.kind === 'present') {
    for (const next of solve(left, PRESENT, world, context)) yield* solve(right, PRESENT, next, context);
    return;
  }
  if (want.kind === 'shape') {
    yield* solveScaled(expr, want.shape, world, context);
    return;
  }
  const [leftClock, rightClock] = [clockOffset(left), clockOffset(right)];
  if (op === '-' && leftClock !== undefined) {
    yield* solve(right, shaped({ kind: 'clock', offset: leftClock - want.value, unit: 1 }), world, context);
    return;
  }
  if (op === '-' && rightClock !== undefined) {
    yield* solve(left, shaped({ kind: 'clock', offset: rightClock + want.value, unit: 1 }), world, context);
    return;
  }

  const back = op === '-' ? pastOf(left, right) : undefined;
  if (back !== undefined && context.phase === 'broken')
    yield* solve(left, shaped(slope(want.value / back, undefined)), world, context);

  if (context.budget.left-- <= 0) return;
  const [own, other] = [knownValue(left, world, context), knownValue(right, world, context)];
  if (own !== undefined && other !== undefined && isNear(arithmetic(op, own, other), want.value)) {
    yield world;
    return;
  }
  // Even a side that is known can still grow, when it is a sum.
  if (own !== undefined) {
    const needed = solveRight(op, own, want.value);
    if (needed !== undefined) yield* solve(right, value(needed), world, context);
  }
  if (other !== undefined) {
    const needed = solveLeft(op, other, want.value);
    if (needed !== undefined) yield* solve(left, value(needed), world, context);
  }
  if (own === undefined && other === undefined) {
    for (const base of bases(op, want.value)) {
      for (const next of solve(right, value(base), world, context))
        yield* solveArithmetic(expr, want, next, context);
    }
    for (const base of [100, 1, want.value]) {
      for (const next of solve(left, value(base), world, context))
        yield* solveArithmetic(expr, want, next, context);
    }
  }
}

/** How many seconds ago the right side is the left one, as in `x - x offset 5m`; undefined where it is something else. */
function pastOf(left: Expr, right: Expr): number | undefined {
  const bare = (expr: Expr): Expr => (expr.kind === 'paren' ? bare(expr.expr) : expr);
  const [now, then] = [bare(left), bare(right)];
  if (now.kind !== 'selector' || then.kind !== 'modified' || then.modifier !== 'offset') return undefined;
  const past = bare(then.expr);
  if (past.kind !== 'selector' || !then.seconds || then.seconds < 0) return undefined;
  const text = ({ matchers }: Selector): string =>
    matchers.map(({ label, op, value: wanted }) => `${label}${op}${JSON.stringify(wanted)}`).join();
  return text(now) === text(past) ? then.seconds : undefined;
}

/** Values for the right side from which the left one follows naturally. */
function bases(op: string, wanted: number): number[] {
  if (op === '/') return [100, 1, 10];
  if (op === '*') return [1, 100, 10];
  return [100, 1, 0, wanted];
}

/** A slope or a clock through a constant factor or summand. */
function* solveScaled(expr: Binary, shape: Shape, world: World, context: SolveContext): Generator<World> {
  const { op, left, right } = expr;
  const factor = constant(right) ?? constant(left);
  const inner = constant(right) === undefined ? right : left;
  if (factor === undefined) {
    // The other side stays where it leaves the first one as it is.
    const neutral = op === '+' || op === '-' ? 0 : op === '*' || op === '/' ? 1 : undefined;
    if (neutral === undefined) context.obstacles.add(`a shape through "${op}"`);
    else
      for (const next of solve(right, value(neutral), world, context))
        yield* solve(left, shaped(shape), next, context);
    return;
  }
  if (op === '*' || (op === '/' && inner === left)) {
    const scale = op === '*' ? factor : 1 / factor;
    if (shape.kind === 'slope')
      yield* solve(
        inner,
        shaped({
          ...shape,
          perSecond: shape.perSecond / scale,
          start: shape.start === undefined ? undefined : shape.start / scale,
        }),
        world,
        context,
      );
    else if (shape.kind === 'clock')
      yield* solve(inner, shaped({ ...shape, unit: shape.unit * scale }), world, context);
    else yield* solve(inner, shaped(shape), world, context);
  } else if (op === '+' || op === '-') {
    if (shape.kind === 'clock')
      yield* solve(
        inner,
        shaped({ ...shape, offset: shape.offset - (op === '+' ? factor : -factor) }),
        world,
        context,
      );
    else yield* solve(inner, shaped(shape), world, context);
  }
}

function arithmetic(op: string, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    default:
      return Math.atan2(left, right);
  }
}

/** The left side for which the result comes out, with the right side known. */
function solveLeft(op: string, right: number, result: number): number | undefined {
  switch (op) {
    case '+':
      return result - right;
    case '-':
      return result + right;
    case '*':
      return right === 0 ? undefined : result / right;
    case '/':
      return right === 0 ? undefined : result * right;
    case '%':
      return result < right && result >= 0 ? result : undefined;
    case '^':
      return right === 0 || result < 0 ? undefined : result ** (1 / right);
    default:
      return undefined;
  }
}

/** The right side for which the result comes out, with the left side known. */
function solveRight(op: string, left: number, result: number): number | undefined {
  switch (op) {
    case '+':
      return result - left;
    case '-':
      return left - result;
    case '*':
      return left === 0 ? undefined : result / left;
    case '/':
      return result === 0 ? undefined : left / result;
    default:
      return undefined;
  }
}

const isNear = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));

/** The value that an expression has in this phase by what is already fixed; undefined when that is not all. */
export function knownValue(expr: Expr, world: World, context: SolveContext): number | undefined {
  const fixed = constant(expr);
  if (fixed !== undefined) return fixed;
  const known = (inner: Expr | undefined): number | undefined =>
    inner === undefined ? undefined : knownValue(inner, world, context);
  switch (expr.kind) {
    case 'paren':
      return known(expr.expr);
    case 'modified':
      return knownValue(
        expr.expr,
        world,
        expr.modifier === 'offset' ? { ...context, phase: 'healthy' } : context,
      );
    case 'unary': {
      const inner = known(expr.expr);
      return inner === undefined ? undefined : expr.op === '-' ? -inner : inner;
    }
    case 'selector': {
      if (expr.name !== undefined && context.recordings.has(expr.name)) {
        const rules = context.recordings.get(expr.name) ?? [];
        const recordings = new Map([...context.recordings].filter(([name]) => name !== expr.name));
        const tree = rules.length === 1 ? treeOf(rules[0]?.expr) : undefined;
        return tree === undefined ? undefined : knownValue(tree, world, { ...context, recordings });
      }
      const labels = seriesFor(expr, context);
      return labels && levelOf(world.get(keyOf(labels))?.[context.phase]);
    }
    case 'matrix':
    case 'subquery':
      return known(expr.expr);
    case 'call':
      return knownCall(expr, world, context);
    case 'aggregation':
      return knownAggregate(expr, world, context);
    case 'binary': {
      const age = knownAge(expr, world, context);
      if (age !== undefined) return age;
      const [left, right] = [known(expr.left), known(expr.right)];
      if (left === undefined || right === undefined) return undefined;
      if (expr.op === 'and' || expr.op === 'or' || expr.op === 'unless') return undefined;
      if (COMPARISONS.has(expr.op)) {
        const holds = compare(expr.op, left, right);
        return expr.bool !== undefined ? Number(holds) : holds ? left : undefined;
      }
      return arithmetic(expr.op, left, right);
    }
    default:
      return undefined;
  }
}

/** The distance of a time that goes with the clock from the clock itself: `time() - x`, or `x - time()`. */
function knownAge({ op, left, right }: Binary, world: World, context: SolveContext): number | undefined {
  if (op !== '-') return undefined;
  const offsetOf = (expr: Expr): number | undefined => {
    const inside = expr.kind === 'paren' ? expr.expr : expr;
    const labels = inside.kind === 'selector' ? seriesFor(inside, context) : undefined;
    const shape = labels && world.get(keyOf(labels))?.[context.phase];
    return shape?.kind === 'clock' && shape.unit === 1 ? shape.offset : undefined;
  };
  const [clock, time] = [clockOffset(left), offsetOf(right)];
  if (clock !== undefined && time !== undefined) return clock - time;
  const [own, now] = [offsetOf(left), clockOffset(right)];
  return own !== undefined && now !== undefined ? own - now : undefined;
}

const levelOf = (shape: Shape | undefined): number | undefined =>
  shape?.kind === 'level' ? shape.value : shape?.kind === 'slope' ? shape.start : undefined;

function knownCall(call: Call, world: World, context: SolveContext): number | undefined {
  const matrix = call.args.find((arg) => rangeOf(arg) !== undefined);
  const inner = matrix && innermost(matrix);
  if (['rate', 'irate', 'increase', 'delta', 'deriv'].includes(call.func) && inner?.kind === 'selector') {
    const labels = seriesFor(inner, context);
    const shape = labels && world.get(keyOf(labels))?.[context.phase];
    const perSecond = shape?.kind === 'slope' ? shape.perSecond : shape?.kind === 'level' ? 0 : undefined;
    const per = call.func === 'increase' || call.func === 'delta' ? (rangeOf(matrix) ?? 1) : 1;
    return perSecond === undefined ? undefined : perSecond * per;
  }
  if (!KEEPS_LEVEL.has(call.func)) return undefined;
  const first = call.args.find((arg) => arg.kind !== 'number' && arg.kind !== 'string');
  return first && knownValue(first, world, context);
}

/** A sum, average or the like over every series that is already there. */
function knownAggregate(expr: Aggregation, world: World, context: SolveContext): number | undefined {
  const inner = expr.args.at(-1);
  const selectors = inner ? selectorsOf(inner) : [];
  const [selector] = selectors;
  if (inner === undefined || selector === undefined) return undefined;
  if (selectors.length > 1 || (selector.name !== undefined && context.recordings.has(selector.name))) {
    return expr.op === 'count' ? undefined : knownValue(inner, world, context);
  }
  const phase = [...walk(inner)].some((part) => part.kind === 'modified' && part.modifier === 'offset')
    ? 'healthy'
    : context.phase;
  const values = matching(world, selector)
    .filter((draft) => draft[phase] !== undefined && draft[phase]?.kind !== 'gone')
    .filter(({ labels }) => [...context.forced].every(([name, wanted]) => labels.get(name) === wanted))
    .map(({ labels }) => knownValue(inner, world, { ...context, forced: labels }));
  if (values.length === 0 || values.some((one) => one === undefined)) return undefined;
  const numbers = values as number[];
  switch (expr.op) {
    case 'sum':
      return numbers.reduce((sum, one) => sum + one, 0);
    case 'avg':
      return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    case 'min':
      return Math.min(...numbers);
    case 'max':
      return Math.max(...numbers);
    case 'count':
      return selector === inner ? numbers.length : undefined;
    default:
      return numbers.length === 1 ? numbers[0] : undefined;
  }
}
