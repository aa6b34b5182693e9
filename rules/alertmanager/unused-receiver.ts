import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { receiverNodes, routesOf } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { meantFor, type Stranger } from '../shared/strangers.ts';

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
      const unused = receiverNodes(config).filter(
        // One without integrations is kept ready for alerts that shall be silent.
        ({ name, integrations }) => !used.has(name) && !isUnknown(name) && integrations.length > 0,
      );
      const strangers = routes.flatMap(({ node, receiver }): Stranger[] =>
        receiver === undefined || alertmanager.receivers.has(receiver)
          ? []
          : [{ name: receiver, node: child(node, 'receiver') }],
      );
      const orphans = unused.map(({ name }) => name);
      for (const { node, name } of unused) {
        report({
          at: { node: child(node, 'name') },
          message: `no route sends to the receiver "${name}": it is never told of anything`,
          help: 'add a route to it, or remove it',
          followsFrom: meantFor(name, strangers, orphans).map((stranger) => ({
            place: { node: stranger.node },
            by: 'alertmanager/undefined-receiver',
          })),
        });
      }
    }
  },
});
