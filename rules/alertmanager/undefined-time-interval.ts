import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, textItems } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { nearest } from '../../src/words.ts';

const config = (name: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity="warning"]
      receiver: team
      mute_time_intervals: [${name}]
time_intervals:
  - name: weekends
    time_intervals:
      - weekdays: [saturday, sunday]
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/undefined-time-interval',
  severity: 'error',
  summary: 'A route that names a time interval which is not defined.',
  why: `Alertmanager refuses the whole configuration and does not start, or on a reload goes on with the old one: no
alert of any route is sent as it should be.`,
  fix: 'Define the interval under `time_intervals`, or correct the name.',
  bad: { files: { 'alertmanager.yml': config('weekend') }, at: ['alertmanager.yml:6:29'] },
  good: { files: { 'alertmanager.yml': config('weekends') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const names = alertmanager.timeIntervals.map(({ name }) => name);
      for (const { node } of routesOf(alertmanager.route)) {
        for (const key of ['mute_time_intervals', 'active_time_intervals']) {
          const list = child(node, key);
          for (const { text, node: at } of exists(list) ? textItems(list) : []) {
            if (isUnknown(text) || names.includes(text) || names.some(isUnknown)) continue;
            const close = nearest(text, names);
            report({
              at: { node: at },
              message: `no time interval "${text}" is defined: Alertmanager refuses the whole configuration`,
              help: close === undefined ? 'define it under time_intervals' : `did you mean "${close}"?`,
            });
          }
        }
      }
    }
  },
});
