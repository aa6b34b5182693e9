import { defineRule } from '../../src/lint/rule.ts';
import type { Container } from '../../src/stack/container.ts';
import { type JmxAgent, jmxAgents } from '../../src/stack/jmx.ts';
import { isReadByOwnFiles, isUnread, readingOf } from '../../src/stack/jmx-options.ts';
import { EVERY_JVM, type JavaReading } from '../../src/stack/knowledge/java.ts';

const compose = (variable: string): string => `services:
  kafka:
    image: apache/kafka:3.9.1
    environment:
      ${variable}: -javaagent:/opt/jmx/agent.jar=9404:/opt/jmx/kafka.yml
    volumes:
      - jmx:/opt/jmx
volumes:
  jmx:
`;

export const rule = defineRule({
  id: 'jmx/options-not-read',
  severity: 'warning',
  summary: "A `-javaagent` in a variable that the service's image does not hand to its JVM.",
  why: `Each image has its own name for the variable that its start script gives to the JVM. One that no script reads
is ignored without a word: the program runs, the agent does not, and the target is down for ever.`,
  fix: `Use the image's own variable, such as \`KAFKA_OPTS\`, \`SCHEMA_REGISTRY_OPTS\` or \`KSQL_OPTS\`, or
\`JAVA_TOOL_OPTIONS\`, which every JVM reads.`,
  bad: {
    files: { 'docker-compose.yml': compose('JMX_PROMETHEUS_EXPORTER_OPTS') },
    at: ['docker-compose.yml:5:37'],
  },
  good: { files: { 'docker-compose.yml': compose('KAFKA_OPTS') } },
  check({ system, report }) {
    const containers = system.stacks.flatMap((stack) => stack.containers);
    for (const container of containers) {
      const reading = readingOf(container);
      for (const agent of reading === undefined ? [] : jmxAgents(container)) {
        const { variable } = agent;
        if (reading === undefined || variable === undefined || !isUnread(agent, system.files)) continue;
        const reader = containers.find(
          (other) => other !== container && isReadByOwnFiles(other, variable, system.files),
        );
        report({
          at: agent.place,
          message: sentence(container, agent, reading),
          help: helpOf(reading, variable, reader?.service.name),
        });
      }
    }
  },
});

function sentence(container: Container, { variable, port }: JmxAgent, { runsJvm }: JavaReading): string {
  const listening = port === undefined ? '' : `, and nothing listens on ${port}`;
  return runsJvm
    ? `"${container.service.name}" (${container.image}) does not read ${variable}: the agent never starts${listening}`
    : `no JVM runs in "${container.service.name}" (${container.image}): the agent of ${variable} never starts${listening}`;
}

function helpOf({ runsJvm, variables }: JavaReading, variable: string, reader: string | undefined): string {
  if (reader !== undefined) return `set ${variable} on "${reader}", whose start script reads it`;
  if (!runsJvm) return 'move the option to the service that runs the JVM';
  const [own] = variables.filter((name) => !EVERY_JVM.includes(name));
  return `name it ${own === undefined ? 'JAVA_TOOL_OPTIONS' : `${own}, or JAVA_TOOL_OPTIONS`}`;
}
