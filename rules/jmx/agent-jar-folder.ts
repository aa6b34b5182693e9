import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, downloadCommand, placesOf } from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG, AGENT_DOCKERFILE, BUILT_IN_AGENT, MOUNTED_AGENT } from '../shared/jmx-examples.ts';

export const rule = defineRule({
  id: 'jmx/agent-jar-folder',
  severity: 'error',
  summary: 'A JMX exporter agent in whose place there is a folder.',
  why: `This is what is left after a start without the jar: Docker made a folder of its name. The JVM finds the folder
and stops before the program starts, and a later download into that path fails or lands inside of the folder.`,
  fix: `Remove the folder first, as root when Docker made it, then download the jar, and recreate the container.`,
  bad: {
    files: {
      'docker-compose.yml': MOUNTED_AGENT,
      'monitoring/jmx_prometheus_javaagent.jar/': '',
      'monitoring/connect.yml': AGENT_CONFIG,
    },
    at: ['docker-compose.yml:7:9'],
  },
  good: {
    files: {
      'docker-compose.yml': BUILT_IN_AGENT,
      'connect/Dockerfile': AGENT_DOCKERFILE,
      'connect/connect.yml': AGENT_CONFIG,
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
