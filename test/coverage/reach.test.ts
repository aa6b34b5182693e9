import { describe, expect, test } from 'vitest';
import { type CriticalPath, membersOf } from '../../src/coverage/paths.ts';
import { reachOf } from '../../src/coverage/reach.ts';
import { parsePanelQuery } from '../../src/promql/grafana.ts';
import type { Expression } from '../../src/stack/expression.ts';
import { checkFiles, type Repository } from '../support/check.ts';

/** A service whose code says what it exposes, one of which nothing is known, an exporter, and a probe of the first. */
const shop = (rules: readonly object[] = []): Repository => ({
  'compose.yml': `services:
  api:
    build: ./api
    expose: ["8000"]
  other:
    image: example/other:1.0
  node:
    image: prom/node-exporter:v1.9.1
  blackbox:
    image: prom/blackbox-exporter:v0.27.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
`,
  'api/Dockerfile': 'FROM python:3.13\nCOPY app.py .\nRUN pip install prometheus-client\nCMD python app.py\n',
  'api/app.py': `from prometheus_client import Counter, start_http_server
ORDERS = Counter("orders_total", "Orders")
start_http_server(8000)
`,
  'prometheus.yml': `rule_files: [rules.yml]
scrape_configs:
  - job_name: api
    static_configs: [{targets: ["api:8000"]}]
  - job_name: other
    static_configs: [{targets: ["other:9000"]}]
  - job_name: node
    static_configs: [{targets: ["node:9100"]}]
  - job_name: probe
    metrics_path: /probe
    static_configs: [{targets: ["http://other:9000"]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: "blackbox:9115"}
`,
  'rules.yml': JSON.stringify({ groups: [{ name: 'a', rules }] }),
});

/** What can be asked of the only Prometheus of a repository, where members go by their jobs. */
function reachIn(files: Repository) {
  const { system } = checkFiles(files);
  const [stack] = system.stacks;
  const [prometheus] = stack?.prometheuses ?? [];
  const node = prometheus?.config;
  if (stack === undefined || prometheus === undefined || node === undefined)
    throw new Error('the repository has no Prometheus');
  const members = membersOf(stack, prometheus);
  const reach = reachOf(system, prometheus, members);
  const of = (job: string) => members.filter((member) => member.job.name === job);
  const expression = (text: string): Expression => ({ node, text, language: 'promql', hasVariables: true });
  const path = (jobs: readonly string[], series: readonly string[] = []): CriticalPath => ({
    name: 'shop',
    declared: undefined,
    stack,
    prometheus,
    members: jobs.flatMap(of),
    series: series.map((text) => ({ node, text, selectors: parsePanelQuery(text).query.selectors })),
    missing: [],
  });
  return {
    /** The jobs of the members that the only selector of a query may select. */
    candidates(query: string): string[] {
      const [selector] = parsePanelQuery(query).query.selectors;
      if (selector === undefined) throw new Error(`"${query}" selects nothing`);
      return reach.candidates(selector).map(({ job }) => job.name);
    },
    /** What each job's member answers, whether it exposes a metric. */
    exposes: (name: string): string[] =>
      members.map((member) => `${member.job.name}: ${reach.exposes(name, member)}`),
    /** Those of some panels, each with its queries, that may show members of some jobs. */
    among: (panels: readonly (readonly string[])[], ...jobs: string[]): string[] =>
      reach
        .among(
          panels.map((queries) => ({ name: queries.join(), expressions: queries.map(expression) })),
          path(jobs),
        )
        .map(({ name }) => name),
    /** Whether a query depends on the path of some jobs, which may declare series. */
    shows: (query: string, jobs: readonly string[], series: readonly string[] = []) =>
      reach.expression(expression(query), path(jobs, series)),
  };
}

describe('a metric is exposed', () => {
  test.each([
    ['orders_total', 'yes no no no', 'by the service whose code defines it, and by no other'],
    ['node_load1', 'no no yes no', 'by the exporter that is known for it, and by no other'],
    ['pg_up', 'no no no no', 'by nobody, where the exporter that is known for it does not run'],
    ['mystery_total', 'maybe maybe no maybe', 'perhaps by whatever is not known to expose something else'],
    ['probe_success', 'no no no yes', 'by what is probed, through the probe'],
    ['my_probe_success', 'maybe maybe no maybe', 'like any other, where a probe does not begin its name'],
    ['up', 'yes yes yes yes', 'by the scrape itself'],
  ])('%s: %s, %s', (name, answers) => {
    const each = answers.split(' ');
    expect(reachIn(shop()).exposes(name)).toEqual([
      `api: ${each[0]}`,
      `other: ${each[1]}`,
      `node: ${each[2]}`,
      `probe: ${each[3]}`,
    ]);
  });
});

const ALL = ['api', 'other', 'node', 'probe'];

describe('a selector may select', () => {
  test.each([
    ['orders_total', ['api']],
    ['node_load1', ['node']],
    ['pg_up', []],
    ['mystery_total', ['api', 'other', 'probe']],
    ['orders_total{job="other"}', ['api']],
    ['{job="api"}', ALL],
    ['up', ALL],
    ['up{job="api"}', ['api']],
    ['up{job="gone"}', []],
    ['up{instance="api"}', ALL],
    ['up{job!="api"}', ALL],
    ['up{job=~"api|node"}', ALL],
    ['up{job="$job"}', ALL],
    ['up{instance="a", job="node"}', ['node']],
  ])('%s: %j', (query, jobs) => {
    expect(reachIn(shop()).candidates(query)).toEqual(jobs);
  });

  test('up of any job, where relabelling leaves a job unknown', () => {
    const files = shop();
    const unknown = `${files['prometheus.yml']}      - {source_labels: [__meta_job], target_label: job}\n`;
    expect(reachIn({ ...files, 'prometheus.yml': unknown }).candidates('up{job="api"}')).toContain('api');
  });

  test.each([
    ['orders_total', ['api']],
    ['orders_total + on () node_load1', ['api', 'node']],
    ['orders_total and on () node_load1', ['api']],
    ['vector(1) and on () node_load1', ['node']],
    ['orders_total unless on () node_load1', ['api']],
    ['vector(1) unless on () node_load1', []],
    ['vector(1) + node_load1', ['node']],
    ['vector(1)', []],
    ['orders_total +', ALL],
  ])('what is recorded from %s: %j', (expr, jobs) => {
    expect(reachIn(shop([{ record: 'a:b', expr }])).candidates('a:b')).toEqual(jobs);
  });

  test('what any of several rules of one name record', () => {
    const rules = ['orders_total', 'node_load1'].map((expr) => ({ record: 'a:b', expr }));
    expect(reachIn(shop(rules)).candidates('a:b')).toEqual(['api', 'node']);
  });

  test('what is recorded, perhaps, where the rule has no expression', () => {
    const { candidates, shows } = reachIn(shop([{ record: 'a:b' }]));
    expect(candidates('a:b')).toEqual(ALL);
    expect(shows('a:b', ['api'])).toBe('maybe');
  });

  test('a metric, whatever an alert of its name looks at', () => {
    const files = shop([{ alert: 'orders_total', expr: 'node_load1' }]);
    expect(reachIn(files).candidates('orders_total')).toEqual(['api']);
  });

  test('anything, where rules are recorded from themselves', () => {
    const rules = [
      { record: 'a:b', expr: 'c:d' },
      { record: 'c:d', expr: 'a:b' },
    ];
    expect(reachIn(shop(rules)).candidates('a:b')).toEqual(ALL);
  });
});

describe('of many panels, those that may show a path', () => {
  const PANELS = [['node_load1'], ['pg_up', 'up{job="api"}'], [], ['orders_total', 'orders_total'], ['up']];

  test('are in the order of the panels, each once', () => {
    const { among } = reachIn(shop());
    expect(among(PANELS, 'api')).toEqual(['pg_up,up{job="api"}', 'orders_total,orders_total', 'up']);
    expect(among(PANELS, 'api', 'node')).toEqual([
      'node_load1',
      'pg_up,up{job="api"}',
      'orders_total,orders_total',
      'up',
    ]);
    expect(among(PANELS, 'other')).toEqual(['up']);
    expect(among(PANELS.slice(0, 3), 'other')).toEqual([]);
  });

  test('are those with a query that cannot be read, too', () => {
    expect(reachIn(shop()).among([['node_load1'], ['sum(']], 'other')).toEqual(['sum(']);
  });

  test('are all of them, where nothing of the path is scraped', () => {
    expect(reachIn(shop()).among([['node_load1'], ['pg_up']])).toEqual(['node_load1', 'pg_up']);
  });
});

describe('a query depends on a path', () => {
  test.each([
    ['orders_total', 'yes'],
    ['up{job="api"}', 'yes'],
    ['up{job="node"}', 'no'],
    ['node_load1', 'no'],
    ['mystery_total', 'maybe'],
    ['{job="api"}', 'maybe'],
    ['{job="node"}', 'no'],
    ['node_load1 + on () orders_total', 'yes'],
    ['sum(', 'maybe'],
    ['sum(orders_total', 'maybe'],
    ['a:b', 'yes'],
    ['a:b{job="api"}', 'yes'],
    ['a:b{job="node"}', 'no'],
    ['a:b{instance="api:8000"}', 'yes'],
    ['a:b{instance="node:9100"}', 'no'],
    ['a:b{kind="x"}', 'yes'],
    ['c:d', 'no'],
    ['e:f', 'no'],
    ['g:h', 'maybe'],
  ])('%s: %s', (query, answer) => {
    const rules = [
      { record: 'a:b', expr: 'sum(orders_total)' },
      { record: 'c:d', expr: 'node_load1' },
      { record: 'e:f', expr: 'e:f' },
      { record: 'g:h', expr: 'sum(' },
    ];
    expect(reachIn(shop(rules)).shows(query, ['api'])).toBe(answer);
  });

  test.each([
    ['orders_total', 'yes'],
    ['orders_created', 'no'],
    ['up{job="api"}', 'yes'],
    ['a:b', 'yes'],
    ['c:d', 'no'],
    ['e:f', 'maybe'],
    ['g:h', 'maybe'],
    ['{__name__!="orders_total"}', 'no'],
    ['sum(', 'maybe'],
  ])('that declares a series: %s: %s', (query, answer) => {
    const rules = [
      { record: 'a:b', expr: 'sum(orders_total)' },
      { record: 'c:d', expr: 'orders_created' },
      { record: 'e:f', expr: 'sum(' },
      { record: 'g:h' },
    ];
    expect(reachIn(shop(rules)).shows(query, ['api'], ['orders_total'])).toBe(answer);
  });

  test('of which nothing is scraped, only if it cannot be read', () => {
    const { shows } = reachIn(shop());
    expect(shows('up', [])).toBe('no');
    expect(shows('sum(', [])).toBe('maybe');
  });
});

describe('relabelling of what is scraped decides', () => {
  const scraped = (more: string): Repository => {
    const files = shop();
    const text = String(files['prometheus.yml']).replace('job_name: api\n', `job_name: api\n${more}`);
    return { ...files, 'prometheus.yml': text };
  };

  test('whether a query sees a metric, but not whether it sees the scrape itself', () => {
    const { shows } = reachIn(
      scraped('    metric_relabel_configs: [{source_labels: [job], regex: api, action: drop}]\n'),
    );
    expect(shows('orders_total', ['api'])).toBe('no');
    expect(shows('up{job="api"}', ['api'])).toBe('yes');
  });

  test('which name a metric has', () => {
    const { shows } = reachIn(
      scraped(
        '    metric_relabel_configs: [{source_labels: [__name__], regex: orders_(.*), action: drop}]\n',
      ),
    );
    expect(shows('orders_total', ['api'])).toBe('no');
    expect(shows('{__name__="orders_total"}', ['api'])).toBe('no');
  });

  test('whether labels of the target are still its own', () => {
    const { shows } = reachIn(scraped('    honor_labels: true\n'));
    expect(shows('orders_total{job="node"}', ['api'])).toBe('maybe');
    expect(shows('up{job="node"}', ['api'])).toBe('no');
    expect(shows('orders_total{job="api"}', ['api'])).toBe('maybe');
  });
});
