import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, items, keyOf, textOf } from '../../src/repo/node.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (receiver: string): string => `route:
  group_by: [alertname]
${receiver}  routes:
    - matchers: [severity="critical"]
      receiver: on-call
receivers:
  - name: on-call
    pagerduty_configs:
      - routing_key_file: /run/secrets/pager
`;

export const rule = defineRule({
  id: 'alertmanager/no-root-receiver',
  severity: 'error',
  summary: 'A routing tree whose root names no receiver, or takes not every alert.',
  why: `The root of the tree takes whatever no other route takes, so it must name a receiver and must not choose.
Alertmanager refuses a configuration whose root lacks a receiver, has matchers or time intervals, or continues.`,
  fix: 'Give the root route a receiver, and move its matchers and time intervals into a route below it.',
  bad: { files: { 'alertmanager.yml': config('') }, at: ['alertmanager.yml:1:1'] },
  good: { files: { 'alertmanager.yml': config('  receiver: on-call\n') } },
  check({ system, report }) {
    for (const { config } of alertmanagersIn(system)) {
      const route = child(config, 'route');
      if (!exists(route) || route.value === null) {
        const receivers = child(config, 'receivers');
        report({
          at: exists(receivers) ? keyOf(receivers) : { node: config },
          message: 'there is no route: Alertmanager refuses the whole configuration',
          help: 'add route: with receiver: and the name of a receiver',
        });
        continue;
      }
      const receiver = textOf(child(route, 'receiver'));
      if (receiver === undefined || receiver === '') {
        const [first] = items(child(config, 'receivers'));
        report({
          at: keyOf(route),
          message:
            'the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration',
          help: `add receiver: ${(first && textOf(child(first, 'name'))) ?? 'NAME'}`,
        });
      }
      for (const key of ['matchers', 'match', 'match_re', 'mute_time_intervals', 'active_time_intervals']) {
        const node = child(route, key);
        if (!exists(node) || items(node).length + Object.keys((node.value ?? {}) as object).length === 0)
          continue;
        report({
          at: keyOf(node),
          message: `the root route must take every alert at any time, and has ${key}: Alertmanager refuses the whole configuration`,
          help: 'move it into a route under routes',
        });
      }
      const continues = child(route, 'continue');
      if (continues.value === true) {
        report({
          at: keyOf(continues),
          message:
            'the root route must not have continue, nothing comes after it: Alertmanager refuses the whole configuration',
          help: 'remove the line',
        });
      }
    }
  },
});
