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
  id: 'jmx/agent-jar-not-a-jar',
  severity: 'error',
  summary: 'A JMX exporter agent whose jar is a web page, another kind of file, or a jar without an agent.',
  why: `A download without \`--fail\` and \`--location\` saves the error page or the redirect in place of the jar, and a
wrong name fetches a jar that is no agent. The file is there and is mounted; the JVM stops before the program
starts.`,
  fix: `Download the release's \`jmx_prometheus_javaagent\` jar with \`curl -fsSL\`, which follows redirects and fails on an
error.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'monitoring/jmx_prometheus_javaagent.jar': '<!DOCTYPE html><html><title>404 Not Found</title></html>',
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
      if (fault.of !== 'jar' || !['html', 'no-jar', 'no-agent'].includes(fault.form)) continue;
      const { path, target, via, agent } = fault;
      const name = agent.container.service.name;
      report({
        at: via,
        message: `"${path}" is ${fault.what ?? 'no jar'}; the JVM of "${name}" finds it at "${target}" and does not start`,
        help: `download it again: ${downloadCommand(fault)}`,
        related: placesOf(fault),
      });
    }
  },
});
