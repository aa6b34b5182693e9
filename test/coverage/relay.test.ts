import { describe, expect, test } from 'vitest';
import { chainsOf } from '../../src/coverage/chain.ts';
import { checkFiles, type Repository } from '../support/check.ts';

const COMPOSE = (agent: string, flags = ''): string => `services:
  api:
    image: example/api:1.0
    expose: [8000]
${agent}
  prometheus:
    image: prom/prometheus:v3.5.0
    command: [--config.file=/etc/prometheus/prometheus.yml${flags}]
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
`;
const COLLECTOR = `  collector:
    image: otel/opentelemetry-collector-contrib:0.130.0
    command: [--config=/etc/otel.yaml]
    volumes:
      - ./otel.yaml:/etc/otel.yaml:ro`;
const ALLOY = `  alloy:
    image: grafana/alloy:v1.10.0
    command: [run, --server.http.listen-addr=0.0.0.0:12345, /etc/alloy/config.alloy]
    volumes:
      - ./config.alloy:/etc/alloy/config.alloy:ro`;
const RECEIVES = ', --web.enable-remote-write-receiver';
const otel = (exporter: string, jobs = ''): string =>
  `receivers:
  prometheus:
    config:
      scrape_configs:
        - job_name: api
          scrape_interval: 10s
          static_configs:
            - targets: ["api:8000"]
${jobs}
exporters:
${exporter}
service:
  pipelines:
    metrics:
      receivers: [prometheus]
      exporters: [out]
`.replaceAll('out', exporter.trim().split(':')[0] as string);
const alerts = (expr: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: ${expr}
        for: 1m
`;
const PROMETHEUS = `rule_files: [alerts.yml]
scrape_configs: []
`;

/** The chain of the path `api`, as the states of its links. */
function chain(files: Repository): Record<string, string> | undefined {
  const { system, config } = checkFiles(files);
  const found = chainsOf(system, config).find(({ path }) => path.name === 'api');
  return found && Object.fromEntries(Object.entries(found.links).map(([name, { state }]) => [name, state]));
}

describe('what an agent scrapes for a Prometheus', () => {
  test('is scraped, where a collector writes it to Prometheus', () => {
    const found = chain({
      'docker-compose.yml': COMPOSE(COLLECTOR, RECEIVES),
      'otel.yaml': otel('  prometheusremotewrite:\n    endpoint: http://prometheus:9090/api/v1/write'),
      'prometheus.yml': PROMETHEUS,
      'alerts.yml': alerts('up{job="api"} == 0'),
    });
    expect(found).toMatchObject({ scraped: 'proved', alerted: 'proved' });
  });

  test('is scraped, where Prometheus scrapes the collector for it, under the name of its own job', () => {
    const files = (expr: string): Repository => ({
      'docker-compose.yml': COMPOSE(COLLECTOR),
      'otel.yaml': otel('  prometheus:\n    endpoint: 0.0.0.0:8889'),
      'prometheus.yml': `rule_files: [alerts.yml]
scrape_configs:
  - job_name: collector
    static_configs:
      - targets: ["collector:8889"]
`,
      'alerts.yml': alerts(expr),
    });
    expect(chain(files('up{exported_job="api"} == 0'))).toMatchObject({
      scraped: 'proved',
      alerted: 'proved',
    });
    expect(chain(files('up{job="api"} == 0'))).toMatchObject({ scraped: 'proved', alerted: 'gap' });
  });

  test('is scraped, where Alloy writes it to Prometheus', () => {
    const found = chain({
      'docker-compose.yml': COMPOSE(ALLOY, RECEIVES),
      'config.alloy': `prometheus.scrape "apps" {
  targets    = [{"__address__" = "api:8000", "job" = "api"}]
  forward_to = [prometheus.remote_write.default.receiver]
}

prometheus.remote_write "default" {
  endpoint {
    url = "http://prometheus:9090/api/v1/write"
  }
}
`,
      'prometheus.yml': PROMETHEUS,
      'alerts.yml': alerts('up{job="api"} == 0'),
    });
    expect(found).toMatchObject({ scraped: 'proved', alerted: 'proved' });
  });

  test('is no path of a Prometheus that gets nothing of it', () => {
    const found = chain({
      'docker-compose.yml': COMPOSE(COLLECTOR),
      'otel.yaml': otel('  prometheusremotewrite:\n    endpoint: https://metrics.example.com/api/v1/write'),
      'prometheus.yml': PROMETHEUS,
      'alerts.yml': alerts('up{job="api"} == 0'),
    });
    expect(found).toBeUndefined();
  });

  test('keeps its labels unknown where relabelling has an escaped dollar', () => {
    const relabel = `          relabel_configs:
            - source_labels: [__address__]
              regex: "([^:]+):.*"
              target_label: job
              replacement: $$1`;
    const found = chain({
      'docker-compose.yml': COMPOSE(COLLECTOR, RECEIVES),
      'otel.yaml': otel(
        '  prometheusremotewrite:\n    endpoint: http://prometheus:9090/api/v1/write',
        relabel,
      ),
      'prometheus.yml': PROMETHEUS,
      'alerts.yml': alerts('up{job="api"} == 0'),
    });
    expect(found).toMatchObject({ alerted: 'proved' });
  });
});
