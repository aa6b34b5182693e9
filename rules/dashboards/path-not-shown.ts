import { placeOf } from '../../src/coverage/chain.ts';
import { seriesOf } from '../../src/coverage/strangers.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { keyOf, type Place } from '../../src/repo/node.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const STACK = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'prometheus.yml': `rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
`,
  'monitoring-check.yml': `paths:
  - name: api
    services: [api]
    dashboard: api
`,
};

export const rule = defineRule({
  id: 'dashboards/path-not-shown',
  severity: 'error',
  summary: 'A critical path that is not on the dashboard that it should be on.',
  why: `The configuration says that this path is to be seen on a dashboard. During an incident somebody opens that one,
sees nothing wrong, and looks elsewhere.`,
  fix: 'Add a panel that selects the series of the path, or name the dashboard that shows it.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up{job="worker"}') }, STACK),
    at: ['monitoring-check.yml:4:16'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up{job="api"}') }, STACK) },
  check({ chains, report }) {
    for (const { path, links } of chains) {
      const { seen } = links;
      if (seen.state !== 'gap' || seen.required === 'off') continue;
      const at = seen.at ?? placeOf(path);
      if (at === undefined) continue;
      report({
        at,
        message: `nobody sees "${path.name}" on a dashboard: ${seen.gap}`,
        help: `add a panel that selects its series, such as ${path.series[0]?.text ?? `up{job="${path.members[0]?.job.name ?? path.name}"}`}`,
        followsFrom: [
          ...path.missing.map(({ node }): Place => ({ node })),
          ...seriesOf(path),
          ...path.stack.grafanas.flatMap(({ providers }) =>
            providers.flatMap(({ pathNode, found }): Place[] =>
              found.length === 0 ? [{ node: pathNode }, keyOf(pathNode)] : [],
            ),
          ),
        ],
      });
    }
  },
});
