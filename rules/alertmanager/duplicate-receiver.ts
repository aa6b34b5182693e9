import { defineRule } from '../../src/lint/rule.ts';
import { child, type Node } from '../../src/repo/node.ts';
import { receiverNodes } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (second: string): string => `route:
  receiver: team
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
  - name: ${second}
    pagerduty_configs:
      - routing_key_file: /run/secrets/pager
`;

export const rule = defineRule({
  id: 'alertmanager/duplicate-receiver',
  severity: 'error',
  summary: 'Two receivers of one name.',
  why: `Alertmanager does not choose between them: it refuses the whole configuration and does not start, or on a
reload goes on with the old one.`,
  fix: 'Give each receiver a name of its own, or put the integrations of both under one.',
  bad: { files: { 'alertmanager.yml': config('team') }, at: ['alertmanager.yml:7:11'] },
  good: { files: { 'alertmanager.yml': config('on-call').replace('receiver: team', 'receiver: on-call') } },
  check({ system, report }) {
    for (const { config } of alertmanagersIn(system)) {
      const seen = new Map<string, Node>();
      for (const { name, node } of receiverNodes(config)) {
        const first = seen.get(name);
        if (first === undefined || isUnknown(name)) {
          seen.set(name, node);
          continue;
        }
        report({
          at: { node: child(node, 'name') },
          message: `there is already a receiver "${name}": Alertmanager refuses the whole configuration`,
          help: 'give it another name, or add its integrations to the first',
          related: [{ at: { node: child(first, 'name') }, message: 'the first one' }],
        });
      }
    }
  },
});
