import { defineRule } from '../../src/lint/rule.ts';
import { agentFileFaults, placesOf } from '../../src/stack/jmx-faults.ts';
import { AGENT_CONFIG, AGENT_DOCKERFILE, BUILT_IN_AGENT, MOUNTED_AGENT } from '../shared/jmx-examples.ts';

export const rule = defineRule({
  id: 'jmx/agent-jar-lfs-pointer',
  severity: 'error',
  summary: 'A JMX exporter agent whose jar is a Git LFS pointer.',
  why: `The repository keeps the jar in Git LFS, and this clone has only the pointer, a text of three lines. It is mounted
as the agent, and the JVM stops before the program starts. A CI runner gets the pointer unless it asks for more.`,
  fix: `Run \`git lfs pull\`; in a workflow give \`actions/checkout\` the input \`lfs: true\`.`,
  bad: {
    files: {
      'docker-compose.yml': MOUNTED_AGENT,
      'monitoring/jmx_prometheus_javaagent.jar': `version https://git-lfs.github.com/spec/v1
oid sha256:7d61f737fd661610ccc14aea79764faa1ea94a340cbc8f0029b3d2edea3d80c1
size 589356
`,
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
      if (fault.of !== 'jar' || fault.form !== 'lfs-pointer') continue;
      const { path, target, via, agent } = fault;
      const name = agent.container.service.name;
      report({
        at: via,
        message: `"${path}" is a Git LFS pointer, not the jar itself; the JVM of "${name}" finds it at "${target}" and does not start`,
        help: `fetch the file: git lfs pull --include ${path} (in a workflow, actions/checkout with lfs: true)`,
        related: placesOf(fault),
      });
    }
  },
});
