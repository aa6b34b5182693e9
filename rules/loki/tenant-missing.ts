import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { programOf } from '../../src/stack/configured.ts';
import { parseEndpoint, reach } from '../../src/stack/endpoints.ts';
import { logClients } from '../../src/stack/log-clients.ts';
import { readLoki } from '../../src/stack/loki.ts';

const files = (loki: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  loki:
    image: grafana/loki:3.4.2
    volumes:
      - ./loki.yml:/etc/loki/local-config.yaml:ro
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
      - /var/log:/var/log:ro
`,
  'loki.yml': loki,
  'promtail.yml': `positions:
  filename: /tmp/positions.yaml
clients:
  - url: http://loki:3100/loki/api/v1/push
scrape_configs:
  - job_name: system
    static_configs:
      - targets: [localhost]
        labels:
          job: varlogs
          __path__: /var/log/*.log
`,
});
const LOKI = `server:
  http_listen_port: 3100
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
`;

export const rule = defineRule({
  id: 'loki/tenant-missing',
  severity: 'error',
  summary: 'Logs that are sent to a Loki with tenants, and name none.',
  why: `Unless \`auth_enabled\` is false, Loki refuses each request that names no tenant: "no org id". Every line is refused,
and the sender drops it.`,
  fix: `Set \`auth_enabled: false\` in Loki's configuration where there is one tenant only; otherwise give the client a
\`tenant_id\`, and Grafana's datasource the header \`X-Scope-OrgID\`.`,
  bad: { files: files(LOKI), at: ['promtail.yml:4:10'] },
  good: { files: files(`auth_enabled: false\n${LOKI}`) },
  check({ system, report }) {
    for (const { container, stack, url, place, by, hasTenant } of logClients(system)) {
      const reached = reach(system, stack, container, parseEndpoint(url));
      if (hasTenant || reached.state !== 'container' || reached.container.facts?.role !== 'loki') continue;
      const program = programOf(system, reached.container);
      const loki = program && readLoki(program);
      if (loki?.needsTenant !== true || loki.config === undefined) continue;
      const auth = child(loki.config, 'auth_enabled');
      report({
        at: place,
        message: `${by} names no tenant, and ${reached.container.service.name} refuses what has none: ${exists(auth) ? 'its auth_enabled is on' : 'auth_enabled is on unless it is set to false'}`,
        help: `set auth_enabled: false in "${loki.config.doc.source.path}", or a tenant_id here`,
        related: [
          exists(auth)
            ? { at: { node: auth }, message: 'it is set here' }
            : { at: keyOf(reached.container.service.node), message: 'this is the Loki' },
        ],
      });
    }
  },
});
