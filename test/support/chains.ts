import type { LinkName } from '../../src/config/config.ts';
import { type Chain, chainsOf } from '../../src/coverage/chain.ts';
import { locate, type Place } from '../../src/repo/node.ts';
import { checkFiles, type Repository } from './check.ts';

/** How a file of the stack differs from the healthy one; `undefined` for one that is gone. */
export type Change = string | ((text: string) => string) | undefined;

/** A service whose code defines its metrics, with all that tells somebody when it breaks. */
const HEALTHY: Readonly<Record<string, string>> = {
  'compose.yml': `services:
  api:
    build: ./api
    expose: ["8000"]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes: ["./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro"]
  grafana:
    image: grafana/grafana:12.1.0
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'api/Dockerfile': 'FROM python:3.13\nCOPY app.py .\nRUN pip install prometheus-client\nCMD python app.py\n',
  'api/app.py': `from prometheus_client import Counter, Gauge, start_http_server
ORDERS = Counter("orders_total", "Orders", ["kind"])
LAST = Gauge("orders_last_timestamp_seconds", "Last order")
start_http_server(8000)
`,
  'prometheus.yml': `global:
  scrape_interval: 10s
  evaluation_interval: 20s
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
rule_files: [rules.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'rules.yml': `groups:
  - name: api
    rules:
      - alert: NoOrders
        expr: time() - orders_last_timestamp_seconds > 60
        for: 1m
        labels: {severity: critical}
`,
  'rules_test.yml': `rule_files: [rules.yml]
tests:
  - interval: 1m
    input_series:
      - series: orders_last_timestamp_seconds{job="api"}
        values: 0x10
    alert_rule_test:
      - eval_time: 10m
        alertname: NoOrders
        exp_alerts: [{exp_labels: {severity: critical, job: api}}]
`,
  'alertmanager.yml': `route:
  receiver: pager
  group_wait: 5s
receivers:
  - name: pager
    webhook_configs: [{url: "http://pager.example.com"}]
  - name: nobody
`,
  'provisioning/datasources/all.yml': `apiVersion: 1
datasources:
  - {name: Prometheus, uid: prom, type: prometheus, url: "http://prometheus:9090"}
  - {name: Loki, uid: loki, type: loki, url: "http://loki:3100"}
`,
  'provisioning/dashboards/all.yml': `apiVersion: 1
providers:
  - {name: all, type: file, options: {path: /var/lib/grafana/dashboards}}
`,
  'dashboards/orders.json': JSON.stringify({
    title: 'Orders',
    uid: 'orders',
    schemaVersion: 39,
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Rate',
        datasource: { type: 'prometheus', uid: 'prom' },
        targets: [{ refId: 'A', expr: 'rate(orders_total[5m])' }],
      },
    ],
  }),
};

/** The healthy stack with something changed in it. */
export function orders(changes: Readonly<Record<string, Change>> = {}): Repository {
  const files: Record<string, string> = { ...HEALTHY };
  for (const [path, change] of Object.entries(changes)) {
    if (change === undefined) delete files[path];
    else files[path] = typeof change === 'string' ? change : change(files[path] ?? '');
  }
  return files;
}

/** Puts one text in the place of another, which must be there. */
export const instead =
  (before: string, after: string) =>
  (text: string): string => {
    if (!text.includes(before)) throw new Error(`"${before}" is not in the file`);
    return text.replace(before, () => after);
  };

export function chainsIn(files: Repository): readonly Chain[] {
  const { system, config } = checkFiles(files);
  return chainsOf(system, config);
}

const at = (place: Place): string => {
  const { file, start } = locate(place);
  return `${file}:${start.line}:${start.column}`;
};

/** A link of a path in a few lines: its state, why it is no proof and where, or each proof. */
export function link(files: Repository, name: LinkName, path = 0): string[] {
  const found = chainsIn(files)[path]?.links[name];
  if (found === undefined) return ['there is no such path'];
  const { state, gap, proof } = found;
  const lines = proof.map(({ place, what }) => `${what} (${at(place)})`);
  return state === 'proved' ? lines : [`${state}: ${gap}${found.at ? ` (${at(found.at)})` : ''}`, ...lines];
}
