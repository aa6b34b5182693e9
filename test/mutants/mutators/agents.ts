import { inService, replacing, withAlert } from './edits.ts';
import { type Edit, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

/** Where the agent and its configuration are in the container, by the stacks that have one. */
const OPTIONS = /-javaagent:((\/\S+)\/jmx_prometheus_javaagent\.jar)=(\d+):(\/\S+\/([\w-]+\.yml))/;

/** The service that runs the agent, with a mount that it does not have already. */
const mounting = (source: string, file: 'jar' | 'yml'): Edit =>
  inFile('compose', (text) => {
    const [, jar, , , config] = OPTIONS.exec(text) ?? [];
    const target = file === 'jar' ? jar : config;
    return target === undefined || text.includes(`:${target}:ro`)
      ? text
      : inService('connect', (block) =>
          block.replace(/( {4})ports:\n/, `$1volumes:\n$1  - ${source}:${target}:ro\n$&`),
        )(text);
  });

/** The agent's jar beside its configuration, as something that it must not be. */
const jarThatIs = (name: string, content: string, rule: string): Mutator =>
  stackMutator(
    `agent: jar that is ${name}`,
    (texts) => {
      const mounted = [...texts].some(([, text]) =>
        text.includes('./monitoring/jmx_prometheus_javaagent.jar:'),
      );
      const path = `${mounted ? 'monitoring' : 'labs/connect'}/jmx_prometheus_javaagent.jar`;
      const file = content === 'folder' ? { [`${path}/`]: '' } : { [path]: content };
      return mounted ? file : inTurn(mounting(`./${path}`, 'jar'), () => file)(texts);
    },
    rule,
  );

/** A broker with an agent of its own, whose files a volume has, and what is scraped and watched of it. */
const brokerAgent = (variable: string, test: string): Edit =>
  inTurn(
    inFile('compose', (text) =>
      /^ {2}kafka:/m.test(text)
        ? inService('kafka', (block) =>
            block
              .replace(
                / {4}environment:\n/,
                `$&      ${variable}: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/kafka.yml\n`,
              )
              .replace(/ {4}volumes:\n/, '$&      - jmx-agent:/opt/jmx:ro\n')
              .replace(/ {6}test: .*\n/, `      test: ["CMD-SHELL", "${test}"]\n`),
          )(text).replace(/^volumes:\n/m, '$&  jmx-agent:\n')
        : text,
    ),
    inFile(
      'prometheus',
      replacing(
        /^scrape_configs:\n/m,
        '$&  - job_name: broker\n    static_configs:\n      - targets: ["kafka:9404"]\n\n',
      ),
    ),
    inFile('rules', withAlert('up{job="broker"} == 0')),
  );

const PAGE = '<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body></body></html>\n';
const POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:8b67ed40485d475648c36d11d21464b484406f85faf912b3363f71a6a7861320
size 574652
`;

export const agentMutators: readonly Mutator[] = [
  jarThatIs('empty', '', 'jmx/agent-jar-empty'),
  jarThatIs('a folder', 'folder', 'jmx/agent-jar-folder'),
  jarThatIs('a page', PAGE, 'jmx/agent-jar-not-a-jar'),
  jarThatIs('a pointer', POINTER, 'jmx/agent-jar-lfs-pointer'),
  jarThatIs(
    'cut short',
    `PK\u0003\u0004${'\u0014\u0000io/prometheus/jmx/'.repeat(40)}`,
    'jmx/agent-jar-truncated',
  ),
  stackMutator(
    'agent: jar that is not there',
    mounting('./labs/connect/jmx_prometheus_javaagent.jar', 'jar'),
    'jmx/agent-jar-missing',
  ),
  stackMutator(
    'agent: jar that is downloaded under its full name',
    (texts) => {
      const path = 'scripts/download-jmx-agent.sh';
      const script = texts.get(path);
      return script === undefined
        ? undefined
        : { [path]: script.replace('javaagent.jar\n', 'javaagent-$version.jar\n') };
    },
    'jmx/agent-jar-missing',
  ),
  stackMutator(
    'agent: configuration that is not there',
    mounting('./labs/connect/exporter.yml', 'yml'),
    'jmx/agent-config-missing',
  ),
  mutator(
    'compose',
    "name of the agent's configuration",
    replacing('./monitoring/kafka-connect.yml:', './monitoring/kafka-connect.yaml:'),
    'jmx/agent-config-missing',
  ),
  stackMutator(
    'agent: configuration that is a folder',
    (texts) =>
      texts.has('monitoring/kafka-connect.yml')
        ? { 'monitoring/kafka-connect.yml': undefined, 'monitoring/kafka-connect.yml/': '' }
        : inTurn(mounting('./labs/connect/exporter.yml', 'yml'), () => ({
            'labs/connect/exporter.yml/': '',
          }))(texts),
    'jmx/agent-config-folder',
  ),
  mutator(
    'compose',
    'path of the agent',
    replacing(OPTIONS, '-javaagent:$2/agent/jmx_prometheus_javaagent.jar=$3:$4'),
    'jmx/agent-path-not-mounted',
  ),
  mutator(
    'compose',
    "path of the agent's configuration",
    replacing(OPTIONS, '-javaagent:$1=$3:/etc/jmx/$5'),
    'jmx/agent-path-not-mounted',
  ),
  mutator(
    'compose',
    'port of the agent',
    replacing(OPTIONS, '-javaagent:$1=8083:$4'),
    'jmx/agent-port-taken',
  ),
  mutator(
    'compose',
    'no options for the agent',
    replacing(/^ +JMX_PROMETHEUS_EXPORTER_OPTS: .*\n/m, ''),
    'jmx/agent-not-used',
  ),
  stackMutator(
    'agent: mounted in place of the one in the image, without its options',
    inTurn(
      mounting('./labs/connect/jmx_prometheus_javaagent.jar', 'jar'),
      inFile('compose', replacing(/^ +KAFKA_OPTS: -javaagent.*\n/m, '')),
      () => ({
        'labs/connect/get-agent.sh':
          '#!/bin/sh\nset -eu\ncurl -fsSL -o labs/connect/jmx_prometheus_javaagent.jar "$AGENT_URL"\ndocker compose up -d\n',
      }),
    ),
    'jmx/agent-not-used',
  ),
  mutator(
    'compose',
    'variable of the agent',
    replacing(/^( +)KAFKA_OPTS(: -javaagent)/m, '$1CONNECT_OPTS$2'),
    'jmx/options-not-read',
  ),
  stackMutator(
    'agent: start script that no longer hands it on',
    (texts) => {
      const path = 'kafka-connect/launch.sh';
      const script = texts.get(path);
      return script === undefined ? undefined : { [path]: script.replace(/^if [\s\S]*?^fi\n\n/m, '') };
    },
    'jmx/options-not-read',
  ),
  mutator(
    'compose',
    'health check by a tool of Kafka',
    inService('connect', (block) =>
      block.replace(/curl -fsS \S+/, '/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --list'),
    ),
    'jmx/agent-in-tools',
  ),
  stackMutator(
    'agent: of the broker, whose health check is a tool',
    brokerAgent('KAFKA_OPTS', '/opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --list'),
    'jmx/agent-in-tools',
  ),
  stackMutator(
    'agent: of the broker, in a variable that is none',
    brokerAgent('KAFKA_JMX_AGENT_OPTS', 'nc -z localhost 9092'),
    'jmx/options-not-read',
  ),
];
