import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { dashboardWith, withDashboards } from '../../rules/shared/grafana-examples.ts';
import { checkFiles, findingsOf, oneLine, type Repository } from '../support/check.ts';

/** What one rule finds, without its name: `file:line:column message`. */
function found(rule: string, files: Repository): string[] {
  const one = RULES.find(({ id }) => id === rule);
  if (one === undefined) throw new Error(`there is no rule ${rule}`);
  return findingsOf(one, files).map((finding) => oneLine(finding).split(' ').slice(2).join(' '));
}

interface PanelOptions {
  readonly type?: string;
  readonly expr?: string;
  readonly [key: string]: unknown;
}

/** A dashboard of panels, written as Grafana writes them. */
const dashboard = (panels: readonly PanelOptions[], more: object = {}): string =>
  JSON.stringify(
    {
      uid: 'api',
      title: 'API',
      schemaVersion: 41,
      templating: { list: [] },
      panels: panels.map(({ expr, ...panel }, index) => ({
        id: index + 1,
        type: 'timeseries',
        title: `Panel ${index + 1}`,
        datasource: { type: 'prometheus', uid: 'prometheus' },
        ...(expr === undefined ? {} : { targets: [{ refId: 'A', expr }] }),
        ...panel,
      })),
      ...more,
    },
    null,
    2,
  );
const variable = (name: string, more: object = {}): object => ({
  name,
  type: 'query',
  query: `label_values(up, ${name})`,
  datasource: { type: 'prometheus', uid: 'prometheus' },
  ...more,
});
const only = (text: string): Repository => withDashboards({ 'api.json': text });

describe('variables that are not defined', () => {
  const undefinedIn = (expr: string, more: object = {}): string[] =>
    found('dashboards/undefined-variable', only(dashboard([{ expr }], more))).map((line) =>
      line.replace(/^\S+ /, ''),
    );

  test.each([
    'rate(x_total[$__rate_interval])',
    'rate(x_total[${__interval}]) * $__range_s',
    'x{a="$__from"} > $__interval_ms',
    'x{user="${__user.login}", org="$__org"}',
    'label_replace(x, "a", "$1-$name", "b", "(?P<name>.*)")',
    'x[$__auto_interval_step]',
    'x{a="cost in $$"}',
  ])('are none of those of Grafana, or of Prometheus, in %s', (expr) => {
    expect(undefinedIn(expr)).toEqual([]);
  });

  test('are none of those that the dashboard defines, with any syntax and format', () => {
    const templating = { templating: { list: [variable('job'), variable('step', { type: 'interval' })] } };
    expect(undefinedIn('x{job=~"$job|${job:regex}|[[job]]"} offset $step', templating)).toEqual([]);
  });

  test('are none in a query that is hidden, or in another language', () => {
    const hidden = dashboard([{ targets: [{ refId: 'A', expr: 'up{a="$a"}', hide: true }] }]);
    const sql = dashboard([
      { datasource: { type: 'mysql', uid: 'db' }, targets: [{ rawSql: 'SELECT $x WHERE $__timeFilter(t)' }] },
    ]);
    for (const text of [hidden, sql]) expect(found('dashboards/undefined-variable', only(text))).toEqual([]);
  });

  test('are one finding for each query that misses them first', () => {
    expect(undefinedIn('x{a="$a", b="$b"} / y{a="$a"}')).toEqual([
      'the panel "Panel 1" uses the variables "a" and "b", which the dashboard does not define: Grafana sends it as it is written, and the query finds nothing or fails',
    ]);
  });

  test('may be mistyped ones of Grafana', () => {
    expect(undefinedIn('rate(x_total[$__rate_intervall])')).toEqual([
      'the panel "Panel 1" uses the variable "__rate_intervall", which the dashboard does not define: Grafana sends it as it is written, and the query finds nothing or fails',
    ]);
  });
});

describe('variables that nothing uses', () => {
  const unused = (text: string): string[] => found('dashboards/unused-variable', only(text));
  const list = (...variables: object[]): object => ({ templating: { list: variables } });

  test.each([
    ['a query', dashboard([{ expr: 'up{a="$a"}' }], list(variable('a')))],
    ['a title', dashboard([{ title: 'Of ${a}', expr: 'up' }], list(variable('a')))],
    ['a repeat', dashboard([{ expr: 'up', repeat: 'a' }], list(variable('a')))],
    [
      'a datasource',
      dashboard([{ expr: 'up', datasource: '$a' }], list(variable('a', { type: 'datasource' }))),
    ],
    [
      'another variable that is used',
      dashboard(
        [{ expr: 'up{b="$b"}' }],
        list(variable('a'), variable('b', { query: 'label_values(up{a="$a"}, b)' })),
      ),
    ],
    ['a link', dashboard([{ expr: 'up' }], { ...list(variable('a')), links: [{ url: '/d/x?var-a=$a' }] })],
    [
      'links that hand all on',
      dashboard([{ expr: 'up' }], { ...list(variable('a')), links: [{ includeVars: true }] }),
    ],
    ['a library panel that is elsewhere', dashboard([{ libraryPanel: { uid: 'x' } }], list(variable('a')))],
    ['nothing, where it has no menu', dashboard([{ expr: 'up' }], list(variable('a', { hide: 2 })))],
    [
      'nothing, where it filters by itself',
      dashboard([{ expr: 'up' }], list(variable('a', { type: 'adhoc' }))),
    ],
  ])('are not those that %s uses', (_, text) => {
    expect(unused(text)).toEqual([]);
  });

  test('are those that only use themselves', () => {
    const own = variable('a', { current: { text: '$a' }, label: '$a' });
    expect(unused(dashboard([{ expr: 'up' }], list(own)))).toHaveLength(1);
  });
});

describe('panels without a query', () => {
  const bare = (panel: PanelOptions): string[] => found('dashboards/no-target', only(dashboard([panel])));

  test.each<PanelOptions>([
    { expr: 'up' },
    { type: 'text' },
    { type: 'row' },
    { type: 'dashlist' },
    { type: 'my-own-panel' },
    { libraryPanel: { uid: 'x', name: 'X' } },
    { datasource: { type: 'datasource', uid: '-- Dashboard --' }, targets: [{ panelId: 2, refId: 'A' }] },
    { datasource: { type: 'mysql', uid: 'db' }, targets: [{ refId: 'A', rawSql: 'SELECT 1' }] },
    { targets: [{ refId: 'A', scenarioId: 'random_walk' }] },
    {
      targets: [
        { refId: 'A', expr: '' },
        { refId: 'B', expr: 'up' },
      ],
    },
  ])('are not %o', (panel) => {
    expect(bare(panel)).toEqual([]);
  });

  test.each<PanelOptions>([{}, { targets: [] }, { expr: '  ' }, { type: 'stat', targets: [{ refId: 'A' }] }])(
    'are %o',
    (panel) => {
      expect(bare(panel)).toHaveLength(1);
    },
  );
});

describe('the layout', () => {
  const at = (x: number, y: number, w: number, h: number): object => ({ gridPos: { x, y, w, h } });

  test('is well where panels touch, and where a row holds others', () => {
    const text = dashboard([
      { expr: 'up', ...at(0, 0, 12, 8) },
      { expr: 'up', ...at(12, 0, 12, 8) },
      { type: 'row', ...at(0, 0, 24, 1), panels: [{ id: 9, type: 'text', ...at(0, 0, 24, 8) }] },
    ]);
    expect(found('dashboards/overlapping-panels', only(text))).toEqual([]);
  });

  test('is one finding for all that lies on something, and one for each that is too wide', () => {
    const text = dashboard([
      { expr: 'up', ...at(0, 0, 12, 8) },
      { expr: 'up', ...at(11, 0, 12, 8) },
      { expr: 'up', ...at(0, 7, 12, 8) },
      { expr: 'up', ...at(20, 20, 8, 8) },
    ]);
    expect(
      found('dashboards/overlapping-panels', only(text)).map((line) => line.replace(/^\S+ /, '')),
    ).toEqual([
      'the panel "Panel 2" of "API" lies on the panel "Panel 1", and 1 other does the like: Grafana moves them when it shows the dashboard',
      'the panel "Panel 4" of "API" reaches over the edge of the grid: from column 20 it is 8 wide, and the grid has 24',
    ]);
  });
});

describe('metrics that nothing exposes', () => {
  const AGENT = (more: string): Record<string, string> => ({
    'docker-compose.yml': `services:
  connect:
    build: ./connect
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/agent.jar=9404:/opt/jmx/connect.yml
    volumes:
      - ./connect.yml:/opt/jmx/connect.yml:ro
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
    'connect/Dockerfile': 'FROM apache/kafka:3.9.1\n',
    'connect.yml': `rules:\n  - pattern: 'kafka.connect<type=(.+)><>failed'\n    name: connect_failed\n${more}`,
    'prometheus.yml':
      'scrape_configs:\n  - job_name: connect\n    static_configs:\n      - targets: ["connect:9404"]\n',
  });
  const unexposed = (expr: string, more = ''): string[] =>
    found('dashboards/unexposed-metric', withDashboards({ 'api.json': dashboardWith(expr) }, AGENT(more)));

  test('are those that no rule of an agent names, where each of its rules names one', () => {
    expect(unexposed('connect_failures')).toEqual([
      'dashboards/api.json:17:20 the panel "Requests" of "API" shows "connect_failures", which nothing exposes that prometheus scrapes',
    ]);
    expect(unexposed('connect_failed')).toEqual([]);
    expect(unexposed('jvm_threads_current')).toEqual([]);
  });

  test('may be there where a rule leaves the names to the agent', () => {
    expect(unexposed('connect_failures', "  - pattern: 'kafka.connect.+'\n")).toEqual([]);
  });
});

describe('jobs that panels select', () => {
  const STACK = (config: string, more = ''): Record<string, string> => ({
    'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  pushgateway:
    image: prom/pushgateway:v1.11.0
  prometheus:
    image: prom/prometheus:v3.5.0
    command: [--config.file=/etc/prometheus/prometheus.yml${more}]
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
    'prometheus.yml': config,
  });
  const API = `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;
  const dead = (expr: string, config: string, more = ''): string[] =>
    found('dashboards/dead-job', withDashboards({ 'api.json': dashboardWith(expr) }, STACK(config, more)));

  test('are dead where no job has the name', () => {
    expect(dead('up{job="web"} / up{job=~"web|worker"}', API)).toEqual([
      'dashboards/api.json:17:27 the panel "Requests" selects the job "web", which prometheus never scrapes',
      expect.stringContaining('selects the job "web|worker"'),
    ]);
  });

  test.each([
    ['a job has the name', 'up{job="api"}', API, ''],
    ['one of several has it', 'up{job=~"api|web"}', API, ''],
    ['it must not be that', 'up{job!="web"}', API, ''],
    ['a variable says which', 'up{job="$job"}', API, ''],
    ['a label of the target says so', 'up{job="web"}', `${API}        labels: { job: web }\n`, ''],
    [
      'a gateway brings jobs of its own',
      'x{job="batch"}',
      `${API}  - job_name: push\n    honor_labels: true\n    static_configs:\n      - targets: ["pushgateway:9091"]\n`,
      '',
    ],
    ['series are written to it', 'up{job="web"}', API, ', --web.enable-remote-write-receiver'],
    [
      'a discovery relabels it',
      'up{job="web"}',
      `${API}  - job_name: docker\n    docker_sd_configs: [{ host: "unix:///var/run/docker.sock" }]\n    relabel_configs:\n      - { source_labels: [__meta_docker_container_name], target_label: job }\n`,
      '',
    ],
    ['fragments have more of them', 'up{job="web"}', `${API}scrape_config_files: [more/*.yml]\n`, ''],
  ])('are not dead where %s', (_, expr, config, more) => {
    expect(dead(expr, config, more)).toEqual([]);
  });
});

describe('import inputs', () => {
  const inputs = { __inputs: [{ name: 'DS_PROM', type: 'datasource', pluginId: 'prometheus' }] };
  const ref = { datasource: { type: 'prometheus', uid: '${DS_PROM}' } };

  test('are well in a dashboard that is not provisioned, or that defines them', () => {
    const text = dashboard([{ expr: 'up', ...ref }], inputs);
    const elsewhere = { ...withDashboards({ 'api.json': dashboardWith('up') }), 'exports/api.json': text };
    const defined = dashboard([{ expr: 'up', ...ref }], {
      ...inputs,
      templating: { list: [variable('DS_PROM', { type: 'datasource', query: 'prometheus' })] },
    });
    const leftOver = dashboard([{ expr: 'up' }], inputs);
    for (const files of [elsewhere, only(defined), only(leftOver)])
      expect(found('dashboards/import-inputs', files)).toEqual([]);
  });

  test('are no unknown datasource besides', () => {
    const files = only(dashboard([{ expr: 'up', ...ref }], inputs));
    expect(checkFiles(files).findings.map(({ rule }) => rule)).toContain('dashboards/import-inputs');
    expect(found('dashboards/unknown-datasource', files)).toEqual([]);
  });
});

describe('dashboards of the newer schema', () => {
  const v2 = (expr: string): string =>
    JSON.stringify(
      {
        apiVersion: 'dashboard.grafana.app/v2beta1',
        kind: 'Dashboard',
        metadata: { name: 'api' },
        spec: {
          title: 'API',
          elements: {
            'panel-1': {
              kind: 'Panel',
              spec: {
                id: 1,
                title: 'Requests',
                vizConfig: { kind: 'VizConfig', group: 'timeseries' },
                data: {
                  spec: {
                    queries: [
                      {
                        kind: 'PanelQuery',
                        spec: {
                          refId: 'A',
                          query: {
                            kind: 'DataQuery',
                            group: 'prometheus',
                            datasource: { name: 'prometheus' },
                            spec: { expr },
                          },
                        },
                      },
                    ],
                  },
                },
              },
            },
          },
          layout: { kind: 'GridLayout', spec: { items: [] } },
          variables: [
            {
              kind: 'QueryVariable',
              spec: { name: 'job', query: { spec: { query: 'label_values(up, job)' } } },
            },
          ],
        },
      },
      null,
      2,
    );

  test('are read as well', () => {
    const rules = RULES.filter(({ id }) => id.startsWith('dashboards/'));
    const lines = (expr: string): string[] =>
      checkFiles(only(v2(expr)), { rules }).findings.map(({ message }) => message);
    expect(lines('up{job="$job"}')).toEqual([]);
    expect(lines('up{instance="$instance"}')).toEqual([
      'the panel "Requests" uses the variable "instance", which the dashboard does not define: Grafana sends it as it is written, and the query finds nothing or fails',
      'nothing in the dashboard "API" uses the variable "job": its menu changes nothing',
    ]);
  });
});

test('no rule throws on panels of any shape', () => {
  const strange: unknown[] = [null, 7, 'x', [], {}, [null], { a: 1 }];
  const base = JSON.parse(dashboardWith('up')) as Record<string, unknown>;
  for (const key of [...Object.keys(base), 'links', 'annotations', 'rows', '__inputs']) {
    for (const value of strange)
      expect(() =>
        checkFiles(only(JSON.stringify({ ...base, [key]: value })), { preset: 'strict' }),
      ).not.toThrow();
  }
  const [panel] = base.panels as Record<string, unknown>[];
  for (const key of [...Object.keys(panel ?? {}), 'fieldConfig', 'repeat', 'yaxes', 'panels']) {
    for (const value of strange)
      expect(() =>
        checkFiles(only(JSON.stringify({ ...base, panels: [{ ...panel, [key]: value }, value] })), {
          preset: 'strict',
        }),
      ).not.toThrow();
  }
});
