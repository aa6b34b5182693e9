import { append } from '../../multimap.ts';
import { formatSeconds } from '../../promql/duration.ts';
import { walk } from '../../promql/tree.ts';
import { type Place, within } from '../../repo/node.ts';
import { isUnknown } from '../../stack/compose/interpolate.ts';
import { promql } from '../../stack/expression.ts';
import { inferencesOf } from '../../stack/inference.ts';
import type { Prometheus } from '../../stack/prometheus.ts';
import type { Rule } from '../../stack/rules.ts';
import type { System } from '../../stack/system.ts';
import { promqlGroups, serversOf } from '../../stack/usages.ts';
import { counted } from '../../words.ts';
import { type Attempt, findBrief, openAttempt, tryRoughly, tryScenarios } from './attempt.ts';
import type { Judge, Verdict } from './judge.ts';
import type { Candidate, Impossible, Scenario } from './scenario.ts';

/** What the drill says of one alert. */
export interface DrilledAlert {
  readonly rule: Rule;
  readonly result: 'fires' | 'cannot-fire' | 'not-invertible';
  /** Why it does not fire, or was not made to. */
  readonly reason: string | undefined;
  /** Where the reason lies, for an alert that cannot fire. */
  readonly cause: Place | undefined;
  readonly verdict: Verdict | undefined;
  readonly scenario: Scenario | undefined;
  readonly candidate: Candidate;
}

/** Assumed where no Prometheus of the repository loads an alert, in seconds. */
const ASSUMED_INTERVAL = 15;

/** Every alert of the system, with the intervals of the Prometheus that loads it. */
export function candidates(system: System): Candidate[] {
  return promqlGroups(system).flatMap((group) => {
    const servers = serversOf(system, group);
    const loader = servers[0]?.prometheus;
    const recordings = recordingsOf(loader, system);
    return group.rules
      .filter(({ kind, expr }) => kind === 'alert' && expr !== undefined)
      .map((rule) => ({
        rule,
        recordings,
        scrapeInterval: loader?.scrapeInterval || ASSUMED_INTERVAL,
        evaluationInterval: group.interval || loader?.evaluationInterval || ASSUMED_INTERVAL,
        externalLabels: externalLabelsOf(loader),
        impossible: impossibility(rule, system),
      }));
  });
}

const recordingsByLoader = new WeakMap<object, Candidate['recordings']>();

/** Recording rules of what the Prometheus loads; where none is known, those of the whole repository. */
function recordingsOf(loader: Prometheus | undefined, system: System): Candidate['recordings'] {
  const key = loader ?? system;
  const known = recordingsByLoader.get(key);
  if (known !== undefined) return known;
  const recordings = new Map<string, Rule[]>();
  for (const rule of (loader?.groups ?? system.ruleGroups).flatMap(({ rules }) => rules)) {
    if (rule.kind === 'record') append(recordings, rule.name, rule);
  }
  recordingsByLoader.set(key, recordings);
  return recordings;
}

const externalLabelsOf = (loader: Prometheus | undefined): ReadonlyMap<string, string> =>
  new Map(
    [...(loader?.externalLabels ?? [])]
      .filter(([, { text }]) => !isUnknown(text))
      .map(([name, { text }]) => [name, text]),
  );

/** Why an alert's expression can certainly never have a result, as its labels and values tell. */
function impossibility(rule: Rule, system: System): Impossible | undefined {
  const { certain, recordings } = inferencesOf(system, { servers: serversOf(system, rule.group) });
  const within_ = (one: Rule, seen: ReadonlySet<Rule>): Impossible | undefined => {
    const tree = one.expr && promql(one.expr).query.tree;
    if (one.expr === undefined || tree === undefined || !certain(tree).isEmpty) return undefined;
    for (const part of walk(tree)) {
      const { fault, isEmpty } = certain(part);
      if (fault?.kind === 'never')
        return {
          reason:
            one === rule
              ? fault.message
              : `the recording rule "${one.name}" never records anything: ${fault.message}`,
          cause: within(one.expr.node, fault.span),
        };
      if (part.kind !== 'selector' || part.name === undefined || !isEmpty) continue;
      for (const recorded of recordings(part.name)) {
        const found = seen.has(recorded) ? undefined : within_(recorded, new Set([...seen, recorded]));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  return within_(rule, new Set([rule]));
}

/** What makes rules fire, in words, for those that the drill proved. */
export const provedToFire = (drilled: readonly DrilledAlert[]): Map<Rule, string> =>
  new Map(
    drilled.flatMap(({ rule, result, verdict }): [Rule, string][] =>
      result === 'fires' && verdict?.firesAfter !== undefined
        ? [[rule, `the fire drill makes ${rule.name} fire after ${formatSeconds(verdict.firesAfter)}`]]
        : [],
    ),
  );

/** Proves with promtool which alerts can fire. */
export async function drill(
  by: Judge,
  all: readonly Candidate[],
  onProgress?: (done: number, of: number) => void,
): Promise<DrilledAlert[]> {
  const attempts = all.map(openAttempt);
  await tryScenarios(by, attempts, (done) => onProgress?.(done, all.length));
  await findBrief(by, attempts);
  await tryRoughly(by, attempts);
  onProgress?.(all.length, all.length);
  return attempts.map(drilledAlert);
}

function drilledAlert(one: Attempt): DrilledAlert {
  const { candidate, best } = one;
  const { rule, impossible } = candidate;
  const known = { rule, candidate, verdict: best?.verdict, scenario: best?.scenario };
  // promtool's word stands: what fires can fire.
  if (best?.verdict.firesAfter !== undefined)
    return { ...known, result: 'fires', reason: undefined, cause: undefined };
  if (impossible !== undefined) return { ...known, result: 'cannot-fire', ...impossible };
  return { ...known, result: 'not-invertible', reason: whyNot(one), cause: undefined };
}

/** Why an alert was not made to fire, as far as that is seen. */
function whyNot(one: Attempt): string {
  const { candidate, obstacles, stuck, tried, best, isOnlyBrief, diagnosis } = one;
  if (isOnlyBrief)
    return `series were found that make its expression true, but not for as long as its "for" of ${formatSeconds(candidate.rule.forSeconds ?? 0)}`;
  if (best?.verdict.problem !== undefined) return best.verdict.problem;
  if (diagnosis?.isOfLabels) return diagnosis.reason;
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return obstacle;
  const sets = `it fires on none of ${counted(tried, 'set')} of series that were tried`;
  return diagnosis === undefined ? (stuck ?? sets) : `${sets}: ${diagnosis.reason}`;
}
