/** The smallest Grafana that compose runs with everything provisioned, for the examples of rules. */

export const COMPOSE = `services:
  prometheus:
    image: prom/prometheus:v3.5.0
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`;

export const DATASOURCES = `apiVersion: 1
datasources:
  - name: Prometheus
    uid: prometheus
    type: prometheus
    url: http://prometheus:9090
    isDefault: true
`;

export const PROVIDERS = `apiVersion: 1
providers:
  - name: default
    type: file
    options:
      path: /var/lib/grafana/dashboards
`;

/** A repository with that Grafana and the given dashboards, by file name. */
export const withDashboards = (
  dashboards: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  'docker-compose.yml': COMPOSE,
  'provisioning/datasources/prometheus.yml': DATASOURCES,
  'provisioning/dashboards/default.yml': PROVIDERS,
  ...Object.fromEntries(Object.entries(dashboards).map(([name, text]) => [`dashboards/${name}`, text])),
  ...others,
});

/** A dashboard with one panel that shows one query. */
export const dashboardWith = (expr: string, ref = '{ "type": "prometheus", "uid": "prometheus" }'): string =>
  `{
  "uid": "api",
  "title": "API",
  "schemaVersion": 41,
  "refresh": "30s",
  "templating": { "list": [] },
  "panels": [
    {
      "id": 1,
      "type": "timeseries",
      "title": "Requests",
      "gridPos": { "x": 0, "y": 0, "w": 24, "h": 8 },
      "datasource": ${ref},
      "targets": [
        {
          "refId": "A",
          "expr": ${JSON.stringify(expr)}
        }
      ]
    }
  ]
}
`;
