import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, placesOf } from '../../src/stack/jmx-faults.ts';
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
  id: 'jmx/agent-config-folder',
  severity: 'error',
  summary: "A JMX exporter agent in whose configuration's place there is a folder.",
  why: `This is what is left after a start without the file: Docker made a folder of its name. The agent cannot read it as
its configuration, and stops the JVM before the program starts.`,
  fix: `Remove the folder, as root when Docker made it, add the file, and recreate the container.`,
  bad: {
    files: {
      'docker-compose.yml': BUILT,
      'connect/Dockerfile': 'FROM apache/kafka:3.9.1\n',
      'monitoring/connect.yml/': '',
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
      if (fault.of !== 'configuration' || fault.form !== 'folder') continue;
      const { path, target, via, agent } = fault;
      const name = agent.container.service.name;
      report({
        at: via,
        message: `"${path}" is a folder; the agent of "${name}" finds it at "${target}" in place of its configuration, and the JVM does not start`,
        help: `remove it with rmdir ${path}, and write the configuration into a file of that name`,
        related: placesOf(fault),
      });
    }
  },
});
