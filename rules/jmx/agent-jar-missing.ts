import { defineRule } from '../../src/lint/rule.ts';
import {
  agentFileFaults,
  downloadCommand,
  placesOf,
  whatDockerDoes,
  whyAbsent,
} from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG, AGENT_DOCKERFILE, BUILT_IN_AGENT, MOUNTED_AGENT } from '../shared/jmx-examples.ts';

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
      'docker-compose.yml': MOUNTED_AGENT,
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
