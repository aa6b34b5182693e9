import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, downloadCommand, placesOf } from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG, AGENT_DOCKERFILE, BUILT_IN_AGENT, MOUNTED_AGENT } from '../shared/jmx-examples.ts';

export const rule = defineRule({
  id: 'jmx/agent-jar-empty',
  severity: 'error',
  summary: 'A JMX exporter agent whose jar is an empty file.',
  why: `A download that failed, or a \`touch\` that should keep Docker from making a folder, leaves an empty file. The
JVM cannot open it as an archive and stops before the program starts.`,
  fix: `Download the jar again with \`curl -f\`, which writes nothing when the server answers with an error.`,
  bad: {
    files: {
      'docker-compose.yml': MOUNTED_AGENT,
      'monitoring/jmx_prometheus_javaagent.jar': '',
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
      if (fault.of !== 'jar' || fault.form !== 'empty') continue;
      const { path, target, via, agent } = fault;
      const name = agent.container.service.name;
      report({
        at: via,
        message: `"${path}" is an empty file; the JVM of "${name}" finds it at "${target}" and does not start ("Error opening zip file")`,
        help: `download it again: ${downloadCommand(fault)}`,
        related: placesOf(fault),
      });
    }
  },
});
