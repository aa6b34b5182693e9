import { describe, expect, test } from 'vitest';
import { chainsIn, instead, orders } from '../support/chains.ts';
import type { Repository } from '../support/check.ts';

const job = (name: string, ...targets: string[]): string =>
  `  - job_name: ${name}\n    static_configs: [{targets: ${JSON.stringify(targets)}}]\n`;
const service = (name: string, image: string): string => `  ${name}:\n    image: ${image}\n`;
const POSTGRES = 'prometheuscommunity/postgres-exporter:v0.17.1';
const BLACKBOX = service('blackbox', 'prom/blackbox-exporter:v0.27.0');
const probe = (target: string): string => `  - job_name: probe
    metrics_path: /probe
    static_configs: [{targets: [${JSON.stringify(target)}]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {target_label: __address__, replacement: "blackbox:9115"}
`;

/** The paths that are inferred, each with its jobs, targets and services. */
function paths(scrapes: string, services = ''): string[] {
  const files = orders({
    'prometheus.yml': (text) =>
      `${text.slice(0, text.indexOf('scrape_configs:'))}scrape_configs:\n${scrapes}`,
    'compose.yml': instead('  alertmanager:', `${services}  alertmanager:`),
  });
  return chainsIn(files).map(({ path }) => {
    const members = path.members.map(
      (one) => `${one.job.name} ${one.target.text} ${one.container?.service.name}`,
    );
    return `${path.name}: ${members.join(', ')}`;
  });
}

test.each([
  ['a service that is scraped', job('api', 'api:8000'), '', ['api: api api:8000 api']],
  [
    'each of several',
    job('api', 'api:8000') + job('worker', 'worker:9000'),
    service('worker', 'example/worker:1'),
    ['api: api api:8000 api', 'worker: worker worker:9000 worker'],
  ],
  [
    'each of several in one job',
    job('all', 'api:8000', 'worker:9000'),
    service('worker', 'example/worker:1'),
    ['api: all api:8000 api', 'worker: all worker:9000 worker'],
  ],
  [
    'one that two jobs scrape',
    job('api', 'api:8000') + job('more', 'api:8001'),
    '',
    ['api: api api:8000 api, more api:8001 api'],
  ],
  [
    'what an exporter watches',
    job('pg', 'pg:9187'),
    service('pg', POSTGRES) + service('db', 'postgres:17'),
    ['db: pg pg:9187 pg'],
  ],
  [
    'what several exporters watch that is not here',
    job('a', 'pg1:9187') + job('b', 'pg2:9187'),
    service('pg1', POSTGRES) + service('pg2', POSTGRES),
    ['postgres: a pg1:9187 pg1, b pg2:9187 pg2'],
  ],
  [
    'the host',
    job('node', 'node:9100'),
    service('node', 'prom/node-exporter:v1.9.1'),
    ['host: node node:9100 node'],
  ],
  [
    'what stands in the path of an image with the name of what an exporter watches',
    job('pg', 'pg:9187'),
    service('pg', POSTGRES) + service('store', 'registry.example.com/library/postgres:17'),
    ['store: pg pg:9187 pg'],
  ],
  [
    'a service whose name has a word of what an exporter watches',
    job('pg', 'pg:9187'),
    service('pg', POSTGRES) + service('main-postgres.1', 'example/db:17'),
    ['main-postgres.1: pg pg:9187 pg'],
  ],
  [
    'what an exporter watches, not another exporter of it',
    job('pg', 'pg:9187'),
    service('postgres-exporter', POSTGRES) + service('pg', POSTGRES) + service('store', 'example/db:17'),
    ['postgres: pg pg:9187 pg'],
  ],
  [
    'what an exporter of much shows, by the name of its job',
    job('routers', 'snmp:9116'),
    service('snmp', 'prom/snmp-exporter:v0.29.0'),
    ['routers: routers snmp:9116 snmp'],
  ],
  [
    'a known service that watches nothing else',
    job('proxy', 'proxy:8080'),
    service('proxy', 'traefik:v3.5'),
    ['proxy: proxy proxy:8080 proxy'],
  ],
  [
    'a service that is probed from outside',
    probe('http://api:8000/health'),
    BLACKBOX,
    ['api: probe http://api:8000/health api'],
  ],
])('somebody must be told of %s', (_what, scrapes, services, found) => {
  expect(paths(scrapes, services)).toEqual(found);
});

test.each([
  [
    'of the monitoring itself',
    job('p', 'localhost:9090') + job('g', 'grafana:3000') + job('a', 'alertmanager:9093'),
    '',
  ],
  ['of containers at large', job('c', 'c:8080'), service('c', 'gcr.io/cadvisor/cadvisor:v0.52.1')],
  ['of a gateway', job('p', 'push:9091'), service('push', 'prom/pushgateway:v1.11.1')],
  ['of a probe itself', job('b', 'blackbox:9115'), BLACKBOX],
  [
    'of what runs elsewhere, probed or not',
    job('x', 'x.example.com:80') + probe('http://x.example.com'),
    BLACKBOX,
  ],
])('nobody need be told %s', (_what, scrapes, services) => {
  expect(paths(scrapes, services)).toEqual([]);
});

test.each([
  ['grafana/loki:3.5.0', 3100],
  ['grafana/promtail:3.5.0', 9080],
  ['grafana/tempo:2.8.0', 3200],
  ['grafana/alloy:v1.10.0', 12345],
  ['victoriametrics/vmalert:v1.120.0', 8880],
  ['victoriametrics/victoria-metrics:v1.120.0', 8428],
  ['otel/opentelemetry-collector-contrib:0.130.0', 8888],
])('nobody need be told of the monitoring itself: %s', (image, port) => {
  expect(paths(job('m', `m:${port}`), service('m', image))).toEqual([]);
});

test.each([
  ['services: [worker]', ['all worker:9000']],
  ['jobs: [api]', ['api api:8000']],
  ['services: [api]', ['api api:8000', 'all api:8000']],
  ['services: [api]\n    jobs: [all]', ['all api:8000']],
  ['services: [api, worker]\n    jobs: [all]', ['all api:8000', 'all worker:9000']],
  ['series: [up]', ['api api:8000', 'all api:8000', 'all worker:9000']],
])('a path that declares %j is of %j', (asked, members) => {
  const files = orders({
    'prometheus.yml': (text) =>
      `${text.slice(0, text.indexOf('scrape_configs:'))}scrape_configs:\n${job('api', 'api:8000')}${job('all', 'api:8000', 'worker:9000')}`,
    'compose.yml': instead('  alertmanager:', `${service('worker', 'example/worker:1')}  alertmanager:`),
    'monitoring-check.yml': `paths:\n  - name: orders\n    ${asked}\n`,
  });
  const [chain] = chainsIn(files);
  expect(chain?.path.members.map(({ job: of, target }) => `${of.name} ${target.text}`)).toEqual(members);
});

describe('of several Prometheus servers', () => {
  /** A compose project with services, a Prometheus and its jobs. */
  const project = (folder: string, jobs: string, services = ''): Repository => ({
    [`${folder}/compose.yml`]: `services:
${services}  prometheus:
    image: prom/prometheus:v3.5.0
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]
`,
    [`${folder}/prometheus.yml`]: `scrape_configs:\n${jobs}`,
  });
  const API = service('api', 'example/api:1');
  const WORKER = service('worker', 'example/worker:1');
  const declared = (asked: string, ...projects: Repository[]): string[] =>
    chainsIn(
      Object.assign({}, ...projects, {
        'monitoring-check.yml': `paths:\n  - name: orders\n    ${asked}\n`,
      }),
    ).map(({ path }) => {
      const missing = path.missing.map(({ kind, name, exists }) => `${kind} ${name} ${exists}`);
      return [
        path.prometheus.config?.doc.source.path,
        ...path.members.map(({ job: { name } }) => name),
        ...missing,
      ].join(', ');
    });

  test('a path is of the one that scrapes most of what it names', () => {
    const all = project('b', job('api', 'api:8000') + job('worker', 'worker:9000'), API + WORKER);
    const some = project('a', job('api', 'api:8000'), API + WORKER);
    const more = project('c', job('worker', 'worker:9000'), API + WORKER);
    expect(declared('services: [api, worker]', some, all, more)).toEqual(['b/prometheus.yml, api, worker']);
  });

  test('a path is of the one beside which more of what it names runs, where none scrapes it', () => {
    const without = project('a', job('api', 'api:8000'), API);
    const beside = project('b', job('api', 'api:8000'), API + WORKER);
    const last = project('c', job('api', 'api:8000'), API);
    expect(declared('services: [worker]', without, beside, last)).toEqual([
      'b/prometheus.yml, service worker true',
    ]);
    expect(declared('services: [worker]', without)).toEqual(['a/prometheus.yml, service worker false']);
  });

  test('a path is of the one that scrapes more members of it, where each scrapes all that it names', () => {
    const one = project('a', job('api', 'api:8000'), API);
    const two = project('b', job('api', 'api:8000', 'api:8001'), API);
    const last = project('c', job('api', 'api:8000'), API);
    expect(declared('jobs: [api]', one, two, last)).toEqual(['b/prometheus.yml, api, api']);
  });

  test('a path is of none, where there is none', () => {
    expect(declared('jobs: [api]')).toEqual([]);
  });

  test('each has its own paths; stacks that share a configuration have one', () => {
    const names = (...files: Repository[]): string[] =>
      chainsIn(Object.assign({}, ...files)).map(({ path }) => path.name);
    const one = project('a', job('api', 'api:8000'), API);
    expect(names(one, project('b', job('api', 'api:8000'), API))).toEqual(['api', 'api']);
    const shared = {
      'b/compose.yml': (one['a/compose.yml'] as string).replace('./prometheus.yml', '../a/prometheus.yml'),
    };
    expect(names(one, shared)).toEqual(['api']);
  });
});
