import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Promtool, runPromtool } from '../promtool-run.ts';
import { temporaryFolder } from '../temporary.ts';
import { type Batch, batches, type Trial } from './batch.ts';
import { batchName, drillFiles, QUESTIONS, ranExpression } from './testfile.ts';

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

/** A promtool and the flags that it needs to read the rules. */
export interface Judge {
  readonly promtool: Promtool;
  readonly flags: readonly string[];
}

/** How many promtools run at once: each waits for the disk for some of its time. */
const AT_ONCE = Math.min(4, availableParallelism() + 1);
/** How many evaluations of a rule one promtool makes: some seconds of work. */
const PER_RUN = 12_000;
/** How many test files one promtool reads. */
const MOST_FILES = 40;
/** A promtool that takes longer is ended, in milliseconds. */
const LONGEST = 120_000;

interface Seen {
  /** Seconds of the test. */
  readonly first: number | undefined;
  readonly inHealth: number | undefined;
  readonly labels: string | undefined;
  readonly annotations: string | undefined;
  readonly problem: string | undefined;
}

const NOTHING: Seen = {
  first: undefined,
  inHealth: undefined,
  labels: undefined,
  annotations: undefined,
  problem: undefined,
};

/** Has promtool evaluate every trial. The verdicts are those of the trials, in their order. */
export async function judge(
  by: Judge,
  trials: readonly Trial[],
  onProgress?: (done: number) => void,
): Promise<Verdict[]> {
  const seen = await look(by, trials, ({ scenario }) => [scenario.timeline.end], onProgress);
  // Labels and annotations of an alert that does not fire to the end are looked at where it does.
  const brief = trials.filter(({ id }) => {
    const own = seen.get(id);
    return own?.first !== undefined && own.labels === undefined;
  });
  const closer = await look(by, brief, ({ id }) => [seen.get(id)?.first ?? 0]);
  return trials.map((trial) =>
    verdictOf(trial, { ...(seen.get(trial.id) ?? NOTHING), ...textsOf(closer.get(trial.id)) }),
  );
}

const textsOf = (seen: Seen | undefined): Partial<Seen> =>
  seen?.labels === undefined ? {} : { labels: seen.labels, annotations: seen.annotations };

async function look(
  by: Judge,
  trials: readonly Trial[],
  looks: (trial: Trial) => readonly number[],
  onProgress?: (done: number) => void,
): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  if (trials.length === 0) return seen;
  const folder = temporaryFolder();
  const open = loads(batches(trials));
  let files = 0;
  const work = async (): Promise<void> => {
    for (let load = open.shift(); load !== undefined; load = open.shift()) {
      const numbered = load.map((batch) => ({ batch, number: files++ }));
      const output = await evaluate(by, folder.path, numbered, looks);
      for (const { batch, number } of numbered) {
        const { read, retry } = readBatch(batch, number, output);
        for (const [id, one] of read) seen.set(id, one);
        open.push(...retry.map((part) => [part]));
      }
      onProgress?.(seen.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    folder.remove();
  }
  return seen;
}

/** How many evaluations a batch takes: each of its alerts at each time. */
const costOf = (batch: Batch): number => {
  const end = Math.max(...batch.map(({ scenario }) => scenario.timeline.end));
  return (batch.length * end) / (batch[0]?.scenario.timeline.evaluation ?? 1);
};

/** Batches for one promtool each, about alike in length, the longest first: none is left for the end. */
function loads(all: readonly Batch[]): Batch[][] {
  const sorted = [...all].sort((a, b) => costOf(b) - costOf(a));
  const total = sorted.reduce((sum, batch) => sum + costOf(batch), 0);
  const count = Math.min(
    sorted.length,
    Math.max(AT_ONCE, Math.ceil(total / PER_RUN), Math.ceil(sorted.length / MOST_FILES)),
  );
  const result = Array.from({ length: count }, () => ({ batches: [] as Batch[], cost: 0 }));
  for (const batch of sorted) {
    const least = result.reduce((best, load) => (load.cost < best.cost ? load : best));
    least.batches.push(batch);
    least.cost += costOf(batch);
  }
  return result.sort((a, b) => b.cost - a.cost).map((load) => load.batches);
}

async function evaluate(
  { promtool, flags }: Judge,
  folder: string,
  numbered: readonly { batch: Batch; number: number }[],
  looks: (trial: Trial) => readonly number[],
): Promise<string> {
  for (const { batch, number } of numbered) {
    const { rules, test } = drillFiles(batch, number, looks);
    const name = batchName(number);
    writeFileSync(join(folder, `${name}.rules.yml`), rules, { mode: 0o600 });
    writeFileSync(join(folder, `${name}.test.yml`), test, { mode: 0o600 });
  }
  const tests = numbered.map(({ number }) => `${batchName(number)}.test.yml`);
  const { output, problem } = await runPromtool(promtool, ['test', 'rules', ...flags, ...tests], {
    folder,
    timeout: LONGEST,
  });
  return problem === undefined ? output : `${output}\npromtool ${problem}\n`;
}

/**
 * What promtool says of a batch, and what has to be tried again: an alert at which the test stops takes
 * the others' results with it, so that they are tried without it.
 */
function readBatch(
  batch: Batch,
  number: number,
  output: string,
): { read: Map<string, Seen>; retry: Batch[] } {
  if (output.includes(`expr: ${JSON.stringify(ranExpression(number))}, time: `))
    return { read: readAlerts(batch, output), retry: [] };
  const [only] = batch;
  if (batch.length === 1 && only !== undefined)
    return {
      read: new Map([[only.id, { ...NOTHING, problem: problemIn(output, number, only.id) }]]),
      retry: [],
    };
  const named = batch.filter(({ id }) => new RegExp(`\\b${id}\\b`).test(output));
  if (named.length > 0 && named.length < batch.length) {
    const others = batch.filter((trial) => !named.includes(trial));
    return { read: new Map(), retry: [...named.map((trial) => [trial]), others] };
  }
  const half = Math.ceil(batch.length / 2);
  return { read: new Map(), retry: [batch.slice(0, half), batch.slice(half)] };
}

/** Why promtool did not run a test, in its own words without where its files are. */
function problemIn(output: string, number: number, id: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const ours = new RegExp(`\\b(?:${id}|${batchName(number)}\\.rules\\.yml)\\b`);
  const after = lines[lines.indexOf(`name: ${batchName(number)},`) + 1];
  const line =
    lines.find((text) => ours.test(text)) ?? after ?? lines.find((text) => text.startsWith('promtool '));
  return (line ?? 'promtool said nothing of it')
    .replace(/^(?:FAILED:\s*)?\S*\.rules\.yml: /, '')
    .replace(/^(?:\d+:\d+: )?(?:group "drill", )?(?:rule \d+, "[^"]*": |rule: \S+, time: [^,]+, err: )/, '')
    .replaceAll(`__alert_${id}:`, '');
}

/** An alert that fires at a time that was looked at. */
const ALERT = /^\s*alertname: "?(?<id>\w+)"?, time: /m;
/** An answered question, with its value. */
const ANSWER =
  /^\s*expr: "(?<question>\w+\(\w+\()timestamp\(ALERTS\{alertname=\\"(?<id>\w+)\\"[^\n]*\n[\s\S]*?^\s*got: \{\} (?<value>\S+)$/m;

function readAlerts(batch: Batch, output: string): Map<string, Seen> {
  const alerts = new Map<string, { labels: string | undefined; annotations: string | undefined }>();
  const answers = new Map<string, number>();
  for (const block of output.split(/^(?= {4}(?:alertname|expr): )/m)) {
    const alert = ALERT.exec(block)?.groups;
    if (alert?.id !== undefined)
      alerts.set(alert.id, {
        labels: /^\s*Labels:\{(.*)\}$/m.exec(block)?.[1],
        annotations: /^\s*Annotations:\{(.*)\}$/m.exec(block)?.[1],
      });
    const answer = ANSWER.exec(block)?.groups;
    if (answer !== undefined) answers.set(`${answer.question} ${answer.id}`, Number(answer.value));
  }
  return new Map(
    batch.map(({ id }): [string, Seen] => [
      id,
      {
        first: answers.get(`${QUESTIONS.fires} ${id}`),
        inHealth: answers.get(`${QUESTIONS.firesInHealth} ${id}`),
        labels: alerts.get(id)?.labels,
        annotations: alerts.get(id)?.annotations,
        problem: undefined,
      },
    ]),
  );
}

function verdictOf({ scenario, candidate, id }: Trial, seen: Seen): Verdict {
  const labels = readPairs(seen.labels);
  if (labels.get('alertname') === id) labels.set('alertname', candidate.rule.name);
  return {
    firesAfter: seen.first === undefined ? undefined : seen.first - scenario.timeline.breaksAt,
    isQuiet: seen.problem === undefined && seen.inHealth === undefined,
    labels,
    annotations: readPairs(seen.annotations),
    problem: seen.problem,
  };
}

/** `a="b", c="d"` as promtool prints labels. */
export function readPairs(text: string | undefined): Map<string, string> {
  return new Map(
    [...(text ?? '').matchAll(/([\w.]+)=("(?:[^"\\]|\\.)*")/g)].map(([, name, value]) => [
      name as string,
      unquoted(value as string),
    ]),
  );
}

/** A text as Go quotes it; JSON's escapes are among Go's, which has a few more. */
function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g, (_, byte, short, long, char) => {
      const code = byte ?? short ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }[char as string] ?? char;
    });
}
