import { defineRule } from '../../src/lint/rule.ts';
import {
  agentFileFaults,
  downloadCommand,
  placesOf,
  whatDockerDoes,
  whyAbsent,
} from '../../src/stack/jmx-faults.ts';

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
  id: 'jmx/agent-jar-missing',
  severity: 'error',
  summary: 'A JMX exporter agent whose jar is not in the repository, and that nothing downloads.',
  why: `Docker makes an empty folder where the source of a bind mount is missing, and mounts that. The JVM finds a
folder in place of its agent and stops before the program starts: "Error opening zip file or JAR manifest
missing". The folder stays behind, owned by root, and is in the way of the real file.`,
  fix: `Download the jar before the first start, in a script that the repository has, or let the image bring it:
\`ADD\` with the address of the release in a Dockerfile.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
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
      if (fault.of !== 'jar' || (fault.form !== 'missing' && fault.form !== 'ignored')) continue;
      const { path, via } = fault;
      report({
        at: via,
        message: `"${path}" ${whyAbsent(fault)}, and nothing downloads it: ${whatDockerDoes(fault)}`,
        help:
          fault.others.length > 0
            ? `name the jar that is there, ${fault.others[0]}, or download it: ${downloadCommand(fault)}`
            : `download it, in a step that everybody runs: ${downloadCommand(fault)}`,
        related: placesOf(fault),
      });
    }
  },
});
