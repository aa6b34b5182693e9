/** What the examples of the rules of alerting have in common. */

/** The receivers of a team, and of who is on call for it. */
export const RECEIVERS = `receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
  - name: on-call
    pagerduty_configs:
      - routing_key_file: /run/secrets/pager
`;

/** A Prometheus with an alert, and the Alertmanager that it is to tell. */
export const ALERTING = {
  'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
`,
};
