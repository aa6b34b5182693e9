import type { Repository } from './check.ts';

/** Two critical alerts of one team, and a warning. */
export const ALERTS = `groups:
- name: api
  rules:
  - {alert: ApiDown, expr: up == 0, labels: {severity: critical, team: core}}
  - {alert: ApiGone, expr: absent(up), labels: {severity: critical, team: core}}
  - {alert: ApiSlow, expr: latency > 1, labels: {severity: warning, priority: hi, level: high}}
`;

/** A Prometheus that sends those alerts to an Alertmanager with this configuration, which has a template file. */
export const sentTo = (alertmanager: string): Repository => ({
  'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
      - ./mounted.tmpl:/etc/alertmanager/mounted.tmpl:ro
`,
  'prometheus.yml': `rule_files: [alerts.yml]
alerting:
  alertmanagers:
  - static_configs: [{targets: ["alertmanager:9093"]}]
`,
  'alerts.yml': ALERTS,
  'alertmanager.yml': alertmanager,
  'mounted.tmpl': '{{ define "our.title" }}{{ .Status }}{{ end }}\n',
});
