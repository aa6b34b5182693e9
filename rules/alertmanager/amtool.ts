import { defineRule } from '../../src/lint/rule.ts';

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
  summary: 'What amtool refuses, where no rule here says the same.',
  why: `amtool is Alertmanager's own reader of its configuration. What it refuses, Alertmanager refuses: it does not
start, or goes on with the routing that it had before.`,
  fix: 'Mend what amtool says. `amtool check-config FILE` asks it again.',
  bad: { files: { 'alertmanager.yml': config('soon') }, at: ['alertmanager.yml:1'], needs: 'amtool' },
  good: { files: { 'alertmanager.yml': config('30s') } },
  check({ verification, report }) {
    for (const { place, message } of verification.alertmanager) {
      report({ at: place, message: `amtool refuses this: ${message}`, followsFrom: [place] });
    }
  },
});
