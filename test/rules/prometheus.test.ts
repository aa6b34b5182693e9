import { describe, expect, test } from 'vitest';
import { checkFiles, foundIn, type Repository } from '../support/check.ts';
import { fixtureWith } from '../support/fixtures.ts';

describe('a service that nothing scrapes', () => {
  const without = (job: string) => (text: string) =>
    text.replace(new RegExp(`  - job_name: ${job}\\n(?:    .*\\n)+`), '');

  test('is found by its image, its agent and its code', () => {
    const unscraped = (files: Parameters<typeof foundIn>[0]) =>
      foundIn(files, 'prometheus/unscraped-service');
    expect(
      unscraped(fixtureWith('airflow-langgraph', { 'prometheus/prometheus.yml': without('postgres') })),
    ).toMatchInlineSnapshot(`
      [
        "error prometheus/unscraped-service docker-compose.yml:189:3 "postgres-exporter" serves metrics on 9187 (prometheuscommunity/postgres-exporter), and no job scrapes it",
      ]
    `);
    expect(
      unscraped(fixtureWith('airflow-langgraph', { 'prometheus/prometheus.yml': without('langgraph') })),
    ).toMatchInlineSnapshot(`
      [
        "error prometheus/unscraped-service docker-compose.yml:131:3 "langgraph" serves metrics on 8000 (its code does), and no job scrapes it",
      ]
    `);
    expect(
      unscraped(fixtureWith('debezium-lab', { 'labs/monitoring/prometheus.yml': without('connect') })),
    ).toMatchInlineSnapshot(`
      [
        "warning prometheus/unscraped-service docker-compose.yml:65:3 "connect" serves metrics on 9404 (a JMX exporter agent), and no job scrapes it",
      ]
    `);
    expect(
      unscraped(fixtureWith('kafnus', { 'monitoring/prometheus.yml': without('faust') })),
    ).toMatchInlineSnapshot(`
      [
        "warning prometheus/unscraped-service docker-compose.yml:50:3 "faust-stream" serves metrics on 8000 (its code does), and no job scrapes it",
      ]
    `);
  });

  test('is not looked for where targets are discovered', () => {
    const files = fixtureWith('airflow-langgraph', {
      'prometheus/prometheus.yml': (text) =>
        `${without('postgres')(text)}  - job_name: docker\n    docker_sd_configs:\n      - host: unix:///var/run/docker.sock\n`,
    });
    expect(foundIn(files, 'prometheus/unscraped-service')).toEqual([]);
  });
});

const compose = (prometheus: string, others: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
${prometheus}${others}`;
const target = (address: string): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["${address}"]
`;
const check = (address: string, others: string, prometheus = ''): string[] =>
  foundIn(
    { 'docker-compose.yml': compose(prometheus, others), 'prometheus.yml': target(address) },
    'prometheus',
  );
const API = '  api:\n    build: ./api\n    ports: ["8080:8000"]\n';

describe('where a target leads', () => {
  test('localhost is the container of Prometheus itself, with the service meant when one publishes the port', () => {
    expect(check('localhost:8080', API)).toMatchInlineSnapshot(`
      [
        "error prometheus/target-host prometheus.yml:4:20 "localhost" is the container of "prometheus" itself, where nothing listens on 8080: the job "api" is always down",
      ]
    `);
    expect(check('localhost:9090', API)).toEqual([]);
  });

  test("localhost is the host's when Prometheus uses the host's network", () => {
    expect(check('localhost:8080', API, '    network_mode: host\n')).toEqual([]);
    expect(check('api:8000', API, '    network_mode: host\n')).toMatchInlineSnapshot(`
      [
        "error prometheus/target-network prometheus.yml:4:20 "api:8000" cannot be reached: prometheus runs on the host's network, where names of services are not known; the job "api" is always down",
      ]
    `);
  });

  test("a service on the host's network has no name in the others", () => {
    expect(
      check('node:9100', '  node:\n    image: prom/node-exporter:v1.9.1\n    network_mode: host\n'),
    ).toMatchInlineSnapshot(`
      [
        "error prometheus/target-network prometheus.yml:4:20 "node:9100" cannot be reached: node runs on the host's network, so that its name is not known in the networks of prometheus; the job "api" is always down",
      ]
    `);
  });

  test('a port of the host is not one of the network', () => {
    expect(check('api:8080', API)).toMatchInlineSnapshot(`
      [
        "error prometheus/target-port prometheus.yml:4:24 "api" does not listen on 8080: 8080 is where it is published on the host, and inside the network it listens on 8000",
      ]
    `);
    expect(check('api:8000', API)).toEqual([]);
  });

  test('names that something outside may have are not judged', () => {
    expect(check('${API_HOST}:8000', '')).toEqual([]);
    expect(check('api.example.com:8000', '')).toEqual([]);
    expect(check('nas:9100', '', '    extra_hosts: ["nas:192.168.1.5"]\n')).toEqual([]);
    expect(
      check('nas:9100', 'networks:\n  shared:\n    external: true\n', '    networks: [shared]\n'),
    ).toEqual([]);
  });

  test('aliases, container names and host names are names too', () => {
    const names =
      '    container_name: the-api\n    hostname: api-1\n    networks: { default: { aliases: [backend] } }\n';
    for (const name of ['api', 'the-api', 'api-1', 'backend'])
      expect(check(`${name}:8000`, API + names)).toEqual([]);
    expect(check('apis:8000', API + names)).toMatchInlineSnapshot(`
      [
        "error prometheus/target-host prometheus.yml:4:20 "apis" is no service, alias or container name of docker-compose.yml: the job "api" is always down",
      ]
    `);
  });

  test('a file that two stacks load is wrong only where it is wrong in both', () => {
    const files = {
      'prometheus.yml': target('api:8000'),
      'docker-compose.dev.yml': compose('', API),
      'docker-compose.prod.yml': compose('', '  web:\n    image: nginx:1.27\n'),
    };
    expect(foundIn(files, 'prometheus/target-host')).toEqual([]);
  });
});

describe('a target that is no address', () => {
  const found = (address: string): string[] =>
    foundIn({ 'prometheus.yml': target(address) }, 'prometheus/target-url');

  test('has a sign that only looks like the right one, or a blank', () => {
    expect(found('192.0.2.4：9100')).toEqual([
      'error prometheus/target-url prometheus.yml:4:19 "192.0.2.4：9100" is no host and port: "：" is part of none, so the target is never reached',
    ]);
    const help = (address: string): (string | undefined)[] =>
      checkFiles({ 'prometheus.yml': target(address) })
        .findings.filter(({ rule }) => rule === 'prometheus/target-url')
        .map((finding) => finding.help);
    expect(help('192.0.2.4：9100')).toEqual(['write "192.0.2.4:9100"']);
    expect(help('api.example.com: 8000')).toEqual(['write "api.example.com:8000"']);
    expect(help('a.example.com:1,b.example.com:2')).toEqual(['write each target as an item of its own']);
  });

  test('is none of these', () => {
    for (const good of [
      'api.example.com:8000',
      'my_api:8000',
      '[2001:db8::1]:9100',
      '${HOST}:9100',
      'bücher.example:80',
    ])
      expect(found(good)).toEqual([]);
  });
});

describe('a retention that is left to the default', () => {
  test('is given by the flag that the version has', () => {
    const help = (version: string): (string | undefined)[] =>
      checkFiles({
        'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:${version}
    command: [--config.file=/etc/prometheus/prometheus.yml]
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml", "data:/prometheus"]
volumes: {data: }
`,
        'prometheus.yml': target('localhost:9090'),
      })
        .findings.filter(({ rule }) => rule === 'prometheus/retention')
        .map((finding) => finding.help);
    expect(help('v2.2.1')).toEqual(['add --storage.tsdb.retention=15d']);
    for (const version of ['v2.7.0', 'v3.5.0', 'latest'])
      expect(help(version)[0]).toContain('--storage.tsdb.retention.time=15d');
  });
});

describe('a rule file that nothing loads', () => {
  const rules = (name: string): string =>
    `groups:\n  - name: api\n    rules:\n      - alert: ${name}\n        expr: up == 0\n`;
  const help = (files: Repository): (string | undefined)[] =>
    checkFiles(files)
      .findings.filter(({ rule }) => rule === 'prometheus/rule-file-not-loaded')
      .map((finding) => finding.help);

  test('is to be mounted beside those that are, from where the compose file stands', () => {
    const files = (flag: string): Repository => ({
      'deploy/compose.yml': `services:
  vmagent:
    image: victoriametrics/vmagent:v1.120.0
    command: [--promscrape.config=/etc/prometheus/prometheus.yml]
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
  vmalert:
    image: victoriametrics/vmalert:v1.120.0
    command: ["--rule=${flag}", --notifier.url=http://alerts.example.com:9093]
    volumes: ["../rules/a.yml:/etc/alerts/a.yml:ro"]
`,
      'deploy/prometheus.yml':
        'scrape_configs:\n  - job_name: a\n    static_configs: [{targets: ["localhost:8429"]}]\n',
      'rules/a.yml': rules('A'),
      'rules/b.yml': rules('B'),
    });
    expect(help(files('/etc/alerts/*.yml'))).toEqual([
      'mount it, such as "../rules/b.yml:/etc/alerts/b.yml:ro"',
    ]);
    expect(help(files('/etc/alerts/a.yml'))).toEqual([
      'mount it, such as "../rules/b.yml:/etc/alerts/b.yml:ro", and name it among the rule files',
    ]);
  });

  test('is not said to be lost where one that loads its neighbours looks for a file in vain', () => {
    const stack = (mount: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/${mount}:ro
`;
    const found = foundIn(
      {
        'docker-compose.yml': stack('rules.yml'),
        'docker-compose.other.yml': stack('other.yml'),
        'prometheus.yml': 'rule_files: [rules.yml]\nscrape_configs: []\n',
        'rules.yml': rules('A'),
        'other.yml': rules('B'),
      },
      'prometheus/rule-file-not-loaded',
      'prometheus/rule-files-match-nothing',
    );
    expect(found).toEqual([
      'error prometheus/rule-files-match-nothing prometheus.yml:1:14 "rules.yml" matches no file in the container "prometheus" of docker-compose.other.yml: none of its rules is loaded',
    ]);
  });
});

describe('a test of an alert that is not there', () => {
  test('is told what it proves, and which alert has the same words', () => {
    const files = (expected: string): Repository => ({
      'alerts.yml':
        'groups:\n  - name: api\n    rules:\n      - alert: HighErrorRate\n        expr: a > 1\n      - alert: HighInstanceErrorRate\n        expr: b > 1\n',
      'alerts_test.yml': `rule_files: [alerts.yml]
tests:
  - interval: 1m
    alert_rule_test:
      - eval_time: 5m
        alertname: HighErrorRateInstance
        exp_alerts: ${expected}
`,
    });
    const found = (expected: string): (string | undefined)[][] =>
      checkFiles(files(expected))
        .findings.filter(({ rule }) => rule === 'tests/unknown-alert')
        .map(({ message, help: what }) => [message, what]);
    expect(found('[]')).toEqual([
      [
        'none of the rule files of this test defines an alert "HighErrorRateInstance": the test passes, whatever becomes of the alert that is meant',
        'did you mean "HighInstanceErrorRate"?',
      ],
    ]);
    expect(found('[{exp_labels: {job: api}}]')[0]?.[0]).toMatch(/: the test fails$/);
  });
});
