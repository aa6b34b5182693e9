import { describe, expect, test } from 'vitest';
import { foundIn, type Repository } from '../support/check.ts';

const CODE = `from prometheus_client import Counter, Gauge
runs = Counter("lake_offload_runs_total", "Runs")
lag = Gauge("lake_offload_lag_minutes", "Lag")
`;

/** A service that names its own metrics, and an alert. */
const lake = (expr: string, more: Repository = {}, job = ''): Repository => ({
  'docker-compose.yml': `services:
  offload:
    build: ./offload
    expose: [8004]
  statsd:
    image: prom/statsd-exporter:v0.28.0
    command: [--statsd.mapping-config=/etc/statsd/mapping.yml]
    volumes: ["./mapping.yml:/etc/statsd/mapping.yml:ro"]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
`,
  'offload/Dockerfile': 'FROM python:3.12\nCOPY main.py .\n',
  'offload/main.py': CODE,
  'mapping.yml': `mappings:
  - match: "ship.orders.*"
    name: "ship_orders_sent_total"
  - match: "."
    match_type: regex
    action: drop
    name: dropped
`,
  'prometheus.yml': `rule_files: [alerts.yml]
scrape_configs:
  - job_name: offload
${job}    static_configs:
      - targets: ["offload:8004"]
  - job_name: statsd
    static_configs:
      - targets: ["statsd:9102"]
`,
  'alerts.yml': `groups:
  - name: lake
    rules:
      - alert: OffloadFails
        expr: ${expr}
`,
  ...more,
});

const unknown = (...args: Parameters<typeof lake>): string[] =>
  foundIn(lake(...args), 'promql/unknown-metric').map((line) => line.replace(/^.*? exposes /, ''));

describe('a metric of the family that a service names itself', () => {
  test('is exposed by nobody, when no code has the rest of its name', () => {
    expect(unknown('lake_offload_failed_runs > 2')).toEqual([
      '"lake_offload_failed_runs", so the alert "OffloadFails" sees nothing',
    ]);
    expect(unknown('lake_offload_failed_runs > 2', {}, '    honor_labels: true\n')).toHaveLength(1);
    expect(unknown('lake_offload_lag_minutes > 30')).toEqual([]);
  });

  test('may be put together from words that stand in the code', () => {
    const more = { 'offload/main.py': `${CODE}KINDS = ["failed_runs"]\n` };
    expect(unknown('lake_offload_failed_runs > 2', more)).toEqual([]);
  });

  test('may come from a library, when many begin like it', () => {
    const more = {
      'offload/main.py': 'from prometheus_client import Gauge\nGauge("http_requests_open", "")\n',
    };
    expect(unknown('http_requests_lost > 2', more)).toEqual([]);
  });

  test('may come from elsewhere, when not all that is scraped is known', () => {
    const job = '    file_sd_configs: [{ files: ["targets/*.yml"] }]\n';
    expect(unknown('lake_offload_failed_runs > 2', {}, job)).toEqual([]);
  });
});

test('a metric may be exposed by anything, where nothing is scraped', () => {
  const more = { 'prometheus.yml': 'rule_files: [alerts.yml]\nscrape_configs: [{job_name: offload}]\n' };
  expect(unknown('lake_offload_failed_runs > 2', more)).toEqual([]);
});

describe('a metric of the family that a StatsD mapping names', () => {
  test('is exposed by nobody, when the mapping drops the rest', () => {
    expect(unknown('ship_orders_lost_total > 0')).toHaveLength(1);
    expect(unknown('ship_orders_sent_total > 0')).toEqual([]);
  });

  test('may be passed on under its own name, when it does not', () => {
    const more = {
      'mapping.yml': 'mappings:\n  - match: "ship.orders.*"\n    name: "ship_orders_sent_total"\n',
    };
    expect(unknown('ship_orders_lost_total > 0', more)).toEqual([]);
  });
});

test('up has the labels of its target, also where those of the scraped series are honoured', () => {
  const files = lake('up{job="statsd"} == 0', {}, '    honor_labels: true\n');
  expect(foundIn(files, 'alerts/uncovered-path')).toEqual([
    expect.stringContaining('nobody is told when "offload" breaks: OffloadFails, the only alert'),
  ]);
});
