import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { durationSeconds, formatSeconds } from '../../promql/duration.ts';
import { yamlText } from '../../repo/yaml.lazy.ts';
import type { Rule } from '../../stack/rules.ts';
import { runPromtool } from '../promtool-run.ts';
import { temporaryFolder } from '../temporary.ts';
import type { DrilledAlert } from './drill.ts';
import { type Judge, judge, readPairs } from './judge.ts';
import { type Candidate, type Scenario, scenarios } from './scenario.ts';
import { notation, samples } from './shape.ts';
import { dependencies, seriesText } from './testfile.ts';

/** The tests of one rule file, for a person to keep. */
export interface KeptTests {
  /** The rule file that they are about. */
  readonly ruleFile: string;
  /** Every rule file that they load, that one first. */
  readonly loads: readonly string[];
  /** The alerts that they test. */
  readonly rules: readonly Rule[];
  /** The file's text, with the rule files by the paths at which it can load them. */
  text(paths: readonly string[]): string;
}

export interface Kept {
  readonly tests: readonly KeptTests[];
  /** Alerts that are proved and of which no test is kept, each with the reason. */
  readonly leftOut: readonly { readonly rule: Rule; readonly reason: string }[];
}

/** By its first line a file is known to be one that was written here. */
export const WRITTEN_BY = '# Written by "monitoring-check drill --write-tests"';

/** Longer tests, in evaluations, are none that somebody would wait for. */
const MOST_EVALUATIONS = 20_000;
/** A promtool that takes longer is ended, in milliseconds. */
const LONGEST = 300_000;

interface Case {
  readonly rule: Rule;
  readonly candidate: Candidate;
  readonly scenario: Scenario;
  readonly isQuiet: boolean;
  /** In seconds of the test. */
  readonly firesAt: number;
}

interface FiringAlert {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

/** What promtool sees at a time of a case: every alert of that name that fires. */
type Firing = (index: number, time: number) => readonly FiringAlert[];

/**
 * Makes tests of what the drill proved: close to the alerts' limits, and with what promtool sees on the rule files as
 * they are. A secret of the repository, as `hide` knows them, is not written into another file.
 */
export async function keptTests(
  by: Judge,
  drilled: readonly DrilledAlert[],
  hide: (text: string) => string,
): Promise<Kept> {
  const leftOut: { rule: Rule; reason: string }[] = [];
  const files = new Map<string, DrilledAlert[]>();
  for (const one of drilled) {
    if (one.result !== 'fires') continue;
    const { file } = one.rule.group;
    if (file.node.path.length > 0)
      leftOut.push({ rule: one.rule, reason: `promtool cannot load ${file.path} as it is` });
    else files.set(file.path, [...(files.get(file.path) ?? []), one]);
  }
  const tests: KeptTests[] = [];
  for (const [ruleFile, own] of files) {
    const kept = await testsOfFile(by, ruleFile, own);
    const text = kept.tests?.text(kept.tests.loads);
    if (kept.tests !== undefined && text === hide(text ?? '')) tests.push(kept.tests);
    else
      leftOut.push(
        ...(kept.tests?.rules ?? []).map((rule) => ({
          rule,
          reason: 'their file would hold a secret of the repository',
        })),
      );
    leftOut.push(...kept.leftOut);
  }
  return { tests, leftOut };
}

async function testsOfFile(
  by: Judge,
  ruleFile: string,
  drilled: readonly DrilledAlert[],
): Promise<{ tests: KeptTests | undefined; leftOut: Kept['leftOut'] }> {
  const evaluation = Math.min(...drilled.flatMap(({ scenario }) => scenario?.timeline.evaluation ?? []));
  const isShort = ({ scenario }: DrilledAlert): boolean =>
    scenario !== undefined && scenario.timeline.end / evaluation <= MOST_EVALUATIONS;
  const cases = await closestCases(by, drilled.filter(isShort), evaluation);
  const sources = sourcesOf(drilled);
  const loads = [ruleFile, ...[...sources.keys()].filter((path) => path !== ruleFile)];
  const missed = drilled
    .filter(({ rule }) => cases.every((one) => one.rule !== rule))
    .map((one) => ({
      rule: one.rule,
      reason: isShort(one) ? 'its test would not be steady' : 'its test would take too long',
    }));
  const drafted = await runDraft(by, cases, evaluation, loads, sources);
  const good = cases.filter((_, index) => drafted.isSeen(index));
  const failed = cases
    .filter((one) => !good.includes(one))
    .map(({ rule }) => ({
      rule,
      reason: 'promtool does not see it fire among the other rules of its files',
    }));
  const firing: Firing = (index, time) => drafted.firing(cases.indexOf(good[index] as Case), time);
  return {
    tests:
      good.length === 0
        ? undefined
        : {
            ruleFile,
            loads,
            rules: good.map(({ rule }) => rule),
            text: (paths) => fileText(ruleFile, good, evaluation, paths, firing),
          },
    leftOut: [...missed, ...failed],
  };
}

/** The rule files that alerts and what they depend on stand in, with their texts. */
function sourcesOf(drilled: readonly DrilledAlert[]): Map<string, string> {
  const rules = drilled.flatMap(({ rule, candidate }) => [rule, ...dependencies(candidate)]);
  return new Map(rules.map(({ group: { file } }) => [file.path, file.node.doc.source.file.text]));
}

/**
 * For each alert the scenario nearest to its limits that promtool proves: a test on it fails when
 * somebody changes the limit. The drill's own, where none is proved.
 */
async function closestCases(
  by: Judge,
  drilled: readonly DrilledAlert[],
  evaluation: number,
): Promise<Case[]> {
  const open = drilled.map((one) => {
    const own = one.scenario === undefined ? [] : [one.scenario];
    const all = [...scenarios(one.candidate, { isTight: true }).found.slice(0, 3), ...own];
    const found = all.map(
      (scenario): Scenario => ({ ...scenario, timeline: { ...scenario.timeline, evaluation } }),
    );
    return { one, found, result: undefined as Case | undefined };
  });
  const rounds = Math.max(0, ...open.map(({ found }) => found.length));
  for (let round = 0; round < rounds; round++) {
    const left = open.filter(({ found, result }) => result === undefined && found[round] !== undefined);
    const trials = left.map(({ one: { candidate }, found }, index) => ({
      id: `drill${index}`,
      candidate,
      scenario: found[round] as Scenario,
      isHoldIgnored: false,
    }));
    const verdicts = await judge(by, trials);
    left.forEach((entry, index) => {
      const { firesAfter, isQuiet = false } = verdicts[index] ?? {};
      const { one, found } = entry;
      const scenario = found[round] as Scenario;
      // An alert that is never quiet is kept as the drill saw it.
      const isGood = isQuiet || (!one.verdict?.isQuiet && round === found.length - 1);
      if (firesAfter === undefined || !isGood) return;
      const firesAt = scenario.timeline.breaksAt + firesAfter;
      entry.result = { rule: one.rule, candidate: one.candidate, scenario, isQuiet, firesAt };
    });
  }
  return open.flatMap(({ result }) => result ?? []);
}

/** The seconds that a test of a case looks at: in health, last before it fires, and when it fires. */
function looksAt({ scenario, isQuiet, firesAt }: Case): { time: number; comment: string }[] {
  const { breaksAt, evaluation } = scenario.timeline;
  const healthy = Math.floor((breaksAt - 1) / evaluation) * evaluation;
  const after = firesAt - breaksAt;
  const looks = [
    ...(isQuiet ? [{ time: healthy, comment: 'All is well' }] : []),
    ...(isQuiet && firesAt - evaluation > healthy
      ? [{ time: firesAt - evaluation, comment: 'Broken, but not for long enough' }]
      : []),
    {
      time: firesAt,
      comment: after === 0 ? 'It breaks' : `${formatSeconds(after)} after it broke`,
    },
  ];
  return looks;
}

interface Drafted {
  readonly firing: Firing;
  /** Whether the alert fires where it should, and is silent where it should be. */
  isSeen(index: number): boolean;
}

/** Asks promtool what fires on the rule files as they are: alerts of one name may be several. */
async function runDraft(
  by: Judge,
  cases: readonly Case[],
  evaluation: number,
  loads: readonly string[],
  sources: ReadonlyMap<string, string>,
): Promise<Drafted> {
  const seen = new Map<string, FiringAlert[]>();
  const folder = temporaryFolder();
  try {
    const names = loads.map((path, index) => {
      const name = `rules${index}.yml`;
      writeFileSync(join(folder.path, name), sources.get(path) ?? '', { mode: 0o600 });
      return name;
    });
    const tests = cases.map((one, index) => ({
      name: `case${index}`,
      ...testBody(one),
      alert_rule_test: looksAt(one).map(({ time }) => ({
        alertname: one.rule.name,
        eval_time: `${time}s`,
        exp_alerts: [],
      })),
    }));
    const text = yamlText({
      rule_files: names,
      evaluation_interval: `${evaluation}s`,
      group_eval_order: groupOrder(cases),
      tests,
    });
    writeFileSync(join(folder.path, 'draft.yml'), text, { mode: 0o600 });
    const { output } = await runPromtool(by.promtool, ['test', 'rules', ...by.flags, 'draft.yml'], {
      folder: folder.path,
      timeout: LONGEST,
    });
    for (const [key, alerts] of readFiring(output)) seen.set(key, alerts);
  } finally {
    folder.remove();
  }
  const firing: Firing = (index, time) => seen.get(`case${index} ${time}`) ?? [];
  return {
    firing,
    isSeen(index) {
      const one = cases[index];
      return one !== undefined && firing(index, one.firesAt).length > 0;
    },
  };
}

/** What fires in each test of a draft at each of its times. */
function readFiring(output: string): Map<string, FiringAlert[]> {
  const found = new Map<string, FiringAlert[]>();
  let name = '';
  for (const block of output.split(/^(?= {4}name: )|^(?= {4}alertname: )/m)) {
    name = /^ {4}name: (\w+),/m.exec(block)?.[1] ?? name;
    const time = /^ {4}alertname: .*, time: (\S+?),\s*$/m.exec(block)?.[1];
    const at = time === undefined ? undefined : durationSeconds(time);
    if (at === undefined) continue;
    const annotations = [...block.matchAll(/^\s*Annotations:\{(.*)\},?$/gm)].map((match) => match[1]);
    const alerts = [...block.matchAll(/^\s*Labels:\{(.*)\}$/gm)].map(
      ([, labels], index): FiringAlert => ({
        labels: readPairs(labels),
        annotations: readPairs(annotations[index]),
      }),
    );
    found.set(`${name} ${at}`, alerts);
  }
  return found;
}

/** The groups in the order in which rules need each other; undefined where each alert's group is enough. */
function groupOrder(cases: readonly Case[]): string[] | undefined {
  const names = new Set<string>();
  let isNeeded = false;
  for (const { rule, candidate } of cases) {
    for (const { group } of dependencies(candidate)) {
      if (group !== rule.group) isNeeded = true;
      names.add(group.name);
    }
  }
  for (const { rule } of cases) names.add(rule.group.name);
  return isNeeded ? [...names] : undefined;
}

const testBody = ({ scenario: { series, timeline }, candidate }: Case): Record<string, unknown> => ({
  interval: formatSeconds(timeline.step),
  ...(candidate.externalLabels.size > 0
    ? { external_labels: Object.fromEntries(candidate.externalLabels) }
    : {}),
  input_series: series.map((plan) => ({
    series: seriesText(plan.labels),
    values: notation(samples(plan, timeline)),
  })),
});

const yaml = (value: unknown): string => yamlText(value).trimEnd();

function fileText(
  ruleFile: string,
  cases: readonly Case[],
  evaluation: number,
  paths: readonly string[],
  firing: Firing,
): string {
  const order = groupOrder(cases);
  const head = [
    `${WRITTEN_BY} for ${ruleFile}, to be run by "promtool test rules".`,
    '# Run again, it writes this file anew. Take the first line away to keep what you change by hand.',
    yaml({
      rule_files: paths,
      evaluation_interval: formatSeconds(evaluation),
      ...(order === undefined ? {} : { group_eval_order: order }),
    }),
    'tests:',
  ];
  const names = testNames(cases);
  const tests = cases.map((one, index) => caseText(one, names[index] ?? one.rule.name, index, firing));
  return `${head.join('\n')}\n${tests.join('\n\n')}\n`;
}

/** Alerts of one name are told apart by their severity, or by a number. */
function testNames(cases: readonly Case[]): string[] {
  const used = new Set<string>();
  return cases.map(({ rule }) => {
    const severity = rule.labels.get('severity')?.text;
    const isAlone = cases.filter((other) => other.rule.name === rule.name).length === 1;
    const base = isAlone || severity === undefined ? rule.name : `${rule.name} (${severity})`;
    let name = base;
    for (let count = 2; used.has(name); count++) name = `${base} ${count}`;
    used.add(name);
    return name;
  });
}

function caseText(one: Case, name: string, index: number, firing: Firing): string {
  const { rule, scenario } = one;
  const expression = (rule.expr?.text ?? '').trim().split('\n');
  const breaksAt = formatSeconds(scenario.timeline.breaksAt);
  const looks = looksAt(one).map(({ time, comment }) => {
    const expected = firing(index, time).map(({ labels, annotations }) => ({
      exp_labels: Object.fromEntries([...labels].filter(([label]) => label !== 'alertname')),
      ...(annotations.size > 0 ? { exp_annotations: Object.fromEntries(annotations) } : {}),
    }));
    const look = { eval_time: formatSeconds(time), alertname: rule.name, exp_alerts: expected };
    return `# ${comment}.\n${yaml([look])}`;
  });
  const body = [
    `name: ${yaml(name)}`,
    yaml(testBody(one)),
    'alert_rule_test:',
    indented(looks.join('\n'), 2),
  ].join('\n');
  const comment = [...expression.map((line) => `  # ${line}`.trimEnd()), `  # It breaks at ${breaksAt}.`];
  return [...comment, `  - ${indented(body, 4).trimStart()}`].join('\n');
}

const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `${' '.repeat(by)}${line}`))
    .join('\n');
