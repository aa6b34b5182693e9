import { alertsSentTo } from '../../src/coverage/routing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, entries, keyOf, type Node, type Place } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { isUrgent } from '../../src/stack/severity.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { counted } from '../../src/words.ts';

const example = (receiver: string): string => `route:
  receiver: slack
receivers:
  - name: slack
${receiver}`;

export const rule = defineRule({
  id: 'alertmanager/silent-receiver',
  severity: 'warning',
  summary: 'A receiver without an integration, in which alerts that somebody must hear of end.',
  why: `A receiver is only a name: without an integration such as \`slack_configs\` it takes alerts and tells nobody.
Everything looks right, the alert fires and is routed, and there is silence.`,
  fix: 'Give the receiver an integration, or route the alerts to one that has some.',
  bad: { files: { 'alertmanager.yml': example('') }, at: ['alertmanager.yml:4:11'] },
  good: {
    files: { 'alertmanager.yml': example('    slack_configs:\n      - api_url_file: /run/secrets/slack\n') },
  },
  check({ system, report }) {
    for (const { alertmanager, config } of alertmanagersIn(system)) {
      const { route, receivers } = alertmanager;
      const root = route?.receiver === undefined ? undefined : receivers.get(route.receiver);
      if (route === undefined || root === undefined) continue;
      const sent = alertsSentTo(system, alertmanager);
      const all = [...receivers.values()];
      if (all.every(({ integrations }) => integrations.length === 0)) {
        report({
          at: { node: child(root.node, 'name') },
          message: `${all.length === 1 ? `the receiver "${root.name}" has` : 'all receivers have'} no integration: ${sent.length > 0 ? `${counted(sent.length, 'alert')} ${sent.length === 1 ? 'ends' : 'end'} here, and` : 'every alert ends here, and'} nobody is told`,
          help: 'give it an integration, such as slack_configs, email_configs or webhook_configs',
          followsFrom: misplacedIntegrations(config),
        });
        continue;
      }
      for (const receiver of all) {
        if (receiver.integrations.length > 0 || isUnknown(receiver.name)) continue;
        const isMeant = (delivery: (typeof sent)[number]['deliveries'][number]): boolean =>
          delivery.receiver === receiver &&
          // What falls through to the root is another rule's; one alert by name is left out on purpose.
          delivery.route !== route &&
          !delivery.route.matchers.some(({ label }) => label === 'alertname');
        const ended = sent.filter(
          ({ severity, deliveries }) =>
            severity !== undefined && isUrgent(severity) && deliveries.some(isMeant),
        );
        const [first] = ended;
        if (first === undefined) continue;
        // Where a route goes on to another receiver, that one is told.
        const isOnly = first.deliveries.every(isMeant);
        report({
          at: { node: child(receiver.node, 'name') },
          message: `the receiver "${receiver.name}" has no integration, and ${counted(ended.length, 'alert')} of severity "${first.severity}" ${isOnly ? `${ended.length === 1 ? 'ends' : 'end'} here: nobody is told` : `${ended.length === 1 ? 'is' : 'are'} sent to it: only the other receivers are told`}`,
          help: 'give it an integration, or route them to a receiver that has one',
          related: [
            ...first.deliveries.map(({ route: taken }) => ({
              at: { node: child(taken.node, 'receiver') },
              message: 'they are routed here',
            })),
            ...ended.slice(0, 4).map(({ rule }) => ({
              at: { node: child(rule.node, 'alert') },
              message: `${rule.name} is such an alert`,
            })),
          ],
        });
      }
    }
  },
});

/** Integrations that stand beside the receivers, and not in one: that is said as what the schema refuses. */
const misplacedIntegrations = (config: Node): Place[] =>
  entries(config).flatMap(([key, node]) => (key.endsWith('_configs') ? [keyOf(node)] : []));
