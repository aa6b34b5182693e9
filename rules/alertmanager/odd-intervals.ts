import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds, secondsAt } from '../../src/promql/duration.ts';
import { child, exists, type Node } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (repeat: string): string => `route:
  receiver: team
  group_interval: 5m
  repeat_interval: ${repeat}
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/odd-intervals',
  severity: 'warning',
  summary: 'Intervals of a route that cannot take effect as they are written.',
  why: `A group is looked at once in each \`group_interval\`: a shorter \`repeat_interval\` is rounded up to it, and a
\`group_wait\` longer than it makes the first notification the slowest of all. The figures in the file are not what
people get.`,
  fix: 'Keep `group_wait` ≤ `group_interval` ≤ `repeat_interval`.',
  bad: { files: { 'alertmanager.yml': config('1m') }, at: ['alertmanager.yml:4:20'] },
  good: { files: { 'alertmanager.yml': config('4h') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { node, groupWait, groupInterval, repeatInterval } of routesOf(alertmanager.route)) {
        const [wait, group, repeat] = ['group_wait', 'group_interval', 'repeat_interval'].map((key) =>
          child(node, key),
        ) as [Node, Node, Node];
        for (const at of [group, repeat]) {
          if (!exists(at) || secondsAt(at) !== 0) continue;
          report({
            at: { node: at },
            message: `${String(at.path.at(-1))} must not be zero: Alertmanager refuses the whole configuration`,
            help: 'write 1s or more',
            severity: 'error',
          });
        }
        if (groupInterval === 0 || repeatInterval === 0) continue;
        // What a route inherits is told at the route that says it.
        if ((exists(repeat) || exists(group)) && repeatInterval < groupInterval) {
          report({
            at: { node: exists(repeat) ? repeat : group },
            message: `a repeat_interval of ${formatSeconds(repeatInterval)} is shorter than the group_interval of ${formatSeconds(groupInterval)}: notifications repeat every ${formatSeconds(groupInterval)}`,
            help: `raise repeat_interval, or lower group_interval to ${formatSeconds(repeatInterval)}`,
          });
        }
        if ((exists(wait) || exists(group)) && groupWait > groupInterval) {
          report({
            at: { node: exists(wait) ? wait : group },
            message: `a group_wait of ${formatSeconds(groupWait)} is longer than the group_interval of ${formatSeconds(groupInterval)}: the first notification of a group waits the longest`,
            help: `lower group_wait to at most ${formatSeconds(groupInterval)}`,
          });
        }
      }
    }
  },
});
