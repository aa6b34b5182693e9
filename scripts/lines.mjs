// How many lines of src/ and rules/ the tests run, in their own process and in the programs that they start:
// npm run coverage [-- TEST...]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeProcessCovs } from '@bcoe/v8-coverage';
import { convert } from 'ast-v8-to-istanbul';
import libCoverage from 'istanbul-lib-coverage';
import { parseAstAsync } from 'vitest/node';

/** Where vitest.config.ts has the lines of the tests' own process written. */
const OWN = 'coverage/lines/coverage-final.json';
/** What src/code-cache.ts puts before the code that it compiles. */
const WRAPPER = '(function (exports, require, module, __filename, __dirname) {';
/** Of the lines, in percent: less is a failure; a file with less is named. */
const LEAST = 90;
const LEAST_OF_A_FILE = 80;
/** How many processes' counts are held in memory at once: one takes some megabytes. */
const AT_ONCE = 50;

const programs = process.env.LINES_OF_PROGRAMS ?? mkdtempSync(join(tmpdir(), 'monitoring-check-lines-'));
const { status } = spawnSync('npx', ['vitest', 'run', '--coverage', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, LINES_OF_PROGRAMS: programs },
});
const map = libCoverage.createCoverageMap(JSON.parse(readFileSync(OWN, 'utf8')));
const isMeasured = new Set(map.files());
for (const script of scriptsOf(programs))
  for (const [file, coverage] of Object.entries(await inSources(script)))
    if (isMeasured.has(file)) map.addFileCoverage(coverage);
if (process.env.LINES_OF_PROGRAMS === undefined) rmSync(programs, { recursive: true });
process.exitCode = report() && status === 0 ? 0 : 1;

/** What V8 counted in the bundles with a source map, of all processes together; of a few at a time, for there are thousands. */
function scriptsOf(folder) {
  let all = [];
  const names = readdirSync(folder);
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const ours = names.slice(start, start + AT_ONCE).map((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      return { result: result.filter(({ url }) => url.includes('/monitoring-check/built/')) };
    });
    all = mergeProcessCovs([{ result: all }, ...ours]).result;
  }
  return all;
}

/** A bundle's counts, by the source files that it was made of. */
async function inSources({ url, functions }) {
  // A script that the program compiles itself has its path for its address.
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  // A copy of a bundle that a test made and took away counts nowhere.
  if (!existsSync(path)) return {};
  const code = readFileSync(path, 'utf8');
  const [, mapName] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(code) ?? [];
  if (mapName === undefined) return {};
  const sourceMap = JSON.parse(readFileSync(join(dirname(path), mapName), 'utf8'));
  const found = await convert({
    code,
    ast: await parseAstAsync(code),
    coverage: { url, functions },
    sourceMap,
    wrapperLength: url === path ? WRAPPER.length : 0,
  });
  return Object.fromEntries(Object.entries(found).map(([file, data]) => [resolve(file), data]));
}

/** Prints the lines by folder, and the files with few of them; whether there are enough. */
function report() {
  const folders = new Map();
  const few = [];
  for (const file of map.files()) {
    const name = relative('.', file);
    const { lines } = map.fileCoverageFor(file).toSummary();
    if (lines.pct < LEAST_OF_A_FILE) few.push(`${percent(lines)}  ${name}`);
    for (const folder of ['all', name.split('/')[0], name.split('/').slice(0, 2).join('/')]) {
      const sum = folders.get(folder) ?? { covered: 0, total: 0 };
      folders.set(folder, { covered: sum.covered + lines.covered, total: sum.total + lines.total });
    }
  }
  for (const [folder, sum] of [...folders].sort(([one], [other]) => one.localeCompare(other)))
    if (!folder.endsWith('.ts')) console.log(`${percent(sum)}  ${folder}`);
  console.log(`\nfiles with less than ${LEAST_OF_A_FILE} %:\n${few.sort().join('\n') || 'none'}`);
  return ['src', 'rules'].every((folder) => {
    const { covered, total } = folders.get(folder);
    return covered >= (total * LEAST) / 100;
  });
}

function percent({ covered, total }) {
  return `${((100 * covered) / Math.max(1, total)).toFixed(1).padStart(5)} % of ${total}`;
}
