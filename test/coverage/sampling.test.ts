import { expect, test } from 'vitest';
import { samplingOf } from '../../src/coverage/scraping.ts';
import { usagesOf } from '../../src/stack/usages.ts';
import { type Change, instead, orders } from '../support/chains.ts';
import { checkFiles } from '../support/check.ts';

type Changes = Readonly<Record<string, Change>>;

const rule = (expr: string): Changes => ({
  'rules.yml': `groups: [{name: a, rules: [{alert: A, expr: '${expr}'}]}]\n`,
});
const scrape = (job: string): Changes => ({
  'prometheus.yml': instead('scrape_configs:\n', `scrape_configs:\n${job}`),
});
const honoring: Changes = {
  'prometheus.yml': instead('job_name: api', 'job_name: api\n    honor_labels: true'),
};
const service = (name: string, image: string): Changes => ({
  'compose.yml': instead('  alertmanager:', `  ${name}:\n    image: ${image}\n  alertmanager:`),
});

/** How often each series that the rules select gets a sample. */
function samplings(changes: Changes): string[] {
  const { system } = checkFiles(orders(changes));
  return usagesOf(system)
    .filter(({ by }) => by.kind === 'rule')
    .flatMap((usage) =>
      usage.query.selectors.map((selector) => {
        const found = samplingOf(system, usage, selector).map(
          ({ what, interval }) => `${what} every ${interval} s`,
        );
        return `${selector.name}: ${found.join(', ') || 'unknown'}`;
      }),
    );
}

const LAST = 'orders_last_timestamp_seconds';
const OF_API = 'the job "api" is scraped every 10 s';

test.each<[string, Changes, string[]]>([
  ['of the one job', {}, [`${LAST}: ${OF_API}`]],
  ['of a job that may have it', rule('payments_total'), [`payments_total: ${OF_API}`]],
  ['of a job that is not there', rule('orders_total{job="x"}'), ['orders_total: unknown']],
  [
    'of each job that has it',
    {
      ...rule('up'),
      ...scrape(
        '  - job_name: own\n    scrape_interval: 5s\n    static_configs: [{targets: ["localhost:9090"]}]\n',
      ),
    },
    [`up: the job "own" is scraped every 5 s, ${OF_API}`],
  ],
  [
    'of the fastest of those that may have it',
    {
      ...rule('payments_total'),
      ...scrape(
        '  - job_name: own\n    scrape_interval: 5s\n    static_configs: [{targets: ["worker:9090"]}]\n',
      ),
      ...service('worker', 'example/worker:1'),
    },
    ['payments_total: even the fastest job of "prometheus" is scraped every 5 s'],
  ],
  [
    'of what a group records',
    {
      'rules.yml':
        'groups: [{name: a, interval: 2m, rules: [{record: "r:x", expr: "up"}, {alert: A, expr: "r:x > 1"}]}]\n',
    },
    [`up: ${OF_API}`, 'r:x: the group "a", which records it, is evaluated every 120 s'],
  ],
  [
    'of a group that says no interval',
    {
      'rules.yml': 'groups: [{name: a, rules: [{record: "r:x", expr: "up"}, {alert: A, expr: "r:x > 1"}]}]\n',
    },
    [`up: ${OF_API}`, 'r:x: the group "a", which records it, is evaluated every 20 s'],
  ],
  [
    'beside discovery',
    scrape('  - job_name: k\n    kubernetes_sd_configs: [{role: pod}]\n'),
    [`${LAST}: unknown`],
  ],
  [
    'of a federation',
    { 'prometheus.yml': instead('job_name: api', 'job_name: api\n    metrics_path: /federate') },
    [`${LAST}: unknown`],
  ],
  [
    'beside a gateway',
    {
      ...scrape('  - job_name: p\n    static_configs: [{targets: ["push:9091"]}]\n'),
      ...service('push', 'prom/pushgateway:v1.11.1'),
    },
    [`${LAST}: unknown`],
  ],
  [
    'where series are pushed',
    {
      'compose.yml': instead(
        'v3.5.0',
        'v3.5.0\n    command: [--config.file=/etc/prometheus/prometheus.yml, --web.enable-remote-write-receiver]',
      ),
    },
    [`${LAST}: unknown`],
  ],
  ['of code that sets no label of its target', honoring, [`${LAST}: ${OF_API}`]],
  [
    'of code that sets the job',
    { ...honoring, 'api/app.py': instead('["kind"]', '["job"]') },
    [`${LAST}: unknown`],
  ],
  [
    'of code that sets the instance',
    { ...honoring, 'api/app.py': instead('["kind"]', '["instance"]') },
    [`${LAST}: unknown`],
  ],
  [
    'of an image whose labels win',
    { ...honoring, 'compose.yml': instead('build: ./api', 'image: example/api:1') },
    [`${LAST}: unknown`],
  ],
])('the samples %s', (_what, changes, found) => {
  expect(samplings(changes)).toEqual(found);
});
