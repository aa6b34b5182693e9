import { defineRule } from '../../src/lint/rule.ts';
import { child, entries, exists, keyOf, type Node } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (matcher: string): string => `route:
  receiver: team
  routes:
    - ${matcher}
      receiver: team
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/deprecated-keys',
  severity: 'notice',
  preset: 'strict',
  summary: 'Keys of routes and inhibitions that Alertmanager has replaced.',
  why: `\`match\`, \`match_re\` and their like still work and are to be removed. They cannot say "not", and take no label
names with dots, so that files end up with both forms.`,
  fix: 'Write `matchers`, `source_matchers` and `target_matchers`, and `time_intervals` for the list of intervals.',
  bad: {
    files: { 'alertmanager.yml': config('match: { severity: critical }') },
    at: ['alertmanager.yml:4:7'],
  },
  good: { files: { 'alertmanager.yml': config('matchers: [severity="critical"]') } },
  check({ system, report }) {
    for (const { alertmanager, config } of alertmanagersIn(system)) {
      const old: { at: Node; instead: string }[] = [
        ...routesOf(alertmanager.route).map(({ node }) => ({ node, prefix: '' })),
        ...alertmanager.inhibitRules.flatMap(({ node }) =>
          ['source_', 'target_'].map((prefix) => ({ node, prefix })),
        ),
      ].flatMap(({ node, prefix }) =>
        ['match', 'match_re'].map((key) => ({
          at: child(node, `${prefix}${key}`),
          instead: `${prefix}matchers: [${matchersFor(child(node, `${prefix}${key}`), key)}]`,
        })),
      );
      old.push({ at: child(config, 'mute_time_intervals'), instead: 'time_intervals' });
      for (const { at, instead } of old) {
        if (!exists(at)) continue;
        report({
          at: keyOf(at),
          message: `${String(at.path.at(-1))} is an old name that Alertmanager is going to remove`,
          help: `write ${instead}`,
        });
      }
    }
  },
});

const matchersFor = (node: Node, key: string): string =>
  entries(node)
    .map(([label, { value }]) => `${label}${key === 'match' ? '=' : '=~'}"${String(value)}"`)
    .join(', ');
