import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, downloadCommand, placesOf } from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG, AGENT_DOCKERFILE, BUILT_IN_AGENT, MOUNTED_AGENT } from '../shared/jmx-examples.ts';

export const rule = defineRule({
  id: 'jmx/agent-jar-truncated',
  severity: 'error',
  summary: 'A JMX exporter agent whose jar is cut off or damaged.',
  why: `A jar keeps its directory at its end: when a download stops early, what is there looks like a jar and cannot be
opened. The JVM stops before the program starts.`,
  fix: `Download the jar again, and compare its checksum with that of the release.`,
  bad: {
    files: {
      'docker-compose.yml': MOUNTED_AGENT,
      'monitoring/jmx_prometheus_javaagent.jar': 'PK\u0003\u0004 and then the connection was lost',
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
