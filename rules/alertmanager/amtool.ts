import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf } from '../../src/repo/node.ts';
import { isConfirmed } from '../../src/verify/routes.ts';
import type { RoutedAlert } from '../../src/verify/verification.ts';
import { listed } from '../../src/words.ts';
import { isTooNewForAmtool } from '../shared/tool-age.ts';

const config = (wait: string): string => `route:
  receiver: team
  group_wait: ${wait}
receivers:
  - name: team
    webhook_configs:
      - url: http://chat.example.com/hook
`;

export const rule = defineRule({
  id: 'alertmanager/amtool',
  severity: 'error',
  summary: 'What amtool refuses or routes elsewhere, where no rule here says the same.',
  why: `amtool is Alertmanager's own reader of its configuration. What it refuses, Alertmanager refuses: it does not
start, or goes on with the routing that it had before. Where \`amtool config routes test\` has an alert end elsewhere than
it is worked out to end here, by its labels, amtool is right.`,
  fix: 'Mend what amtool says. `amtool check-config FILE` and `amtool config routes test` ask it again.',
  bad: { files: { 'alertmanager.yml': config('soon') }, at: ['alertmanager.yml:1'], needs: 'amtool' },
  good: { files: { 'alertmanager.yml': config('30s') } },
  check({ system, verification, report }) {
    for (const { place, message } of verification.alertmanager) {
      report({
        at: place,
        message: `amtool refuses this: ${message}`,
        followsFrom: [place],
        ...(isTooNewForAmtool(message, system, verification) ? { confidence: 'medium' as const } : {}),
      });
    }
    for (const routed of verification.routes) {
      if (isConfirmed(routed)) continue;
      const { rule, alertmanager, ours, theirs } = routed;
      if (alertmanager.route === undefined) continue;
      report({
        at: keyOf(alertmanager.route.node),
        message: `amtool routes the alert "${rule.name}"${withLabels(routed)} to ${receivers(theirs, routed)}, and it was worked out to reach ${receivers(
          ours.map(({ route }) => route.receiver ?? 'none'),
          routed,
        )}`,
        help: 'amtool is right: what else is said here of where this alert ends may be wrong',
        related: [{ at: { node: child(rule.node, 'alert') }, message: 'this alert' }],
        ...(isHeard(theirs, routed) ? { severity: 'notice' as const } : {}),
      });
    }
  },
});

const isHeard = (names: readonly string[], { alertmanager }: RoutedAlert): boolean =>
  names.some((name) => (alertmanager.receivers.get(name)?.integrations.length ?? 0) > 0);

const receivers = (names: readonly string[], routed: RoutedAlert): string =>
  listed(
    [...new Set(names)].map((name) => `"${name}"${isHeard([name], routed) ? '' : ', which notifies nobody'}`),
  );

function withLabels({ labels }: RoutedAlert): string {
  const own = [...labels].filter(([name]) => name !== 'alertname');
  return own.length === 0 ? '' : ` with ${own.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
