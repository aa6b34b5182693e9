import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { checkFiles, oneLine, type Repository } from '../support/check.ts';
import { fixtureWith } from '../support/fixtures.ts';

const AREAS = /^(?:loki|promtail|tempo|otel)\//;

/** What the rules of logs, traces and collectors find, without Promtail's end of life. */
const found = (files: Repository): string[] =>
  checkFiles(files, { rules: RULES.filter(({ id }) => AREAS.test(id)) })
    .findings.filter(({ rule }) => rule !== 'promtail/end-of-life')
    .map(oneLine);

describe('the thought processor, beyond its broken variants', () => {
  const broken = (path: string, from: string, to: string): string[] =>
    found(fixtureWith('thought-processor', { [path]: (text) => text.replace(from, () => to) }));

  test('does not start Loki, when nothing says where deletions are kept', () => {
    expect(broken('config/loki-config.yml', '  delete_request_store: filesystem\n', '')).toEqual([
      'error loki/delete-request-store config/loki-config.yml:39:3 loki does not start: retention is on, and compactor.delete_request_store is not set',
    ]);
  });

  test.each([
    ['//loki:', '//lokki:', 'no service has the name "lokki"'],
    ['//loki:', '//localhost:', 'localhost is the container of promtail itself'],
  ])('sends no log, when %s becomes %s', (from, to, why) => {
    const lines = broken('config/promtail-config.yml', from, to);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('error loki/client-url config/promtail-config.yml:10:10');
    expect(lines[0]).toContain(why);
  });

  test('is refused, when Loki asks for a tenant', () => {
    expect(broken('config/loki-config.yml', 'auth_enabled: false', 'auth_enabled: true')).toEqual([
      expect.stringContaining('error loki/tenant-missing config/promtail-config.yml:10:10'),
    ]);
  });

  test('reads no log, when the volume is not mounted', () => {
    expect(broken('docker-compose.yml', '      - app_logs:/var/log/thoughtprocessor:ro\n', '')).toEqual([
      'warning promtail/volume-not-mounted config/promtail-config.yml:19:21 Promtail finds no log here, nor for 1 more job: nothing is mounted at "/var/log/thoughtprocessor" of promtail',
    ]);
  });

  test.each([
    ['- multiline:', '- multilines:', 'there is no stage "multilines"'],
    ["'^(?P<time>\\S+ \\S+) (?P<level>[A-Z]+) '", "'^(?P<time>\\S+'", 'is no regular expression of RE2'],
    ['- labels:', '- label:', 'there is no stage "label"'],
  ])('does not start Promtail, when %s becomes %s', (from, to, why) => {
    expect(broken('config/promtail-config.yml', from, to)).toEqual([
      expect.stringMatching(new RegExp(`^error promtail/pipeline-stage .*${why}`)),
    ]);
  });

  test('says nowhere how long traces are kept, when that is left out', () => {
    expect(broken('config/tempo-config.yml', '    block_retention: 168h\n', '')).toEqual([
      expect.stringContaining('notice tempo/block-retention'),
    ]);
  });
});

const LOKI_COMPOSE = (image: string, more = ''): string => `services:
  loki:
    image: ${image}
    volumes:
      - ./loki.yml:/etc/loki/local-config.yaml:ro
${more}`;

describe("Loki's schema", () => {
  const schema = (image: string, configs: string, limits = ''): string[] =>
    found({
      'docker-compose.yml': LOKI_COMPOSE(image),
      'loki.yml': `auth_enabled: false\nschema_config:\n  configs:\n${configs}${limits}`,
    }).map((line) => line.replace(/^error loki\/schema \S+ loki does not start with this schema: /, ''));
  const period = (from: string, store = 'tsdb', version = 'v13', every = '24h'): string =>
    `    - from: ${from}
      store: ${store}
      object_store: filesystem
      schema: ${version}
      index: { prefix: index_, period: ${every} }
`;

  test('is well in order, with dates that are texts or not', () => {
    expect(schema('grafana/loki:3.4.2', period('2024-01-01') + period('"2025-01-01"'))).toEqual([]);
  });

  test('must have its periods in order', () => {
    expect(schema('grafana/loki:3.4.2', period('2025-01-01') + period('2024-01-01'))).toEqual([
      'the period from 2024-01-01 follows the one from 2025-01-01, and must begin later',
    ]);
  });

  test('must have an index of a day', () => {
    expect(schema('grafana/loki:3.4.2', period('2024-01-01', 'tsdb', 'v13', '168h'))).toEqual([
      'the index of tsdb has a period of 168h, and must have 24h',
    ]);
  });

  test('must be of v13 for structured metadata, since version 3', () => {
    const old = period('2020-10-24', 'boltdb-shipper', 'v11');
    expect(schema('grafana/loki:3.0.0', old)).toEqual([
      'structured metadata is on since version 3, and needs the store tsdb, not boltdb-shipper',
    ]);
    expect(schema('grafana/loki:2.9.10', old)).toEqual([]);
    expect(schema('grafana/loki:${LOKI_VERSION}', old)).toEqual([]);
    expect(
      schema('grafana/loki:3.0.0', old, 'limits_config: { allow_structured_metadata: false }\n'),
    ).toEqual([]);
    // Which of two periods counts today is not known.
    expect(schema('grafana/loki:3.0.0', old + period('2024-04-01'))).toEqual([]);
  });
});

describe('labels that Promtail sets', () => {
  const files = (scrape: string, expr: string, more = ''): Repository => ({
    'docker-compose.yml': LOKI_COMPOSE(
      'grafana/loki:2.9.10',
      `      - ./rules.yml:/etc/loki/rules/fake/rules.yml:ro
  promtail:
    image: grafana/promtail:2.9.10
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
      - /var/log:/var/log:ro
      - /var/run/docker.sock:/var/run/docker.sock:ro
${more}`,
    ),
    'loki.yml': 'auth_enabled: false\nschema_config: { configs: [] }\n',
    'promtail.yml': `positions: { filename: /tmp/positions.yaml }
clients:
  - url: http://loki:3100/loki/api/v1/push
    external_labels: { host: one }
scrape_configs:
${scrape}`,
    'rules.yml': `groups:
  - name: logs
    rules:
      - alert: Errors
        expr: sum(rate(${expr}[5m])) > 1
`,
  });
  const missing = (scrape: string, expr: string, more = ''): string[] =>
    found(files(scrape, expr, more))
      .filter((line) => line.includes('label-never-set'))
      .map((line) => line.replace(/^.*finds nothing: /, ''));

  const STATIC = `  - job_name: system
    static_configs:
      - targets: [localhost]
        labels: { job: varlogs, __path__: /var/log/*.log }
    relabel_configs:
      - { source_labels: [job], regex: var(.*), target_label: kind, replacement: $1 }
    pipeline_stages:
      - regex: { expression: '^(?P<level>[A-Z]+) ' }
      - labels: { level: , code: status }
      - static_labels: { env: prod }
`;
  test.each([
    '{job="varlogs"}',
    '{kind="logs"}',
    '{level="ERROR"}',
    '{code=~"5.."}',
    '{filename=~".*api.*"}',
    '{env="prod", host="one"}',
  ])('are found by %s', (expr) => {
    expect(missing(STATIC, expr)).toEqual([]);
  });

  test.each([
    ['{service="api"}', 'nothing sets the label "service"'],
    ['{job="varlog"}', 'nothing sets "job" to "varlog"'],
    ['{job=~"api|web"}', 'nothing sets "job" to what matches "api|web"'],
    ['{env="staging", job="varlogs"}', 'nothing sets "env" to "staging"'],
  ])('are not found by %s', (expr, what) => {
    expect(missing(STATIC, expr)).toEqual([what]);
  });

  const DOCKER = (relabel: string): string => `  - job_name: containers
    docker_sd_configs:
      - host: unix:///var/run/docker.sock
    relabel_configs:
${relabel}`;
  test('of discovered containers have any value, but no other name', () => {
    const named = DOCKER(
      "      - { source_labels: [__meta_docker_container_name], regex: '/(.*)', target_label: container }\n",
    );
    expect(missing(named, '{container="api"}')).toEqual([]);
    expect(missing(named, '{container_name="api"}')).toEqual(['nothing sets the label "container_name"']);
  });

  test('may have any name where they are mapped', () => {
    const mapped = DOCKER("      - { action: labelmap, regex: '__meta_docker_container_label_(.+)' }\n");
    expect(missing(mapped, '{team="core"}')).toEqual([]);
  });

  test('are dropped and allowed by stages', () => {
    const dropped = STATIC.replace(
      '      - static_labels',
      '      - labeldrop: [filename]\n      - static_labels',
    );
    expect(missing(dropped, '{filename="x"}')).toEqual(['nothing sets the label "filename"']);
    const allowed = `${STATIC}      - labelallow: [job]\n`;
    expect(missing(allowed, '{env="prod"}')).toEqual(['nothing sets the label "env"']);
  });

  test.each([
    ['another collector runs', '  fluent:\n    image: fluent/fluent-bit:3.2\n'],
    ['a logging driver sends', '  api:\n    image: example/api:1.0\n    logging:\n      driver: loki\n'],
    [
      'a program knows the address',
      '  api:\n    image: example/api:1.0\n    environment:\n      LOKI: http://loki:3100\n',
    ],
  ])('may be others where %s', (_, more) => {
    expect(missing(STATIC, '{service="api"}', more)).toEqual([]);
  });

  test('may be service_name, which Loki makes since version 3', () => {
    const at = (image: string): string[] =>
      found({
        ...files(STATIC, '{service_name="api"}'),
        'docker-compose.yml': (files(STATIC, '')['docker-compose.yml'] as string).replaceAll('2.9.10', image),
      }).filter((line) => line.includes('label-never-set'));
    expect(at('3.4.2')).toEqual([]);
    expect(at('2.9.10')).toHaveLength(1);
  });
});

describe('logs that Promtail reads', () => {
  const unmounted = (volumes: string, path: string, more = ''): string[] =>
    found({
      'docker-compose.yml': `services:
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
${volumes}`,
      'promtail.yml': `positions: { filename: /tmp/positions.yaml }
clients:
  - url: https://loki.example.com/loki/api/v1/push
scrape_configs:
  - job_name: one
    static_configs:
      - targets: [localhost]
        labels: { job: one, __path__: "${path}" }
${more}`,
    }).map((line) => line.replace(/^.*finds no log here: /, ''));

  test.each([
    ['      - /var/log:/var/log:ro\n', '/var/log/*.log'],
    ['      - /var/log:/var/log:ro\n', '/var/log/nginx/access.log'],
    ['      - /var/log/nginx:/var/log/nginx:ro\n', '/var/log/**/*.log'],
    ['      - type: bind\n        source: /srv/logs\n        target: /logs\n', '/logs/{a,b}/*.log'],
    ['', '${LOGS}/*.log'],
    ['      - ${LOGS}:${LOGS}\n', '/srv/*.log'],
  ])('are there with %j for %s', (volumes, path) => {
    expect(unmounted(volumes, path)).toEqual([]);
  });

  test('are not there where nothing is mounted', () => {
    expect(unmounted('', '/var/log/app-*.log')).toEqual(['nothing is mounted at "/var/log" of promtail']);
  });

  test('of Docker and of the journal need what they are read from', () => {
    const more = `  - job_name: docker
    docker_sd_configs: [{ host: "unix:///var/run/docker.sock" }]
  - job_name: journal
    journal: { labels: { job: journal } }
`;
    const LOGS = '      - /srv:/srv:ro\n';
    expect(unmounted(LOGS, '/srv/*.log', more)).toEqual([
      'the socket "/var/run/docker.sock" of Docker is not mounted',
      'no journal is mounted at "/var/log/journal"',
    ]);
    const mounted = `${LOGS}      - /var/run/docker.sock:/var/run/docker.sock:ro\n      - /run/log/journal:/run/log/journal:ro\n`;
    expect(unmounted(mounted, '/srv/*.log', more)).toEqual([]);
  });
});

describe('telemetry that is sent to a collector', () => {
  const files = (receivers: string, env: string, version = '0.130.0', pipeline = 'otlp'): Repository => ({
    'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    environment:
      ${env}
  worker:
    image: example/worker:1.0
    environment:
      ${env}
  collector:
    image: otel/opentelemetry-collector-contrib:${version}
    command: ["--config=/etc/otel.yaml"]
    volumes:
      - ./otel.yaml:/etc/otel.yaml:ro
`,
    'otel.yaml': `receivers:
${receivers}exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [${pipeline}]
      exporters: [debug]
`,
  });
  const OPEN = `  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
`;
  const BARE = '  otlp:\n    protocols:\n      grpc:\n      http:\n';
  const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT: http://collector';

  test('arrives at a port that is open', () => {
    expect(found(files(OPEN, `${ENDPOINT}:4317`))).toEqual([]);
  });

  test('does not arrive at one that is open for the collector itself: one finding for all that send', () => {
    expect(found(files(BARE, `${ENDPOINT}:4317`))).toEqual([
      'error otel/receiver-not-enabled otel.yaml:4:7 api and worker send to http://collector:4317, and collector takes nothing there: its receiver "otlp" listens on localhost only, as all do since version 0.104 that have no endpoint',
    ]);
    expect(found(files(BARE, `${ENDPOINT}:4317`, '0.103.1'))).toEqual([]);
  });

  test('does not arrive at a port that no pipeline reads', () => {
    expect(
      found(
        files(`${OPEN}  zipkin:\n    endpoint: 0.0.0.0:9411\n`, 'ZIPKIN_ENDPOINT: http://collector:9412'),
      ),
    ).toEqual([expect.stringContaining('its configuration opens 4317 and 4318')]);
  });

  test('does not arrive where it is spoken in another way', () => {
    const http = `${ENDPOINT}:4317\n      OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf`;
    expect(found(files(OPEN, http))).toEqual([
      expect.stringContaining('port 4317 is for gRPC, and what is sent is HTTP'),
    ]);
    expect(found(files(OPEN, http.replace('4317', '4318')))).toEqual([]);
  });

  test('is not judged where an endpoint is not known, or a part of the configuration is elsewhere', () => {
    const unknown = OPEN.replace('0.0.0.0:4317', '${env:HOST}:${env:PORT}');
    expect(found(files(unknown, `${ENDPOINT}:9999`))).toEqual([]);
    const two = files(BARE, `${ENDPOINT}:4317`);
    const compose = (two['docker-compose.yml'] as string).replace(
      '"--config=/etc/otel.yaml"',
      '"--config=/etc/otel.yaml", "--config=/etc/more.yaml"',
    );
    expect(found({ ...two, 'docker-compose.yml': compose })).toEqual([]);
  });

  test('names components that are configured, over all of its files', () => {
    const base = files(OPEN, `${ENDPOINT}:4317`, '0.130.0', 'otlp, hostmetrics');
    expect(found(base)).toEqual([
      'error otel/undefined-component otel.yaml:13:25 the pipeline "traces" names the receiver "hostmetrics", which is not configured: the collector does not start',
    ]);
    const compose = (base['docker-compose.yml'] as string)
      .replace('"--config=/etc/otel.yaml"', '"--config=/etc/otel.yaml", "--config=/etc/more.yaml"')
      .replace('      - ./otel.yaml', '      - ./more.yaml:/etc/more.yaml:ro\n      - ./otel.yaml');
    const more = 'receivers:\n  hostmetrics:\n    scrapers: { cpu: }\n';
    expect(found({ ...base, 'docker-compose.yml': compose, 'more.yaml': more })).toEqual([]);
  });
});
