import { describe, expect, test } from 'vitest';
import { checkFiles, type Repository } from '../support/check.ts';

/** A vmagent that scrapes a service, a vmalert with one alert, and what may stand between them. */
const stack = (alert: string, scorer: string): Repository => ({
  'compose.yml': `services:
  node-exporter:
    image: prom/node-exporter:v1.9.1
    pid: host
  vmagent:
    image: victoriametrics/vmagent:v1.120.0
    command: [--promscrape.config=/etc/prometheus/prometheus.yml]
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
  vmalert:
    image: victoriametrics/vmalert:v1.120.0
    command: [--rule=/etc/alerts/*.yml, --notifier.url=http://alerts.example.com:9093]
    volumes: ["./alerts.yml:/etc/alerts/alerts.yml:ro"]
${scorer}`,
  'prometheus.yml': `scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: Odd
        expr: ${alert}
        labels: {severity: critical}
`,
});
const SCORER = '  scores:\n    image: victoriametrics/vmanomaly:v1.30.2\n';

const uncovered = (files: Repository): string[] =>
  checkFiles(files)
    .findings.filter(({ rule }) => rule === 'alerts/uncovered-path')
    .map(({ message }) => message);

describe('a path that an alert may watch by a score of its series', () => {
  test('is not said to be watched by nobody', () => {
    const files = stack('anomaly_score > 1', SCORER);
    expect(uncovered(files)).toEqual([]);
    expect(uncovered(stack('anomaly_score > 1', SCORER.replace('victoriametrics/', '')))).toEqual([]);
    const link = checkFiles(files).chains[0]?.links.alerted;
    expect([link?.state, link?.gap]).toEqual([
      'unknown',
      'Odd watches the scores that scores may make of its series',
    ]);
  });

  test('is watched by nobody where nothing makes scores, or nothing looks at them', () => {
    const gap =
      'nobody is told when "host" breaks: Odd, the only alert that vmalert loads, cannot select its series';
    expect(uncovered(stack('up{job="worker"} == 0', SCORER))).toEqual([gap]);
    expect(uncovered(stack('up{job="worker"} == 0', ''))).toEqual([gap]);
    const other = SCORER.replace('vmanomaly:', 'vmanomaly-docs:');
    expect(uncovered(stack('anomaly_score > 1', other))).toEqual([gap]);
  });
});
