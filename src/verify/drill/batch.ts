import { selectorsOf } from '../../promql/tree.ts';
import { promql } from '../../stack/expression.ts';
import type { Rule } from '../../stack/rules.ts';
import type { Candidate, Scenario } from './scenario.ts';
import { dependencies } from './testfile.ts';

/** One scenario of an alert, to be judged by promtool. */
export interface Trial {
  /** By which promtool's words about it are told from those about others. */
  readonly id: string;
  readonly candidate: Candidate;
  readonly scenario: Scenario;
  /** Whether the alert is taken without its `for`. */
  readonly isHoldIgnored: boolean;
}

/** Trials that share the series of one test: none of them selects what another one brings. */
export type Batch = readonly Trial[];

/** More alerts than this share no test, so that one that stops it costs little. */
const LARGEST_BATCH = 40;
/** A test is as long as its longest trial: a short one does not wait for one so many times longer. */
const MOST_STRETCHED = 1.5;

interface Open {
  readonly trials: Trial[];
  readonly names: Set<string>;
  readonly isClosed: boolean;
}

/**
 * Puts trials together that cannot disturb each other: of the same rhythm, about the same length, and
 * with no metric in common. Setting up a test's storage takes promtool longer than evaluating an alert.
 */
export function batches(trials: readonly Trial[]): Batch[] {
  const rhythms = new Map<string, Open[]>();
  const sorted = [...trials].sort((a, b) => a.scenario.timeline.end - b.scenario.timeline.end);
  for (const trial of sorted) {
    const { step, evaluation, end } = trial.scenario.timeline;
    const rhythm = `${step} ${evaluation} ${JSON.stringify([...trial.candidate.externalLabels])}`;
    const open = rhythms.get(rhythm) ?? [];
    rhythms.set(rhythm, open);
    const names = namesOf(trial);
    const place =
      names &&
      open.find(
        (one) =>
          !one.isClosed &&
          one.trials.length < LARGEST_BATCH &&
          end <= MOST_STRETCHED * (one.trials[0]?.scenario.timeline.end ?? end) &&
          [...names].every((name) => !one.names.has(name)),
      );
    if (place === undefined) {
      open.push({ trials: [trial], names: names ?? new Set(), isClosed: names === undefined });
    } else {
      place.trials.push(trial);
      for (const name of names ?? []) place.names.add(name);
    }
  }
  return [...rhythms.values()].flatMap((open) => open.map((one) => one.trials));
}

/** Every metric that a trial brings, records or selects; undefined where it may select any. */
function namesOf({ candidate, scenario }: Trial): Set<string> | undefined {
  const names = new Set<string>();
  for (const { labels } of scenario.series) names.add(labels.get('__name__') ?? '');
  const recorded = dependencies(candidate);
  for (const rule of recorded) names.add(rule.name);
  for (const rule of [candidate.rule, ...recorded]) {
    for (const name of selectedBy(rule)) {
      if (name === undefined || name.startsWith('ALERTS')) return undefined;
      names.add(name);
    }
  }
  return names;
}

function selectedBy({ expr }: Rule): (string | undefined)[] {
  const tree = expr && promql(expr).query.tree;
  return tree === undefined ? [undefined] : selectorsOf(tree).map(({ name }) => name);
}
