import type { Kind } from '../repo/classify.ts';

/** What becomes of a file of a kind that cannot be read, as the end of a sentence. */
export const UNREADABLE_MEANS: Readonly<Record<Kind, string>> = {
  compose: 'docker compose starts nothing',
  prometheus: 'Prometheus does not start',
  rules: 'Prometheus does not start, and a running one keeps its old rules',
  'rule-test': 'promtool cannot run the tests',
  'scrape-targets': 'Prometheus scrapes none of these targets',
  alertmanager: 'Alertmanager does not start',
  'grafana-datasources': 'Grafana does not start',
  'grafana-providers': 'Grafana does not start',
  'grafana-alerting': 'Grafana does not start',
  dashboard: 'Grafana does not show the dashboard',
  loki: 'Loki does not start',
  promtail: 'Promtail does not start',
  tempo: 'Tempo does not start',
  jmx: 'the exporter does not start, and the JVM that has it as an agent neither',
  statsd: 'the StatsD exporter does not start',
  blackbox: 'the blackbox exporter does not start',
  otel: 'the collector does not start',
  alloy: 'Alloy does not start',
};
