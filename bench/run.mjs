// Measures the program against its peers, pair by pair in one run, and prints ratios:
// node bench/run.mjs [PROGRAM]   (bench/tools.sh builds the peers; the corpus of real repositories stands beside the project)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

  const drilled = mkdtempSync(join(tmpdir(), 'monitoring-check-bench-'));
  const { alerts, seconds, cpuSeconds, megabytes } = await drill(drilled, 1000);
  console.log(
    `a drill of ${alerts} alerts: ${seconds.toFixed(1)} s (target < 60 on two cores), ${cpuSeconds.toFixed(1)} s of processor time, at most ${megabytes.toFixed(0)} MB with promtool's (target < 500)`,
  );
  rmSync(drilled, { recursive: true });
}

/** Drills the corpus's alerts, so many of them; the memory is that of the program and all that it runs. */
async function drill(folder, count) {
  writeFileSync(
    join(folder, 'alerts.yml'),
    JSON.stringify({ groups: [{ name: 'bench', rules: someAlerts(count) }] }),
  );
  const start = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'drill', folder, '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  let [bytes, ticks] = [0, 0];
  const timer = setInterval(() => {
    const used = usageOf(child.pid);
    bytes = Math.max(bytes, used.bytes);
    ticks = Math.max(ticks, used.ticks);
  }, 50);
  await once(child, 'close');
  clearInterval(timer);
  const seconds = (performance.now() - start) / 1000;
  const { alerts } = JSON.parse(output).drill;
  return { alerts: alerts.length, seconds, cpuSeconds: ticks / 100, megabytes: bytes / 2 ** 20 };
}

/** What a process and those that it started use now, as Linux tells (proc(5)): bytes of memory, clock ticks so far. */
function usageOf(root) {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = text
          .slice(text.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        // Its parent, its own time and that of children that have ended, and the pages that it holds.
        const [parent, ticks] = [fields[1], fields.slice(11, 15).reduce((sum, one) => sum + one, 0)];
        return [{ id: Number(name), parent, ticks, bytes: fields[21] * 4096 }];
      } catch (error) {
        // It has ended meanwhile.
        if (error.code === 'ENOENT' || error.code === 'ESRCH') return [];
        throw error;
      }
    });
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { id, parent } of rows) if (found.has(parent)) found.add(id);
  }
  const own = rows.filter(({ id }) => found.has(id));
  return {
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    ticks: own.reduce((sum, { ticks }) => sum + ticks, 0),
  };
}

/** Alerts of the corpus, the same ones in every run. */
function someAlerts(count) {
  const rows = readFileSync(join(CORPUS, 'expressions.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return rows
    .filter(({ kind, expr }) => kind === 'rule' && /[<>=]=? *[^=~"]*$|absent/.test(expr))
    .slice(0, count)
    .map(({ expr }, index) => ({ alert: `Alert${index}`, expr, for: ['0s', '1m', '5m'][index % 3] }));
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
