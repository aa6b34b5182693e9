import { describe, expect, test } from 'vitest';
import { checkWithTools, hasTool, oneLine, type Repository } from '../support/check.ts';

/** The errors that a repository shows once promtool was asked, in one line each. */
async function errors(files: Repository): Promise<string[]> {
  const { findings } = await checkWithTools(files);
  return findings.filter(({ severity }) => severity === 'error').map(oneLine);
}

const SCRAPED = `    static_configs:
      - targets: ["api.example.com:8000"]
`;

describe.skipIf(!hasTool('promtool'))("promtool's word on a configuration", () => {
  test('is left out where a rule says the same of the job that it names', async () => {
    const twice = `scrape_configs:
  - job_name: api
${SCRAPED}  - job_name: other
${SCRAPED}  - job_name: api
${SCRAPED}`;
    expect(await errors({ 'prometheus.yml': twice })).toEqual([
      'error prometheus/duplicate-job prometheus.yml:8:15 there is already a job "api": Prometheus refuses the whole configuration',
    ]);
    const slow = `global:
  scrape_interval: 15s
scrape_configs:
  - job_name: api
    scrape_timeout: 30s
${SCRAPED}`;
    expect(await errors({ 'prometheus.yml': slow })).toEqual([
      expect.stringContaining('error prometheus/scrape-timeout prometheus.yml:5:21 '),
    ]);
  });

  test('makes an error of a version that it refuses, at the Alertmanager that has it', async () => {
    const files = {
      'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`,
      'prometheus.yml': `alerting:
  alertmanagers:
    - api_version: v2
      static_configs:
        - targets: ["a.example.com:9093"]
    - api_version: v1
      static_configs:
        - targets: ["b.example.com:9093"]
`,
    };
    const found = (await errors(files)).filter((line) => !line.includes('alerts/'));
    expect(found).toEqual([
      'error syntax/ignored-key prometheus.yml:6:7 "api_version" is v1, which Prometheus 3.0 and later refuse: write v2',
    ]);
  });
});

describe.skipIf(!hasTool('promtool'))("promtool's word on rules", () => {
  const rules = `groups:
  - name: lag
    rules:
      - alert: Late
        expr: lag(start_time_seconds[24h]) > 900
`;
  test('counts where Prometheus is what would load them', async () => {
    expect(await errors({ 'rules.yml': rules })).toEqual([
      expect.stringContaining('error promql/types rules.yml:5:15 '),
    ]);
  });

  test('says nothing of a file that may be meant for the vmalert that runs here', async () => {
    const compose = `services:
  vmalert:
    image: victoriametrics/vmalert:v1.120.0
    command: [--rule=/etc/alerts/other.yml, --datasource.url=http://vm:8428]
  vm:
    image: victoriametrics/victoria-metrics:v1.120.0
`;
    expect(await errors({ 'rules.yml': rules, 'docker-compose.yml': compose })).toEqual([]);
  });
});
