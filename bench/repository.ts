import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How much of everything a repository holds. */
export interface Size {
  readonly rules: number;
  readonly dashboards: number;
  readonly services: number;
}

const RULES_PER_FILE = 50;
const PANELS = 12;

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function generate({ rules, dashboards, services }: Size): Map<string, string> {
  const files = new Map<string, string>([
    ['docker-compose.yml', compose(services)],
    ['prometheus/prometheus.yml', prometheus(services)],
    ['alertmanager/alertmanager.yml', ALERTMANAGER],
    ['grafana/provisioning/datasources/datasources.yml', DATASOURCES],
    ['grafana/provisioning/dashboards/dashboards.yml', PROVIDERS],
  ]);
  for (const service of times(services)) files.set(`services/app-${service}/main.py`, application(service));
  for (const file of times(Math.ceil(rules / RULES_PER_FILE))) {
    const own = times(Math.min(RULES_PER_FILE, rules - file * RULES_PER_FILE));
    files.set(`prometheus/rules/rules-${file}.yml`, ruleFile(file, own, services));
  }
  for (const index of times(dashboards))
    files.set(`grafana/dashboards/dashboard-${index}.json`, dashboard(index, services));
  return files;
}

const compose = (services: number): string => `services:
${times(services)
  .map(
    (index) => `  app-${index}:
    build: ./services/app-${index}
    restart: unless-stopped
    environment:
      - PORT=8000
    expose:
      - "8000"
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/metrics"]
`,
  )
  .join('')}  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./prometheus/rules:/etc/prometheus/rules:ro
      - prometheus-data:/prometheus
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
  grafana:
    image: grafana/grafana:12.1.0
    volumes:
      - ./grafana/provisioning:/etc/grafana/provisioning:ro
      - ./grafana/dashboards:/var/lib/grafana/dashboards:ro
volumes:
  prometheus-data:
`;

const prometheus = (services: number): string => `global:
  scrape_interval: 15s
  evaluation_interval: 30s
rule_files:
  - rules/*.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
scrape_configs:
${times(services)
  .map(
    (index) => `  - job_name: app-${index}
    static_configs:
      - targets: ["app-${index}:8000"]
`,
  )
  .join('')}`;

const ALERTMANAGER = `route:
  receiver: team
  group_by: [alertname, job]
receivers:
  - name: team
    webhook_configs:
      - url: http://hooks.example.com/team
`;

const DATASOURCES = `apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    uid: prometheus
    url: http://prometheus:9090
    isDefault: true
`;

const PROVIDERS = `apiVersion: 1
providers:
  - name: files
    type: file
    options:
      path: /var/lib/grafana/dashboards
`;

const application = (
  service: number,
): string => `from prometheus_client import Counter, Gauge, Histogram, start_http_server

REQUESTS = Counter("app_${service}_requests_total", "Requests", ["code"])
LATENCY = Histogram("app_${service}_latency_seconds", "Latency")
QUEUE = Gauge("app_${service}_queue_length", "Length of the queue")

start_http_server(8000)
`;

/** Of five rules one records, and the others are alerts that differ in what they ask. */
function ruleFile(file: number, rules: readonly number[], services: number): string {
  const written = rules.map((rule) => {
    const number = file * RULES_PER_FILE + rule;
    const service = number % services;
    const job = `job="app-${service}"`;
    const bound = 1 + Math.floor(number / services);
    if (number % 5 === 0)
      return `      - record: job:app_${service}_requests:rate${bound}m
        expr: sum by (job) (rate(app_${service}_requests_total{${job}}[${bound}m]))
`;
    const expr = [
      `rate(app_${service}_requests_total{${job},code=~"5.."}[5m]) > ${bound}`,
      `app_${service}_queue_length{${job}} > ${bound}`,
      `histogram_quantile(0.99, sum by (le, job) (rate(app_${service}_latency_seconds_bucket{${job}}[5m]))) > ${bound}`,
      `up{${job}} == 0 and on (job) app_${service}_queue_length > ${bound}`,
    ][number % 4];
    return `      - alert: App${service}Alert${number}
        expr: ${expr}
        for: 2m
        labels:
          severity: warning
        annotations:
          summary: "{{ $labels.job }} is at {{ $value }}"
          description: App ${service} is over ${bound}
`;
  });
  return `groups:\n  - name: group-${file}\n    rules:\n${written.join('')}`;
}

function dashboard(index: number, services: number): string {
  const panels = times(PANELS).map((panel) => {
    const service = (index + panel) % services;
    return {
      id: panel + 1,
      type: 'timeseries',
      title: `Panel ${panel}`,
      gridPos: { h: 8, w: 12, x: (panel % 2) * 12, y: Math.floor(panel / 2) * 8 },
      datasource: { type: 'prometheus', uid: 'prometheus' },
      fieldConfig: { defaults: { unit: 'short' }, overrides: [] },
      targets: [
        {
          refId: 'A',
          expr: `sum by (job) (rate(app_${service}_requests_total{job=~"$job"}[$__rate_interval])) + ${index}`,
        },
      ],
    };
  });
  const variable = {
    name: 'job',
    type: 'query',
    datasource: { type: 'prometheus', uid: 'prometheus' },
    query: 'label_values(up, job)',
    refresh: 2,
  };
  return JSON.stringify(
    {
      title: `Dashboard ${index}`,
      uid: `dashboard-${index}`,
      schemaVersion: 39,
      templating: { list: [variable] },
      panels,
    },
    null,
    2,
  );
}

/** Writes a repository of a size, in the shape of the reference stacks, and says how many files it has. */
export function writeRepository(folder: string, size: Size): number {
  const files = generate(size);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return files.size;
}
