import { defineRule } from '../../src/lint/rule.ts';
import type { Files } from '../../src/repo/files.ts';
import { basename } from '../../src/repo/path.ts';
import { isReadable } from '../../src/repo/repository.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container } from '../../src/stack/container.ts';
import { jmxAgents } from '../../src/stack/jmx.ts';

const compose = (environment: string): string => `services:
  connect:
    image: apache/kafka:3.9.1
${environment}    volumes:
      - ./jmx/jmx_prometheus_javaagent.jar:/opt/jmx/jmx_prometheus_javaagent.jar:ro
      - ./jmx/connect.yml:/opt/jmx/connect.yml:ro
`;
const FILES = {
  'jmx/connect.yml': "rules:\n  - pattern: '.*'\n",
  'download.sh':
    'curl -fsSL -o jmx/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.4.0/jmx_prometheus_javaagent-1.4.0.jar\n',
};

export const rule = defineRule({
  id: 'jmx/agent-not-used',
  severity: 'error',
  summary: 'A JMX exporter agent that is mounted and that no option switches on.',
  why: `The jar lies in the container and does nothing: an agent runs only when the JVM is started with
\`-javaagent\`. Nothing listens on its port, and the target that scrapes it is down for ever.`,
  fix: `Set the variable that the image hands to its JVM, such as \`KAFKA_OPTS\`, to
\`-javaagent:JAR=PORT:CONFIGURATION\` with the paths in the container.`,
  bad: {
    files: { ...FILES, 'docker-compose.yml': compose('') },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: {
      ...FILES,
      'docker-compose.yml': compose(
        '    environment:\n      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml\n',
      ),
    },
  },
  check({ system, report }) {
    for (const container of system.stacks.flatMap(({ containers }) => containers)) {
      const mount = container.service.mounts.find(
        ({ target }) => target !== undefined && /^jmx_prometheus_javaagent.*\.jar$/.test(basename(target)),
      );
      if (mount?.target === undefined || jmxAgents(container).length > 0) continue;
      if (mayNameIt(container, basename(mount.target), system.files)) continue;
      report({
        at: { node: mount.node },
        message: `the agent is mounted at "${mount.target}", and no option of "${container.service.name}" switches it on: nothing serves its metrics`,
        help: `set the variable of the image, such as KAFKA_OPTS, to -javaagent:${mount.target}=9404:CONFIGURATION`,
        // The options may stand on another service, where no JVM reads them.
        followsFrom: system.stacks
          .flatMap(({ containers }) => containers.flatMap(jmxAgents))
          .filter(({ jar }) => jar === mount.target)
          .map(({ place }) => place),
      });
    }
  },
});

/** Whether anything that the container is started with may name the jar, or is not known. */
function mayNameIt(container: Container, jar: string, files: Files): boolean {
  const { service, env, args } = container;
  if (service.hasUnknownEnv) return true;
  const texts = [...env.values(), ...args].map(({ text }) => text);
  if (texts.some((text) => text.includes('javaagent') || text.includes(jar))) return true;
  // Options that come from outside may hold the agent.
  if ([...env].some(([name, { text }]) => /OPTS|ARGS|OPTIONS|FLAGS|JAVA|JMX/.test(name) && isUnknown(text)))
    return true;
  return container.below('/').found.some(({ path }) => {
    const text = files.repo.text(path);
    return isReadable(text) && /-javaagent\b/.test(text.text) && text.text.includes(jar);
  });
}
