import { defineRule } from '../../src/lint/rule.ts';
import type { Place } from '../../src/repo/node.ts';
import type { Container } from '../../src/stack/container.ts';
import { jmxAgents } from '../../src/stack/jmx.ts';
import { isUnread } from '../../src/stack/jmx-options.ts';

const compose = (port: number): string => `services:
  connect:
    build: ./connect
    environment:
      CONNECT_REST_PORT: "8083"
      KAFKA_OPTS: -javaagent:/opt/jmx/agent.jar=${port}:/opt/jmx/connect.yml
`;
const DOCKERFILE = 'FROM confluentinc/cp-kafka-connect-base:7.9.0\nCOPY jmx /opt/jmx\n';

export const rule = defineRule({
  id: 'jmx/agent-port-taken',
  severity: 'error',
  summary: 'A JMX exporter agent on a port that something else in its container uses.',
  why: `Two listeners cannot have one port. Whichever comes second fails: usually the program itself, since the agent
starts first, and the container restarts for ever with "Address already in use".`,
  fix: 'Give the agent a port of its own, and scrape that one; 9404 is the usual one.',
  bad: {
    files: { 'docker-compose.yml': compose(8083), 'connect/Dockerfile': DOCKERFILE },
    at: ['docker-compose.yml:6:19'],
  },
  good: { files: { 'docker-compose.yml': compose(9404), 'connect/Dockerfile': DOCKERFILE } },
  check({ system, report }) {
    for (const container of system.stacks.flatMap(({ containers }) => containers)) {
      const agents = jmxAgents(container);
      agents.forEach((agent, index) => {
        if (agent.port === undefined || isUnread(agent, system.files)) return;
        const twin = agents.slice(0, index).find(({ port }) => port === agent.port);
        const user = twin ? { what: 'another agent', place: twin.place } : portUser(container, agent.port);
        if (user === undefined) return;
        report({
          at: agent.place,
          message: `the agent of "${container.service.name}" wants port ${agent.port}, which ${user.what} uses: one of the two does not start`,
          help: `give the agent a port of its own, such as ${agent.port === 9404 ? 9405 : 9404}, and scrape that`,
          related: user.place ? [{ at: user.place, message: `${agent.port} is used here` }] : [],
        });
      });
    }
  },
});

/** Variables that give a program in the container a port. */
const PORT_VARIABLE =
  /(?:^|_)(?:REST_PORT|JMX_PORT|JMXPORT|SERVER_PORT|HTTP_PORT|ADMIN_PORT|LISTEN_PORT)$|^PORT$/;
const LISTENERS = /(?:^|_)LISTENERS$/;

/** What else in a container has a port: by its variables, or its image's default where none moves it. */
function portUser(
  { env, facts, image, service }: Container,
  port: number,
): { what: string; place: Place | undefined } | undefined {
  for (const [name, { text, place }] of env) {
    const isPort = PORT_VARIABLE.test(name) && text === String(port);
    const isListener =
      LISTENERS.test(name) &&
      !name.includes('ADVERTISED') &&
      text.split(',').some((listener) => listener.trim().endsWith(`:${port}`));
    if (isPort || isListener) return { what: name, place };
  }
  const mayMove = [...env.keys()].some((name) => PORT_VARIABLE.test(name) || LISTENERS.test(name));
  return facts?.role === 'app' && !mayMove && service.command === undefined && facts.ports.includes(port)
    ? { what: `${image} itself`, place: undefined }
    : undefined;
}
