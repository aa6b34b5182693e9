import { addedBelow, editsOf } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { setting } from '../../src/stack/configured.ts';
import { flagValues } from '../../src/stack/container.ts';
import { lokis } from '../../src/stack/loki.ts';
import { isAtLeast, versionOf } from '../../src/stack/version.ts';

const files = (compactor: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  loki:
    image: grafana/loki:3.4.2
    volumes:
      - ./loki.yml:/etc/loki/local-config.yaml:ro
`,
  'loki.yml': `auth_enabled: false
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
  retention_enabled: true
${compactor}`,
});

export const rule = defineRule({
  id: 'loki/delete-request-store',
  severity: 'error',
  summary: 'A Loki that is to delete old logs and has no store for that, so that it does not start.',
  why: `Since version 3, Loki refuses to start when \`retention_enabled\` is on and \`delete_request_store\` is not set. No log
is taken or found.`,
  fix: 'Set `compactor.delete_request_store` to the `object_store` of the schema, such as `filesystem`.',
  bad: { files: files(''), at: ['loki.yml:18:3'] },
  good: { files: files('  delete_request_store: filesystem\n') },
  check({ system, report }) {
    for (const loki of lokis(system)) {
      const { config, container, schema } = loki;
      if (config === undefined || container === undefined || !isAtLeast(versionOf(container), 3)) continue;
      const enabled = child(config, 'compactor', 'retention_enabled');
      const store = child(config, 'compactor', 'delete_request_store');
      const isGiven = flagValues(container.args, 'compactor.delete-request-store').length > 0;
      const isOn = setting(loki, 'compactor.retention-enabled', 'compactor', 'retention_enabled') === 'true';
      const stores = [...new Set(schema.map(({ objectStore }) => objectStore))];
      if (!isOn || exists(store) || isGiven || !exists(enabled)) continue;
      report({
        at: keyOf(enabled),
        message: `${container.service.name} does not start: retention is on, and compactor.delete_request_store is not set`,
        help: `set delete_request_store: ${stores[0] ?? 'filesystem'} beside it`,
        // With several stores, or none that is told, somebody has to choose.
        fix:
          stores.length === 1 && stores[0] !== undefined && !isUnknown(stores[0])
            ? editsOf(addedBelow(enabled, `delete_request_store: ${stores[0]}`))
            : undefined,
        related: [{ at: keyOf(container.service.node), message: 'this Loki reads it' }],
      });
    }
  },
});
