import { append } from '../multimap.ts';
import type { Place } from '../repo/node.ts';
import { seriesType } from './code/definition.ts';
import { type KnownType, typeByName } from './knowledge/metric-types.ts';
import type { MetricSource } from './metrics.ts';
import type { System } from './system.ts';

/** A metric's type, and where the code defines it when it does. */
export interface MetricTyping {
  readonly type: KnownType;
  readonly definedAt: Place | undefined;
}

const known = new WeakMap<System, ReadonlyMap<string, readonly MetricSource[]>>();

/** The definitions in the code of what containers run, by the names of their series. */
export function definedMetrics(system: System): ReadonlyMap<string, readonly MetricSource[]> {
  let found = known.get(system);
  if (found === undefined) {
    const byName = new Map<string, MetricSource[]>();
    const containers = new Set(system.stacks.flatMap((stack) => stack.containers));
    for (const source of [...containers].flatMap((container) => system.sourcesOf(container))) {
      if (source.definition === undefined) continue;
      for (const name of source.names) if (!name.includes('*')) append(byName, name, source);
    }
    found = byName;
    known.set(system, found);
  }
  return found;
}

/** What a metric is, as its definition in the code or else its name tells; undefined where neither does. */
export function metricTyping(system: System, name: string): MetricTyping | undefined {
  const definitions = definedMetrics(system).get(name) ?? [];
  const types = new Set(definitions.map(({ definition }) => definition && seriesType(definition, name)));
  const [type] = types;
  if (types.size === 1 && type !== undefined) return { type, definedAt: definitions[0]?.place };
  // Where definitions differ, or do not tell, neither does the name.
  if (types.size > 0) return undefined;
  const byName = typeByName(name);
  return byName && { type: byName, definedAt: undefined };
}
