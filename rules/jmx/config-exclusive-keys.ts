import { allOf, removalOf } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { agentsOf, jmxConfigs } from '../../src/stack/jmx.ts';
import { listed } from '../../src/words.ts';

const config = (more: string): string => `${more}rules:
  - pattern: 'kafka.server<type=(.+), name=(.+)><>Count'
    name: kafka_server_$1_$2_total
`;
const COMPOSE = `services:
  kafka:
    build: ./kafka
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/agent.jar=9404:/opt/jmx/kafka.yml
    volumes:
      - ./kafka.yml:/opt/jmx/kafka.yml:ro
`;
const DOCKERFILE = 'FROM apache/kafka:3.9.1\n';

export const rule = defineRule({
  id: 'jmx/config-exclusive-keys',
  severity: 'error',
  summary: 'Keys of a JMX exporter configuration that exclude one another, or that an agent must not have.',
  why: `The exporter asks one JVM: by \`hostPort\` or by \`jmxUrl\`, and as an agent by neither, because it is inside of
the JVM that it asks. With both keys, or with one in an agent, it stops, and an agent stops its JVM with it.`,
  fix: `Remove \`hostPort\` and \`jmxUrl\` from the configuration of an agent; keep one of the two for the standalone
exporter.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'kafka/Dockerfile': DOCKERFILE,
      'kafka.yml': config('hostPort: localhost:9999\n'),
    },
    at: ['kafka.yml:1:1'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'kafka/Dockerfile': DOCKERFILE,
      'kafka.yml': config('lowercaseOutputName: true\n'),
    },
  },
  check({ system, report }) {
    for (const { node, agents } of jmxConfigs(system.files, agentsOf(system))) {
      const [hostPort, jmxUrl] = [child(node, 'hostPort'), child(node, 'jmxUrl')];
      const [agent] = agents;
      const [first, ...others] = [hostPort, jmxUrl].filter(exists);
      if (agent !== undefined && first !== undefined) {
        const names = [first, ...others].map(({ path }) => String(path.at(-1)));
        report({
          at: keyOf(first),
          message: `an agent must not have ${listed(names, 'or')}, it asks the JVM that it runs in: the agent stops the JVM of "${agent.container.service.name}"`,
          help:
            others.length === 0
              ? 'remove the line; it is for the standalone exporter'
              : 'remove the lines; they are for the standalone exporter',
          fix: allOf([first, ...others].map(removalOf)),
          related: [
            ...others.map((other) => ({ at: keyOf(other), message: `${other.path.at(-1)} is here` })),
            { at: agent.place, message: 'it is the configuration of this agent' },
          ],
        });
      }
      if (agent === undefined && exists(hostPort) && exists(jmxUrl)) {
        report({
          at: keyOf(jmxUrl),
          message: 'hostPort and jmxUrl exclude one another: the exporter does not start',
          help: 'remove one of the two',
          related: [{ at: keyOf(hostPort), message: 'hostPort is here' }],
        });
      }
    }
  },
});
