import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { checkFiles, foundIn, type Repository } from '../support/check.ts';
import { type Changes, fixtureWith } from '../support/fixtures.ts';

const JAR = 'monitoring/jmx_prometheus_javaagent.jar';
/** The stack without the script that downloads the agent, so that the jar is a file like any other. */
const kafnus = (changes: Changes): Repository =>
  fixtureWith('kafnus', {
    '.gitignore': undefined,
    'scripts/download-jmx-agent.sh': undefined,
    'README.md': undefined,
    Makefile: undefined,
    '.github/workflows/monitoring.yml': undefined,
    ...changes,
  });
const jar = (manifest: string): Uint8Array =>
  zipSync({ 'META-INF/MANIFEST.MF': new TextEncoder().encode(manifest) });
const AGENT = jar('Manifest-Version: 1.0\nPremain-Class: io.prometheus.jmx.JavaAgent\n');

const JMX = RULES.filter(({ id }) => id.startsWith('jmx/'));

/** Findings with what Docker does and what mends it. */
const withHelp = (files: Repository): string[] =>
  checkFiles(files, { rules: JMX })
    .findings.filter(({ rule }) => rule.startsWith('jmx/'))
    .map(({ rule, at, message, help }) => `${rule} ${at.file}:${at.start.line} ${message} | ${help}`);

describe("the agent's jar", () => {
  test('is right', () => expect(withHelp(kafnus({ [JAR]: AGENT }))).toEqual([]));
  test('is missing', () =>
    expect(withHelp(kafnus({}))).toMatchInlineSnapshot(`
    [
      "jmx/agent-jar-missing docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is not in the repository, and nothing downloads it: Docker makes an empty folder of that name, and the JVM of "kafka-connect" does not start | download it, in a step that everybody runs: curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
    ]
  `));
  test('is downloaded by a script of the repository', () =>
    expect(withHelp(fixtureWith('kafnus', {}))).toEqual([]));
  test('is a folder', () =>
    expect(withHelp(kafnus({ [`${JAR}/`]: '' }))).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-folder docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is a folder, as Docker makes it when the jar is missing at the first start; the JVM of "kafka-connect" finds it at "/opt/jmx/jmx_prometheus_javaagent.jar" and does not start | remove it and download the jar: rmdir monitoring/jmx_prometheus_javaagent.jar && curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
  test('is empty', () =>
    expect(withHelp(kafnus({ [JAR]: '' }))).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-empty docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is an empty file; the JVM of "kafka-connect" finds it at "/opt/jmx/jmx_prometheus_javaagent.jar" and does not start ("Error opening zip file") | download it again: curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
  test('is truncated', () =>
    expect(withHelp(kafnus({ [JAR]: AGENT.slice(0, 80) }))).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-truncated docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is a truncated jar of 80 bytes; the JVM of "kafka-connect" finds it at "/opt/jmx/jmx_prometheus_javaagent.jar" and does not start ("Error opening zip file") | download it again: curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
  test('is a web page', () =>
    expect(withHelp(kafnus({ [JAR]: '<html><h1>404 Not Found</h1></html>' }))).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-not-a-jar docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is a web page, such as an error page that was downloaded in its place; the JVM of "kafka-connect" finds it at "/opt/jmx/jmx_prometheus_javaagent.jar" and does not start | download it again: curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
  test('is a Git LFS pointer', () =>
    expect(
      withHelp(kafnus({ [JAR]: 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n' })),
    ).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-lfs-pointer docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is a Git LFS pointer, not the jar itself; the JVM of "kafka-connect" finds it at "/opt/jmx/jmx_prometheus_javaagent.jar" and does not start | fetch the file: git lfs pull --include monitoring/jmx_prometheus_javaagent.jar (in a workflow, actions/checkout with lfs: true)",
      ]
    `));
  test('is a jar without an agent', () =>
    expect(withHelp(kafnus({ [JAR]: jar('Manifest-Version: 1.0\n') }))).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-not-a-jar docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is a jar without an agent: its manifest has no Premain-Class; the JVM of "kafka-connect" finds it at "/opt/jmx/jmx_prometheus_javaagent.jar" and does not start | download it again: curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
  test('is ignored by git', () =>
    expect(withHelp(kafnus({ [JAR]: AGENT, '.gitignore': '*.jar\n' }))).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-missing docker-compose.yml:131 "monitoring/jmx_prometheus_javaagent.jar" is ignored by git, so that a fresh clone does not have it, and nothing downloads it: Docker makes an empty folder of that name, and the JVM of "kafka-connect" does not start | download it, in a step that everybody runs: curl -fsSL --create-dirs -o monitoring/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
  test('is mounted somewhere else', () =>
    expect(
      withHelp(
        kafnus({
          [JAR]: AGENT,
          'docker-compose.yml': (text) => text.replace(`${JAR}:/opt/jmx/`, `${JAR}:/usr/share/jmx/`),
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "jmx/agent-path-not-mounted docker-compose.yml:128 -javaagent looks for its jar at "/opt/jmx/jmx_prometheus_javaagent.jar", and it is mounted at "/usr/share/jmx/jmx_prometheus_javaagent.jar" in "kafka-connect": the JVM does not start | write "/usr/share/jmx/jmx_prometheus_javaagent.jar" here, or mount it at "/opt/jmx/jmx_prometheus_javaagent.jar"",
      ]
    `));
  test('is not in the folder that is mounted', () =>
    expect(
      withHelp(
        kafnus({
          'docker-compose.yml': (text) =>
            text
              .replace(/ +- \.\/monitoring\/jmx[^\n]*\n/, '')
              .replace(
                './monitoring/kafka-connect.yml:/opt/jmx/kafka-connect.yml:ro',
                './monitoring/jmx:/opt/jmx:ro',
              ),
          'monitoring/jmx/jmx_prometheus_javaagent-0.20.0.jar': AGENT,
          'monitoring/jmx/kafka-connect.yml': 'rules: [{ pattern: ".*" }]\n',
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "jmx/agent-jar-missing docker-compose.yml:131 "monitoring/jmx/jmx_prometheus_javaagent.jar" is not in the repository, and nothing downloads it: the folder is mounted without it, nothing is at "/opt/jmx/jmx_prometheus_javaagent.jar", and the JVM of "kafka-connect" does not start | name the jar that is there, monitoring/jmx/jmx_prometheus_javaagent-0.20.0.jar, or download it: curl -fsSL --create-dirs -o monitoring/jmx/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.6.0/jmx_prometheus_javaagent-1.6.0.jar",
      ]
    `));
});

describe("the agent's configuration", () => {
  test('is missing', () =>
    expect(
      withHelp(kafnus({ [JAR]: AGENT, 'monitoring/kafka-connect.yml': undefined })),
    ).toMatchInlineSnapshot(`
      [
        "jmx/agent-config-missing docker-compose.yml:132 the agent's configuration "monitoring/kafka-connect.yml" is not in the repository: Docker makes an empty folder of that name, and the JVM of "kafka-connect" does not start | add monitoring/kafka-connect.yml, or correct the path: "rules: [{ pattern: '.*' }]" is the least that it may hold",
      ]
    `));
  test('is a folder', () =>
    expect(
      withHelp(
        kafnus({
          [JAR]: AGENT,
          'monitoring/kafka-connect.yml': undefined,
          'monitoring/kafka-connect.yml/': '',
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "jmx/agent-config-folder docker-compose.yml:132 "monitoring/kafka-connect.yml" is a folder; the agent of "kafka-connect" finds it at "/opt/jmx/kafka-connect.yml" in place of its configuration, and the JVM does not start | remove it with rmdir monitoring/kafka-connect.yml, and write the configuration into a file of that name",
      ]
    `));
});

describe("the agent's options", () => {
  const moveTo = (service: string) => (text: string) => {
    const line = / +# Read by kafka-connect.*\n +JMX_PROMETHEUS_EXPORTER_OPTS: .*\n/.exec(text)?.[0] ?? '';
    return text
      .replace(line, '')
      .replace(new RegExp(`(\\n  ${service}:\\n(?:.*\\n)*?    environment:\\n)`), (start) => start + line);
  };

  test('are set on the wrong service', () => {
    const moved = (service: string) =>
      withHelp(kafnus({ [JAR]: AGENT, 'docker-compose.yml': moveTo(service) }));
    expect(moved('kafka')).toMatchInlineSnapshot(`
      [
        "jmx/options-not-read docker-compose.yml:11 "kafka" (apache/kafka) does not read JMX_PROMETHEUS_EXPORTER_OPTS: the agent never starts, and nothing listens on 9100 | set JMX_PROMETHEUS_EXPORTER_OPTS on "kafka-connect", whose start script reads it",
      ]
    `);
    expect(moved('faust-stream')).toMatchInlineSnapshot(`
      [
        "jmx/options-not-read docker-compose.yml:62 no JVM runs in "faust-stream" (python): the agent of JMX_PROMETHEUS_EXPORTER_OPTS never starts, and nothing listens on 9100 | set JMX_PROMETHEUS_EXPORTER_OPTS on "kafka-connect", whose start script reads it",
      ]
    `);
  });

  test('are in a variable of the image, or of every JVM', () => {
    for (const variable of ['KAFKA_OPTS', 'EXTRA_ARGS', 'JAVA_TOOL_OPTIONS'])
      expect(
        foundIn(
          kafnus({
            [JAR]: AGENT,
            'docker-compose.yml': (text) => text.replace('JMX_PROMETHEUS_EXPORTER_OPTS:', `${variable}:`),
          }),
          'jmx/options-not-read',
        ),
      ).toEqual([]);
  });

  test('are handed on by nothing but a comment', () => {
    const comment = '#!/bin/bash\n# JMX_PROMETHEUS_EXPORTER_OPTS is a name of this image only.\nexec run\n';
    expect(
      foundIn(kafnus({ [JAR]: AGENT, 'kafka-connect/launch.sh': comment }), 'jmx/options-not-read'),
    ).toHaveLength(1);
  });

  test('name a path at which its image has not put it', () => {
    const built = (option: string, ...steps: string[]): string[] =>
      foundIn(
        {
          'docker-compose.yml': `services:
  connect:
    build: ./connect
    environment:
      KAFKA_OPTS: -javaagent:${option}=9404:/kafka/jmx/connect.yml
`,
          'connect/Dockerfile': `FROM apache/kafka:3.9.1
ADD https://example.com/1.4.0.jar /kafka/jmx/agent.jar
COPY connect.yml /kafka/jmx/connect.yml
${steps.map((step) => `${step}\n`).join('')}`,
          'connect/connect.yml': "rules:\n  - pattern: '.*'\n",
        },
        'jmx/agent-path-not-mounted',
      );
    expect(built('/kafka/jmx/agent.jar')).toEqual([]);
    expect(built('/kafka/agent.jar')).toEqual([
      'error jmx/agent-path-not-mounted docker-compose.yml:5:30 -javaagent looks for its jar at "/kafka/agent.jar", and it is put at "/kafka/jmx/agent.jar" in "connect": the JVM does not start',
    ]);
    // Of a jar of another name, the base image may bring one.
    expect(built('/kafka/libs/other.jar')).toEqual([]);
    expect(built('/kafka/agent.jar', 'RUN mv /kafka/jmx/agent.jar /kafka')).toEqual([]);
    expect(built('/kafka/agent.jar', 'COPY --from=build /out /kafka')).toEqual([]);
  });

  test("give it the port of the worker's own server", () =>
    expect(
      withHelp(
        kafnus({ [JAR]: AGENT, 'docker-compose.yml': (text) => text.replace('.jar=9100:', '.jar=8083:') }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "jmx/agent-port-taken docker-compose.yml:128 the agent of "kafka-connect" wants port 8083, which CONNECT_REST_PORT uses: one of the two does not start | give the agent a port of its own, such as 9404, and scrape that",
      ]
    `));
});

describe('what is wrong with a configuration', () => {
  const config = (text: string): string[] =>
    foundIn(kafnus({ [JAR]: AGENT, 'monitoring/kafka-connect.yml': text }), 'jmx', 'syntax').map(
      (line) => line.split(' ')[1] ?? '',
    );

  test.each([
    ['a rule without a name', 'rules:\n  - pattern: a\n    labels: { b: c }\n', 'jmx/config-incomplete-rule'],
    [
      'one without a pattern',
      "rules:\n  - name: a\n  - pattern: 'b:'\n    name: b\n",
      'jmx/config-incomplete-rule',
    ],
    [
      'a label that is a number',
      'rules:\n  - pattern: a\n    name: b\n    labels: { c: 1 }\n',
      'jmx/config-incomplete-rule',
    ],
    ['both addresses', 'hostPort: a:1\njmxUrl: b\nrules: []\n', 'jmx/config-exclusive-keys'],
    [
      'both names of a list',
      'includeObjectNames: ["a:*"]\nwhitelistObjectNames: ["b:*"]\nrules: []\n',
      'jmx/renamed-config',
    ],
  ])('is told once: %s', (_name, text, rule) => {
    expect(config(text)).toEqual([rule]);
  });

  test('depends on the version that a script downloads', () => {
    const renamed = (version: string): string[] =>
      foundIn(
        kafnus({
          'scripts/download-jmx-agent.sh': (text) => text.replace('version=0.20.0', `version=${version}`),
        }),
        'jmx/renamed-config',
      );
    expect(renamed('0.19.0')).toEqual([
      'warning jmx/renamed-config monitoring/kafka-connect.yml:7:1 version 0.19.0 of the agent does not read includeObjectNames, which came with 0.20: what it lists has no effect',
    ]);
    expect(renamed('1.0.1')).toEqual([]);
  });
});

describe('a health check that runs a tool of Kafka', () => {
  const check = (variable: string, command: string): string[] =>
    foundIn(
      {
        'docker-compose.yml': `services:
  kafka:
    build: ./kafka
    environment:
      ${variable}: -javaagent:/opt/agent.jar=9404:/opt/kafka.yml
    healthcheck:
      test: ${command}
`,
        'kafka/Dockerfile': 'FROM confluentinc/cp-kafka:7.9.0\nCOPY jmx /opt\n',
      },
      'jmx/agent-in-tools',
    );

  test('starts a second agent by KAFKA_OPTS', () => {
    expect(
      check('KAFKA_OPTS', 'kafka-topics --bootstrap-server localhost:9092 --list'),
    ).toMatchInlineSnapshot(`
      [
        "error jmx/agent-in-tools docker-compose.yml:7:13 "kafka-topics" reads KAFKA_OPTS too and starts a second agent, whose port 9404 is taken: the health check of "kafka" always fails",
      ]
    `);
    expect(
      check('JAVA_TOOL_OPTIONS', '["CMD", "kafka-broker-api-versions", "--bootstrap-server", "kafka:9092"]'),
    ).toHaveLength(1);
  });

  test('does not, where the variable is taken from it, or only servers read it', () => {
    expect(check('KAFKA_OPTS', 'KAFKA_OPTS= kafka-topics --bootstrap-server localhost:9092 --list')).toEqual(
      [],
    );
    expect(check('KAFKA_OPTS', '["CMD-SHELL", "unset KAFKA_OPTS && kafka-topics --list"]')).toEqual([]);
    expect(check('EXTRA_ARGS', 'kafka-topics --bootstrap-server localhost:9092 --list')).toEqual([]);
    expect(check('KAFKA_OPTS', 'nc -z localhost 9092')).toEqual([]);
  });
});

describe('a rule of the exporter', () => {
  const check = (config: string): string[] =>
    foundIn({ 'jmx.yml': config }, 'jmx/unreachable-rule', 'jmx/config-regex');
  const rules = (...patterns: string[]): string =>
    `rules:\n${patterns.map((pattern) => `  - pattern: '${pattern}'\n    name: a_metric\n`).join('')}`;

  test('stands behind one that matches everything', () => {
    expect(
      check(rules('.*', 'kafka.server<type=(.+)><>Count', 'kafka.log<type=(.+)><>Size')),
    ).toMatchInlineSnapshot(`
      [
        "warning jmx/unreachable-rule jmx.yml:4:14 the rule before this one matches everything: this rule and the one after it name no metric",
      ]
    `);
    expect(check(rules('kafka.server<type=(.+)><>Count', '.*'))).toEqual([]);
  });

  test('is written as an object name, or without the space after a comma', () => {
    expect(check(rules('kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec'))).toMatchInlineSnapshot(`
      [
        "warning jmx/unreachable-rule jmx.yml:2:14 no MBean can match "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec": it is written as an object name, and is matched against domain<type=…, name=…><>attribute: value",
      ]
    `);
    expect(check(rules('kafka.server<type=(.+),name=(.+)><>Count'))).toMatchInlineSnapshot(`
      [
        "warning jmx/unreachable-rule jmx.yml:2:14 no MBean can match "kafka.server<type=(.+),name=(.+)><>Count": properties are joined by a comma and a space, and it has only a comma",
      ]
    `);
    expect(check(rules('kafka.server<type=(.+), name=(.+)><>Count: (.+)'))).toEqual([]);
  });

  test('is for MBeans that are not collected', () => {
    const include = (...names: string[]): string =>
      `includeObjectNames: [${names.map((name) => `"${name}"`).join(', ')}]\n`;
    const server = rules('kafka\\.server<type=(.+)><>Count');
    expect(check(include('kafka.connect:*') + server)).toMatchInlineSnapshot(`
      [
        "warning jmx/unreachable-rule jmx.yml:3:14 no MBean of "kafka.server" is collected: includeObjectNames leaves its domain out, and this rule names no metric",
      ]
    `);
    for (const name of ['kafka.server:type=*', 'kafka.*:*', '*:type=x'])
      expect(check(include(name) + server)).toEqual([]);
  });

  test('is no regular expression of Java', () => {
    expect(check(rules('kafka.server<type=(.+>'))).toMatchInlineSnapshot(`
      [
        "error jmx/config-regex jmx.yml:2:33 the pattern "kafka.server<type=(.+>" does not compile, a "(" is not closed: the agent stops its JVM",
      ]
    `);
    expect(check(rules('kafka.server<name=(?P<name>.+)>'))).toMatchInlineSnapshot(`
      [
        "error jmx/config-regex jmx.yml:2:33 the pattern "kafka.server<name=(?P<name>.+)>" does not compile, a named group is written (?<name>…) in Java, and not (?P<name>…): the agent stops its JVM",
      ]
    `);
    expect(check(rules('kafka.server<topic=(?!__).+>', 'a++', '(?<name>x)', '[^,]*+'))).toEqual([]);
  });
});
