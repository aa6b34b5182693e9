import { describe, expect, test } from 'vitest';
import { alertFile, recordingFile, STACK } from '../../rules/shared/rule-examples.ts';
import { checkFiles, foundIn, oneLine, type Repository } from '../support/check.ts';

const AREAS = ['alertmanager', 'alerts', 'prometheus', 'promql', 'recording', 'syntax', 'tests'];
const found = (files: Repository): string[] => foundIn(files, ...AREAS);
/** The findings of one rule that is off unless it is asked for. */
const foundBy = (rule: string, files: Repository): string[] =>
  checkFiles(files, { severities: new Map([[rule, 'notice']]) })
    .findings.filter((finding) => finding.rule === rule)
    .map(oneLine);

const alertmanager = (routes: string, receivers: string): Repository => ({
  'alertmanager.yml': `route:\n  receiver: team\n${routes}receivers:\n${receivers}`,
});
const TEAM = '  - name: team\n    webhook_configs:\n      - url_file: /run/secrets/team\n';

describe('what several things have from one cause is said once', () => {
  test('an external label that several rules override', () => {
    const rules = `groups:
  - name: api
    rules:
      - { alert: ApiDown, expr: 'up{job="api"} == 0', for: 5m, labels: { severity: critical, team: api } }
      - { alert: ApiSlow, expr: api_latency_seconds > 1, for: 5m, labels: { severity: warning, team: web } }
`;
    const prometheus = (STACK['prometheus.yml'] ?? '').replace(
      'global:\n',
      'global:\n  external_labels: { team: core }\n',
    );
    expect(
      foundIn(
        { ...STACK, 'prometheus.yml': prometheus, 'alerts.yml': rules },
        'prometheus/external-label-overridden',
      ),
    ).toEqual([
      `warning prometheus/external-label-overridden alerts.yml:4:100 the alert "ApiDown" says team="api" in place of "core", the external label of "prometheus" (and so does "ApiSlow")`,
    ]);
  });

  test('a route that takes the alerts of several after it', () => {
    const routes = `  routes:
    - { matchers: [severity=~"warning|critical"], receiver: team }
    - { matchers: [severity="critical"], receiver: team }
    - { matchers: [severity="warning"], receiver: team }
`;
    expect(found(alertmanager(routes, TEAM))).toEqual([
      'warning alertmanager/unreachable-route alertmanager.yml:5:9 an earlier route takes all of its alerts and does not continue: "team" is never told by this one, and so it is with 1 more route',
    ]);
  });

  test('an address that global would give to several integrations', () => {
    const slack = (name: string): string =>
      `  - name: ${name}\n    slack_configs:\n      - channel: "#${name}"\n`;
    const routes = '  routes:\n    - { matchers: [severity="critical"], receiver: on-call }\n';
    expect(
      found(alertmanager(routes, slack('team') + slack('on-call'))).map((line) =>
        line.split(' ').slice(0, 3).join(' '),
      ),
    ).toEqual(['error alertmanager/incomplete-receiver alertmanager.yml:8:9']);
  });

  test('a receiver that lacks what only it can say, each for itself', () => {
    const pager = (name: string): string =>
      `  - name: ${name}\n    pagerduty_configs:\n      - severity: critical\n`;
    const routes = '  routes:\n    - { matchers: [severity="critical"], receiver: on-call }\n';
    expect(found(alertmanager(routes, pager('team') + pager('on-call')))).toHaveLength(2);
  });

  test('a record whose name makes Prometheus refuse the file', () => {
    const files = { ...STACK, 'alerts.yml': recordingFile({ '"job:up:sum{job}"': 'sum by (job) (up)' }) };
    expect(foundIn(files, 'recording').map((line) => line.split(' ')[1])).toEqual(['recording/invalid-name']);
  });

  test('a job that has lost its targets, and the services that it scraped', () => {
    const compose = (STACK['docker-compose.yml'] ?? '').replace(
      'volumes:\n  data:',
      '  redis-exporter:\n    image: oliver006/redis_exporter:v1.74.0\nvolumes:\n  data:',
    );
    const prometheus = `${STACK['prometheus.yml']}  - job_name: redis\n`;
    const files = {
      ...STACK,
      'docker-compose.yml': compose,
      'prometheus.yml': prometheus,
      'alerts.yml': alertFile('up == 0'),
    };
    expect(
      foundIn(files, 'prometheus/job-without-targets', 'prometheus/unscraped-service').map(
        (line) => line.split(' ')[1],
      ),
    ).toEqual(['prometheus/job-without-targets']);
  });

  test('services that run the same program and are not scraped', () => {
    const exporter = (name: string): string => `  ${name}:\n    image: oliver006/redis_exporter:v1.74.0\n`;
    const compose = (STACK['docker-compose.yml'] ?? '').replace(
      'volumes:\n  data:',
      `${exporter('cache-metrics')}${exporter('queue-metrics')}volumes:\n  data:`,
    );
    expect(
      foundIn(
        { ...STACK, 'docker-compose.yml': compose, 'alerts.yml': alertFile('up == 0') },
        'prometheus/unscraped-service',
      ),
    ).toEqual([
      'warning prometheus/unscraped-service docker-compose.yml:11:3 "cache-metrics" and "queue-metrics" serve metrics on 9121 (oliver006/redis_exporter), and no job scrapes them',
    ]);
  });
});

describe('a notification template', () => {
  const titled = (name: string): Repository =>
    alertmanager(
      '',
      `  - name: team\n    slack_configs:\n      - api_url_file: /run/secrets/slack\n        title: '{{ template "${name}" . }}'\n`,
    );
  test('that Alertmanager brings is there, and one that is nearly its name is not', () => {
    expect(found(titled('slack.default.title'))).toEqual([]);
    expect(found(titled('slack.default.titel'))).toHaveLength(1);
    expect(found(titled('slack.default.titel')).join()).toContain('alertmanager/undefined-template');
  });
  test('that a newer Alertmanager may bring is not said to be missing', () => {
    expect(found(titled('slack.default.colour'))).toEqual([]);
    expect(found(titled('carrier.default.message'))).toEqual([]);
  });
});

describe('alerts/raw-value', () => {
  const printing = (expr: string): Repository => ({
    ...STACK,
    'alerts.yml': `${alertFile('job:http_errors:ratio5m > 0.1').replace('Something is wrong', '"{{ $value }} fail"')}      - record: job:http_errors:ratio5m\n        expr: ${expr}\n`,
  });
  test('looks at how a value is recorded', () => {
    expect(foundBy('alerts/raw-value', printing('rate(http_errors_total[5m])'))).toHaveLength(1);
    expect(foundBy('alerts/raw-value', printing('count(up == 0)'))).toEqual([]);
    expect(foundBy('alerts/raw-value', printing('job:http_errors:ratio5m'))).toEqual([]);
  });
});

describe('the series of a declared path', () => {
  const declared = (series: string): Repository => ({
    ...STACK,
    'docker-compose.yml': (STACK['docker-compose.yml'] ?? '').replace(
      'image: example/api:1.0',
      'build: ./api',
    ),
    'api/Dockerfile': 'FROM python:3.12\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
    'api/main.py': `from prometheus_client import Counter, start_http_server

orders = Counter("shop_orders_processed_total", "Orders", ["status"])
start_http_server(8000)
`,
    'alerts.yml': alertFile('increase(shop_orders_processed_total[5m]) < 1'),
    'monitoring-check.yml': `paths:\n  - name: shop\n    services: [api]\n    series: ['${series}']\n`,
  });
  test('are exposed by something, where their family is named in the code', () => {
    expect(foundIn(declared('shop_orders_processed_total'), 'prometheus/path-not-exposed')).toEqual([]);
    expect(foundIn(declared('shop_orders_finished_total'), 'prometheus/path-not-exposed')).toHaveLength(1);
    // Of another family a library may be the source.
    expect(foundIn(declared('celery_tasks_total'), 'prometheus/path-not-exposed')).toEqual([]);
  });
});
