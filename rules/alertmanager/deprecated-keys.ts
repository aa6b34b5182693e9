import { type Edit, renamed } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, entries, exists, keyOf, type Node, spanOf } from '../../src/repo/node.ts';
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
      const old: Old[] = [
        ...routesOf(alertmanager.route).map(({ node }) => ({ node, prefix: '' })),
        ...alertmanager.inhibitRules.flatMap(({ node }) =>
          ['source_', 'target_'].map((prefix) => ({ node, prefix })),
        ),
      ].flatMap(({ node, prefix }) => {
        const key = `${prefix}matchers`;
        const found = ['match', 'match_re'].flatMap((name) => {
          const at = child(node, `${prefix}${name}`);
          return exists(at) ? [{ at, instead: listOf(key, matchersFor(at, name)) }] : [];
        });
        // Two old forms, or an old one beside the new one, are one list: that is for a person to write.
        const isAlone = found.length === 1 && !exists(child(node, key));
        return found.map((one) => ({ ...one, fix: isAlone ? replacement(one.at, one.instead) : undefined }));
      });
      const intervals = child(config, 'mute_time_intervals');
      const isTaken = exists(child(config, 'time_intervals'));
      if (exists(intervals))
        old.push({
          at: intervals,
          instead: 'time_intervals',
          fix: isTaken ? undefined : [renamed(intervals, 'time_intervals')],
        });
      for (const { at, instead, fix } of old) {
        report({
          at: keyOf(at),
          message: `${String(at.path.at(-1))} is an old name that Alertmanager is going to remove`,
          help: `write ${instead}`,
          fix,
        });
      }
    }
  },
});

interface Old {
  readonly at: Node;
  readonly instead: string;
  readonly fix: readonly Edit[] | undefined;
}

/** The key and its value, written in one line in their place; undefined where a comment or an anchor would be lost. */
function replacement(node: Node, text: string): Edit[] | undefined {
  const { source } = node.doc;
  const span = { start: spanOf(keyOf(node)).start, end: spanOf({ node }).end };
  const written = source.text.slice(span.start, span.end);
  if (/[#&]/.test(written) || !entries(node).every(([, { value }]) => isScalar(value))) return undefined;
  const end = span.start + written.trimEnd().length;
  return [{ at: { source, span: { start: span.start, end } }, text }];
}

const isScalar = (value: unknown): boolean => value === null || typeof value !== 'object';

/** Matchers as Alertmanager writes them: of a value only quotes, backslashes and line feeds are escaped. */
const matchersFor = (node: Node, key: string): string[] =>
  entries(node).map(([label, { value }]) => {
    const escaped = String(value ?? '')
      .replace(/[\\"]/g, '\\$&')
      .replace(/\n/g, '\\n');
    return `${label}${key === 'match' ? '=' : '=~'}"${escaped}"`;
  });

/** A list of matchers under its key, in one line; those that YAML would take for something else in quotes. */
const listOf = (key: string, matchers: readonly string[]): string =>
  `${key}: [${matchers.map((one) => (/^[\w=~" .*+?()|^$/\\-]+$/.test(one) ? one : JSON.stringify(one))).join(', ')}]`;
