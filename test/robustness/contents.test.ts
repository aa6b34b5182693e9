import { describe, expect, it } from 'vitest';
import { githubReport } from '../../src/report/github.ts';
import { jsonReport, jsonText } from '../../src/report/json.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { UsageError } from '../../src/usage.ts';
import { expectGoodEnd, runBounded } from '../support/bounded.ts';
import { checkFiles, type Repository } from '../support/check.ts';
import { BROKEN, type Damage, HOSTILE } from '../support/damage.ts';
import { fixtureFiles } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/program.ts';
import { randomOf } from '../support/random.ts';

/** A file of each kind that the fixtures hold. */
const KINDS: readonly (readonly [kind: string, fixture: string, path: RegExp])[] = [
  ['compose file', 'k2-market-data', /^docker-compose\.yml$/],
  ['compose override', 'kafnus', /^docker-compose\.override\.yml$/],
  ['environment file', 'k2-market-data', /^\.env\.example$/],
  ['Dockerfile', 'thought-processor', /Dockerfile$/],
  ['Prometheus configuration', 'k2-market-data', /prometheus\.yml$/],
  ['rule file', 'k2-market-data', /alert[^/]*\.ya?ml$/],
  ['rule test', 'k2-market-data', /test[^/]*\.ya?ml$/],
  ['Alertmanager configuration', 'k2-market-data', /alertmanager\.yml$/],
  ['datasources', 'k2-market-data', /datasources?[^/]*\.ya?ml$/],
  ['dashboard provider', 'k2-market-data', /provisioning\/dashboards\/[^/]*\.ya?ml$/],
  ['dashboard', 'k2-market-data', /\.json$/],
  ['Loki configuration', 'thought-processor', /loki[^/]*\.ya?ml$/],
  ['Promtail configuration', 'thought-processor', /promtail[^/]*\.ya?ml$/],
  ['Tempo configuration', 'thought-processor', /tempo[^/]*\.ya?ml$/],
  ['JMX exporter configuration', 'kafnus', /monitoring\/kafka-connect\.yml$/],
  ['StatsD mapping', 'airflow-langgraph', /statsd\/[^/]*\.ya?ml$/],
  ['application code', 'thought-processor', /\.py$/],
  ['configuration of this program', 'k2-market-data', /^monitoring-check\.yml$/],
  ['list of what git ignores', 'k2-market-data', /^\.gitignore$/],
];

/** Checks and reports in every form; a configuration that cannot be used is said in one line. */
function checkAndReport(files: Repository): void {
  try {
    const result = checkFiles(files);
    jsonText(jsonReport(result));
    prettyReport(result, { color: false, width: 100, quiet: false });
    githubReport(result);
    markdownReport(result);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

/** Each kind of file takes its share of the damages at every change, and all of them where somebody asks for it. */
const SHARE = process.env.MONITORING_CHECK_RUNS === undefined ? 5 : 1;
const DAMAGES = [...BROKEN, ...HOSTILE];

describe.each(
  KINDS.map(
    (kind, index) => [...kind, DAMAGES.filter((_, number) => number % SHARE === index % SHARE)] as const,
  ),
)('in place of a %s', (_kind, fixture, pattern, damages) => {
  const files = fixtureFiles(fixture);
  const path = Object.keys(files).find((other) => pattern.test(other)) ?? '';
  const content = Buffer.from(files[path] ?? '');

  it('the fixture has one', () => expect(path).not.toBe(''));

  it.each(damages.map((damage) => [damage.name, damage] as const))('%s', (_name, damage) => {
    checkAndReport({ ...files, [path]: damage.apply(content, randomOf(1)) });
  });
});

/** A stack in which the files that `isDamaged` takes are damaged, each in its own way. */
const damagedStack = (damage: Damage, isDamaged: (index: number) => boolean): Repository =>
  Object.fromEntries(
    Object.entries(fixtureFiles('thought-processor'))
      // A configuration that cannot be read would end the run before anything else is read.
      .filter(([path]) => path !== 'monitoring-check.yml')
      .map(([path, text], index) => {
        const content = typeof text === 'string' ? Buffer.from(text) : text;
        return [path, isDamaged(index) ? damage.apply(content, randomOf(index)) : content];
      }),
  );

describe('in place of every file at once', () => {
  it.each(BROKEN.map((damage) => [damage.name, damage] as const))('%s', (_name, damage) => {
    checkAndReport(damagedStack(damage, () => true));
  });
});

describe('in place of many files at once, through the program itself', () => {
  // What uses up time and memory is bounded in a process of its own; each damage has its share of the files.
  const many = process.env.MONITORING_CHECK_RUNS === undefined ? 3 : 1;

  it.each(HOSTILE.map((damage, number) => [damage.name, damage, number] as const))(
    '%s',
    (_name, damage, number) => {
      const files = damagedStack(damage, (index) => index % many === number % many);
      const run = runBounded(['check', temporaryFolder(files), '--promtool', 'off']);
      expectGoodEnd(run);
      expect([0, 1]).toContain(run.status);
    },
    120_000,
  );
});

it('a broken dashboard with a million empty lines is told to be no template in a moment', () => {
  const files = { 'a.json': `{"panels": [\n${'\n'.repeat(1_000_000)}x` };
  const run = runBounded(['check', temporaryFolder(files), '--promtool', 'off']);
  expectGoodEnd(run);
});
