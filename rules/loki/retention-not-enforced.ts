import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, type Node, textOf } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { setting } from '../../src/stack/configured.ts';
import { lokis } from '../../src/stack/loki.ts';

const COMPOSE = `services:
  loki:
    image: grafana/loki:3.4.2
    volumes:
      - ./loki.yml:/etc/loki/local-config.yaml:ro
`;
const config = (compactor: string): string => `auth_enabled: false
common:
  path_prefix: /loki
  storage:
    filesystem:
      chunks_directory: /loki/chunks
      rules_directory: /loki/rules
schema_config:
  configs:
    - from: "2024-04-01"
      store: tsdb
      object_store: filesystem
      schema: v13
      index: { prefix: index_, period: 24h }
limits_config:
  retention_period: 168h
compactor:
  working_directory: /loki/compactor
${compactor}`;

export const rule = defineRule({
  id: 'loki/retention-not-enforced',
  severity: 'warning',
  summary: 'A retention of Loki that nothing enforces.',
  why: `\`retention_period\` says how long logs are kept, and the compactor deletes them: only when \`retention_enabled\` is
on. Without it, logs are kept for ever, the disk fills, and Loki stops taking new ones. What was promised to be deleted
after a week is still there.`,
  fix: 'Set `compactor.retention_enabled: true`, and `compactor.delete_request_store` to the store of the logs.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'loki.yml': config('  compaction_interval: 10m\n') },
    at: ['loki.yml:16:3'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'loki.yml': config('  retention_enabled: true\n  delete_request_store: filesystem\n'),
    },
  },
  check({ system, report }) {
    for (const loki of lokis(system)) {
      const { config: root, container } = loki;
      const period = root && retentionOf(root);
      if (root === undefined || period === undefined) continue;
      const compactor = child(root, 'compactor');
      const enabled = child(compactor, 'retention_enabled');
      const text = setting(loki, 'compactor.retention-enabled', 'compactor', 'retention_enabled');
      const isUnsure = text === undefined && enabled.value !== undefined;
      // The table manager of old storages deletes by itself, where it is told to.
      const table = textOf(child(root, 'table_manager', 'retention_deletes_enabled'));
      if (text === 'true' || isUnsure || table === 'true') continue;
      report({
        at: keyOf(period.node),
        message: `logs are to be kept for ${period.text}, and nothing deletes them: ${enabled.value === undefined ? 'compactor.retention_enabled is not set, and off' : 'compactor.retention_enabled is off'}`,
        help: 'set retention_enabled: true under compactor, with a delete_request_store',
        related: [
          ...(enabled.value !== undefined
            ? [{ at: { node: enabled }, message: 'it is switched off here' }]
            : compactor.value !== undefined
              ? [{ at: keyOf(compactor), message: 'this is the compactor' }]
              : []),
          ...(container ? [{ at: keyOf(container.service.node), message: 'this Loki reads it' }] : []),
        ],
      });
    }
  },
});

/** Where the configuration says how long logs are kept; a period of nothing is for ever. */
function retentionOf(config: Node): { node: Node; text: string } | undefined {
  const node = child(config, 'limits_config', 'retention_period');
  const text = textOf(node);
  if (text === undefined || isUnknown(text) || /^0+[a-z]*$/.test(text)) return undefined;
  return { node, text };
}
