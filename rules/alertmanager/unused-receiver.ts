import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { receiverNodes, routesOf } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (routes: string): string => `route:
  receiver: team
${routes}receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
  - name: on-call
    pagerduty_configs:
      - routing_key_file: /run/secrets/pager
`;

export const rule = defineRule({
  id: 'alertmanager/unused-receiver',
  severity: 'warning',
  summary: 'A receiver that no route sends to.',
  why: `Somebody set it up so that somebody would be told, and no alert ever reaches it: a route to it was forgotten or
removed, or the receiver was left behind.`,
  fix: 'Add a route to the receiver, or remove it.',
  bad: { files: { 'alertmanager.yml': config('') }, at: ['alertmanager.yml:7:11'] },
  good: {
    files: {
      'alertmanager.yml': config(
        '  routes:\n    - matchers: [severity="critical"]\n      receiver: on-call\n',
      ),
    },
  },
  check({ system, report }) {
    for (const { alertmanager, config } of alertmanagersIn(system)) {
      const routes = routesOf(alertmanager.route);
      const used = new Set(routes.map(({ receiver }) => receiver));
      if (routes.length === 0 || [...used].some((name) => name === undefined || isUnknown(name))) continue;
      for (const { node, name, integrations } of receiverNodes(config)) {
        // One without integrations is kept ready for alerts that shall be silent.
        if (used.has(name) || isUnknown(name) || integrations.length === 0) continue;
        report({
          at: { node: child(node, 'name') },
          message: `no route sends to the receiver "${name}": it is never told of anything`,
          help: 'add a route to it, or remove it',
        });
      }
    }
  },
});
