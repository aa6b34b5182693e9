import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, downloadCommand, placesOf } from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG, AGENT_DOCKERFILE, BUILT_IN_AGENT, MOUNTED_AGENT } from '../shared/jmx-examples.ts';

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
      'docker-compose.yml': MOUNTED_AGENT,
      'monitoring/jmx_prometheus_javaagent.jar': '<!DOCTYPE html><html><title>404 Not Found</title></html>',
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
