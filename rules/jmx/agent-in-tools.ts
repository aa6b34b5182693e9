import { defineRule } from '../../src/lint/rule.ts';
import { patternFrom } from '../../src/pattern.ts';
import { child, items, textOf } from '../../src/repo/node.ts';
import { jmxAgents } from '../../src/stack/jmx.ts';
import { isUnread } from '../../src/stack/jmx-options.ts';
import { READ_BY_KAFKA_TOOLS } from '../../src/stack/knowledge/java.ts';
import { splitWords } from '../../src/stack/words.ts';

const compose = (variable: string): string => `services:
  kafka:
    image: apache/kafka:3.9.1
    environment:
      ${variable}: -javaagent:/opt/jmx/agent.jar=9404:/opt/jmx/kafka.yml
    volumes:
      - jmx:/opt/jmx
    healthcheck:
      test: ["CMD-SHELL", "/opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --list"]
volumes:
  jmx:
`;

export const rule = defineRule({
  id: 'jmx/agent-in-tools',
  severity: 'error',
  summary: 'A health check that starts a second JMX exporter agent, on the port of the first.',
  why: `Kafka's command line tools read the same variable as the broker, and so start an agent of their own. Its port
is taken, the tool stops with "Address already in use", and the health check fails for ever: whatever waits for a
healthy broker never starts.`,
  fix: `Switch the agent on in \`EXTRA_ARGS\`, which only the server's script reads, or take the variable from the tool:
\`KAFKA_OPTS= kafka-topics.sh …\`.`,
  bad: { files: { 'docker-compose.yml': compose('KAFKA_OPTS') }, at: ['docker-compose.yml:9:27'] },
  good: { files: { 'docker-compose.yml': compose('EXTRA_ARGS') } },
  check({ system, report }) {
    for (const container of system.stacks.flatMap(({ containers }) => containers)) {
      const { healthcheck, name } = container.service;
      if (healthcheck === undefined || healthcheck.isDisabled) continue;
      const agent = jmxAgents(container).find(
        ({ variable }) => variable !== undefined && READ_BY_KAFKA_TOOLS.includes(variable),
      );
      const { variable } = agent ?? {};
      if (agent === undefined || variable === undefined || isUnread(agent, system.files)) continue;
      const test = child(healthcheck.node, 'test');
      const parts = Array.isArray(test.value) ? items(test) : [test];
      const text = parts.map((part) => textOf(part) ?? '').join(' ');
      const tool = KAFKA_TOOL.exec(text)?.[0];
      if (tool === undefined || patternFrom(`\\b${variable}=|(?:unset|-u)\\s+${variable}\\b`).test(text))
        continue;
      const at = parts.find((part) => KAFKA_TOOL.test(textOf(part) ?? '')) ?? test;
      report({
        at: { node: at },
        message: `"${basenameOf(tool)}" reads ${variable} too and starts a second agent${agent.port === undefined ? '' : `, whose port ${agent.port} is taken`}: the health check of "${name}" always fails`,
        help: variable.startsWith('KAFKA')
          ? `move the agent to EXTRA_ARGS, or write ${variable}= before the command`
          : `write ${variable}= before the command`,
        related: [
          { at: agent.place, message: 'the agent is switched on here, for every JVM of the container' },
        ],
      });
    }
  },
});

/** Kafka's command line tools, of which each is a JVM of its own. */
const KAFKA_TOOL =
  /(?:^|[\s/"'(;&|])kafka-(?:topics|broker-api-versions|cluster|configs|consumer-groups|metadata-quorum|features|acls|log-dirs|console-\w+|get-offsets)(?:\.sh)?\b/;

const basenameOf = (tool: string): string => (splitWords(tool)[0] ?? tool).split('/').at(-1) ?? tool;
