import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, downloadCommand, placesOf } from '../../src/stack/jmx-faults.ts';

const COMPOSE = `services:
  connect:
    image: apache/kafka:3.9.1
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml
    volumes:
      - ./monitoring/jmx_prometheus_javaagent.jar:/opt/jmx/jmx_prometheus_javaagent.jar:ro
      - ./monitoring/connect.yml:/opt/jmx/connect.yml:ro
`;
const CONFIG = `rules:
  - pattern: 'kafka.connect<type=connect-metrics>(.+): (.+)'
    name: kafka_connect_$1
`;
const BUILT = `services:
  connect:
    build: ./connect
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml
`;
const DOCKERFILE = `FROM apache/kafka:3.9.1
ADD --chmod=0644 https://github.com/prometheus/jmx_exporter/releases/download/1.4.0/jmx_prometheus_javaagent-1.4.0.jar /opt/jmx/jmx_prometheus_javaagent.jar
COPY connect.yml /opt/jmx/connect.yml
`;

export const rule = defineRule({
  id: 'jmx/agent-jar-truncated',
  severity: 'error',
  summary: 'A JMX exporter agent whose jar is cut off or damaged.',
  why: `A jar keeps its directory at its end: when a download stops early, what is there looks like a jar and cannot be
opened. The JVM stops before the program starts.`,
  fix: `Download the jar again, and compare its checksum with that of the release.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'monitoring/jmx_prometheus_javaagent.jar': 'PK\u0003\u0004 and then the connection was lost',
      'monitoring/connect.yml': CONFIG,
    },
    at: ['docker-compose.yml:7:9'],
  },
  good: {
    files: {
      'docker-compose.yml': BUILT,
      'connect/Dockerfile': DOCKERFILE,
      'connect/connect.yml': CONFIG,
    },
  },
  check({ system, report }) {
    for (const fault of agentFileFaults(system)) {
      if (fault.of !== 'jar' || fault.form !== 'truncated') continue;
      const { path, target, via, agent } = fault;
      const name = agent.container.service.name;
      report({
        at: via,
        message: `"${path}" is ${fault.what ?? 'a truncated jar'}; the JVM of "${name}" finds it at "${target}" and does not start ("Error opening zip file")`,
        help: `download it again: ${downloadCommand(fault)}`,
        related: placesOf(fault),
      });
    }
  },
});
