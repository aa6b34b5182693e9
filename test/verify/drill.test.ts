import { readdirSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { check } from '../../src/check.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import { drillResult } from '../../src/report/drill.ts';
import type { CheckResult } from '../../src/result.ts';
import type { DrilledAlert } from '../../src/verify/drill/drill.ts';
import { oneLine, type Repository } from '../support/check.ts';
import { fixtureFiles, fixtureWith } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';
import { promtools } from '../support/promtools.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

/** Checks a repository with the fire drill. */
const drilled = (files: Repository, path?: string): Promise<CheckResult> =>
  check(
    {
      disk: memoryDisk(files),
      config: undefined,
      preset: undefined,
      severities: new Map(),
      today: '2026-01-01',
    },
    { promtool: path === undefined ? 'auto' : { path }, drill: {} },
  );

/** A rule file with alerts by their expressions, and what else a rule says. */
const alerts = (rules: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>): Repository => ({
  'alerts.yml': JSON.stringify({
    groups: [
      {
        name: 'example',
        rules: Object.entries(rules).map(([alert, rule]) => ({
          alert,
          ...(typeof rule === 'string' ? { expr: rule } : rule),
        })),
      },
    ],
  }),
});

/** What the drill says of each alert, in words. */
const results = ({ drill }: CheckResult): Record<string, string> =>
  Object.fromEntries((drill ?? []).map((one) => [one.rule.name, drillResult(one)]));

const firing = ({ drill }: CheckResult, name: string): DrilledAlert => {
  const found = drill?.find(({ rule }) => rule.name === name);
  if (found === undefined) throw new Error(`the drill does not speak of ${name}`);
  return found;
};

const K2 = fixtureFiles('k2-market-data');
const RULES = 'docker/prometheus/alert_rules.yml';

describe.skipIf(!hasPromtool)('the market data pipeline', () => {
  test('has seven alerts that are proved to fire, and quiet while all is well', async () => {
    const result = await drilled(K2);
    expect(result.drill?.map(({ result, verdict }) => [result, verdict?.isQuiet])).toEqual(
      Array.from({ length: 7 }, () => ['fires', true]),
    );
    expect(firing(result, 'FeedHandlerDown').verdict?.firesAfter).toBeLessThanOrEqual(120);
    expect(result.findings.map(oneLine)).toEqual([]);
  });

  test('shows the annotations as they are sent', async () => {
    const { verdict } = firing(await drilled(K2), 'FeedHandlerDown');
    expect(verdict?.annotations.get('summary')).toBe('No market data from exchange-1');
    expect(verdict?.labels.get('severity')).toBe('critical');
    expect(verdict?.labels.get('alertname')).toBe('FeedHandlerDown');
  });

  test('is late with a `for` of five minutes: the error gives both numbers', async () => {
    const result = await drilled(
      fixtureWith('k2-market-data', { [RULES]: (text) => text.replace('for: 30s', 'for: 5m') }),
    );
    const late = result.findings.filter(({ rule }) => rule === 'alerts/detect-within').map(oneLine);
    expect(late).toHaveLength(1);
    expect(late[0]).toMatch(/must be detected within 2m, .* FeedHandlerDown/);
    expect(late[0]).toContain('the fire drill saw it fire after 6m');
  });
});

describe.skipIf(!hasPromtool)('an alert', () => {
  test.each<[string, string | Record<string, unknown>]>([
    ['a comparison', 'queue_length > 100'],
    ['arithmetic', 'disk_free_bytes / disk_size_bytes * 100 < 10'],
    [
      'a rate',
      'sum by (job) (rate(http_errors_total[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05',
    ],
    ['increase', 'increase(restarts_total[10m]) > 3'],
    ['delta', 'delta(temperature_celsius[10m]) > 5'],
    ['a window', 'avg_over_time(load[10m]) > 4'],
    ['counting', 'count(up{job="api"} == 1) < 2'],
    ['and', 'queue_length > 100 and on (job) consumers < 1'],
    ['or', 'queue_length > 100 or up{job="queue"} == 0'],
    ['unless', 'up == 0 unless on (instance) maintenance == 1'],
    ['group_left', 'memory_used_bytes / on (pod) group_left (node) memory_limit_bytes > 0.9'],
    ['absence', 'absent(up{job="api"})'],
    ['absence over time', 'absent_over_time(heartbeat{job="api"}[10m])'],
    [
      'a quantile of a histogram',
      'histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m]))) > 2',
    ],
    ['the clock', 'time() - last_success_timestamp_seconds > 3600'],
    ['changes', 'changes(leader[10m]) > 3'],
    ['a prediction', 'predict_linear(disk_free_bytes[1h], 4 * 3600) < 0'],
    ['an offset', 'orders_total < 0.5 * orders_total offset 1h'],
    ['a subquery', 'max_over_time(rate(http_errors_total[5m])[30m:1m]) > 10'],
    ['series that differ', 'max by (job) (ring_members) != min by (job) (ring_members)'],
    ['a largest far above the average', 'avg by (job) (members) * 1.15 + 10 < max by (job) (members)'],
    ['several versions', 'count(count by (version) (build_info)) > 1'],
    ['several values', 'count by (job) (count_values by (job) ("hash", config_hash)) != 1'],
    ['a share of the targets', '100 * count by (job) (up == 0) / count by (job) (up) > 10'],
    ['one of several targets', 'up == 0 unless on (job) (sum by (job) (up) == 0)'],
    ['a number of processors', 'load1 / count without (cpu, mode) (cpu_seconds_total{mode="idle"}) > 2'],
    ['two limits', 'used / quota > 0.9 < 1'],
    ['two limits of a time', '3 <= round((last_over_time(expiry_seconds[10m]) - time()) / 86400, 0.1) < 20'],
    ['limits on both sides of `and`', 'expiry_seconds - time() < 21 * 86400 and expiry_seconds - time() > 0'],
    ['an age of ten days', 'time() - last_vacuum_seconds > 60 * 60 * 24 * 10'],
    ['growth since a while', { expr: 'memory_bytes - memory_bytes offset 5m > 5e9', for: '5m' }],
    ['an average of the past', '(avg(blocks) / avg(blocks offset 7d) - 1) * 100 > 40'],
    [
      'either of two names',
      '(rate(failed_total[5m]) or rate(errors_total[5m])) / ((rate(failed_total[5m]) or rate(errors_total[5m])) + (rate(sent_total[5m]) or rate(samples_total[5m]))) * 100 > 1',
    ],
    ['a `for`', { expr: 'queue_length > 100', for: '15m' }],
    ['keep_firing_for', { expr: 'queue_length > 100', keep_firing_for: '5m' }],
  ])('with %s is proved to fire, and quiet', async (_, rule) => {
    expect(results(await drilled(alerts({ Example: rule }))).Example).toMatch(
      /^fires after \w+, quiet on healthy data$/,
    );
  });

  test('on recording rules is proved through them', async () => {
    const files = {
      'alerts.yml': `groups:
  - name: recorded
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(http_errors_total[5m]))
  - name: alerts
    rules:
      - alert: Errors
        expr: job:errors:rate5m{job="api"} > 10
        for: 2m
`,
    };
    expect(results(await drilled(files)).Errors).toMatch(/^fires after \w+, quiet/);
  });

  test('fires when it really does: its `for` is part of it', async () => {
    const result = await drilled(
      alerts({ Now: 'queue_length > 100', Later: { expr: 'other_length > 100', for: '10m' } }),
    );
    expect(firing(result, 'Now').verdict?.firesAfter).toBe(0);
    expect(firing(result, 'Later').verdict?.firesAfter).toBe(600);
  });

  test('that always fires is said to', async () => {
    expect(results(await drilled(alerts({ Watchdog: 'vector(1)' }))).Watchdog).toBe(
      'fires after 0s, but fires on healthy data too',
    );
  });
});

describe.skipIf(!hasPromtool)('an alert that cannot fire', () => {
  test.each([
    [
      'a join that never matches',
      'sum by (job) (errors) / on (instance) requests{instance=""} > 1 and on (job) up{job="a"} == 1 and on (job) up{job="b"}',
    ],
    ['a comparison that never holds', 'count(up{job="api"} == 1) == 0'],
    [
      'labels that exclude each other',
      'rate(hits_total{status="hit"}[5m]) / (rate(hits_total{status="hit"}[5m]) + rate(hits_total{status="miss"}[5m])) < 0.8',
    ],
  ])('by %s has a reason, and one finding', async (_, expr) => {
    const result = await drilled(alerts({ Example: expr }));
    expect(firing(result, 'Example').result).toBe('cannot-fire');
    const errors = result.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule }) => rule)).toEqual(['promql/never-matches']);
    expect(errors[0]?.message).toContain(firing(result, 'Example').reason);
  });

  test('by a recording rule that drops its label', async () => {
    const result = await drilled({
      'alerts.yml': `groups:
  - name: example
    rules:
      - record: job:up:count
        expr: count by (job) (up == 1)
      - alert: ApiDown
        expr: job:up:count{instance="api:8000"} < 1
`,
    });
    expect(results(result).ApiDown).toBe(
      'cannot fire: no series of "job:up:count" fulfils instance="api:8000": as recorded, they have no label "instance"',
    );
  });
});

describe.skipIf(!hasPromtool)('what cannot be turned round', () => {
  test('is named', async () => {
    expect(
      results(await drilled(alerts({ Example: 'histogram_stddev(rate(latency_seconds[5m])) > 1' }))).Example,
    ).toBe('not invertible: histogram_stddev()');
  });

  test.each<[string, string | Record<string, unknown>, string]>([
    [
      'sides of different labels',
      'count(droplets) / droplet_limit > 0.8',
      'in "count(droplets) / droplet_limit" the two sides never have the same labels: {} and {instance="host:9100", job="job"}',
    ],
    [
      'labels that a join asks for and one side has not',
      'requests_total > 0 and on (instance) sum by (job) (errors_total) > 0',
      'in "requests_total > 0 and on (instance) sum by (job) (errors_total) > 0" the two sides never have the same labels: {instance="host:9100"} and {}',
    ],
    [
      'a value that is always the same',
      '100 / memory_bytes * memory_bytes{kind="free"} < 20',
      'it fires on none of 19 sets of series that were tried: "< 20" does not hold where "100 / memory_bytes * memory_bytes{kind="free"}" is 100',
    ],
    [
      'fewer changes than samples allow',
      'changes(leader[1m]) > 3',
      'it fires on none of 3 sets of series that were tried: "> 3" does not hold where "changes(leader[1m])" is 3',
    ],
    [
      'a matcher that nothing fulfils',
      'failed_total{integration!~".*"} > 0',
      'no value of the label "integration" fulfils its matchers',
    ],
    ['more series than a test should have', 'count(up) > 10000', 'a count of 15000 series'],
    [
      'a condition that ends before its `for`',
      { expr: '(tenants == 0) and on (instance) (tenants offset 1h > 0)', for: '1h' },
      'series were found that make its expression true, but not for as long as its "for" of 1h',
    ],
  ])('has its true reason: %s', async (_, rule, reason) => {
    expect(results(await drilled(alerts({ Example: rule }))).Example).toBe(`not invertible: ${reason}`);
  });

  test('takes no other alert with it, not even where promtool refuses it', async () => {
    const { drill } = await drilled(
      alerts({
        Good: 'queue_length > 100',
        Broken: { expr: 'other_length > 100', annotations: { summary: '{{ $lable.job }}' } },
        AlsoGood: 'third_length > 100',
      }),
    );
    expect(drill?.map(({ rule, result }) => [rule.name, result])).toEqual([
      ['Good', 'fires'],
      ['Broken', 'not-invertible'],
      ['AlsoGood', 'fires'],
    ]);
    expect(drill?.[1]?.reason).toContain('undefined variable "$lable"');
  });
});

describe.skipIf(!hasPromtool)('the tested link', () => {
  const UNTESTED = {
    'prometheus.yml': `rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
    'monitoring-check.yml': 'paths: [{ name: api, jobs: [api], test: true }]\n',
  };

  test('holds when the drill proves the alert', async () => {
    const { chains, findings } = await drilled({ ...UNTESTED, ...alerts({ ApiDown: 'up{job="api"} == 0' }) });
    const [link] = chains.map(({ links }) => links.tested);
    expect(link?.state).toBe('proved');
    expect(link?.proof.map(({ what }) => what)).toEqual(['the fire drill makes ApiDown fire after 0s']);
    expect(findings.filter(({ rule }) => rule === 'tests/path-not-tested')).toEqual([]);
  });

  test('does not hold when the drill fails', async () => {
    const { chains } = await drilled({
      ...UNTESTED,
      ...alerts({ ApiDown: 'count(up{job="api"} == 1) == 0' }),
    });
    expect(chains[0]?.links.tested.state).toBe('gap');
  });
});

describe.each(promtools())('%s', (path) => {
  test('is understood', async () => {
    const result = await drilled(
      {
        ...K2,
        ...alerts({
          Broken: { expr: 'x > 1', annotations: { summary: '{{ $lable.job }}' } },
          Joined: 'memory_used_bytes / on (pod) group_left (node) memory_limit_bytes > 0.9',
        }),
      },
      path,
    );
    expect(result.drill?.filter(({ result }) => result === 'fires')).toHaveLength(8);
    expect(result.drill?.filter(({ verdict }) => verdict?.isQuiet)).toHaveLength(8);
    expect(firing(result, 'FeedHandlerDown').verdict?.firesAfter).toBe(90);
    expect(firing(result, 'FeedHandlerDown').verdict?.labels.get('exchange')).toBe('exchange-1');
    expect(firing(result, 'Broken').reason).toContain('undefined variable "$lable"');
  });

  test('says where a result is lost', async () => {
    const result = await drilled(alerts({ Apart: 'count(droplets) / droplet_limit > 0.8' }), path);
    expect(firing(result, 'Apart').reason).toContain('never have the same labels: {} and {instance=');
  });
});

test.skipIf(!hasPromtool)('no temporary folder is left behind', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await drilled(alerts({ Example: 'queue_length > 100' }))).drill).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
});
