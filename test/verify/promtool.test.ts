import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { rule as refused } from '../../rules/prometheus/promtool.ts';
import { rule as fails } from '../../rules/tests/fails.ts';
import { check } from '../../src/check.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import { oneLine, type Repository } from '../support/check.ts';
import { temporaryFolder } from '../support/program.ts';
import { promtools } from '../support/promtools.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

/** The errors that a promtool brings about, also those that another rule would have said. */
async function errorsBy(path: string, files: Repository): Promise<string[]> {
  const { findings } = await check(
    {
      disk: memoryDisk(files),
      config: undefined,
      preset: undefined,
      severities: new Map(),
      today: '2026-01-01',
      rules: [refused, fails],
    },
    { promtool: { path } },
  );
  return findings.filter(({ severity }) => severity === 'error').map(oneLine);
}

/** A Prometheus of a version, with rules, and a test of them. */
const stack = (version: string, flags: string, rules: string, tests = ''): Repository => ({
  'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:${version}
    command: [--config.file=/etc/prometheus/prometheus.yml${flags}]
    volumes: [".:/etc/prometheus:ro"]
`,
  'prometheus.yml': 'rule_files: [alerts.yml]\nscrape_configs: []\n',
  'alerts.yml': rules,
  ...(tests === '' ? {} : { 'alerts_test.yml': tests }),
});

const alert = (expr: string): string => `groups: [{name: a, rules: [{alert: A, expr: '${expr}'}]}]\n`;

const SORTED = 'sort_by_label(queue_length, "job") > 1';
const FEATURE = ', --enable-feature=promql-experimental-functions';
const SORTED_TEST = `rule_files: [alerts.yml]
tests:
  - input_series: [{series: 'queue_length{job="a"}', values: '2x5'}]
    alert_rule_test:
      - {alertname: A, eval_time: 1m, exp_alerts: [{exp_labels: {job: a}}]}
`;

describe.each(promtools())('%s', (path) => {
  test('has nothing against what is right, nor against what its lint dislikes', async () => {
    const twice =
      'groups: [{name: a, rules: [{record: "a:b", expr: x}, {record: "a:b", expr: x}, {alert: A, expr: x > 1}]}]\n';
    expect(await errorsBy(path, stack('v3.5.0', '', alert('queue_length > 1')))).toEqual([]);
    expect(await errorsBy(path, stack('v3.5.0', '', twice))).toEqual([]);
  });

  test('is reported where it refuses a configuration', async () => {
    const files = {
      'prometheus.yml': 'scrape_configs: [{job_name: a, scrape_interval: 15s, scrape_timeout: 30s}]\n',
    };
    const [error = '', ...others] = await errorsBy(path, files);
    expect(error).toMatch(
      /^error prometheus\/promtool prometheus\.yml:1:29 promtool refuses this: .*timeout/,
    );
    expect(others).toEqual([]);
  });

  test('is reported where a test fails', async () => {
    const [error = ''] = await errorsBy(path, stack('v3.5.0', '', alert('queue_length > 2'), SORTED_TEST));
    expect(error).toMatch(/^error tests\/fails alerts_test\.yml:5:21 the test of "A" at 1m fails: expected /);
  });

  test('is given the features that the Prometheus has, for rules and for their tests', async () => {
    expect(await errorsBy(path, stack('v3.5.0', FEATURE, alert(SORTED), SORTED_TEST))).toEqual([]);
  });

  test('may not know a feature that the Prometheus has', async () => {
    const flags = ', --enable-feature=promql-of-tomorrow,exemplar-storage';
    expect(await errorsBy(path, stack('v3.5.0', flags, alert('queue_length > 1')))).toEqual([]);
  });
});

/** A promtool of some version that refuses everything in these words. */
function refusing(version: string, words: string, status = 1): string {
  const path = join(temporaryFolder(), 'promtool');
  writeFileSync(
    path,
    `#!/bin/sh
[ "$1" = --version ] && echo 'promtool, version ${version} (branch: x)' && exit 0
[ "$2" = rules ] || exit 0
for last; do :; done
echo "${words}" | sed "s#FILE#$last#"
exit ${status}
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const UNKNOWN =
  'FILE: 1:37: group \\"a\\", rule 1, \\"A\\": could not parse expression: unknown function with name \\"new\\"';

describe('a promtool', () => {
  test('that does not know an option says nothing of the files', async () => {
    const path = refusing('2.37.0', "promtool: error: unknown long flag '--enable-feature', try --help");
    expect(await errorsBy(path, stack('v3.5.0', FEATURE, alert('up == 0')))).toEqual([]);
  });

  test('that only dislikes something, by its status of 3, says nothing against the files', async () => {
    const path = refusing('3.5.0', UNKNOWN, 3);
    expect(await errorsBy(path, stack('v3.5.0', '', alert('up == 0')))).toEqual([]);
  });

  test.each([
    ['3.5.0', 'v3.5.0', 1],
    ['3.5.0', 'v2.55.0', 1],
    ['2.42.0', 'v3.5.0', 0],
    ['2.42.0', 'latest', 0],
    ['3.4.0', 'v3.5.0', 0],
  ])(
    'of version %s is believed of what may be too new for it under Prometheus %s: %i',
    async (own, runs, count) => {
      const path = refusing(own, UNKNOWN);
      expect(await errorsBy(path, stack(runs, '', alert('up == 0')))).toHaveLength(count);
    },
  );
});
