import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import * as validators from '../../src/schema/generated/validators.js';
import type { Repository } from '../support/check.ts';
import { fixtureFiles } from '../support/fixtures.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';
import { promtools } from '../support/promtools.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const K2 = fixtureFiles('k2-market-data');
const RULES = 'docker/prometheus/alert_rules.yml';
const TESTS = 'tests/alert_rules_test.yml';

/** Runs promtool as a person would, in the folder of the repository. */
function testRules(folder: string, file = TESTS, command = 'promtool') {
  const { status, stdout, stderr } = spawnSync(command, ['test', 'rules', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

/** A repository for which the drill has written its tests. */
function withTests(files: Repository): string {
  const folder = temporaryFolder(files);
  const { status, stderr } = monitoringCheck(['drill', '--write-tests', 'tests'], { cwd: folder });
  expect(stderr).toContain('tests/');
  expect(status).toBe(0);
  return folder;
}

function change(folder: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, path), text.replace(from, to));
}

describe.skipIf(!hasPromtool)('the tests that the drill writes', () => {
  test('pass under plain promtool of every version', () => {
    const folder = withTests(K2);
    expect(readdirSync(join(folder, 'tests'))).toEqual(['alert_rules_test.yml']);
    for (const command of promtools()) expect(testRules(folder, TESTS, command)).toMatchObject({ status: 0 });
  });

  test('fail when a threshold or a `for` is changed, a little or much', () => {
    const folder = withTests(K2);
    const original = readFileSync(join(folder, RULES), 'utf8');
    for (const [from, to] of [
      ['feed_handler_last_message_timestamp > 60', 'feed_handler_last_message_timestamp > 90'],
      ['feed_handler_last_message_timestamp > 60', 'feed_handler_last_message_timestamp > 45'],
      ['kafka_consumer_group_lag > 1000', 'kafka_consumer_group_lag > 1001'],
      ['kafka_consumer_group_lag > 1000', 'kafka_consumer_group_lag > 900'],
      ['iceberg_offload_lag_minutes > 30', 'iceberg_offload_lag_minutes >= 30'],
      ['iceberg_offload_consecutive_failures > 2', 'iceberg_offload_consecutive_failures > 3'],
      ['clickhouse_mv_delay_seconds_count[5m]) > 30', 'clickhouse_mv_delay_seconds_count[5m]) > 40'],
      ['for: 30s', 'for: 1m'],
    ] as const) {
      change(folder, RULES, from, to);
      expect(testRules(folder).status, `${from} → ${to}`).toBe(1);
      writeFileSync(join(folder, RULES), original);
    }
  });

  test('are readable: comments, few samples, and paths from where they stand', () => {
    const folder = withTests(K2);
    const text = readFileSync(join(folder, TESTS), 'utf8');
    expect(text).toContain(`rule_files:\n  - ../${RULES}\nevaluation_interval: 15s\n`);
    expect(text).toContain(`  # kafka_consumer_group_lag > 1000
  # or
  # up{job=~"lag-exporter|redpanda"} == 0
  # It breaks at 6m.
  - name: RedpandaConsumerLagHigh
    interval: 15s
    input_series:
      - series: kafka_consumer_group_lag{job="lag-exporter", instance="host:9100"}
        values: 1000x23 1001x28
      - series: up{job="lag-exporter", instance="host:9100"}
        values: 1x52
    alert_rule_test:
      # All is well.
      - eval_time: 5m45s
        alertname: RedpandaConsumerLagHigh
        exp_alerts: []
      # Broken, but not for long enough.
      - eval_time: 10m45s
        alertname: RedpandaConsumerLagHigh
        exp_alerts: []
      # 5m after it broke.
      - eval_time: 11m
`);
  });

  test('know recording rules of other groups and files, and alerts of one name', () => {
    const folder = withTests({
      'prometheus.yml': 'rule_files: [rules/*.yml]\nscrape_configs: []\n',
      'rules/alerts.yml': `groups:
  - name: alerts
    rules:
      - alert: Errors
        expr: job:errors:rate5m > 10
        labels: { severity: warning }
        annotations: { summary: Some errors }
      - alert: Errors
        expr: job:errors:rate5m > 100
        labels: { severity: critical }
        annotations: { summary: Many errors }
`,
      'rules/recorded.yml': `groups:
  - name: recorded
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(http_errors_total[5m]))
`,
    });
    const text = readFileSync(join(folder, 'tests/alerts_test.yml'), 'utf8');
    expect(text).toContain('  - ../rules/alerts.yml\n  - ../rules/recorded.yml\n');
    expect(text).toContain('name: Errors (critical)');
    expect(testRules(folder, 'tests/alerts_test.yml')).toMatchObject({ status: 0 });
  });

  test('are written anew when they were written here, and only then', () => {
    const folder = withTests(K2);
    const first = readFileSync(join(folder, TESTS), 'utf8');
    expect(monitoringCheck(['drill', '--write-tests', 'tests'], { cwd: folder }).status).toBe(0);
    expect(readFileSync(join(folder, TESTS), 'utf8')).toBe(first);

    const own = first.split('\n').slice(1).join('\n');
    writeFileSync(join(folder, TESTS), own);
    const { status, stderr } = monitoringCheck(['drill', '--write-tests', 'tests'], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toBe(
      'monitoring-check: tests/alert_rules_test.yml was not written by monitoring-check and is left alone; nothing was written\n',
    );
    expect(readFileSync(join(folder, TESTS), 'utf8')).toBe(own);
  });

  test('go nowhere but into their folder', () => {
    const folder = temporaryFolder(K2);
    const outside = temporaryFolder();
    const before = readdirSync(folder, { recursive: true }).sort();
    expect(monitoringCheck(['drill', folder, '--write-tests', join(outside, 'new/tests')]).status).toBe(0);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
    expect(readdirSync(outside, { recursive: true }).sort()).toEqual([
      'new',
      'new/tests',
      'new/tests/alert_rules_test.yml',
    ]);
    expect(testRules(outside, 'new/tests/alert_rules_test.yml')).toMatchObject({ status: 0 });
  });
});

describe('the command drill', () => {
  test.skipIf(!hasPromtool)('shows each alert with what it tells and whom it reaches', () => {
    const { status, stdout, stderr } = monitoringCheck(['drill', 'fixtures/k2-market-data']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain(`docker/prometheus/alert_rules.yml
  ✓ FeedHandlerDown fires after 1m30s, quiet on healthy data line 15
      description: host:9100 received nothing from exchange-1`);
    expect(stdout).toContain('summary: No market data from exchange-1');
    expect(stdout).toContain('reaches market-data-oncall (pagerduty and slack)');
    expect(stdout).toMatch(/\n✓ all 7 alerts proved to fire, quiet on healthy data\n$/);
  });

  test.skipIf(!hasPromtool)('ends with status 1 where an alert cannot fire, and names the cause', () => {
    const folder = temporaryFolder({
      'alerts.yml':
        'groups:\n  - name: a\n    rules:\n      - alert: Never\n        expr: count(up{job="api"} == 1) == 0\n',
    });
    const { status, stdout } = monitoringCheck(['drill', folder]);
    expect(status).toBe(1);
    expect(stdout).toContain('✗ Never cannot fire: "== 0" never holds');
    expect(stdout).toContain('error promql/never-matches');
  });

  test('without promtool ends with status 2 and one line', () => {
    const env = { PATH: temporaryFolder() };
    const { status, stdout, stderr } = monitoringCheck(['drill', 'fixtures/k2-market-data'], { env });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'monitoring-check: the drill needs promtool, and none was found: install it or name it with --promtool\n',
    );
  });

  test('in a check without promtool is said once not to have run, and changes no status', () => {
    const env = { PATH: temporaryFolder() };
    const { status, stdout } = monitoringCheck(['check', '--drill', 'fixtures/k2-market-data'], { env });
    expect(status).toBe(0);
    expect(stdout.match(/promtool was not found/g)).toHaveLength(1);
    expect(stdout).toContain('and the fire drill was not run');
    const json = monitoringCheck(['--drill', '-f', 'json', 'fixtures/k2-market-data'], { env }).stdout;
    expect(JSON.parse(json)).toMatchObject({ drill: null, tools: { promtool: { found: false } } });
  });

  test.each([
    [['drill', '--promtool', 'off'], 'the drill needs promtool, and --promtool is off'],
    [['check', '--write-tests', 'tests'], '--write-tests keeps what the drill proves: add --drill'],
    [['drill', 'nowhere-at-all'], 'no such directory: nowhere-at-all'],
  ])('%j cannot be done', (args, line) => {
    const { status, stderr } = monitoringCheck(args);
    expect([status, stderr]).toEqual([2, `monitoring-check: ${line}\n`]);
  });

  test.skipIf(!hasPromtool)('reports as JSON what the schema says', () => {
    const { stdout } = monitoringCheck(['check', '--drill', '-f', 'json', 'fixtures/k2-market-data']);
    const report = JSON.parse(stdout) as { drill: { alerts: unknown[] } };
    expect(validators.report(report), JSON.stringify(validators.report.errors)).toBe(true);
    const { drill } = report;
    expect(drill.alerts).toHaveLength(7);
    expect(drill.alerts[0]).toEqual({
      name: 'FeedHandlerDown',
      file: 'docker/prometheus/alert_rules.yml',
      line: 15,
      result: 'fires',
      reason: null,
      firesAfterSeconds: 90,
      quietOnHealthy: true,
    });
    expect(existsSync('tests')).toBe(false);
  });
});
