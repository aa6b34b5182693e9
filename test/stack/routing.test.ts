import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alertmanager, deliveries, routesOf } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { checkDisk, checkFiles, hasTool } from '../support/check.ts';
import { corpusDisk, corpusFolders, hasCorpus } from '../support/corpus.ts';
import { FIXTURES, fixtureFiles } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/program.ts';

/** Alerts that are asked about for each configuration. */
const ALERTS = 12;

/** Receivers that amtool says an alert reaches (`amtool config routes test`). */
const amtoolSays = (config: string, labels: ReadonlyMap<string, string>): string[] =>
  execFileSync(
    'amtool',
    [
      'config',
      'routes',
      'test',
      `--config.file=${config}`,
      ...[...labels].map(([name, value]) => `${name}=${value}`),
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
    .trim()
    .split(',')
    .sort();

const weSay = (alertmanager: Alertmanager, labels: ReadonlyMap<string, string>): string[] =>
  [
    ...new Set(
      deliveries(alertmanager, { values: labels, isClosed: true }).map(({ route, answer }) => {
        expect(answer).toBe('yes');
        return route.receiver ?? '';
      }),
    ),
  ].sort();

/** Label sets out of what the routes of a configuration ask for, and what they do not. */
function alertsFor(alertmanager: Alertmanager): ReadonlyMap<string, string>[] {
  const matchers = routesOf(alertmanager.route).flatMap((route) => route.matchers);
  const names = [...new Set(matchers.map(({ label }) => label))];
  const words = [...new Set(matchers.flatMap(({ value }) => [value, ...value.split('|'), `${value}x`]))];
  const values = [...words.filter((word) => /^[\w.-]+$/.test(word)), 'other'];
  const one = fc.array(fc.tuple(fc.constantFrom(...names, 'unrelated'), fc.constantFrom(...values)), {
    maxLength: 4,
  });
  return fc
    .sample(one, { numRuns: ALERTS, seed: 7 })
    .map((pairs) => new Map([['alertname', 'Example'], ...pairs]));
}

/** Every configuration with its file's text. */
function configurations(): [string, Alertmanager, string][] {
  const fixtures = FIXTURES.map((name) => [name, checkFiles(fixtureFiles(name), { rules: [] })] as const);
  const corpus = (hasCorpus ? corpusFolders() : []).map(
    (name) => [name, checkDisk(corpusDisk(name), { rules: [] })] as const,
  );
  return [...fixtures, ...corpus].flatMap(([name, { system }]) =>
    alertmanagersIn(system).flatMap(({ alertmanager, config }): [string, Alertmanager, string][] => {
      const isWhole =
        config.path.length === 0 && routesOf(alertmanager.route).every(({ hasUnknown }) => !hasUnknown);
      return isWhole ? [[`${name}, ${config.doc.source.path}`, alertmanager, config.doc.source.text]] : [];
    }),
  );
}

describe.skipIf(!hasTool('amtool'))('an alert is routed as amtool says', () => {
  test.each(configurations())('%s', (_, alertmanager, text) => {
    const file = join(temporaryFolder({ 'alertmanager.yml': text }), 'alertmanager.yml');
    try {
      execFileSync('amtool', ['check-config', file], { stdio: 'ignore' });
    } catch {
      // What Alertmanager refuses, with its templates elsewhere too, it routes nowhere.
      return;
    }
    for (const labels of alertsFor(alertmanager))
      expect([[...labels].join(' '), weSay(alertmanager, labels)]).toEqual([
        [...labels].join(' '),
        amtoolSays(file, labels),
      ]);
  });
});
