import { leastBy } from '../../src/coverage/timing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { child, exists } from '../../src/repo/node.ts';
import { settingOf } from '../../src/stack/alertmanager.ts';

const FILES = {
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
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 1m
        labels: { severity: critical }
`,
  'monitoring-check.yml': `paths:
  - name: api
    services: [api]
    notify-within: 3m
`,
};
const config = (interval: string): string => `route:
  receiver: team
  group_by: [severity]
  group_wait: 10s
  group_interval: ${interval}
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/slow-notification',
  severity: 'warning',
  summary: "A `group_interval` that keeps a path's alert back for longer than the path allows.",
  why: `Only the first alert of a group is sent after \`group_wait\`. One that joins a group of which something was already
sent waits for the next \`group_interval\`: the second breakage within a few minutes is told too late, or the first,
when something else in the group fires already.`,
  fix: "Shorten `group_interval` on the route of these alerts, or group them so that they share a group with nothing else (`group_by: ['...']`).",
  bad: { files: { ...FILES, 'alertmanager.yml': config('5m') }, at: ['alertmanager.yml:5:19'] },
  good: { files: { ...FILES, 'alertmanager.yml': config('30s') } },
  check({ chains, report }) {
    for (const { path, alerts, routings } of chains) {
      const within = path.declared?.notifyWithin;
      if (path.declared === undefined || within === undefined) continue;
      const ways = alerts.flatMap((alert) => {
        const routing = routings.get(alert);
        return routing?.state === 'proved' && routing.route ? [{ alert, route: routing.route }] : [];
      });
      const quickest = leastBy(ways, ({ alert }) => alert.detection.total);
      if (quickest === undefined) continue;
      const { alert, route } = quickest;
      const { total } = alert.detection;
      if (total + route.groupWait > within || total + route.groupInterval <= within) continue;
      // A group for every label set holds one alert: none joins another.
      if (route.groupBy.includes('...')) continue;
      const [set] = path.stack.alertmanagers.flatMap(({ route: root }) =>
        root ? (settingOf(root, route, 'group_interval') ?? []) : [],
      );
      const receiver = child(route.node, 'receiver');
      report({
        at: { node: set ?? (exists(receiver) ? receiver : route.node) },
        message: `"${path.name}" must be told within ${formatSeconds(within)}, and ${alert.name} takes ${formatSeconds(total + route.groupInterval)} when it joins a group that was already sent: ${formatSeconds(total)} to fire and a group_interval of ${formatSeconds(route.groupInterval)}${set === undefined ? ', the default' : ''}`,
        help: `set group_interval to at most ${formatSeconds(Math.max(1, within - total))} on this route`,
        related: [
          { at: { node: child(path.declared.node, 'notify-within') }, message: 'the path asks for it here' },
        ],
      });
    }
  },
});
