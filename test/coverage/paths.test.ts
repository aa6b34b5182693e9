import { expect, test } from 'vitest';
import { chainsIn, instead, orders } from '../support/chains.ts';

const job = (name: string, ...targets: string[]): string =>
  `  - job_name: ${name}\n    static_configs: [{targets: ${JSON.stringify(targets)}}]\n`;
const service = (name: string, image: string): string => `  ${name}:\n    image: ${image}\n`;
const POSTGRES = 'prometheuscommunity/postgres-exporter:v0.17.1';

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
  ['of what runs elsewhere', job('x', 'x.example.com:80'), ''],
])('nobody need be told %s', (_what, scrapes, services) => {
  expect(paths(scrapes, services)).toEqual([]);
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
