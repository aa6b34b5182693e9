import { membersOf } from '../../src/coverage/paths.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { agentVersion, isOlder, jmxAgents } from '../../src/stack/jmx.ts';
import { prometheusesOf } from '../../src/stack/system.ts';
import { type Use, usesOf } from '../../src/stack/used.ts';

const COMPOSE = `services:
  connect:
    build: ./connect
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/agent.jar=9404:/opt/jmx/connect.yml
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
`;
const DOCKERFILE = `FROM apache/kafka:3.9.1
ADD https://github.com/prometheus/jmx_exporter/releases/download/1.4.0/jmx_prometheus_javaagent-1.4.0.jar /opt/jmx/agent.jar
COPY connect.yml /opt/jmx/connect.yml
`;
const PROMETHEUS = `rule_files: [alerts.yml]
scrape_configs:
  - job_name: connect
    static_configs:
      - targets: ["connect:9404"]
`;
const alerts = (metric: string): string => `groups:
  - name: jvm
    rules:
      - alert: HeapFull
        expr: ${metric}{area="heap"} > 7e8
`;
const files = (metric: string): Record<string, string> => ({
  'docker-compose.yml': COMPOSE,
  'connect/Dockerfile': DOCKERFILE,
  'connect/connect.yml':
    "rules:\n  - pattern: 'kafka.connect<type=connect-metrics>(.+): (.+)'\n    name: kafka_connect_$1\n",
  'prometheus.yml': PROMETHEUS,
  'alerts.yml': alerts(metric),
});

/** Metrics of the JVM that 1.0.0 renamed (client_java documentation, "Simpleclient", "JVM Metrics"). */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ...['', 'pool_'].flatMap((pool) =>
    ['used', 'committed', 'max', 'init'].map((what): [string, string] => [
      `jvm_memory_${pool}bytes_${what}`,
      `jvm_memory_${pool}${what}_bytes`,
    ]),
  ),
  ['jvm_info', 'jvm_runtime_info'],
]);
const BACK = new Map([...RENAMED].map(([before, after]) => [after, before]));

export const rule = defineRule({
  id: 'jmx/renamed-metric',
  severity: 'warning',
  summary: 'An alert or panel on a metric of the JVM that this version of the JMX exporter has renamed.',
  why: `Version 1.0 of the JMX exporter gave the JVM's own metrics the names of OpenMetrics:
\`jvm_memory_bytes_used\` became \`jvm_memory_used_bytes\`. Dashboards and alerts for the other side of that change
select nothing: the alert never fires and the panel is empty.`,
  fix: 'Use the names of the version that runs, or select both with `or` while versions are mixed.',
  bad: { files: files('jvm_memory_bytes_used'), at: ['alerts.yml:5:15'] },
  good: { files: files('jvm_memory_used_bytes') },
  check({ system, report }) {
    for (const placed of prometheusesOf(system)) {
      const containers = membersOf(placed.stack, placed.prometheus).map(({ container }) => container);
      const versions = containers.flatMap((container) =>
        container === undefined ? [] : jmxAgents(container).map((agent) => agentVersion(agent, system.files)),
      );
      // Any program whose metrics are not known may have the name.
      const isKnown = containers.every(
        (container) =>
          container !== undefined && (jmxAgents(container).length > 0 || container.facts !== undefined),
      );
      const [version] = versions;
      if (version === undefined || !isKnown || versions.includes(undefined)) continue;
      const isOld = isOlder(version, '1.0.0');
      if (versions.some((other) => other === undefined || isOlder(other, '1.0.0') !== isOld)) continue;
      const renamed = isOld ? BACK : RENAMED;
      const byName = new Map<string, Use[]>();
      const all = usesOf(placed);
      for (const use of all) {
        const { name } = use.selector;
        if (name !== undefined && renamed.has(name)) byName.set(name, [...(byName.get(name) ?? []), use]);
      }
      for (const [name, uses] of byName) {
        const [first, ...others] = uses;
        if (first === undefined) continue;
        // Asked for under both names, one of them is meant for the other version.
        if (all.some(({ selector, what }) => selector.name === renamed.get(name) && what === first.what))
          continue;
        report({
          at: first.place,
          message: `version ${version} of the agent calls "${name}" "${renamed.get(name)}": ${first.what}${others.length > 0 ? ` and ${others.length} more` : ''} selects nothing`,
          help: `write ${renamed.get(name)}`,
          related: others.slice(0, 5).map(({ place, what }) => ({ at: place, message: `used by ${what}` })),
        });
      }
    }
  },
});
