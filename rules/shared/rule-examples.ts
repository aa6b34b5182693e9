/** Pieces of the small repositories that the rules' examples are made of. */

/** A rule file with one alert. */
export const alertFile = (expr: string, more = ''): string => `groups:
  - name: example
    rules:
      - alert: Example
        expr: ${expr}
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: Something is wrong
${more}`;

/** A rule file with recording rules, by name. */
export const recordingFile = (rules: Readonly<Record<string, string>>): string => `groups:
  - name: example
    rules:
${Object.entries(rules)
  .map(([name, expr]) => `      - record: ${name}\n        expr: ${expr}\n`)
  .join('')}`;

/** A Prometheus that compose runs, which loads `alerts.yml` and scrapes an application. */
export const STACK: Readonly<Record<string, string>> = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
      - data:/prometheus
volumes:
  data:
`,
  'prometheus.yml': `global:
  scrape_interval: 30s
  evaluation_interval: 30s
rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
};
