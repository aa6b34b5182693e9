import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { child, exists, keyOf, type Node, type Place } from '../../src/repo/node.ts';
import type { Alertmanager, Route } from '../../src/stack/alertmanager.ts';

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
      const [first, ...others] = ways;
      if (first === undefined) continue;
      const quickest = others.reduce(
        (best, way) => (way.alert.detection.total < best.alert.detection.total ? way : best),
        first,
      );
      const { alert, route } = quickest;
      const { total } = alert.detection;
      if (total + route.groupWait > within || total + route.groupInterval <= within) continue;
      // A group for every label set holds one alert: none joins another.
      if (route.groupBy.includes('...')) continue;
      const [at, isOwn] = intervalPlace(route, path.stack.alertmanagers);
      report({
        at,
        message: `"${path.name}" must be told within ${formatSeconds(within)}, and ${alert.name} takes ${formatSeconds(total + route.groupInterval)} when it joins a group that was already sent: ${formatSeconds(total)} to fire and a group_interval of ${formatSeconds(route.groupInterval)}${isOwn ? '' : ', the default'}`,
        help: `set group_interval to at most ${formatSeconds(Math.max(1, within - total))} on this route`,
        related: [
          { at: { node: child(path.declared.node, 'notify-within') }, message: 'the path asks for it here' },
        ],
      });
    }
  },
});

/** Where the interval of a route is said: at the route, at the nearest one above it, or nowhere. */
function intervalPlace(route: Route, alertmanagers: readonly Alertmanager[]): [Place, boolean] {
  const way = alertmanagers.flatMap(({ route: root }) => (root ? wayTo(root, route) : []));
  for (const { node } of [...way].reverse()) {
    const interval = child(node, 'group_interval');
    if (exists(interval)) return [{ node: interval }, true];
  }
  const receiver: Node = child(route.node, 'receiver');
  return [exists(receiver) ? keyOf(receiver) : { node: route.node }, false];
}

function wayTo(from: Route, to: Route): Route[] {
  if (from === to) return [from];
  for (const inner of from.routes) {
    const way = wayTo(inner, to);
    if (way.length > 0) return [from, ...way];
  }
  return [];
}
