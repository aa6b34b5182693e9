import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import { readFiles } from '../../src/repo/files.ts';
import { locate } from '../../src/repo/node.ts';
import { openRepository } from '../../src/repo/repository.ts';
import { type Running, readContainer } from '../../src/smoke/containers.ts';
import { judgeAlertmanagers } from '../../src/smoke/looks/alertmanager.ts';
import { conditionOf, judgeContainers } from '../../src/smoke/looks/containers.ts';
import { judgeDashboards, judgeDatasources } from '../../src/smoke/looks/grafana.ts';
import { shortened, toldBy } from '../../src/smoke/looks/log-place.ts';
import type { Judgement, Scene } from '../../src/smoke/looks/look.ts';
import { judgeRules, readLoaded } from '../../src/smoke/looks/rules.ts';
import { judgeSeries, keyOf, plainSelector, selectorsAsked } from '../../src/smoke/looks/series.ts';
import { judgeTargets, plainError, readTargets } from '../../src/smoke/looks/targets.ts';
import { chooseServices, chooseStack } from '../../src/smoke/select.ts';
import { readSystem, type System } from '../../src/stack/system.ts';
import type { Repository } from '../support/check.ts';
import { fixtureFiles } from '../support/fixtures.ts';

/** What the files of the miniature stack, or of another repository, describe. */
function systemOf(files: Repository = miniature()): System {
  return readSystem(readFiles(openRepository(memoryDisk(files), [])));
}

const miniature = (changes: Repository = {}): Repository => ({
  ...fixtureFiles('../test/smoke/stack'),
  ...changes,
});

/** The miniature stack with every service up, unless it is said otherwise. */
function scene(system: System, changes: Partial<Scene> = {}): Scene {
  const stack = system.stacks[0];
  if (stack === undefined) throw new Error('there is no stack');
  const names = stack.containers.map(({ service }) => service.name);
  return {
    system,
    stack,
    running: names.map((name) => running(name)),
    chosen: new Set(names),
    failed: new Set(),
    isFinal: true,
    ...changes,
  };
}

const running = (service: string, changes: Partial<Running> = {}): Running => ({
  id: service,
  service,
  status: 'running',
  exitCode: 0,
  isOomKilled: false,
  error: '',
  restarts: 0,
  isRestarted: false,
  startedAt: 0,
  health: 'none',
  healthOutput: '',
  published: new Map(),
  networks: new Map(),
  ...changes,
});

const containerOf = ({ stack }: Scene, name: string) => {
  const found = stack.containers.find(({ service }) => service.name === name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
};

/** Faults in one line each: `kind file:line message`. */
const faultsOf = (judged: Judgement | undefined): string[] =>
  (judged?.faults ?? []).map(({ kind, at, message }) => {
    const { file, start } = locate(at);
    return `${kind} ${file}:${start.line} ${message}`;
  });

describe('a container', () => {
  test.each<[Partial<Running>, string, string]>([
    [{}, 'ok', 'is up'],
    [{ startedAt: 98_000 }, 'fresh', 'has just been started'],
    [{ startedAt: 98_000, health: 'healthy' }, 'ok', 'is healthy'],
    [{ health: 'healthy' }, 'ok', 'is healthy'],
    [{ health: 'starting' }, 'pending', 'never became healthy'],
    [{ health: 'unhealthy' }, 'pending', 'is unhealthy'],
    [{ status: 'exited' }, 'ok', 'has finished'],
    [{ status: 'exited', exitCode: 3 }, 'failed', 'ended with exit code 3'],
    [{ status: 'exited', exitCode: 3, isRestarted: true }, 'pending', 'ended with exit code 3'],
    [{ status: 'restarting', exitCode: 1 }, 'pending', 'ends with exit code 1 again and again'],
    [{ restarts: 4, startedAt: 99_000 }, 'pending', 'ends with exit code 0 again and again (4 restarts)'],
    [{ restarts: 4, startedAt: 1_000 }, 'ok', 'is up'],
    [{ status: 'created' }, 'pending', 'was never started'],
    [{ status: 'created', error: 'no such file' }, 'failed', 'could not be started'],
    [{ status: 'dead' }, 'failed', 'is dead'],
  ])('%j is %s: it %s', (changes, state, what) => {
    expect(conditionOf(running('api', changes), false, 100_000)).toEqual({ state, what });
  });

  test('that was killed for its memory is that, whatever its exit code', () => {
    const ended = running('api', { status: 'exited', exitCode: 0 });
    expect(conditionOf(ended, true, 0)).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('memory'),
    });
  });

  test('that only waits for another that failed is no fault of its own', () => {
    const view = scene(systemOf());
    const sick = [
      running('seed', { status: 'exited', exitCode: 1 }),
      running('api', { status: 'created' }),
      ...view.running.filter(({ service }) => service !== 'seed' && service !== 'api'),
    ];
    const judged = judgeContainers(
      { ...view, running: sick },
      new Set(),
      new Map([['seed', 'no schema']]),
      0,
    );
    expect(faultsOf(judged)).toEqual([
      'container-fails docker-compose.yml:59 "seed" ended with exit code 1: no schema',
    ]);
    expect(judged.look).toEqual({
      look: 'containers',
      ok: false,
      detail: '"api" and "seed" of 9 services not up',
    });
  });

  test('that was never started for want of time is named', () => {
    const view = scene(systemOf());
    const late = view.running.filter(({ service }) => service !== 'api');
    const judged = judgeContainers(
      { ...view, running: late },
      new Set(),
      new Map(),
      0,
      'took longer than 5 s',
    );
    expect(faultsOf(judged)).toEqual([
      'container-fails docker-compose.yml:46 "api" was never started: took longer than 5 s',
    ]);
  });

  test('is read from what docker inspect prints', () => {
    expect(
      readContainer({
        Id: 'abc',
        Config: { Labels: { 'com.docker.compose.service': 'api' } },
        State: {
          Status: 'running',
          ExitCode: 0,
          Health: { Status: 'unhealthy', Log: [{ Output: 'first' }, { Output: 'last\n' }] },
        },
        HostConfig: { RestartPolicy: { Name: 'always' } },
        RestartCount: 2,
        NetworkSettings: {
          Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }], '81/udp': null },
          Networks: { x_default: { IPAddress: '172.18.0.2', Aliases: ['one'] } },
        },
      }),
    ).toMatchObject({
      service: 'api',
      health: 'unhealthy',
      healthOutput: 'last',
      isRestarted: true,
      restarts: 2,
      published: new Map([[80, 32768]]),
      networks: new Map([['x_default', { address: '172.18.0.2', names: ['api', 'one'] }]]),
    });
  });
});

describe("a failing container's log", () => {
  const told = (log: string, changes: Repository = {}, service = 'prometheus'): string => {
    const view = scene(systemOf(miniature(changes)));
    const found = toldBy(log, containerOf(view, service), view.system);
    if (found?.at === undefined) return 'nowhere';
    const { file, start } = locate(found.at);
    return `${file}:${start.line}`;
  };

  test('points at the line of a file of the repository', () => {
    expect(
      told('err="parsing YAML file /etc/prometheus/prometheus.yml: yaml: line 5: field x not found"'),
    ).toBe('prometheus/prometheus.yml:5');
    expect(told('error: "/etc/prometheus/rules/alerts.yml: 21:15: parse error"')).toBe(
      'prometheus/rules/alerts.yml:21',
    );
  });

  test('points at the mount of what is not there', () => {
    expect(told('Error opening zip file or JAR manifest missing : /opt/jmx/agent.jar', {}, 'orders')).toBe(
      'docker-compose.yml:44',
    );
  });

  test('points nowhere where it names nothing of the repository', () => {
    expect(told('error: cannot connect to /run/other.sock', {}, 'loki')).toBe('nowhere');
    expect(told('')).toBe('nowhere');
  });

  test('is said without its time, and as the error that it holds', () => {
    expect(shortened('time=2026-01-01T00:00:00Z level=ERROR msg="x" err="open \\"/a\\": no such file"')).toBe(
      'open "/a": no such file',
    );
    expect(shortened('2026-01-01 00:00:00.123 WARN  it   is late.')).toBe('WARN it is late');
    expect(shortened('x'.repeat(1000))).toHaveLength(300);
  });
});

describe('targets', () => {
  const target = (job: string, address: string, health = 'up', lastError = '') => ({
    scrapePool: job,
    discoveredLabels: { __address__: address },
    scrapeUrl: `http://${address}/metrics`,
    health,
    lastError,
  });
  const judge = (view: Scene, ...activeTargets: ReturnType<typeof target>[]) => {
    const [prometheus] = view.stack.prometheuses;
    if (prometheus === undefined) throw new Error('there is no Prometheus');
    const asked = { prometheus, container: containerOf(view, 'prometheus') };
    return judgeTargets(view, [{ asked, targets: readTargets({ data: { activeTargets } }) }]);
  };
  const DOWN = target(
    'api',
    'api:8000',
    'down',
    'Get "http://api:8000/metrics": dial tcp 172.18.0.3:8000: connect: connection refused',
  );

  test('that are down are found where they are written, without the addresses of this boot', () => {
    const judged = judge(scene(systemOf()), target('node', 'node-exporter:9100'), DOWN);
    expect(faultsOf(judged)).toEqual([
      'target-down prometheus/prometheus.yml:26 Prometheus cannot scrape "api:8000" of the job "api": connect: connection refused',
    ]);
    expect(judged?.look.detail).toBe('1 of 2 targets up');
  });

  test('are not held against a service that failed, or that was not booted', () => {
    const system = systemOf();
    expect(faultsOf(judge(scene(system, { failed: new Set(['api']) }), DOWN))).toEqual([]);
    const left = judge(
      scene(system, { chosen: new Set(['prometheus']) }),
      target('node', 'node-exporter:9100'),
      DOWN,
    );
    expect(left?.faults).toEqual([]);
    expect(left?.look).toEqual({
      look: 'targets',
      ok: true,
      detail: '1 of 2 targets up, 1 not part of the boot',
    });
  });

  test('that are outside of the stack are nobody’s fault here', () => {
    const judged = judge(scene(systemOf()), target('api', 'db.example.org:9100', 'down', 'no such host'));
    expect(judged?.faults).toEqual([]);
  });

  test('are waited for until they were scraped', () => {
    const judged = judge(
      scene(systemOf(), { isFinal: false }),
      target('node', 'node-exporter:9100', 'unknown'),
    );
    expect(judged).toMatchObject({ isSettled: false, faults: [] });
  });

  test.each([
    ['Get "http://a:1/metrics": dial tcp: lookup a on 127.0.0.11:53: no such host', 'lookup a: no such host'],
    [
      'Get "http://a:1/": read tcp 10.0.0.1:5->10.0.0.2:6: read: connection reset by peer',
      'read: connection reset by peer',
    ],
    ['server returned HTTP status 404 Not Found', 'server returned HTTP status 404 Not Found'],
    ['', 'it was never scraped'],
  ])('say %j as %j', (error, said) => {
    expect(plainError(error)).toBe(said);
  });
});

describe('rules', () => {
  const loaded = (
    changes: (rules: { name: string; health: string; lastError?: string }[]) => void = () => undefined,
  ) => {
    const rules = ['job:api_requests:rate1m', 'ApiIdle', 'OrdersHeapHigh', 'OrdersQueueFull', 'HostBusy'].map(
      (name) => ({
        name,
        health: 'ok',
      }),
    );
    changes(rules);
    return { data: { groups: [{ name: 'services', file: '/etc/prometheus/rules/alerts.yml', rules }] } };
  };
  const judge = (answer: Parameters<typeof readLoaded>[0], system = systemOf()) => {
    const view = scene(system);
    const [prometheus] = view.stack.prometheuses;
    if (prometheus === undefined) throw new Error('there is no Prometheus');
    return judgeRules(view, [
      { asked: { prometheus, container: containerOf(view, 'prometheus') }, groups: readLoaded(answer) },
    ]);
  };

  test('that Prometheus has and evaluates are well', () => {
    expect(judge(loaded())?.look).toEqual({ look: 'rules', ok: true, detail: '5 rules loaded' });
  });

  test('that it does not have are found by their group', () => {
    expect(faultsOf(judge({ data: { groups: [] } }))).toEqual([
      expect.stringMatching(
        /^rule-not-loaded prometheus\/rules\/alerts\.yml:2 .*did not load the group "services"/,
      ),
    ]);
    expect(faultsOf(judge(loaded((rules) => void rules.pop())))).toHaveLength(1);
  });

  test('that it cannot evaluate are found by their expression', () => {
    const judged = judge(
      loaded((rules) => {
        rules[4] = { name: 'HostBusy', health: 'err', lastError: 'found duplicate series' };
      }),
    );
    expect(faultsOf(judged)).toEqual([
      'rule-fails prometheus/rules/alerts.yml:21 Prometheus cannot evaluate the alert "HostBusy": found duplicate series',
    ]);
  });

  test('that were not evaluated in the time there was are said, and not held against anybody', () => {
    const judged = judge(
      loaded((rules) => {
        rules[0] = { name: 'job:api_requests:rate1m', health: 'unknown' };
      }),
    );
    expect(judged).toMatchObject({ faults: [], isSettled: false });
    expect(judged?.look).toMatchObject({ ok: true, detail: '5 rules loaded, 1 not evaluated in this time' });
  });
});

describe('an Alertmanager', () => {
  test('with the receivers of another file runs with another configuration', () => {
    const view = scene(systemOf());
    const [alertmanager] = view.stack.alertmanagers;
    if (alertmanager === undefined) throw new Error('there is no Alertmanager');
    const judge = (config: string) =>
      judgeAlertmanagers({ sent: [], loaded: [{ alertmanager, isReady: true, config }] });
    expect(
      faultsOf(
        judge('route: {receiver: team}\nreceivers:\n- name: team\n  webhook_configs: [{url: <secret>}]\n'),
      ),
    ).toEqual([]);
    expect(faultsOf(judge('route: {receiver: web.hook}\nreceivers: [{name: web.hook}]\n'))).toEqual([
      'config-not-loaded prometheus/alertmanager.yml:1 Alertmanager "alertmanager" runs with other receivers than this file has',
    ]);
  });
});

describe('Grafana', () => {
  const seen = (view: Scene, changes: object) => {
    const [grafana] = view.stack.grafanas;
    if (grafana === undefined) throw new Error('there is no Grafana');
    return [
      {
        grafana,
        container: containerOf(view, 'grafana'),
        isHealthy: true,
        datasources: undefined,
        dashboards: undefined,
        ...changes,
      },
    ];
  };

  test('that let nobody ask is not judged', () => {
    const view = scene(systemOf());
    expect(judgeDatasources(view, seen(view, {}))).toBeUndefined();
    expect(judgeDashboards(seen(view, {}))).toBeUndefined();
  });

  test('has the dashboards of the files, by uid and title', () => {
    const view = scene(systemOf());
    expect(
      judgeDashboards(seen(view, { dashboards: [{ uid: 'services', title: 'Services' }] }))?.look.ok,
    ).toBe(true);
    expect(
      faultsOf(judgeDashboards(seen(view, { dashboards: [{ uid: 'services', title: 'Workers' }] }))),
    ).toEqual([expect.stringMatching(/^dashboard-missing grafana\/dashboards\/services\.json:3 /)]);
  });

  test('holds nothing against a datasource whose service was not booted', () => {
    const system = systemOf();
    const datasources = [
      { uid: 'prometheus', name: 'Prometheus', health: 'ok', message: '' },
      { uid: 'loki', name: 'Loki', health: 'error', message: 'lookup loki: no such host' },
    ];
    const all = scene(system);
    expect(faultsOf(judgeDatasources(all, seen(all, { datasources })))).toEqual([
      'datasource-fails grafana/provisioning/datasources/all.yml:11 the datasource "Loki" does not answer: lookup loki: no such host',
    ]);
    const part = scene(system, { chosen: new Set(['grafana', 'prometheus']) });
    expect(judgeDatasources(part, seen(part, { datasources }))?.faults).toEqual([]);
  });
});

describe('a selector is asked for', () => {
  test.each([
    ['up', 'up'],
    ['up{job="api"}', 'up{job="api"}'],
    ['{__name__="up", job=~"a|b"}', 'up{job=~"a|b"}'],
    ['{"http.requests", "service.name"="a\\"b"}', '{"http.requests", "service.name"="a\\"b"}'],
    ['up{job="grafana_variable", env="x"}', 'up{env="x"}'],
    ['{job="api"}', '{job="api"}'],
    ['{job=~".+"}', undefined],
    ['grafana_variable{job="api"}', '{job="api"}'],
    ['grafana_variable', undefined],
  ])('%s as %s', (written, asked) => {
    const [selector] = parseQuery(written).selectors;
    expect(selector && plainSelector(selector)).toBe(asked);
  });
});

describe('series', () => {
  /** Judges the miniature stack with one rule of its own, where the given texts match nothing. */
  const judge = (
    expr: string,
    absent: readonly string[],
    changes: Partial<Scene> = {},
    optional: readonly string[] = [],
  ) => {
    const rules = `groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: ${expr}\n`;
    const view = scene(
      systemOf(miniature({ 'prometheus/rules/alerts.yml': rules, 'grafana/dashboards/services.json': '{}' })),
      changes,
    );
    const [prometheus] = view.stack.prometheuses;
    if (prometheus === undefined) throw new Error('there is no Prometheus');
    const asked = { prometheus, container: containerOf(view, 'prometheus'), url: 'http://prometheus' };
    const selectors = selectorsAsked(view, [asked]);
    const present = new Map(selectors.map((one) => [keyOf(one), !absent.includes(one.text)]));
    const targets = prometheus.jobs.flatMap(({ name, targets: own }) =>
      own.map(({ text }) => {
        const service = text.split(':')[0] ?? '';
        const isUp = (view.chosen.has(service) && !view.failed.has(service)) || service === 'localhost';
        return {
          job: name,
          address: text,
          url: `http://${text}/metrics`,
          health: isUp ? ('up' as const) : ('down' as const),
          error: '',
        };
      }),
    );
    const config = { ...DEFAULT_CONFIG.smoke, optionalSeries: optional };
    return faultsOf(judgeSeries(view, selectors, present, [{ asked, targets }], config)).map(
      (fault) => fault.split(' ')[1],
    );
  };
  const HERE = ['prometheus/rules/alerts.yml:5'];

  test('that match nothing are found at their selector', () => {
    expect(judge('no_such_metric > 1', ['no_such_metric'])).toEqual(HERE);
    expect(judge('no_such_metric > 1', [])).toEqual([]);
  });

  test('need not be there to the right of unless, beside an or, or of alerts', () => {
    expect(judge('up unless maintenance', ['maintenance'])).toEqual([]);
    expect(judge('errors_total or vector(0)', ['errors_total'])).toEqual([]);
    expect(judge('up or errors_total', ['errors_total'])).toEqual([]);
    expect(judge('a_total or b_total', ['a_total', 'b_total'])).toHaveLength(2);
    expect(judge('ALERTS{alertname="X"} > 0', ['ALERTS{alertname="X"}'])).toEqual([]);
  });

  test('need not be there where the configuration says so', () => {
    expect(judge('errors_total > 1', ['errors_total'], {}, ['errors_total'])).toEqual([]);
    expect(judge('errors_total{a="b"} > 1', ['errors_total{a="b"}'], {}, ['errors_total{a="b"}'])).toEqual(
      [],
    );
  });

  test('of a target that is down, or was not booted, follow from that', () => {
    const failed = { failed: new Set(['api']) };
    expect(judge('api_requests_total{job="api"} > 1', ['api_requests_total{job="api"}'], failed)).toEqual([]);
    expect(judge('gone_total{job="orders"} > 1', ['gone_total{job="orders"}'], failed)).toEqual(HERE);
    const chosen = { chosen: new Set(['prometheus', 'node-exporter']) };
    expect(judge('api_requests_total > 1', ['api_requests_total'], chosen)).toEqual([]);
    expect(judge('gone_total{job="node"} > 1', ['gone_total{job="node"}'], chosen)).toEqual(HERE);
  });
});

describe('what is booted', () => {
  const services = new Map(
    Object.entries({ prometheus: [], api: ['db'], db: [], grafana: ['prometheus'] }).map(
      ([name, dependsOn]) => [name, { dependsOn }],
    ),
  );
  const stack = () => {
    const system = systemOf({
      'docker-compose.yml':
        'services: {prometheus: {image: prom/prometheus}, grafana: {image: grafana/grafana, depends_on: [prometheus]}, api: {image: x, depends_on: [db]}, db: {image: y}}\n',
    });
    const found = chooseStack(system, DEFAULT_CONFIG.smoke);
    if (found === undefined) throw new Error('there is no stack');
    return found.stack;
  };

  test.each<[string | readonly string[], string[] | string]>([
    ['auto', ['grafana', 'prometheus']],
    ['all', ['api', 'db', 'grafana', 'prometheus']],
    [['api'], ['api', 'db']],
    [['apl'], 'there is no service "apl" to boot; did you mean "api"?'],
  ])('%j is %j', (wanted, chosen) => {
    const found = chooseServices(wanted as 'auto', services, stack());
    expect(typeof found === 'string' ? found : [...found].sort()).toEqual(chosen);
  });

  test('are the compose files beside one another, and those that the configuration names', () => {
    const files: Repository = {
      'docker-compose.app.yml': 'services: {api: {image: example/api}}\n',
      'docker-compose.monitoring.yml': 'services: {prometheus: {image: prom/prometheus}}\n',
    };
    const paths = (compose: readonly string[]) =>
      chooseStack(systemOf(files), { ...DEFAULT_CONFIG.smoke, compose })?.paths;
    expect(paths([])).toEqual(['docker-compose.monitoring.yml', 'docker-compose.app.yml']);
    expect(paths(['docker-compose.app.yml'])).toEqual(['docker-compose.app.yml']);
    expect(paths(['other.yml'])).toBeUndefined();
  });
});
