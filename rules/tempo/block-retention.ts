import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { tempos } from '../../src/stack/tempo.ts';
import { isAtLeast, versionOf } from '../../src/stack/version.ts';

const files = (compactor: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  tempo:
    image: grafana/tempo:2.7.2
    volumes:
      - ./tempo.yml:/etc/tempo.yaml:ro
`,
  'tempo.yml': `server:
  http_listen_port: 3200
distributor:
  receivers:
    otlp:
      protocols:
        grpc:
          endpoint: 0.0.0.0:4317
${compactor}storage:
  trace:
    backend: local
    local:
      path: /var/tempo/blocks
`,
});

export const rule = defineRule({
  id: 'tempo/block-retention',
  severity: 'notice',
  summary: 'A Tempo that says nowhere how long it keeps traces.',
  why: `Tempo then keeps them for fourteen days. On a local disk that is a size nobody has chosen; and a trace of the
incident of last month is gone when somebody looks for it.`,
  fix: 'Set `compactor.compaction.block_retention`, or in version 3 `backend_worker.compaction.block_retention`.',
  bad: { files: files(''), at: ['tempo.yml:9:1'] },
  good: { files: files('compactor:\n  compaction:\n    block_retention: 168h\n') },
  check({ system, report }) {
    for (const { config, container, retention } of tempos(system)) {
      const storage = config && child(config, 'storage');
      if (config === undefined || retention !== undefined || storage === undefined || !exists(storage))
        continue;
      // Limits of tenants may stand in a file of their own.
      if (config.doc.source.text.includes('per_tenant_override_config')) continue;
      const isNew = container !== undefined && isAtLeast(versionOf(container), 3);
      report({
        at: keyOf(storage),
        message: 'nothing says how long Tempo keeps traces: it deletes them after 14 days',
        help: `set block_retention under ${isNew ? 'backend_worker' : 'compactor'}.compaction`,
        related: container ? [{ at: keyOf(container.service.node), message: 'this Tempo reads it' }] : [],
      });
    }
  },
});
