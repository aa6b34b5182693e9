// Has each reader read real files and texts, cut, mixed and damaged, and counts how often it did:
// node scripts/run.mjs test/fuzz/readers.ts [EXECUTIONS OF EACH] [SEED] [READER]
// Without a reader's name each of them gets a process of its own. The files are those of the corpus where it
// stands beside the project, those of the fixtures, and the examples of the rules.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusPath, hasCorpus } from '../support/corpus.ts';
import { drive, READERS } from './drive.ts';
import { exampleFiles, samplesBelow } from './samples.ts';

const [executions = '25000', seed = '1', only] = process.argv.slice(2);
/** Larger files make each execution slow and find nothing more, in bytes. */
const LARGEST = 8000;
const KEPT = 'node_modules/.cache/monitoring-check/fuzz';

if (only === undefined) {
  let total = 0;
  let failures = 0;
  for (const { name } of READERS) {
    const run = spawnSync(
      process.execPath,
      ['scripts/run.mjs', 'test/fuzz/readers.ts', executions, seed, name],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    process.stdout.write(run.stdout);
    const [, done = '0', failed = '0'] = /(\d+) executions.*?(\d+) failures/.exec(run.stdout) ?? [];
    total += Number(done);
    // A reader that ended its process is the worst of failures.
    failures += run.status === null || run.status > 1 || done === '0' ? 1 : Number(failed);
  }
  console.log(`${total} executions over ${READERS.length} readers, ${failures} failures`);
  process.exitCode = failures === 0 ? 0 : 1;
} else {
  const reader = READERS.find(({ name }) => name === only);
  if (reader === undefined) throw new Error(`there is no reader of ${only}`);
  const samples = [
    ...samplesBelow([...(hasCorpus ? [corpusPath()] : []), 'fixtures'], LARGEST),
    ...exampleFiles(),
  ];
  const start = performance.now();
  const driven = drive(reader, samples, Number(executions), Number(seed));
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  mkdirSync(KEPT, { recursive: true });
  for (const [index, { path, input, error }] of driven.failures.slice(0, 20).entries()) {
    const file = join(KEPT, `${only.replace(/\W+/g, '-')}-${index}`);
    writeFileSync(file, input);
    console.error(`${file} (${path})\n${error instanceof Error ? error.stack : String(error)}\n`);
  }
  console.log(
    `${only.padEnd(42)} ${String(driven.executions).padStart(7)} executions of ${driven.samples} samples, ${driven.failures.length} failures, ${seconds} s, the slowest ${driven.slowest.toFixed(0)} ms`,
  );
  writeFileSync(join(KEPT, `${only.replace(/\W+/g, '-')}-slowest`), driven.slowestInput);
  process.exitCode = driven.failures.length === 0 ? 0 : 1;
}
