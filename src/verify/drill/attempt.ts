import type { Trial } from './batch.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { type Judge, judge, type Verdict } from './judge.ts';
import { type Candidate, roughScenarios, type Scenario, type Search, scenarios } from './scenario.ts';

/** An alert that is being made to fire, and what was seen of it so far. */
export interface Attempt extends Search {
  readonly candidate: Candidate;
  best: { scenario: Scenario; verdict: Verdict } | undefined;
  /** How many scenarios were tried. */
  tried: number;
  /** Whether its condition was met, though never for as long as its `for`. */
  isOnlyBrief: boolean;
  /** Where its result is lost. */
  diagnosis: Diagnosis | undefined;
}

/** An attempt of which nothing has been tried yet. */
export function openAttempt(candidate: Candidate): Attempt {
  const search = scenarios(candidate);
  const unseen = { best: undefined, isOnlyBrief: false, diagnosis: undefined };
  return { candidate, ...search, ...unseen, tried: search.found.length };
}

/** Tries the scenarios of each alert in rounds, until one fires and is quiet in health. */
export async function tryScenarios(
  by: Judge,
  attempts: readonly Attempt[],
  onProgress: (done: number) => void,
): Promise<void> {
  const rounds = Math.max(0, ...attempts.map(({ found }) => found.length));
  for (let round = 0; round < rounds; round++) {
    let open = attempts.filter(({ best, found }) => found[round] !== undefined && !isSettled(best?.verdict));
    const done = attempts.length - open.length;
    if (round > 0) {
      // Most of what is left fires in no scenario: that is seen at a few evaluations, too.
      const rough = await judge(by, trialsOf(open, round, coarse));
      open = open.filter(({ best }, index) => isBetter(rough[index] as Verdict, best?.verdict));
    }
    const verdicts = await judge(by, trialsOf(open, round), (judged) => onProgress(done + judged));
    open.forEach((one, index) => {
      const verdict = verdicts[index] as Verdict;
      if (isBetter(verdict, one.best?.verdict))
        one.best = { scenario: one.found[round] as Scenario, verdict };
    });
  }
}

/** How many trials are made of each alert before those that fire are left out. */
const AT_A_TIME = 8;
/** How many trials of an alert that fires in none are looked into. */
const MOST_DIAGNOSED = 12;

/**
 * Tries changes of one series after another for the alerts that fire in no scenario of their own, unless the
 * sides of an operator have different labels, which no change of a value mends; and finds out where the
 * result of those is lost that still do not fire.
 */
export async function tryRoughly(by: Judge, attempts: readonly Attempt[]): Promise<void> {
  const all = attempts
    .filter(({ best, isOnlyBrief, candidate: { impossible } }) => {
      const isUntried = best?.verdict.firesAfter === undefined && best?.verdict.problem === undefined;
      return isUntried && impossible === undefined && !isOnlyBrief;
    })
    .map((one) => ({ one, trials: roughScenarios(one.candidate) }))
    .filter(({ trials }) => trials.length > 0);
  await diagnoseIn(by, all, 0, 1);
  let open = all.filter(({ one }) => one.diagnosis?.isOfLabels !== true);
  for (let from = 0; open.length > 0; from += AT_A_TIME) {
    await tryEach(
      by,
      open.flatMap(({ one, trials }) =>
        trials.slice(from, from + AT_A_TIME).map((scenario) => ({ one, scenario })),
      ),
    );
    open = open.filter(
      ({ one, trials }) => trials.length > from + AT_A_TIME && !isSettled(one.best?.verdict),
    );
  }
  const left = all.filter(({ one }) => one.best?.verdict.firesAfter === undefined);
  await diagnoseIn(
    by,
    left.filter(({ one }) => one.diagnosis?.isOfLabels !== true),
    1,
    MOST_DIAGNOSED,
  );
}

/** Evaluates trials, and keeps of each alert the first that fires and is quiet in health, else the first that fires. */
async function tryEach(
  by: Judge,
  trials: readonly { readonly one: Attempt; readonly scenario: Scenario }[],
): Promise<void> {
  for (const { one } of trials) one.tried++;
  const rough = await judge(
    by,
    trials.map(({ one, scenario }, index) => trialOf(index, one.candidate, coarse(scenario))),
  );
  const fire = trials
    .map((trial, index) => ({ ...trial, verdict: rough[index] as Verdict }))
    .filter(({ verdict }) => verdict.firesAfter !== undefined);
  const chosen = [...new Set(fire.map(({ one }) => one))].flatMap((one) => {
    const own = fire.filter((trial) => trial.one === one);
    return own.find(({ verdict }) => verdict.isQuiet) ?? own.slice(0, 1);
  });
  const verdicts = await judge(
    by,
    chosen.map(({ one, scenario }, index) => trialOf(index, one.candidate, scenario)),
  );
  chosen.forEach(({ one, scenario }, index) => {
    const verdict = verdicts[index] as Verdict;
    if (isBetter(verdict, one.best?.verdict)) one.best = { scenario, verdict };
  });
}

/**
 * Looks into some of the trials of each alert. What is lost for its labels says more than what is lost for its
 * values, and the further out that is, the more.
 */
async function diagnoseIn(
  by: Judge,
  all: readonly { readonly one: Attempt; readonly trials: readonly Scenario[] }[],
  from: number,
  to: number,
): Promise<void> {
  const subjects = all.flatMap(({ one, trials }) =>
    trials.slice(from, to).map((scenario) => ({ one, candidate: one.candidate, scenario })),
  );
  const found = await diagnose(by, subjects);
  subjects.forEach(({ one }, index) => {
    const [known, diagnosis] = [one.diagnosis, found[index]];
    if (diagnosis === undefined) return;
    const isSameKind = known?.isOfLabels === diagnosis.isOfLabels;
    if (known === undefined || (isSameKind ? diagnosis.extent > known.extent : diagnosis.isOfLabels))
      one.diagnosis = diagnosis;
  });
}

const trialOf = (index: number, candidate: Candidate, scenario: Scenario, isHoldIgnored = false): Trial => ({
  id: `drill${index}`,
  candidate,
  scenario,
  isHoldIgnored,
});

const trialsOf = (
  open: readonly Attempt[],
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
export async function findBrief(by: Judge, attempts: readonly Attempt[]): Promise<void> {
  const open = attempts.flatMap((one) =>
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
