import { type Expr, walk } from '../../promql/tree.ts';
import type { Shape } from './shape.ts';
import { COPY_LABELS, type SolveContext, solve } from './solve.ts';
import { EMPTY_WORLD, keyOf, type Phase, type World } from './world.ts';

/** A series far above all others, which are of size one. */
const LARGE = 1_000_000;
/** Of how many series the sizes are tried, and by how many labels a second one is told from each. */
const MOST_SERIES = 6;
const MOST_LABELS = 3;
/** How many worlds are worth the time that evaluating them takes. */
const MOST_WORLDS = 32;

/** Sizes of series by their labels, where they are another than one. */
type Sizes = ReadonlyMap<string, number>;

const ORDINARY: Sizes = new Map();

/**
 * Worlds in which every part of an expression has a result when things are broken, the simplest first: all
 * series of size one; then each of them large or zero, in health or when broken; then a second series beside
 * each, by each label that might tell them apart.
 */
export function roughWorlds(tree: Expr, context: SolveContext): World[] {
  const first = firstWorld(tree, EMPTY_WORLD, context, 'broken', ORDINARY);
  if (first === undefined) return [];
  const healed = firstWorld(tree, first, context, 'healthy', ORDINARY) ?? first;
  const keys = [...first].filter(([, { broken }]) => isSized(broken)).map(([key]) => key);
  const some = keys.slice(0, MOST_SERIES);
  const world = (broken: Sizes, healthy: Sizes): World[] => {
    const start = firstWorld(tree, EMPTY_WORLD, context, 'broken', broken);
    return start === undefined ? [] : [firstWorld(tree, start, context, 'healthy', healthy) ?? start];
  };
  const only = (key: string, size: number): Sizes => new Map([[key, size]]);
  const sized = [
    ...some.flatMap((key) => world(only(key, LARGE), ORDINARY)),
    ...some.flatMap((key) => world(only(key, 0), ORDINARY)),
    ...some.flatMap((key) => world(ORDINARY, only(key, 0))),
    ...some.flatMap((key) => world(ORDINARY, only(key, LARGE))),
  ];
  const beside = copyLabels(tree).flatMap((label) =>
    some.flatMap((key) => [
      ...withCopies(healed, key, label, LARGE),
      ...withCopies(healed, key, label, 0),
      ...world(only(key, 0), ORDINARY).flatMap((zero) => withCopies(zero, key, label, LARGE)),
    ]),
  );
  // What is next to each other is alike: of each kind some are tried.
  return [healed, ...interleaved(sized, beside)].slice(0, MOST_WORLDS);
}

function interleaved<Item>(a: readonly Item[], b: readonly Item[]): Item[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [a[index], b[index]])
    .flat()
    .filter((item) => item !== undefined) as Item[];
}

const isSized = (shape: Shape | undefined): boolean => shape?.kind === 'level' || shape?.kind === 'slope';

function firstWorld(
  tree: Expr,
  world: World,
  context: SolveContext,
  phase: Phase,
  sizes: Sizes,
): World | undefined {
  const rough = (labels: ReadonlyMap<string, string>): number => sizes.get(keyOf(labels)) ?? 1;
  const searching = { ...context, phase, rough, budget: { left: context.budget.left } };
  for (const found of solve(tree, { kind: 'present' }, world, searching)) return found;
  return undefined;
}

/**
 * Labels by which two series of one metric may differ: one that nothing groups by, then those that something
 * groups by, the fewer the better, as what is apart at one place and together at another tells most.
 */
function copyLabels(tree: Expr): string[] {
  const uses = new Map<string, number>();
  for (const expr of walk(tree)) {
    const labels =
      expr.kind === 'aggregation'
        ? expr.grouping?.labels
        : expr.kind === 'binary'
          ? expr.matching?.labels
          : [];
    for (const label of new Set(labels)) uses.set(label, (uses.get(label) ?? 0) + 1);
  }
  const own = COPY_LABELS.find((label) => !uses.has(label)) ?? 'copy';
  return [own, ...[...uses].sort(([, a], [, b]) => a - b).map(([label]) => label)].slice(0, MOST_LABELS);
}

/** The world with a second series of a size beside one, from the breakage on. */
function withCopies(world: World, key: string, label: string, size: number): World[] {
  const draft = world.get(key);
  if (draft === undefined || (draft.broken?.kind !== 'level' && draft.broken?.kind !== 'slope')) return [];
  const labels = new Map([...draft.labels, [label, 'copy-2'] as const]);
  const broken: Shape =
    draft.broken.kind === 'level'
      ? { kind: 'level', value: size }
      : { kind: 'slope', perSecond: size, start: draft.broken.start };
  return [new Map(world).set(keyOf(labels), { labels, healthy: undefined, broken })];
}
