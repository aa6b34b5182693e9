import { type Edit, editsOf, removalOf, renamed } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Node } from '../../src/repo/node.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';
import { asWritten, faultsOf } from '../../src/stack/as-meant.ts';
import { isBelow, versionReading } from '../../src/stack/version.ts';
import { versionPlace } from '../shared/causes.ts';

const COMPOSE = `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;
const config = (version: string): string => `alerting:
  alertmanagers:
    - api_version: ${version}
      static_configs:
        - targets: ["alerts.example.com:9093"]
`;

export const rule = defineRule({
  id: 'syntax/ignored-key',
  severity: 'warning',
  summary: 'A key or value that the tool once took and no longer does.',
  why: `It had a meaning in an older version. The version that runs here does not do what it says, or refuses the whole
file because of it.`,
  fix: 'Write what has taken its place; the message names it.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': config('v1') },
    at: ['prometheus.yml:3:7'],
  },
  good: { files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': config('v2') } },
  check({ system, report }) {
    for (const file of system.files.all) {
      const schema = file.isBroken ? undefined : schemaOf(asWritten(file));
      if (schema === undefined) continue;
      for (const fault of faultsOf(asWritten(file))) {
        if (fault.kind !== 'ignored-key') continue;
        const version = versionReading(system, file.path);
        const [major = 0, minor = 0] = (fault.since ?? '').split('.').map(Number);
        if (fault.since !== undefined && isBelow(version, major, minor)) continue;
        const node = child(schema.node, ...fault.path);
        report({
          at: keyOf(node),
          message: fault.message,
          help: fault.help,
          fix: mendingOf(node, child(schema.node, ...fault.path.slice(0, -1)), fault.instead),
          followsFrom: fault.message.includes('without apiVersion')
            ? [{ place: versionPlace(schema.node, 'datasources'), by: 'grafana/api-version' }]
            : [],
          confidence: fault.since !== undefined && version === undefined ? 'medium' : 'high',
        });
      }
    }
  },
});

/** The key renamed or taken out; undefined where the new one is there already, or a value is what is wrong. */
function mendingOf(node: Node, parent: Node, instead: string | undefined): Edit[] | undefined {
  if (instead === undefined) return undefined;
  if (instead === '') return editsOf(removalOf(node));
  return exists(child(parent, instead)) ? undefined : [renamed(node, instead)];
}
