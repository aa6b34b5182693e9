import { defineRule } from '../../src/lint/rule.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { parseMatchers } from '../../src/stack/matchers.ts';
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
  id: 'alertmanager/stripped-brace',
  severity: 'warning',
  summary: 'A matcher whose value loses its closing brace.',
  why: `Alertmanager takes a brace at the end of a matcher for the end of a list in braces, and removes it: the
expression \`[0-9]{3}\` becomes \`[0-9]{3\`, which matches other texts. It loads without a word, and the route never
takes the alerts that it was written for.`,
  fix: 'Put the value in double quotes.',
  bad: { files: { 'alertmanager.yml': config('code=~5[0-9]{2}') }, at: ['alertmanager.yml:4:18'] },
  good: { files: { 'alertmanager.yml': config('code=~"5[0-9]{2}"') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const sets = [
        ...routesOf(alertmanager.route),
        ...alertmanager.inhibitRules.flatMap(({ source, target }) => [source, target]),
      ];
      for (const { node, value } of sets.flatMap(({ matchers }) => matchers)) {
        const text = typeof node.value === 'string' ? node.value.trim() : '';
        if (text.startsWith('{') || !text.endsWith('}') || parseMatchers(text).matchers === undefined)
          continue;
        if (!text.endsWith(`${value}}`)) continue;
        report({
          at: { node },
          message: `the brace at the end of ${text} is taken off: the value is "${value}"`,
          help: `put the value in quotes: ${text.slice(0, -`${value}}`.length)}"${value}}"`,
        });
      }
    }
  },
});
