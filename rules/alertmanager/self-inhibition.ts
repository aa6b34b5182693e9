import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Place } from '../../src/repo/node.ts';
import { covers, type InhibitRule } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (target: string): string => `route:
  receiver: team
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="${target}"]
    equal: [alertname]
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/self-inhibition',
  severity: 'warning',
  summary: 'An inhibition that silences nothing, or two that silence each other.',
  why: `An alert that is both source and target of a rule silences none that is both too: with the same matchers on both
sides the rule does nothing. Two rules that turn each other round silence both alerts when both fire, and nobody is
told of either.`,
  fix: 'Let the source be the more severe or the causing alert, and the target the other; remove the rule that goes back.',
  bad: { files: { 'alertmanager.yml': config('critical') }, at: ['alertmanager.yml:5:5'] },
  good: { files: { 'alertmanager.yml': config('warning') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const { inhibitRules } = alertmanager;
      for (const [index, inhibit] of inhibitRules.entries()) {
        const { source, target } = inhibit;
        if (source.matchers.length === 0 || target.matchers.length === 0) continue;
        if (covers(source, target) && covers(target, source)) {
          report({
            at: placeOf(inhibit, 'target'),
            message:
              'source and target of this inhibition are the same alerts, which never silence one another: it does nothing',
            help: 'correct one side, or remove the rule',
          });
          continue;
        }
        const back = inhibitRules
          .slice(0, index)
          .find((other) => covers(other.source, target) && covers(other.target, source));
        if (back === undefined) continue;
        report({
          at: placeOf(inhibit, 'source'),
          message:
            'this inhibition turns an earlier one round: when both alerts fire each silences the other, and nobody is told of either',
          help: 'remove one of the two',
          related: [{ at: placeOf(back, 'source'), message: 'the other direction' }],
        });
      }
    }
  },
});

/** The first key of one side of a rule. */
function placeOf({ node }: InhibitRule, side: 'source' | 'target'): Place {
  const keys = [`${side}_matchers`, `${side}_match`, `${side}_match_re`].map((key) => child(node, key));
  const found = keys.find(exists);
  return found === undefined ? { node } : keyOf(found);
}
