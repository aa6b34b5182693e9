// Cuts, mixes and damages real files and checks each as a repository of its own, until time is up:
// node scripts/run.mjs test/fuzz/run.ts [SECONDS] [SEED]
// The files are those of the corpus where it stands beside the project, else those of the fixtures.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { githubReport } from '../../src/report/github.ts';
import { jsonReport, jsonText } from '../../src/report/json.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { UsageError } from '../../src/usage.ts';
import { checkFiles, type Repository } from '../support/check.ts';
import { corpusPath, hasCorpus } from '../support/corpus.ts';
import { BROKEN, HOSTILE } from '../support/damage.ts';
import { type Random, randomOf } from '../support/random.ts';

const [seconds = '60', seed = '1'] = process.argv.slice(2);
/** Fifty checks of small repositories may not take longer, in milliseconds. */
const LONGEST = 60_000;
/** Larger files make each execution slow and find nothing more, in bytes. */
const LARGEST = 60_000;

const READ =
  /(?:\.(?:ya?ml|json|rules|env|ini|alloy|py|go|java|kt|rs|js|ts|toml|gradle|xml|cfg|conf)|(?:^|\/)(?:Dockerfile[^/]*|\.env[^/]*|Makefile|\.gitignore))$/;

/** Files by the ending of their names, since mixing is most telling among files that are alike. */
function samples(root: string): Map<string, { path: string; content: Uint8Array }[]> {
  const found = new Map<string, { path: string; content: Uint8Array }[]>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !READ.test(path)) continue;
    const content = readFileSync(path);
    if (content.length > LARGEST) continue;
    const ending = /[^./]*$/.exec(entry.name)?.[0] ?? '';
    found.set(ending, [...(found.get(ending) ?? []), { path: path.slice(root.length + 1), content }]);
  }
  return found;
}

/** The beginning of one, the end of another, and sometimes the middle of a third, cut at lines or anywhere. */
function mixed(random: Random, contents: readonly Uint8Array[]): Uint8Array {
  const cut = (content: Uint8Array): number => {
    const at = random.below(content.length + 1);
    return random.below(3) === 0 ? at : Math.max(0, content.lastIndexOf(10, at) + 1);
  };
  const one = random.pick(contents);
  const two = random.pick(contents);
  const three = random.pick(contents);
  const from = cut(three);
  const middle = random.below(2) === 0 ? three.slice(from, from + random.below(2000)) : new Uint8Array();
  return Buffer.concat([one.slice(0, cut(one)), middle, two.slice(cut(two))]);
}

const byEnding = samples(hasCorpus ? corpusPath() : 'fixtures');
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
function damaged(
  alike: readonly { path: string; content: Uint8Array }[],
): [files: Record<string, Uint8Array>, what: string] {
  const made: Record<string, Uint8Array> = {};
  const words: string[] = [];
  for (let count = 1 + random.below(2); count > 0; count--) {
    const { path, content } = random.pick(alike);
    const contents = alike.map((one) => one.content);
    const cut = random.below(3) === 0 ? content : mixed(random, contents);
    const damage = random.below(2) === 0 ? random.pick(random.below(20) === 0 ? HOSTILE : BROKEN) : undefined;
    made[random.below(2) === 0 ? path.replace(/^.*\//, '') : path] = damage?.apply(cut, random) ?? cut;
    words.push(damage === undefined ? path : `${path}: ${damage.name}`);
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
