import { matcherTakes } from '../../promql/matcher.ts';
import type { Selector } from '../../promql/tree.ts';
import { type SeriesPlan, type Shape, sameShape } from './shape.ts';

export type Phase = 'healthy' | 'broken';

/** A series that is being worked out: what it does in each phase, as far as that is fixed. */
export interface Draft {
  readonly labels: ReadonlyMap<string, string>;
  readonly healthy: Shape | undefined;
  readonly broken: Shape | undefined;
}

/** The series that have been put together so far, by their labels. Never changed in place. */
export type World = ReadonlyMap<string, Draft>;

export const EMPTY_WORLD: World = new Map();

export const keyOf = (labels: ReadonlyMap<string, string>): string =>
  [...labels]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('\0'))
    .join('\0\0');

/** The world with a series' shape in a phase; undefined when the series already does something else there. */
export function assign(
  world: World,
  labels: ReadonlyMap<string, string>,
  phase: Phase,
  shape: Shape,
): World | undefined {
  const key = keyOf(labels);
  const draft = world.get(key) ?? { labels, healthy: undefined, broken: undefined };
  const existing = draft[phase];
  if (existing !== undefined) return sameShape(existing, shape) ? world : undefined;
  return new Map(world).set(key, { ...draft, [phase]: shape });
}

/** The series that a selector selects. */
export const matching = (world: World, selector: Selector): Draft[] =>
  [...world.values()].filter(({ labels }) =>
    selector.matchers.every((matcher) => matcherTakes(matcher, labels.get(matcher.label) ?? '')),
  );

/**
 * Fills in what nothing asked for: a series that only the breakage needs begins with it; one that it leaves
 * alone goes on, or does what `end` says.
 */
export function finished(world: World, end?: Shape): SeriesPlan[] {
  return [...world.values()].flatMap(({ labels, healthy, broken }) => {
    const start = healthy ?? { kind: 'gone' };
    const after = broken ?? end ?? continued(start);
    return start.kind === 'gone' && after.kind === 'gone' ? [] : [{ labels, healthy: start, broken: after }];
  });
}

/** The shape that goes on as before when its phase ends. */
const continued = (shape: Shape): Shape => (shape.kind === 'slope' ? { ...shape, start: undefined } : shape);
