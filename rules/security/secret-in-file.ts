import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import type { Kind } from '../../src/repo/classify.ts';
import type { File } from '../../src/repo/files.ts';
import { type Place, spanOf } from '../../src/repo/node.ts';
import { isTestData } from '../../src/repo/path.ts';
import { type Secret, secretsIn } from '../../src/stack/secrets.ts';

const alertmanager = (url: string): string => `route:
  receiver: team
receivers:
  - name: team
    slack_configs:
      - ${url}
        channel: "#alerts"
`;

export const rule = defineRule({
  id: 'security/secret-in-file',
  severity: 'warning',
  summary: 'A token, password or webhook is written in a configuration that is in git.',
  why: `Whoever can read the repository, now or ever after, has it: git keeps the value when the file is changed. With a
webhook's address or an integration's key, anybody can send your team false alerts, or make the real ones drown.`,
  fix: `Make a new one: this one is known. Let the configuration read it from a file that is not in git
(\`api_url_file\`, \`password_file\`, \`credentials_file\`) or from a variable (\`\${NAME}\` in compose, \`$NAME\` and
\`$__file{…}\` in Grafana's provisioning).`,
  bad: {
    files: {
      'alertmanager.yml': alertmanager(
        'api_url: https://hooks.slack.com/services/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',
      ),
    },
    at: ['alertmanager.yml:6:18'],
  },
  good: { files: { 'alertmanager.yml': alertmanager('api_url_file: /run/secrets/slack_webhook') } },
  check({ system, report }) {
    for (const file of system.files.all) {
      if (!WITH_SECRETS.has(file.kind) || file.isBroken) continue;
      // What is written twice in a file is one secret, of which there is to be a new one.
      const same = new Map<string, Secret[]>();
      for (const secret of secretsIn(file))
        append(same, `${secret.field}\0${writtenAt(secret.place)}`, secret);
      for (const [secret, ...others] of same.values()) {
        if (secret === undefined) continue;
        report({
          at: secret.place,
          message: messageFor(secret),
          help: helpFor(secret, file),
          related: others.slice(0, 6).map(({ place }) => ({ at: place, message: 'it is written here too' })),
          // A word that somebody put there for a try, or for a test, is hardly a secret.
          ...(secret.isStrong && !isTestData(file.path) ? {} : { confidence: 'medium' }),
        });
      }
    }
  },
});

function writtenAt(place: Place): string {
  const { start, end } = spanOf(place);
  return ('node' in place ? place.node.doc.source : place.source).text.slice(start, end);
}

/** Kinds of files in which others log in somewhere, or are reached. */
const WITH_SECRETS: ReadonlySet<Kind> = new Set([
  'compose',
  'prometheus',
  'alertmanager',
  'grafana-datasources',
  'grafana-alerting',
  'loki',
  'promtail',
  'tempo',
  'otel',
  'blackbox',
]);

const messageFor = ({ token, field }: Secret): string =>
  `${token === undefined ? `the secret in "${field}"` : token} is written in a file that is in git: whoever can read the repository has it`;

function helpFor({ field }: Secret, { kind }: File): string {
  if (kind === 'compose') return `make a new one, and take it from a variable: \${${field}:?set it in .env}`;
  if (kind === 'grafana-datasources' || kind === 'grafana-alerting')
    return 'make a new one, and take it from a variable ($NAME) or from a file ($__file{/run/secrets/…})';
  return /^(?:loki|tempo|otel|promtail)$/.test(kind)
    ? 'make a new one, and take it from a variable: ${NAME}'
    : `make a new one, and let it be read from a file that is not in git: ${field}_file`;
}
