import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (equal: string): string => `route:
  receiver: team
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
${equal}receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/inhibition-without-equal',
  severity: 'warning',
  summary: 'An inhibition by severity alone, which silences alerts of everything else too.',
  why: `Without \`equal\` nothing ties source and target together: one critical alert anywhere silences every warning
everywhere, about other hosts, services and clusters, for as long as it fires.`,
  fix: 'Add `equal` with the labels that both must share, such as `[alertname, instance]`.',
  bad: { files: { 'alertmanager.yml': config('') }, at: ['alertmanager.yml:4:5'] },
  good: { files: { 'alertmanager.yml': config('    equal: [alertname, instance]\n') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { node, source, target, equal } of alertmanager.inhibitRules) {
        const sourceLabels = source.matchers.map(({ label }) => label);
        const isUnbound =
          equal.length === 0 &&
          sourceLabels.length > 0 &&
          target.matchers.length > 0 &&
          !source.hasUnknown &&
          !target.hasUnknown &&
          // A source by its name, or by what it is about, is meant to silence all that.
          sourceLabels.every((label) => label === 'severity' || label === 'priority' || label === 'level');
        if (!isUnbound) continue;
        const key = ['source_matchers', 'source_match', 'source_match_re']
          .map((name) => child(node, name))
          .find(exists);
        report({
          at: key === undefined ? { node } : keyOf(key),
          message: `nothing ties source and target together: one alert with ${source.matchers.map(({ label, op, value }) => `${label}${op}"${value}"`).join(', ')} silences all with ${target.matchers.map(({ label, op, value }) => `${label}${op}"${value}"`).join(', ')}`,
          help: 'add equal: [alertname, instance], with the labels that both must share',
          followsFrom: [{ place: { node }, by: 'alertmanager/self-inhibition' }],
        });
      }
    }
  },
});
