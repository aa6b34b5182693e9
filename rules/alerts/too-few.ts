import { expressionsOnNothing, seriesOf } from '../../src/coverage/strangers.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, type Place } from '../../src/repo/node.ts';
import { counted, listed } from '../../src/words.ts';
import { WATCHED_API } from '../shared/path-examples.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 1m
`;
const config = (count: number): string => `paths:
  - name: api
    services: [api]
    alerts: ${count}
`;

export const rule = defineRule({
  id: 'alerts/too-few',
  severity: 'error',
  summary: 'A critical path that fewer alerts watch than it asks for.',
  why: `The path was declared with a number of alerts because one is not enough for it: down, slow and late are different
breakages. An alert was removed or renamed, or never written.`,
  fix: 'Add the alerts that are missing, or lower `alerts` in the path.',
  bad: {
    files: { ...WATCHED_API, 'alerts.yml': ALERTS, 'monitoring-check.yml': config(2) },
    at: ['monitoring-check.yml:4:13'],
  },
  good: { files: { ...WATCHED_API, 'alerts.yml': ALERTS, 'monitoring-check.yml': config(1) } },
  check({ system, chains, report }) {
    for (const { path, alerts, links } of chains) {
      const { declared } = path;
      if (declared === undefined || links.alerted.state === 'unknown') continue;
      const names = [...new Set(alerts.map(({ name }) => name))];
      // None at all is a path without cover, which has a rule of its own.
      if (names.length === 0 || names.length >= declared.alerts) continue;
      const asked = child(declared.node, 'alerts');
      report({
        at: { node: exists(asked) ? asked : child(declared.node, 'name') },
        message: `"${declared.name}" asks for ${counted(declared.alerts, 'alert')}, and ${listed(names)} ${names.length === 1 ? 'is the only one that watches' : `are the only ${names.length} that watch`} it`,
        help: `add ${counted(declared.alerts - names.length, 'alert')} that ${declared.alerts - names.length === 1 ? 'selects' : 'select'} its series`,
        related: alerts.slice(0, 4).map((alert) => ({
          at: { node: child(alert.node, alert.rule ? 'alert' : 'title') } as Place,
          message: `${alert.name} watches it`,
        })),
        followsFrom: [...expressionsOnNothing(system, path), ...seriesOf(path)],
      });
    }
  },
});
