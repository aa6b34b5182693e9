import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../run.ts';
import type { Candidate, Scenario } from './scenario.ts';
import { drillFiles } from './testfile.ts';

/** One scenario of an alert, to be judged by promtool. */
export interface Trial {
  readonly candidate: Candidate;
  readonly scenario: Scenario;
}

/** What promtool saw. */
export interface Verdict {
  /** Seconds from the breakage to the first evaluation at which it fires; undefined when it never does. */
  readonly firesAfter: number | undefined;
  /** Whether it stays quiet while everything is healthy. */
  readonly isQuiet: boolean;
  /** The labels that it fires with, and its annotations as rendered. */
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** What promtool could not do. */
  readonly problem: string | undefined;
}

/** How many alerts one promtool looks at, one after the other. */
const PER_RUN = 40;
/** How many promtools run at once. */
const AT_ONCE = 2;
/** How many times of a test are looked at first. */
const COARSE = 24;

/** Has promtool evaluate every trial; the first second of firing is searched, first coarsely, then step by step. */
export async function judge(
  promtool: string,
  trials: readonly Trial[],
  onProgress?: (done: number) => void,
): Promise<Verdict[]> {
  const rough = await look(
    promtool,
    trials.map((trial) => ({ trial, times: coarseTimes(trial) })),
    onProgress,
  );
  const finer = trials.flatMap((trial, index) => {
    const times = fineTimes(trial, rough[index] as Seen);
    return times.length === 0 ? [] : [{ index, trial, times: { healthy: [], broken: times } }];
  });
  const fine = await look(promtool, finer);
  const byIndex = new Map(finer.map(({ index }, position) => [index, fine[position] as Seen]));
  return trials.map((trial, index) => verdictOf(trial, rough[index] as Seen, byIndex.get(index)));
}

interface Seen {
  /** Seconds at which it fires, in each of the two groups. */
  readonly healthy: readonly number[];
  readonly broken: readonly number[];
  readonly labels: string | undefined;
  readonly annotations: string | undefined;
  readonly problem: string | undefined;
}

const evaluations = ({ scenario }: Trial, from: number, to: number): number[] => {
  const { evaluation } = scenario.timeline;
  const first = Math.ceil(from / evaluation) * evaluation;
  return Array.from(
    { length: Math.max(0, Math.floor((Math.min(to, scenario.timeline.end) - first) / evaluation) + 1) },
    (_, index) => first + index * evaluation,
  );
};

function spread(times: readonly number[], count: number): number[] {
  if (times.length <= count) return [...times];
  return [
    ...new Set(
      Array.from(
        { length: count },
        (_, index) => times[Math.round((index * (times.length - 1)) / (count - 1))] as number,
      ),
    ),
  ];
}

function coarseTimes(trial: Trial): { healthy: number[]; broken: number[] } {
  const { breaksAt, end } = trial.scenario.timeline;
  return {
    healthy: spread(evaluations(trial, breaksAt / 2, end), 8),
    broken: [
      ...spread(evaluations(trial, 0, breaksAt - 1), 3),
      ...spread(evaluations(trial, breaksAt, end), COARSE),
    ],
  };
}

/** The evaluations between the last look at which it was quiet and the first at which it fired. */
function fineTimes(trial: Trial, { broken }: Seen): number[] {
  const { breaksAt } = trial.scenario.timeline;
  const first = broken.find((time) => time >= breaksAt);
  if (first === undefined) return [];
  const looks = coarseTimes(trial).broken.filter((time) => time >= breaksAt && time < first);
  const quiet = looks.at(-1) ?? breaksAt - 1;
  return evaluations(trial, quiet + 1, first - 1);
}

async function look(
  promtool: string,
  trials: readonly { trial: Trial; times: { healthy: readonly number[]; broken: readonly number[] } }[],
  onProgress?: (done: number) => void,
): Promise<Seen[]> {
  const seen: Seen[] = new Array(trials.length);
  const starts = Array.from({ length: Math.ceil(trials.length / PER_RUN) }, (_, index) => index * PER_RUN);
  let done = 0;
  const work = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const part = trials.slice(start, start + PER_RUN);
      const found = await lookAt(promtool, part);
      found.forEach((one, index) => {
        seen[(start as number) + index] = one;
      });
      done += part.length;
      onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return seen;
}

async function lookAt(
  promtool: string,
  trials: readonly { trial: Trial; times: { healthy: readonly number[]; broken: readonly number[] } }[],
): Promise<Seen[]> {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-drill-'));
  try {
    trials.forEach(({ trial, times }, index) => {
      const { rules, test } = drillFiles(trial.candidate, trial.scenario, idOf(index), times);
      writeFileSync(join(folder, `${idOf(index)}.rules.yml`), rules);
      writeFileSync(join(folder, `${idOf(index)}.test.yml`), test);
    });
    const { output, problem } = await runTool(
      promtool,
      ['test', 'rules', ...trials.map((_, index) => join(folder, `${idOf(index)}.test.yml`))],
      { timeout: 300_000 },
    );
    return readOutput(output, trials.length, problem);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const idOf = (index: number): string => `drill${index}`;

/** What promtool says of each test: an alert that was not expected is one that fires. */
function readOutput(output: string, count: number, problem: string | undefined): Seen[] {
  const seen = Array.from({ length: count }, () => ({
    healthy: [] as number[],
    broken: [] as number[],
    labels: undefined as string | undefined,
    annotations: undefined as string | undefined,
    problem,
  }));
  for (const block of output.split(/^(?= {4}name: drill)/m)) {
    const match = /^ {4}name: drill(\d+) (healthy|broken),\s+alertname: .*, time: (\S+),/.exec(block);
    const own = match && seen[Number(match[1])];
    if (!match || !own) continue;
    own[match[2] as 'healthy' | 'broken'].push(secondsOf(match[3] as string));
    if (match[2] === 'broken') {
      own.labels ??= /^\s*Labels:\{(.*)\}$/m.exec(block)?.[1];
      own.annotations ??= /^\s*Annotations:\{(.*)\}$/m.exec(block)?.[1];
    }
  }
  // An error that stops a test names its file, or its group.
  for (const match of output.matchAll(/drill(\d+)\.(?:rules|test)\.yml:? ?(.*)$/gm)) {
    const own = seen[Number(match[1])];
    if (own && match[2]) own.problem ??= match[2].trim();
  }
  for (const match of output.matchAll(/^ {4}name: drill(\d+) \w+,\s*\n?\s*(?!\s|alertname)(.+)$/gm)) {
    const own = seen[Number(match[1])];
    if (own) own.problem ??= (match[2] as string).trim();
  }
  for (const own of seen) {
    own.healthy.sort((a, b) => a - b);
    own.broken.sort((a, b) => a - b);
  }
  return seen;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

const secondsOf = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit as string] ?? 0),
    0,
  );

function verdictOf({ scenario }: Trial, rough: Seen, fine: Seen | undefined): Verdict {
  const { breaksAt } = scenario.timeline;
  const all = [...rough.broken, ...(fine?.broken ?? [])].sort((a, b) => a - b);
  const first = all.find((time) => time >= breaksAt);
  return {
    firesAfter: first === undefined ? undefined : first - breaksAt,
    isQuiet: rough.healthy.length === 0 && !all.some((time) => time < breaksAt),
    labels: readPairs(rough.labels),
    annotations: readPairs(rough.annotations),
    problem: rough.problem,
  };
}

/** `a="b", c="d"` as promtool prints labels. */
function readPairs(text: string | undefined): Map<string, string> {
  return new Map(
    [...(text ?? '').matchAll(/([\w.]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [
      name as string,
      (value as string).replace(/\\n/g, '\n').replace(/\\(["\\])/g, '$1'),
    ]),
  );
}
