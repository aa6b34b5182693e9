import { defineRule } from '../../src/lint/rule.ts';
import { basename } from '../../src/repo/path.ts';
import { agentFileFaults, placesOf, whatDockerDoes, whyAbsent } from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG } from '../shared/jmx-examples.ts';

const BUILT = `services:
  connect:
    build: ./connect
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml
    volumes:
      - ./monitoring/connect.yml:/opt/jmx/connect.yml:ro
`;

export const rule = defineRule({
  id: 'jmx/agent-config-missing',
  severity: 'error',
  summary: 'A JMX exporter agent whose configuration is not in the repository.',
  why: `Docker makes an empty folder where the source of a bind mount is missing, and mounts that. The agent cannot read
its configuration, and stops the JVM before the program starts: "processing of -javaagent failed".`,
  fix: `Add the configuration to the repository, or correct the path in the mount.`,
  bad: {
    files: {
      'docker-compose.yml': BUILT,
      'connect/Dockerfile': 'FROM apache/kafka:3.9.1\n',
    },
    at: ['docker-compose.yml:7:9'],
  },
  good: {
    files: {
      'docker-compose.yml': BUILT,
      'connect/Dockerfile': 'FROM apache/kafka:3.9.1\n',
      'monitoring/connect.yml': AGENT_CONFIG,
    },
  },
  check({ system, report }) {
    for (const fault of agentFileFaults(system)) {
      if (fault.of !== 'configuration' || (fault.form !== 'missing' && fault.form !== 'ignored')) continue;
      const { path, via } = fault;
      const alike = system.files.repo.paths.find((other) => basename(other) === basename(path));
      report({
        at: via,
        message: `the agent's configuration "${path}" ${whyAbsent(fault)}: ${whatDockerDoes(fault)}`,
        help:
          alike === undefined
            ? `add ${path}, or correct the path: "rules: [{ pattern: '.*' }]" is the least that it may hold`
            : `mount "${alike}", which the repository has, or copy it there`,
        related: placesOf(fault),
      });
    }
  },
});
