// Measures the program against its peers, pair by pair in one run, and prints ratios:
// node bench/run.mjs [PROGRAM]   (bench/tools.sh builds the peers; the corpus of real repositories stands beside the project)
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TOOLS = process.env.MONITORING_CHECK_TOOLS ?? '/opt/monitoring-check-tools';
const CORPUS = resolve('../shared/corpus');
const PROGRAM = resolve(process.argv[2] ?? 'dist/cli.js');
/** The static check alone: a promtool that is found would be measured against itself. */
const STATIC = ['--promtool', 'off'];
const PAIRS = 7;

/** Milliseconds of one run of a command, whatever its status is. */
function time(command, args, cwd) {
  const start = performance.now();
  const { error, status, signal } = spawnSync(command, args, { cwd, stdio: 'ignore' });
  if (error) throw error;
  if (signal !== null || status > 3) throw new Error(`${command} ended with ${signal ?? status}`);
  return performance.now() - start;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs both sides alternately, so that whatever else the machine does falls on both; prints medians and their ratio. */
function compare(name, ours, theirs, target) {
  ours();
  theirs();
  const pairs = Array.from({ length: PAIRS }, () => [ours(), theirs()]);
  const [own, other] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  const ratio = median(pairs.map(([a, b]) => a / b));
  console.log(
    `${name}: ${own.toFixed(0)} ms against ${other.toFixed(0)} ms, ratio ${ratio.toFixed(2)} (target ${target})`,
  );
}

compare(
  'cold start on one fixture, against node -e 0',
  () => time(process.execPath, [PROGRAM, 'check', 'fixtures/k2-market-data', ...STATIC]),
  () => time(process.execPath, ['-e', '0']),
  '≤ 4',
);
compare(
  'the same with promtool and amtool asked, against without',
  () => time(process.execPath, [PROGRAM, 'check', 'fixtures/k2-market-data']),
  () => time(process.execPath, [PROGRAM, 'check', 'fixtures/k2-market-data', ...STATIC]),
  'none: it is their time',
);

if (existsSync(CORPUS)) {
  const expressions = join(CORPUS, 'promql/rule-verdicts.jsonl');
  if (existsSync(join(TOOLS, 'go-parser'))) {
    const micros = (command, args) => Number(spawnSync(command, args, { encoding: 'utf8' }).stdout);
    const pairs = Array.from({ length: 3 }, () => [
      micros(process.execPath, ['scripts/run.mjs', 'bench/expressions.ts', expressions]),
      micros(join(TOOLS, 'go-parser'), [expressions]),
    ]);
    const [own, other] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
    console.log(
      `one expression, parsed, typed and located: ${own.toFixed(0)} µs against ${other.toFixed(0)} µs of the Go parser, ratio ${(own / other).toFixed(1)}`,
    );
  }

  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-bench-'));
  const rules = ruleFiles(folder);
  const pint = join(TOOLS, 'pint');
  if (existsSync(pint)) {
    compare(
      `${rules.length} rule files, against promtool check rules + pint --offline lint`,
      () => time(process.execPath, [PROGRAM, 'check', folder, ...STATIC]),
      () =>
        time('promtool', ['check', 'rules', ...rules]) + time(pint, ['--offline', 'lint', folder], folder),
      '< 1, wanted 0.5',
    );
  }
  rmSync(folder, { recursive: true });
  const start = time(process.execPath, [PROGRAM, 'check', CORPUS, ...STATIC]);
  console.log(`the whole corpus as one repository: ${start.toFixed(0)} ms`);
}

/** Every rule file of the corpus, copied into one folder. */
function ruleFiles(folder) {
  const rows = readFileSync(join(CORPUS, 'expressions.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const paths = [...new Set(rows.filter(({ kind }) => kind === 'rule').map(({ file }) => file))];
  return paths.map((path, index) => {
    const target = join(folder, `${index}.yml`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(CORPUS, path), target);
    return target;
  });
}
