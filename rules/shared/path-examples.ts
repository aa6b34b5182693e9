/** A service that Prometheus scrapes, whose alerts reach a team: what examples of rules on critical paths share. */
export const WATCHED_API = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
`,
  'prometheus.yml': `global: { scrape_interval: 15s, evaluation_interval: 15s }
rule_files: [alerts.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'alertmanager.yml': `route:
  receiver: team
  group_wait: 1m
  group_interval: 1m
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`,
};
