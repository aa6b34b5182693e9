import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import {
  child,
  exists,
  type Fields,
  isFields,
  items,
  keyOf,
  type Node,
  type Place,
  textOf,
} from '../../src/repo/node.ts';
import { receiverNodes } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { REQUIREMENTS, type Requirement } from '../../src/stack/knowledge/integrations.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { listed } from '../../src/words.ts';

const config = (slack: string): string => `route:
  receiver: team
receivers:
  - name: team
    slack_configs:
      - channel: "#alerts"
${slack}`;

export const rule = defineRule({
  id: 'alertmanager/incomplete-receiver',
  severity: 'error',
  summary: 'An integration without the address or the key that it needs, or with an address that is none.',
  why: `Alertmanager checks each integration when it loads its configuration: one that does not know where to send, or
as whom, makes it refuse the whole file, and nobody is told of anything.`,
  fix: `Add the key, best as a file (\`api_url_file\`, \`routing_key_file\`), or set it once under \`global\`.`,
  bad: { files: { 'alertmanager.yml': config('') }, at: ['alertmanager.yml:6:9'] },
  good: { files: { 'alertmanager.yml': config('        api_url_file: /run/secrets/slack\n') } },
  check({ system, report }) {
    for (const { config } of alertmanagersIn(system)) {
      const global = child(config, 'global').value;
      for (const node of smarthosts(config)) {
        const text = textOf(node) ?? '';
        if (text === '' || isUnknown(text) || HOST_AND_PORT.test(text)) continue;
        report({
          at: { node },
          message: `"${text}" is no host and port: Alertmanager refuses the whole configuration`,
          help: `write "${text.includes(':') ? 'host:port' : `${text}:587`}"`,
        });
      }
      /** Integrations that lack the same; those that lack what global could say once are one fault. */
      const lacking = new Map<unknown, Lack[]>();
      for (const { node, name, integrations } of receiverNodes(config)) {
        for (const kind of integrations) {
          for (const integration of items(child(node, kind))) {
            if (!isFields(integration.value)) continue;
            for (const requirement of REQUIREMENTS[kind] ?? []) {
              const { oneOf, globally = [] } = requirement;
              if (hasOne(integration.value, oneOf) || (isFields(global) && hasOne(global, globally)))
                continue;
              append(lacking, globally.length > 0 ? requirement : Symbol(kind), {
                integration,
                name,
                kind,
                requirement,
              });
            }
          }
        }
      }
      for (const [first, ...others] of lacking.values()) {
        if (first === undefined) continue;
        const { oneOf, globally = [] } = first.requirement;
        report({
          at: placeOf(first.integration),
          message: `this ${first.kind.replace(/_configs$/, '')} integration of "${first.name}" has no ${listed(oneOf, 'or')}${globally.length > 0 ? `, and global no ${listed(globally, 'or')}` : ''}: Alertmanager refuses the whole configuration`,
          help: `add ${oneOf.find((key) => key.endsWith('_file')) ?? oneOf[0]}`,
          related: others.slice(0, 5).map((other) => ({
            at: placeOf(other.integration),
            message: `this one of "${other.name}" has none either`,
          })),
        });
      }
    }
  },
});

interface Lack {
  readonly integration: Node;
  readonly name: string;
  readonly kind: string;
  readonly requirement: Requirement;
}

/** As Alertmanager takes it apart: blanks beside the port do not matter to it. */
const HOST_AND_PORT = /^(?:\[[^\]]*\]|[^:[\]]*):[^:]+$/;

/** The addresses of mail servers by which some receiver sends. */
function smarthosts(config: Node): Node[] {
  const mails = receiverNodes(config).flatMap(({ node }) => items(child(node, 'email_configs')));
  const own = mails.map((mail) => child(mail, 'smarthost'));
  return [...(own.some((node) => !exists(node)) ? [child(config, 'global', 'smtp_smarthost')] : []), ...own];
}

/** An empty text is none; anything else, a variable too, is one. */
const hasOne = (fields: Fields, keys: readonly string[]): boolean =>
  keys.some((key) => fields[key] !== undefined && fields[key] !== null && fields[key] !== '');

/** An integration is pointed at by its first key. */
function placeOf(integration: Node): Place {
  const [first] = Object.keys((integration.value ?? {}) as object);
  return first === undefined ? { node: integration } : keyOf(child(integration, first));
}
