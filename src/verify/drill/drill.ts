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
import type { Trial } from './batch.ts';
import { type Judge, judge, type Verdict } from './judge.ts';
import { type Candidate, type Impossible, type Scenario, scenarios } from './scenario.ts';

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

interface Prepared {
  readonly candidate: Candidate;
  readonly found: readonly Scenario[];
  readonly obstacles: readonly string[];
  best: { scenario: Scenario; verdict: Verdict } | undefined;
  /** Whether its condition was met, though never for as long as its `for`. */
  isOnlyBrief: boolean;
}

/** Proves with promtool which alerts can fire. Rounds of scenarios are tried until one fires and is quiet in health. */
export async function drill(
  by: Judge,
  all: readonly Candidate[],
  onProgress?: (done: number, of: number) => void,
): Promise<DrilledAlert[]> {
  const prepared = all.map(
    (candidate): Prepared => ({ candidate, ...scenarios(candidate), best: undefined, isOnlyBrief: false }),
  );
  const rounds = Math.max(0, ...prepared.map(({ found }) => found.length));
  for (let round = 0; round < rounds; round++) {
    let open = prepared.filter(({ best, found }) => found[round] !== undefined && !isSettled(best?.verdict));
    const done = prepared.length - open.length;
    if (round > 0) {
      // Most of what is left fires in no scenario: that is seen at a few evaluations, too.
      const rough = await judge(by, trialsOf(open, round, coarse));
      open = open.filter(({ best }, index) => isBetter(rough[index] as Verdict, best?.verdict));
    }
    const verdicts = await judge(by, trialsOf(open, round), (judged) =>
      onProgress?.(done + judged, prepared.length),
    );
    open.forEach((one, index) => {
      const verdict = verdicts[index] as Verdict;
      if (isBetter(verdict, one.best?.verdict))
        one.best = { scenario: one.found[round] as Scenario, verdict };
    });
  }
  await findBrief(by, prepared);
  onProgress?.(prepared.length, prepared.length);
  return prepared.map(drilledAlert);
}

const trialOf = (index: number, candidate: Candidate, scenario: Scenario, isHoldIgnored = false): Trial => ({
  id: `drill${index}`,
  candidate,
  scenario,
  isHoldIgnored,
});

const trialsOf = (
  open: readonly Prepared[],
  round: number,
  adapt: (scenario: Scenario) => Scenario = (scenario) => scenario,
): Trial[] =>
  open.map(({ candidate, found }, index) => trialOf(index, candidate, adapt(found[round] as Scenario)));

/** How many evaluations are enough to see whether an alert fires at all. */
const COARSE = 120;

/** The same series, evaluated at longer intervals. */
const coarse = ({ series, timeline }: Scenario): Scenario => {
  const factor = Math.max(1, Math.floor(timeline.end / timeline.evaluation / COARSE));
  return { series, timeline: { ...timeline, evaluation: timeline.evaluation * factor } };
};

const isSettled = (verdict: Verdict | undefined): boolean =>
  verdict?.firesAfter !== undefined && verdict.isQuiet;

const isBetter = (verdict: Verdict, than: Verdict | undefined): boolean =>
  than === undefined ||
  (verdict.firesAfter !== undefined && (than.firesAfter === undefined || verdict.isQuiet));

/** Tells alerts whose condition is not met from those whose condition does not last. */
async function findBrief(by: Judge, prepared: readonly Prepared[]): Promise<void> {
  const open = prepared.flatMap((one) =>
    one.best !== undefined &&
    one.best.verdict.firesAfter === undefined &&
    one.best.verdict.problem === undefined &&
    (one.candidate.rule.forSeconds ?? 0) > 0
      ? [{ one, scenario: one.best.scenario }]
      : [],
  );
  const trials = open.map(({ one, scenario }, index) =>
    trialOf(index, one.candidate, coarse(scenario), true),
  );
  const verdicts = await judge(by, trials);
  open.forEach(({ one }, index) => {
    one.isOnlyBrief = verdicts[index]?.firesAfter !== undefined;
  });
}

function drilledAlert({ candidate, found, obstacles, best, isOnlyBrief }: Prepared): DrilledAlert {
  const { rule, impossible } = candidate;
  const known = { rule, candidate, verdict: best?.verdict, scenario: best?.scenario };
  // promtool's word stands: what fires can fire.
  if (best?.verdict.firesAfter !== undefined)
    return { ...known, result: 'fires', reason: undefined, cause: undefined };
  if (impossible !== undefined) return { ...known, result: 'cannot-fire', ...impossible };
  const hold = formatSeconds(rule.forSeconds ?? 0);
  const reason = isOnlyBrief
    ? `series were found that make its expression true, but not for as long as its "for" of ${hold}`
    : (best?.verdict.problem ??
      obstacles[0] ??
      `it fires on none of ${counted(found.length, 'set')} of series that were tried`);
  return { ...known, result: 'not-invertible', reason, cause: undefined };
}
