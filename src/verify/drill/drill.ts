import { append } from '../../multimap.ts';
import type { Prometheus } from '../../stack/prometheus.ts';
import type { Rule } from '../../stack/rules.ts';
import type { System } from '../../stack/system.ts';
import { judge, type Verdict } from './judge.ts';
import { type Candidate, type Scenario, scenarios } from './scenario.ts';

/** What the drill says of one alert. */
export interface DrilledAlert {
  readonly rule: Rule;
  readonly result: 'fires' | 'cannot-fire' | 'not-invertible';
  /** Why it does not fire, or was not made to. */
  readonly reason: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly scenario: Scenario | undefined;
  readonly candidate: Candidate;
}

/** Assumed where no Prometheus of the repository loads an alert, in seconds. */
const ASSUMED_INTERVAL = 15;

/** Every alert of the system, with the intervals of the Prometheus that loads it. */
export function candidates(system: System): Candidate[] {
  const prometheuses = system.stacks.flatMap((stack) => stack.prometheuses);
  return system.ruleGroups
    .filter(({ language }) => language === 'promql')
    .flatMap((group) => {
      const loader = prometheuses.find(({ groups }) => groups.includes(group));
      const recordings = recordingsOf(loader, system);
      return group.rules
        .filter(({ kind, expr }) => kind === 'alert' && expr !== undefined)
        .map((rule) => ({
          rule,
          recordings,
          scrapeInterval: loader?.scrapeInterval ?? ASSUMED_INTERVAL,
          evaluationInterval: group.interval ?? loader?.evaluationInterval ?? ASSUMED_INTERVAL,
        }));
    });
}

/** Recording rules of what the Prometheus loads; where none is known, those of the whole repository. */
function recordingsOf(loader: Prometheus | undefined, system: System): Candidate['recordings'] {
  const recordings = new Map<string, Rule[]>();
  for (const rule of (loader?.groups ?? system.ruleGroups).flatMap(({ rules }) => rules)) {
    if (rule.kind === 'record') append(recordings, rule.name, rule);
  }
  return recordings;
}

/** Proves with promtool which alerts can fire. Rounds of scenarios are tried until one fires and is quiet in health. */
export async function drill(
  promtool: string,
  all: readonly Candidate[],
  onProgress?: (done: number, of: number) => void,
): Promise<DrilledAlert[]> {
  const prepared = all.map((candidate) => ({
    candidate,
    ...scenarios(candidate),
    best: undefined as { scenario: Scenario; verdict: Verdict } | undefined,
  }));
  const rounds = Math.max(0, ...prepared.map(({ found }) => found.length));
  for (let round = 0; round < rounds; round++) {
    const open = prepared.filter(
      ({ best, found }) =>
        found[round] !== undefined && !(best?.verdict.firesAfter !== undefined && best.verdict.isQuiet),
    );
    const trials = open.map(({ candidate, found }) => ({ candidate, scenario: found[round] as Scenario }));
    const verdicts = await judge(promtool, trials, (done) =>
      onProgress?.(all.length - open.length + done, all.length),
    );
    open.forEach((one, index) => {
      const verdict = verdicts[index] as Verdict;
      const isBetter =
        one.best === undefined ||
        (verdict.firesAfter !== undefined && (one.best.verdict.firesAfter === undefined || verdict.isQuiet));
      if (isBetter) one.best = { scenario: (trials[index] as { scenario: Scenario }).scenario, verdict };
    });
  }
  return prepared.map(({ candidate, obstacles, best }): DrilledAlert => {
    const { rule } = candidate;
    const fires = best?.verdict.firesAfter !== undefined;
    return {
      rule,
      candidate,
      result: fires ? 'fires' : 'not-invertible',
      reason: fires
        ? undefined
        : (obstacles[0] ?? best?.verdict.problem ?? 'no series were found that make its expression true'),
      verdict: best?.verdict,
      scenario: best?.scenario,
    };
  });
}
