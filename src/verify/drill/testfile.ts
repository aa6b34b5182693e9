import { selectorsOf } from '../../promql/tree.ts';
import { yamlText } from '../../repo/yaml.lazy.ts';
import { promql } from '../../stack/expression.ts';
import type { Rule } from '../../stack/rules.ts';
import type { Batch, Trial } from './batch.ts';
import type { Candidate, Scenario } from './scenario.ts';
import { notation, samples } from './shape.ts';

/** A test file of promtool's, and the rule file that it loads. */
export interface DrillFiles {
  readonly rules: string;
  readonly test: string;
}

/** What promtool is asked of each trial. */
export const QUESTIONS = {
  /** The second of the first firing after the breakage. */
  fires: 'min(min_over_time(',
  /** The second of a firing while all is healthy. */
  firesInHealth: 'max(max_over_time(',
} as const;

/** An expression on which a batch's test fails: where promtool does not say so, the test did not run. */
export const ranExpression = (number: number): string => `vector(${number})`;

/** The name of a batch's test, and of its files. */
export const batchName = (number: number): string => `batch${number}`;

/**
 * A rule file with the alerts of a batch and what they depend on, and a test that expects them never to
 * fire: what promtool says against that tells when each fires, with which labels and annotations.
 * `looks` are the seconds at which labels and annotations are looked at.
 */
export function drillFiles(
  batch: Batch,
  number: number,
  looks: (trial: Trial) => readonly number[],
): DrillFiles {
  const name = batchName(number);
  const [first] = batch;
  const { step = 1, evaluation = 1 } = first?.scenario.timeline ?? {};
  const externalLabels = Object.fromEntries(first?.candidate.externalLabels ?? []);
  // One group: its rules are evaluated in their order, and what is recorded is there for the alert.
  const rules = batch.flatMap((trial) => [...recordingRules(trial.candidate), alertOf(trial)]);
  const test = {
    name,
    interval: seconds(step),
    ...(Object.keys(externalLabels).length > 0 ? { external_labels: externalLabels } : {}),
    input_series: batch.flatMap(({ scenario }) => inputSeries(scenario)),
    alert_rule_test: batch.flatMap((trial) =>
      looks(trial).map((time) => ({ alertname: trial.id, eval_time: seconds(time), exp_alerts: [] })),
    ),
    promql_expr_test: [{ expr: ranExpression(number), eval_time: '0s' }, ...batch.flatMap(questions)],
  };
  return {
    rules: yamlText({ groups: [{ name: 'drill', rules }] }),
    test: yamlText({
      rule_files: [`${name}.rules.yml`],
      evaluation_interval: seconds(evaluation),
      tests: [test],
    }),
  };
}

/** The series of a scenario, as a test has them. */
export const inputSeries = ({ series, timeline }: Scenario): { series: string; values: string }[] =>
  series.map((plan) => ({ series: seriesText(plan.labels), values: notation(samples(plan, timeline)) }));

/** The recording rules that an alert needs, as a rule file has them. */
export const recordingRules = (candidate: Candidate): Record<string, unknown>[] =>
  dependencies(candidate).map(recordingOf);

/** promtool writes the series ALERTS into the test's storage: when the first of them was there is a query. */
function questions({ id, scenario }: Trial): { expr: string; eval_time: string }[] {
  const { breaksAt, settledAt, end, evaluation } = scenario.timeline;
  const ask = (question: string, from: number, to: number): { expr: string; eval_time: string } => ({
    // Half a second more, so that the first evaluation is inside in every version, and the one before in none.
    expr: `${question}timestamp(ALERTS{alertname="${id}",alertstate="firing"})[${(to - from) * 1000 + 500}ms:${evaluation}s]))`,
    eval_time: seconds(to),
  });
  return [
    ask(QUESTIONS.fires, breaksAt, end),
    ...(breaksAt > settledAt ? [ask(QUESTIONS.firesInHealth, settledAt, breaksAt - 1)] : []),
  ];
}

const seconds = (time: number): string => `${time}s`;

const texts = (labels: ReadonlyMap<string, { text: string }>): Record<string, string> =>
  Object.fromEntries([...labels].map(([name, { text }]) => [name, text]));

const recordingOf = ({ name, expr, labels }: Rule): Record<string, unknown> => ({
  record: name,
  expr: expr?.text,
  labels: texts(labels),
});

function alertOf({ id, candidate: { rule }, isHoldIgnored }: Trial): Record<string, unknown> {
  return {
    alert: id,
    expr: rule.expr?.text,
    ...(rule.forSeconds && !isHoldIgnored ? { for: seconds(rule.forSeconds) } : {}),
    ...(rule.keepFiringForSeconds ? { keep_firing_for: seconds(rule.keepFiringForSeconds) } : {}),
    labels: texts(rule.labels),
    annotations: texts(rule.annotations),
  };
}

const dependenciesOf = new WeakMap<Rule, readonly Rule[]>();

/** The recording rules that an alert needs, those that others need first. */
export function dependencies({ rule, recordings }: Candidate): readonly Rule[] {
  const known = dependenciesOf.get(rule);
  if (known !== undefined) return known;
  const ordered: Rule[] = [];
  const seen = new Set<Rule>([rule]);
  const visit = ({ expr }: Rule): void => {
    const tree = expr && promql(expr).query.tree;
    for (const { name } of tree === undefined ? [] : selectorsOf(tree)) {
      for (const one of (name !== undefined && recordings.get(name)) || []) {
        if (seen.has(one) || one.expr === undefined) continue;
        seen.add(one);
        visit(one);
        ordered.push(one);
      }
    }
  };
  visit(rule);
  dependenciesOf.set(rule, ordered);
  return ordered;
}

/** A series in the notation of selectors; names that are no plain identifiers are quoted. */
export function seriesText(labels: ReadonlyMap<string, string>): string {
  const name = labels.get('__name__') ?? '';
  const pairs = [...labels]
    .filter(([label, value]) => label !== '__name__' && value !== '')
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const isPlain = /^[A-Za-z_:][\w:]*$/.test(name);
  return `${isPlain ? name : ''}{${[...(isPlain ? [] : [JSON.stringify(name)]), ...pairs].join(', ')}}`;
}
