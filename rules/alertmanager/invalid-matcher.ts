import { defineRule } from '../../src/lint/rule.ts';
import { regexFault } from '../../src/promql/regex.ts';
import { child, entries, keyOf } from '../../src/repo/node.ts';
import { type MatcherSet, routesOf } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (matcher: string): string => `route:
  receiver: team
  routes:
    - matchers: ['${matcher}']
      receiver: team
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/invalid-matcher',
  severity: 'error',
  summary: 'A matcher, or its regular expression, that Alertmanager cannot read.',
  why: `One matcher that does not parse makes Alertmanager refuse the whole configuration: it does not start, or on a
reload goes on with the old one. Its regular expressions are RE2: no look-ahead, no back-references.`,
  fix: `Write \`label="value"\`, with \`=\`, \`!=\`, \`=~\` or \`!~\`, the value in double quotes, and a backslash in it twice.`,
  bad: { files: { 'alertmanager.yml': config('service=~"^(?!test).*"') }, at: ['alertmanager.yml:4:18'] },
  good: { files: { 'alertmanager.yml': config('service!~"test.*"') } },
  check({ system, report }) {
    for (const { alertmanager, config } of alertmanagersIn(system)) {
      const sets: readonly MatcherSet[] = [
        ...routesOf(alertmanager.route),
        ...alertmanager.inhibitRules.flatMap(({ source, target }) => [source, target]),
      ];
      for (const { matchers, faults } of sets) {
        for (const { node, text, fault } of faults) {
          report({
            at: { node },
            message: `the matcher ${text} cannot be read, ${fault}: Alertmanager refuses the whole configuration`,
            help: 'write label="value", several of them as items of the list',
          });
        }
        for (const { node, op, value } of matchers) {
          const fault = op === '=~' || op === '!~' ? regexFault(value) : undefined;
          if (fault === undefined) continue;
          report({
            at: { node },
            message: `the regular expression "${value}" does not compile, ${fault}: Alertmanager refuses the whole configuration`,
            help: 'correct it: Alertmanager uses RE2, and anchors it at both ends',
          });
        }
      }
      // The older keys take only names of the classic kind.
      const holders = [
        ...routesOf(alertmanager.route).map(({ node }) => ({ node, keys: ['match', 'match_re'] })),
        ...alertmanager.inhibitRules.map(({ node }) => ({
          node,
          keys: ['source_match', 'source_match_re', 'target_match', 'target_match_re'],
        })),
      ];
      for (const { node, keys } of config ? holders : []) {
        for (const [label, value] of keys.flatMap((key) => entries(child(node, key)))) {
          if (/^[A-Za-z_]\w*$/.test(label)) continue;
          report({
            at: keyOf(value),
            message: `"${label}" is no label name that ${String(value.path.at(-2))} takes: Alertmanager refuses the whole configuration`,
            help: `write it under matchers: '"${label}"="${String(value.value)}"'`,
          });
        }
      }
    }
  },
});
