import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, type Node, textItems } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { isAlways, isNever } from '../../src/stack/time-intervals.ts';

const config = (interval: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity="warning"]
      receiver: team
      mute_time_intervals: [maintenance]
time_intervals:
  - name: maintenance
    time_intervals:
      - ${interval}
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/always-muted',
  severity: 'warning',
  summary: 'A route whose time intervals leave it no time to send.',
  why: `A range without times and days takes every minute, and an interval without ranges takes none: muted by the one,
or active only in the other, the route never sends. Its alerts end there, and nobody is told.`,
  fix: 'Give the interval the times or days that it is meant for. To silence alerts, route them to a receiver without integrations.',
  bad: { files: { 'alertmanager.yml': config('location: Europe/Berlin') }, at: ['alertmanager.yml:6:29'] },
  good: { files: { 'alertmanager.yml': config('weekdays: [sunday]') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { node } of routesOf(alertmanager.route)) {
        const named = (key: string): { text: string; at: Node; interval: Node }[] => {
          const list = child(node, key);
          return (exists(list) ? textItems(list) : []).flatMap(({ text, node: at }) => {
            const interval = alertmanager.timeIntervals.find(({ name }) => name === text);
            return interval ? [{ text, at, interval: interval.node }] : [];
          });
        };
        const active = named('active_time_intervals');
        const muting = named('mute_time_intervals').find(({ interval }) => isAlways(interval));
        const idle =
          active.length > 0 && active.every(({ interval }) => isNever(interval)) ? active[0] : undefined;
        const found = muting ?? idle;
        if (found === undefined) continue;
        report({
          at: { node: found.at },
          message:
            found === muting
              ? `"${found.text}" has a range without times and days, which is always: this route never sends`
              : `"${found.text}" has no range, which is never: this route never sends`,
          help: 'give the interval the times or days that it is meant for',
          related: [{ at: { node: child(found.interval, 'name') }, message: 'it is defined here' }],
        });
      }
    }
  },
});
