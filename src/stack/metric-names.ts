import type { Place } from '../repo/node.ts';
import { nameMatches, SYNTHETIC } from './metrics.ts';
import type { System } from './system.ts';

/** The names of metrics that something in the repository is known to expose or record. */
export interface ExposedNames {
  /** Names that are known letter by letter. */
  readonly exact: readonly string[];
  /** Whether something is known to expose or record a metric. */
  isExposed(name: string): boolean;
  /** Where a name comes from. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Whether Prometheus makes a metric by itself, of its scrapes or of its alerts. */
export const isMadeByPrometheus = (name: string): boolean => SYNTHETIC.has(name) || OF_ALERTS.has(name);

/** What Prometheus makes of alerts (Prometheus documentation, "Alerting rules"). */
const OF_ALERTS: ReadonlySet<string> = new Set(['ALERTS', 'ALERTS_FOR_STATE']);

const known = new WeakMap<System, ExposedNames>();

/** Gathers the names of what all containers expose and all rules record. */
export function exposedNames(system: System): ExposedNames {
  let found = known.get(system);
  if (found === undefined) {
    found = gather(system);
    known.set(system, found);
  }
  return found;
}

function gather(system: System): ExposedNames {
  const places = new Map<string, Place>();
  const patterns = new Set<string>();
  const containers = new Set(system.stacks.flatMap((stack) => stack.containers));
  for (const source of [...containers].flatMap((container) => system.sourcesOf(container))) {
    for (const name of source.names) {
      if (name.includes('*')) patterns.add(name);
      else if (!places.has(name)) places.set(name, source.place);
    }
  }
  for (const rule of system.ruleGroups.flatMap(({ rules }) => rules))
    if (rule.kind === 'record' && !places.has(rule.name)) places.set(rule.name, { node: rule.node });
  const list = [...patterns];
  const answers = new Map<string, boolean>();
  const matchesAny = (name: string): boolean => {
    let answer = answers.get(name);
    if (answer === undefined) {
      answer = list.some((pattern) => nameMatches(pattern, name));
      answers.set(name, answer);
    }
    return answer;
  };
  return {
    exact: [...places.keys()],
    isExposed: (name) => places.has(name) || isMadeByPrometheus(name) || matchesAny(name),
    places,
  };
}
