import { append } from '../multimap.ts';
import type { Place } from '../repo/node.ts';
import { seriesType } from './code/definition.ts';
import { type KnownType, typeByName } from './knowledge/metric-types.ts';
import type { System } from './system.ts';

/** A metric's type, and where it is defined when the repository defines it. */
export interface MetricTyping {
  readonly type: KnownType;
  readonly definedAt: Place | undefined;
}

/** What one definition, in the code or in an exporter's configuration, says of a series. */
interface Saying {
  readonly type: KnownType | undefined;
  readonly place: Place;
}

const known = new WeakMap<System, ReadonlyMap<string, readonly Saying[]>>();

/** What is said of the series of what containers run, by their names. */
function sayings(system: System): ReadonlyMap<string, readonly Saying[]> {
  let found = known.get(system);
  if (found === undefined) {
    const byName = new Map<string, Saying[]>();
    const containers = new Set(system.stacks.flatMap((stack) => stack.containers));
    for (const source of [...containers].flatMap((container) => system.sourcesOf(container))) {
      const { definition, names, place, counters = [] } = source;
      for (const [name, at] of counters) append(byName, name, { type: 'counter', place: at });
      if (definition === undefined) continue;
      for (const name of names)
        if (!name.includes('*')) append(byName, name, { type: seriesType(definition, name), place });
    }
    found = byName;
    known.set(system, found);
  }
  return found;
}

/** What a metric is, as its definition or else its name tells; undefined where neither does. */
export function metricTyping(system: System, name: string): MetricTyping | undefined {
  const said = sayings(system).get(name) ?? [];
  const types = new Set(said.map(({ type }) => type));
  const [type] = types;
  if (types.size === 1 && type !== undefined) return { type, definedAt: said[0]?.place };
  // Where definitions differ, or do not tell, neither does the name.
  if (types.size > 0) return undefined;
  const byName = typeByName(name);
  return byName && { type: byName, definedAt: undefined };
}
