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
  id: 'jmx/agent-jar-folder',
  severity: 'error',
  summary: 'A JMX exporter agent in whose place there is a folder.',
  why: `This is what is left after a start without the jar: Docker made a folder of its name. The JVM finds the folder
and stops before the program starts, and a later download into that path fails or lands inside of the folder.`,
  fix: `Remove the folder first, as root when Docker made it, then download the jar, and recreate the container.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'monitoring/jmx_prometheus_javaagent.jar/': '',
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
      if (fault.of !== 'jar' || fault.form !== 'folder') continue;
      const { path, target, via, agent } = fault;
      const name = agent.container.service.name;
      report({
        at: via,
        message: `"${path}" is a folder, as Docker makes it when the jar is missing at the first start; the JVM of "${name}" finds it at "${target}" and does not start`,
        help: `remove it and download the jar: rmdir ${path} && ${downloadCommand(fault)}`,
        related: placesOf(fault),
      });
    }
  },
});
