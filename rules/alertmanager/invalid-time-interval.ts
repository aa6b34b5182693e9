import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { intervalFaults } from '../../src/stack/time-intervals.ts';

const config = (days: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity="warning"]
      receiver: team
      active_time_intervals: [office-hours]
time_intervals:
  - name: office-hours
    time_intervals:
      - weekdays: ['${days}']
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/invalid-time-interval',
  severity: 'error',
  summary: 'A time interval that Alertmanager cannot read, or two of one name.',
  why: `A time that does not exist, a range that ends before it begins, or a name that is used twice makes Alertmanager
refuse the whole configuration: it does not start, or on a reload goes on with the old one.`,
  fix: `Write times as 00:00 to 24:00, days as monday:friday, and split a range that goes over midnight or over the
week's end into two.`,
  bad: { files: { 'alertmanager.yml': config('friday:monday') }, at: ['alertmanager.yml:10:20'] },
  good: { files: { 'alertmanager.yml': config('monday:friday') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const { timeIntervals } = alertmanager;
      for (const [index, { node, name }] of timeIntervals.entries()) {
        for (const { node: at, message } of intervalFaults(node)) {
          report({
            at: { node: at },
            message: `${message}: Alertmanager refuses the whole configuration`,
            help: 'correct it, or split the range into two',
          });
        }
        const first = timeIntervals.slice(0, index).find((other) => other.name === name);
        if (first === undefined) continue;
        report({
          at: { node: child(node, 'name') },
          message: `there is already a time interval "${name}": Alertmanager refuses the whole configuration`,
          help: 'give it another name, or add its ranges to the first',
          related: [{ at: { node: child(first.node, 'name') }, message: 'the first one' }],
        });
      }
    }
  },
});
