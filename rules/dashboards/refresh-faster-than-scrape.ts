import { defineRule } from '../../src/lint/rule.ts';
import { durationSeconds, formatSeconds } from '../../src/promql/duration.ts';
import { queriesOf, refreshOf } from '../../src/stack/dashboard.ts';
import { prometheusOf } from '../../src/stack/grafana-prometheus.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const PROMETHEUS = {
  'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'prometheus.yml': `global:
  scrape_interval: 15s
scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`,
};

export const rule = defineRule({
  id: 'dashboards/refresh-faster-than-scrape',
  severity: 'notice',
  preset: 'strict',
  summary: 'A dashboard that refreshes more often than anything new can be there.',
  why: `Between two scrapes every refresh asks all of the dashboard's queries again for the same answer: with a few open
tabs that is most of what Prometheus does.`,
  fix: 'Refresh no more often than the shortest scrape interval.',
  bad: {
    files: withDashboards(
      { 'api.json': dashboardWith('up').replace('"refresh": "30s"', '"refresh": "5s"') },
      PROMETHEUS,
    ),
    at: ['dashboards/api.json:5:14'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }, PROMETHEUS) },
  check({ system, report }) {
    for (const stack of system.stacks) {
      for (const grafana of stack.grafanas) {
        for (const dashboard of grafana.dashboards) {
          const refresh = refreshOf(dashboard);
          const seconds = refresh && durationSeconds(refresh.text);
          if (refresh === undefined || seconds === undefined || seconds === 0) continue;
          const servers = new Set(
            queriesOf(dashboard)
              .filter(({ query }) => query.datasource.by !== 'builtin')
              .map(({ query }) => prometheusOf(system, stack, grafana, dashboard, query.datasource)),
          );
          const [prometheus] = servers;
          // What comes from elsewhere may change at any time.
          if (servers.size !== 1 || prometheus === undefined || prometheus.receivesSeries) continue;
          const intervals = [...prometheus.jobs, ...prometheus.relayed.map(({ job }) => job)];
          const shortest = Math.min(...intervals.map(({ interval }) => interval));
          if (!Number.isFinite(shortest) || seconds >= shortest) continue;
          report({
            at: { node: refresh.node },
            message: `the dashboard "${dashboard.title}" refreshes every ${refresh.text}, and ${prometheus.name} scrapes no more often than every ${formatSeconds(shortest)}`,
            help: `set it to "${formatSeconds(shortest)}" or longer`,
          });
        }
      }
    }
  },
});
