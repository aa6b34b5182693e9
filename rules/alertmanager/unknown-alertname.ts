import { sendersOf } from '../../src/coverage/routing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { alternatives } from '../../src/promql/labels.ts';
import type { RouteMatcher } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn, prometheusesOf, type System } from '../../src/stack/system.ts';
import { nearest } from '../../src/words.ts';
import { RECEIVERS } from '../shared/alerting-examples.ts';
import { matchersOf } from '../shared/route-matchers.ts';

const FILES = {
  'prometheus.yml': `rule_files: [alerts.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
`,
  'alerts.yml': `groups:
  - name: disk
    rules:
      - alert: HostDiskFull
        expr: node_filesystem_avail_bytes < 1e9
`,
};
const config = (name: string): string => `route:
  receiver: team
  routes:
    - matchers: [alertname="${name}"]
      receiver: on-call
${RECEIVERS}`;

export const rule = defineRule({
  id: 'alertmanager/unknown-alertname',
  severity: 'warning',
  summary: 'A route or an inhibition for an alert that no rule defines.',
  why: `The alert was renamed, or its name is misspelt here: the route never takes it, and it ends at another receiver; the
inhibition never silences anything.`,
  fix: 'Write the name of the alert as its rule has it.',
  bad: { files: { ...FILES, 'alertmanager.yml': config('HostDiscFull') }, at: ['alertmanager.yml:4:18'] },
  good: { files: { ...FILES, 'alertmanager.yml': config('HostDiskFull') } },
  check({ system, report }) {
    const names = alertNames(system);
    if (names.size === 0) return;
    const isWhole = isEveryAlertKnown(system);
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { matcher, what } of matchersOf(alertmanager)) {
        if (matcher.label !== 'alertname') continue;
        for (const name of namesIn(matcher)) {
          if (names.has(name)) continue;
          const close = nearest(name, names);
          // A name that is like none may be an alert of a Prometheus elsewhere.
          if (close === undefined && !isWhole) continue;
          report({
            at: { node: matcher.node },
            message: `no rule defines an alert "${name}": ${what} never takes it`,
            help: close === undefined ? 'correct the name, or remove it' : `did you mean "${close}"?`,
          });
        }
      }
    }
  },
});

/** The names that a matcher asks for: one, or those of a list. */
const namesIn = (matcher: RouteMatcher): readonly string[] =>
  matcher.op === '=' ? (matcher.value === '' ? [] : [matcher.value]) : (alternatives(matcher) ?? []);

const alertNames = (system: System): Set<string> =>
  new Set([
    ...system.ruleGroups.flatMap(({ rules }) =>
      rules.filter(({ kind }) => kind === 'alert').map(({ name }) => name),
    ),
    ...system.stacks.flatMap(({ grafanas }) =>
      grafanas.flatMap(({ alerting }) => alerting.alerts.map(({ title }) => title)),
    ),
  ]);

/** Whether everything that sends alerts is run by the repository, and all its rules are here. */
function isEveryAlertKnown(system: System): boolean {
  const placed = prometheusesOf(system);
  return (
    placed.some(({ prometheus }) => prometheus.groups.length > 0) &&
    placed.every(({ prometheus }) => {
      const entries = [
        ...prometheus.ruleFiles,
        ...prometheus.evaluators.flatMap(({ ruleFiles }) => ruleFiles),
      ];
      return (
        prometheus.container !== undefined &&
        prometheus.config !== undefined &&
        entries.every(({ isComplete }) => isComplete) &&
        sendersOf(prometheus).length > 0
      );
    }) &&
    !system.stacks.some(({ containers }) =>
      containers.some(({ facts }) => facts?.role === 'loki' || facts?.role === 'grafana'),
    )
  );
}
