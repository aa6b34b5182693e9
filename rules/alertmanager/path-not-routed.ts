import type { Chain } from '../../src/coverage/chain.ts';
import { alertingPlace } from '../../src/coverage/routing.ts';
import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { child, locate, type Place } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import type { System } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';
import { configCauses } from '../shared/causes.ts';

const FILES = {
  'prometheus.yml': `rule_files: [alerts.yml]
alerting:
  alert_relabel_configs:
    - source_labels: [team]
      regex: ''
      action: drop
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
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`,
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
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
};
const alerts = (team: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels: { severity: critical, team: ${team} }
`;

export const rule = defineRule({
  id: 'alertmanager/path-not-routed',
  severity: 'warning',
  summary: 'A critical path whose alerts reach nobody.',
  why: `The alerts exist and can fire, but no way leads from them to a person: no Alertmanager is told, relabelling drops
them, or they end in a receiver that notifies nobody. When the path breaks, nothing happens.`,
  fix: 'Follow the alert from Prometheus through the routes to a receiver, and mend the link that is named.',
  bad: { files: { ...FILES, 'alerts.yml': alerts("''") }, at: ['prometheus.yml:4:7'] },
  good: { files: { ...FILES, 'alerts.yml': alerts('backend') } },
  check({ system, chains, report }) {
    for (const [at, group] of byCause(chains)) {
      const [{ links, path }] = group as [Chain];
      const { routed } = links;
      const names = group.map((chain) => `"${chain.path.name}"`);
      report({
        at,
        message: `nobody is told when the alerts of ${shortList(names)} fire: ${routed.gap}`,
        help: isService(at)
          ? 'mount a configuration that has a receiver with an integration'
          : 'lead them to a receiver with an integration',
        ...(routed.required === 'off' ? {} : { severity: routed.required }),
        // What else is said of a whole service, such as that it has no volume, is no cause of this.
        followsFrom: [...(isService(at) ? [] : [at]), ...causesOf(system, path)],
      });
    }
  },
});

const isService = (at: Place): boolean => 'node' in at && at.node.path.at(-2) === 'services';

/** Paths whose alerts end at the same place are one finding. A path without an alert is another rule's. */
function byCause(chains: readonly Chain[]): [Place, Chain[]][] {
  const groups = new Map<string, [Place, Chain[]]>();
  for (const chain of chains) {
    const { routed } = chain.links;
    if (routed.state !== 'gap' || routed.required === 'off' || routed.at === undefined) continue;
    if (chain.alerts.length === 0) continue;
    const { file, start } = locate(routed.at);
    const key = `${file}:${start.line}`;
    const group = groups.get(key) ?? [routed.at, []];
    group[1].push(chain);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What else a rule may have said of the way to the receivers. */
function causesOf(system: System, { prometheus, stack }: Chain['path']): (Place | Cause)[] {
  const alerting = alertingPlace(prometheus);
  return [
    ...(alerting ? [alerting] : []),
    ...prometheus.alertmanagers.flatMap(({ targets }) => targets.map(({ node }): Place => ({ node }))),
    ...prometheus.evaluators.flatMap(({ notifiers, ruleFiles }) =>
      [...notifiers, ...ruleFiles].map(({ place }) => place),
    ),
    ...stack.alertmanagers.flatMap(({ route }) =>
      route ? [{ node: route.node, part: 'key' } as Place] : [],
    ),
    ...stack.alertmanagers.flatMap(({ route }) =>
      routesOf(route).map(
        ({ node }): Cause => ({
          place: { node: child(node, 'receiver') },
          by: 'alertmanager/undefined-receiver',
        }),
      ),
    ),
    ...stack.alertmanagers.flatMap(({ route }) =>
      route ? [{ place: { node: child(route.node, 'receiver') }, by: 'alertmanager/unrouted-severity' }] : [],
    ),
    ...stack.alertmanagers.flatMap(({ container }) => configCauses(system, container, 'alertmanager')),
  ];
}
