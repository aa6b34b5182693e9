// Cuts, mixes and damages real files and checks each as a repository of its own, until time is up:
// node scripts/run.mjs test/fuzz/run.ts [SECONDS] [SEED]
// `readers.ts` has each reader on its own do so, a million times.
// The files are those of the corpus where it stands beside the project, else those of the fixtures.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { append } from '../../src/multimap.ts';
import { githubReport } from '../../src/report/github.ts';
import { jsonReport, jsonText } from '../../src/report/json.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { UsageError } from '../../src/usage.ts';
import { checkFiles, type Repository } from '../support/check.ts';
import { corpusPath, hasCorpus } from '../support/corpus.ts';
import { BROKEN, HOSTILE } from '../support/damage.ts';
import { randomOf } from '../support/random.ts';
import { damagedFile } from './mix.ts';
import { type Sample, samplesBelow } from './samples.ts';

const [seconds = '60', seed = '1'] = process.argv.slice(2);
/** Fifty checks of small repositories may not take longer, in milliseconds. */
const LONGEST = 60_000;
/** Larger files make each execution slow and find nothing more, in bytes. */
const LARGEST = 60_000;

/** Files by the ending of their names, since mixing is most telling among files that are alike. */
const byEnding = new Map<string, Sample[]>();
for (const sample of samplesBelow([hasCorpus ? corpusPath() : 'fixtures'], LARGEST))
  append(byEnding, /[^./]*$/.exec(sample.path)?.[0] ?? '', sample);
const endings = [...byEnding.keys()].sort();
const random = randomOf(Number(seed));
const executions = new Map<string, number>();
let slowest = { time: 0, what: '' };
let failures = 0;
Object.assign(globalThis, { runBatch });

/** Starting the watch over an execution takes as long as half of one: it looks over several. */
const BATCH = 50;

let files: Record<string, Uint8Array> = {};
let what = '';
const end = performance.now() + Number(seconds) * 1000;
while (performance.now() < end) {
  try {
    runInThisContext('runBatch()', { timeout: LONGEST });
  } catch (error) {
    keep(files, what, error);
  }
}

function runBatch(): void {
  for (let count = 0; count < BATCH; count++) {
    const ending = random.pick(endings);
    [files, what] = damaged(byEnding.get(ending) ?? []);
    const start = performance.now();
    try {
      checkAll(files);
    } catch (error) {
      if (!(error instanceof UsageError)) keep(files, what, error);
    }
    const time = performance.now() - start;
    if (time > slowest.time) slowest = { time, what };
    executions.set(ending, (executions.get(ending) ?? 0) + 1);
  }
}

/** One or two files of a kind, cut, mixed or damaged, and what was done to them. */
function damaged(alike: readonly Sample[]): [files: Record<string, Uint8Array>, what: string] {
  const made: Record<string, Uint8Array> = {};
  const words: string[] = [];
  const contents = alike.map(({ content }) => content);
  for (let count = 1 + random.below(2); count > 0; count--) {
    const { path } = random.pick(alike);
    const { content, what } = damagedFile(random, contents, random.below(20) === 0 ? HOSTILE : BROKEN);
    made[random.below(2) === 0 ? path.replace(/^.*\//, '') : path] = content;
    words.push(`${path}: ${what}`);
  }
  return [made, words.join(' + ')];
}

let total = 0;
for (const [ending, count] of executions) {
  total += count;
  console.log(`${String(count).padStart(8)}  ${ending}`);
}
console.log(
  `${total} executions, ${failures} failures; the slowest took ${slowest.time.toFixed(0)} ms: ${slowest.what}`,
);
process.exitCode = failures === 0 ? 0 : 1;

function checkAll(files: Repository): void {
  const result = checkFiles(files);
  jsonText(jsonReport(result));
  prettyReport(result, { color: true, width: 100, quiet: false });
  githubReport(result);
  markdownReport(result);
}

/** Keeps what failed, so that it can be looked at. */
function keep(files: Repository, what: string, error: unknown): void {
  failures++;
  const folder = join('node_modules/.cache/monitoring-check/fuzz', String(failures));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  console.error(`${folder}: ${what}\n${error instanceof Error ? error.stack : String(error)}\n`);
}
