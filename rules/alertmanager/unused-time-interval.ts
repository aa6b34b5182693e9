import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, textItems } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (mute: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity="warning"]
      receiver: team
${mute}time_intervals:
  - name: weekends
    time_intervals:
      - weekdays: [saturday, sunday]
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/unused-time-interval',
  severity: 'warning',
  summary: 'A time interval that no route uses.',
  why: `Somebody defined when alerts shall be silent, or only then be sent, and no route says so: they are sent at all
times.`,
  fix: 'Name the interval under `mute_time_intervals` or `active_time_intervals` of a route, or remove it.',
  bad: { files: { 'alertmanager.yml': config('') }, at: ['alertmanager.yml:7:11'] },
  good: { files: { 'alertmanager.yml': config('      mute_time_intervals: [weekends]\n') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const used = routesOf(alertmanager.route).flatMap(({ node }) =>
        ['mute_time_intervals', 'active_time_intervals'].flatMap((key) => {
          const list = child(node, key);
          return exists(list) ? textItems(list).map(({ text }) => text) : [];
        }),
      );
      if (alertmanager.route === undefined || used.some(isUnknown)) continue;
      for (const { name, node } of alertmanager.timeIntervals) {
        if (used.includes(name) || isUnknown(name)) continue;
        report({
          at: { node: child(node, 'name') },
          message: `no route uses the time interval "${name}": it changes nothing`,
          help: 'name it under mute_time_intervals or active_time_intervals of a route, or remove it',
        });
      }
    }
  },
});
