import { describe, expect, test } from 'vitest';
import { checkFiles, oneLine, type Repository } from '../support/check.ts';

/** A healthy repository: two services that are scraped, alerts with tests, a way to a person, a dashboard. */
const HEALTHY: Readonly<Record<string, string>> = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
    mem_limit: 256m
  node:
    image: prom/node-exporter:v1.9.1
    mem_limit: 64m
  prometheus:
    image: prom/prometheus:v3.5.0
    mem_limit: 512m
    command: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.retention.time=30d]
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
      - data:/prometheus
    depends_on: [alertmanager]
  alertmanager:
    image: prom/alertmanager:v0.28.1
    mem_limit: 64m
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
      - silences:/alertmanager
  grafana:
    image: grafana/grafana:12.0.2
    mem_limit: 256m
    environment:
      GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
      - grafana:/var/lib/grafana
volumes:
  data:
  silences:
  grafana:
`,
  'prometheus.yml': `global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files:
  - alerts.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
  - job_name: machine
    static_configs:
      - targets: ["node:9100"]
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`,
  'alerts.yml': `groups:
  - name: service
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
        labels:
          severity: critical
        annotations:
          summary: The API is down
      - alert: ApiGone
        expr: absent(up{job="api"})
        for: 5m
        labels:
          severity: critical
        annotations:
          summary: Nothing scrapes the API
      - alert: MachineBusy
        expr: node_load1{job="machine"} > 8
        for: 10m
        labels:
          severity: warning
        annotations:
          summary: The machine is busy
`,
  'alerts_test.yml': `rule_files:
  - alerts.yml
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 0x10
      - series: node_load1{job="machine"}
        values: 9x20
    alert_rule_test:
      - eval_time: 1m
        alertname: ApiDown
        exp_alerts: []
      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api, severity: critical }
      - eval_time: 20m
        alertname: MachineBusy
        exp_alerts:
          - exp_labels: { job: machine, severity: warning }
  - interval: 1m
    alert_rule_test:
      - eval_time: 10m
        alertname: ApiGone
        exp_alerts:
          - exp_labels: { job: api, severity: critical }
`,
  'alertmanager.yml': `route:
  receiver: team
  group_by: [alertname]
  routes:
    - matchers: [severity="critical"]
      receiver: on-call
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [job]
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
  - name: on-call
    pagerduty_configs:
      - routing_key_file: /run/secrets/pager
`,
  'provisioning/datasources/prometheus.yml': `apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    uid: prometheus
    access: proxy
    url: http://prometheus:9090
    isDefault: true
`,
  'provisioning/dashboards/files.yml': `apiVersion: 1
providers:
  - name: files
    type: file
    options:
      path: /var/lib/grafana/dashboards
`,
  'dashboards/service.json': JSON.stringify(
    {
      uid: 'service',
      title: 'Service',
      refresh: '1m',
      panels: [
        {
          id: 1,
          type: 'stat',
          title: 'API',
          description: 'Whether the API is up.',
          datasource: { type: 'prometheus', uid: 'prometheus' },
          fieldConfig: { defaults: { unit: 'short' } },
          gridPos: { x: 0, y: 0, w: 12, h: 8 },
          targets: [{ refId: 'A', expr: 'up{job="api"}' }],
        },
        {
          id: 2,
          type: 'timeseries',
          title: 'Load',
          description: 'How busy the machine is.',
          datasource: { type: 'prometheus', uid: 'prometheus' },
          fieldConfig: { defaults: { unit: 'short' } },
          gridPos: { x: 12, y: 0, w: 12, h: 8 },
          targets: [{ refId: 'A', expr: 'node_load1{job="machine"}' }],
        },
      ],
    },
    undefined,
    2,
  ),
};

const found = (files: Repository): string[] => checkFiles(files).findings.map(oneLine);

/** An edit of one file; one that changes nothing is a mistake of the test. */
type Edit = readonly [path: string, from: string | RegExp, to: string];

function edited(...edits: readonly Edit[]): Repository {
  const files: Record<string, string> = { ...HEALTHY };
  for (const [path, from, to] of edits) {
    const before = files[path] ?? '';
    const after = before.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to);
    if (after === before) throw new Error(`the change of ${path} changes nothing`);
    files[path] = after;
  }
  return files;
}

/** What is found after some edits: the severity, the rule, and the place. */
const foundAfter = (...edits: readonly Edit[]): string[] =>
  found(edited(...edits)).map((line) => line.split(' ').slice(0, 3).join(' '));

test('nothing is found in the healthy repository', () => {
  expect(found(HEALTHY)).toEqual([]);
});

describe('a mistyped key is the only finding, and what it holds is read as it is meant', () => {
  test.each<[string, Edit, string]>([
    [
      'of a rule',
      ['alerts.yml', /expr: up\{job="api"\} == 0/, 'exprr: up{job="api"} == 0'],
      'alerts.yml:5:9',
    ],
    [
      'of annotations',
      ['alerts.yml', 'annotations:\n          summary: The API', 'anotations:\n          summary: The API'],
      'alerts.yml:9:9',
    ],
    [
      'of labels',
      ['alerts.yml', 'labels:\n          severity: warning', 'lables:\n          severity: warning'],
      'alerts.yml:21:9',
    ],
    ['of a job', ['prometheus.yml', 'job_name: api', 'job_nam: api'], 'prometheus.yml:11:5'],
    [
      'of targets',
      ['prometheus.yml', 'static_configs:\n      - targets: ["api', 'static_config:\n      - targets: ["api'],
      'prometheus.yml:12:5',
    ],
    ['of alerting', ['prometheus.yml', 'alerting:', 'alertin:'], 'prometheus.yml:6:1'],
    ['of a receiver', ['alertmanager.yml', 'webhook_configs', 'webhook_config'], 'alertmanager.yml:13:5'],
    ['of a route', ['alertmanager.yml', 'receiver: team', 'reciever: team'], 'alertmanager.yml:2:3'],
    ['of an environment', ['docker-compose.yml', 'environment:', 'enviroment:'], 'docker-compose.yml:27:5'],
    [
      'of volumes',
      ['docker-compose.yml', 'volumes:\n      - ./alertmanager', 'volume:\n      - ./alertmanager'],
      'docker-compose.yml:21:5',
    ],
  ])('%s', (_, edit, place) => {
    expect(foundAfter(edit)).toEqual([`error syntax/schema ${place}`]);
  });

  test('unless two keys may be meant, or the one that may be is there', () => {
    expect(
      foundAfter([
        'alerts.yml',
        'expr: up{job="api"} == 0\n',
        'expr: up{job="api"} == 0\n        exprr: 1\n',
      ]),
    ).toEqual(['error syntax/schema alerts.yml:6:9']);
    expect(
      foundAfter(['alerts.yml', 'expr: up{job="api"} == 0\n', 'condition: up{job="api"} == 0\n']),
    ).toEqual(['error syntax/schema alerts.yml:4:9', 'error syntax/schema alerts.yml:5:9']);
    expect(foundAfter(['alerts.yml', 'for: 2m\n', 'forr: 2m\n        fort: 3m\n'])).toEqual(
      expect.arrayContaining(['error syntax/schema alerts.yml:6:9', 'error syntax/schema alerts.yml:7:9']),
    );
  });

  test('and a fault of what it holds is found at its place', () => {
    expect(foundAfter(['alerts.yml', 'expr: up{job="api"} == 0', 'exprr: up{job="api" == 0'])).toEqual([
      'error syntax/schema alerts.yml:5:9',
      'error promql/syntax alerts.yml:5:32',
    ]);
  });
});

describe('a file that is not read explains what is missing because of it', () => {
  test.each<[string, Edit, string[]]>([
    [
      'rules that do not parse',
      ['alerts.yml', 'for: 2m', ' for: 2m'],
      ['error syntax/invalid alerts.yml:6:10'],
    ],
    [
      'a configuration that does not parse',
      ['prometheus.yml', 'rule_files:', ' rule_files:'],
      ['error syntax/invalid prometheus.yml:4:2'],
    ],
    [
      'rules that are not mounted',
      ['docker-compose.yml', /.*alerts.yml:ro\n/, ''],
      ['error prometheus/rule-files-match-nothing prometheus.yml:5:5'],
    ],
    [
      'rules that nothing names',
      ['prometheus.yml', 'rule_files:\n  - alerts.yml', 'rule_files: []'],
      ['error prometheus/rule-file-not-loaded alerts.yml:1:1'],
    ],
    [
      'a mount of what is not there',
      ['docker-compose.yml', './prometheus.yml', './prometheus.yaml'],
      ['error compose/bind-source-missing docker-compose.yml:14:9'],
    ],
    [
      'an Alertmanager without its configuration',
      ['docker-compose.yml', /.*alertmanager.yml:ro\n/, ''],
      ['error alertmanager/config-not-loaded docker-compose.yml:19:12'],
    ],
    [
      'a service that is written twice',
      ['docker-compose.yml', '  alertmanager:\n', '  grafana:\n'],
      ['error syntax/duplicate-key docker-compose.yml:24:3'],
    ],
  ])('%s', (_, edit, lines) => {
    expect(foundAfter(edit)).toEqual(lines);
  });

  test('and is as severe as the worst of that, which is shown with it', () => {
    const { findings } = checkFiles(edited(['alerts.yml', 'for: 2m', ' for: 2m']));
    expect(findings.flatMap(({ related }) => related.map(({ message }) => message))).toEqual([
      'because of it: nobody is told when "api" or "host" break: prometheus loads no alert at all',
    ]);
  });
});

describe('a name that was changed in one place is one finding, however many places have it', () => {
  test.each<[string, Edit, string[]]>([
    [
      'a job',
      ['prometheus.yml', 'job_name: api', 'job_name: api-server'],
      ['error alerts/dead-job alerts.yml:5:18'],
    ],
    [
      'a job, and its service is not scraped',
      ['prometheus.yml', / {2}- job_name: machine\n(?: {4}.*\n)+/, ''],
      ['warning prometheus/unscraped-service docker-compose.yml:6:3'],
    ],
    [
      'a receiver',
      ['alertmanager.yml', 'name: on-call', 'name: pager'],
      ['error alertmanager/undefined-receiver alertmanager.yml:6:17'],
    ],
    [
      'an alert',
      ['alerts.yml', 'alert: ApiDown', 'alert: ApiIsDown'],
      ['error tests/unknown-alert alerts_test.yml:12:20'],
    ],
    [
      'an alert in its tests',
      ['alerts_test.yml', 'alertname: ApiDown', 'alertname: Apidown'],
      ['error tests/unknown-alert alerts_test.yml:12:20'],
    ],
    [
      'a folder of rule files',
      ['prometheus.yml', '  - alerts.yml', '  - rules/alerts.yml\n  - rules/more.yml'],
      ['error prometheus/rule-files-match-nothing prometheus.yml:5:5'],
    ],
  ])('%s', (_, edit, lines) => {
    expect(foundAfter(edit)).toEqual(lines);
  });

  test('and a dependency that several services have', () => {
    expect(
      foundAfter(
        ['docker-compose.yml', 'depends_on: [alertmanager]', 'depends_on: [alert-manager]'],
        [
          'docker-compose.yml',
          'image: grafana/grafana:12.0.2',
          'image: grafana/grafana:12.0.2\n    depends_on: [alert-manager]',
        ],
      ),
    ).toEqual(['error compose/depends-on-unknown docker-compose.yml:17:18']);
  });
});

describe('two faults that have nothing to do with one another are two findings', () => {
  test('a mistyped key, and a job that nothing scrapes', () => {
    expect(
      foundAfter(
        ['alerts.yml', 'for: 2m', 'forr: 2m'],
        ['alerts.yml', 'node_load1{job="machine"}', 'node_load1{job="host"}'],
        ['dashboards/service.json', 'machine', 'prometheus'],
      ),
    ).toEqual(['error syntax/schema alerts.yml:6:9', 'error alerts/dead-job alerts.yml:19:26']);
  });

  test('an alert on a job of another name, and a service without a job', () => {
    expect(
      foundAfter(
        ['alerts.yml', 'up{job="api"}', 'up{job="apis"}'],
        ['prometheus.yml', / {2}- job_name: machine\n(?: {4}.*\n)+/, ''],
      ),
    ).toEqual([
      'error alerts/dead-job alerts.yml:5:18',
      'warning prometheus/unscraped-service docker-compose.yml:6:3',
    ]);
  });

  test('a service that is written twice, and a host of another name', () => {
    expect(
      foundAfter(
        ['docker-compose.yml', '  alertmanager:\n', '  grafana:\n'],
        ['prometheus.yml', 'node:9100', 'nodes:9100'],
      ),
    ).toEqual([
      'error syntax/duplicate-key docker-compose.yml:24:3',
      'error prometheus/target-host prometheus.yml:16:20',
    ]);
  });

  test('a key that is written twice, and a path that no alert watches', () => {
    expect(
      foundAfter(
        ['alerts.yml', 'for: 2m\n', 'for: 2m\n        for: 3m\n'],
        ['alerts.yml', / {6}- alert: MachineBusy\n(?: {8}.*\n)+/, ''],
        ['alerts_test.yml', / {6}- eval_time: 20m\n(?: {8}.*\n)+/, ''],
      ),
    ).toEqual([
      'error syntax/duplicate-key alerts.yml:7:9',
      'error alerts/uncovered-path prometheus.yml:4:1',
    ]);
  });

  test('two receivers of other names', () => {
    expect(
      foundAfter(
        ['alertmanager.yml', 'receiver: team', 'receiver: teams'],
        ['alertmanager.yml', 'receiver: on-call', 'receiver: on-calls'],
      ),
    ).toEqual([
      'error alertmanager/undefined-receiver alertmanager.yml:2:13',
      'error alertmanager/undefined-receiver alertmanager.yml:6:17',
    ]);
  });

  test('a receiver that is not defined, and one that no route names and that is like none', () => {
    const more = '  - name: night-watch\n    webhook_configs:\n      - url_file: /run/secrets/night\n';
    expect(
      foundAfter(
        ['alertmanager.yml', 'receiver: on-call', 'receiver: on-calls'],
        ['alertmanager.yml', '  - name: on-call\n', `${more}  - name: on-call\n`],
      ),
    ).toEqual([
      'error alertmanager/undefined-receiver alertmanager.yml:6:17',
      'warning alertmanager/unused-receiver alertmanager.yml:15:11',
    ]);
  });

  test('a test of an alert of another name, and an alert without a test', () => {
    expect(
      foundAfter(
        ['alerts_test.yml', 'alertname: ApiDown', 'alertname: ApiDowns'],
        [
          'alerts.yml',
          '      - alert: MachineBusy\n',
          '      - alert: DiskFull\n        expr: node_filesystem_avail_bytes{job="machine"} == 0\n        for: 5m\n        labels:\n          severity: warning\n        annotations:\n          summary: Full\n      - alert: MachineBusy\n',
        ],
      ),
    ).toEqual([
      'warning tests/untested-alert alerts.yml:18:16',
      'error tests/unknown-alert alerts_test.yml:12:20',
    ]);
  });
});

describe('what follows is said where its cause is not', () => {
  test('as when the rule of the cause is off', () => {
    const files = edited(['alerts.yml', 'for: 2m', ' for: 2m']);
    const { findings } = checkFiles(files, { severities: new Map([['syntax/invalid', 'off']]) });
    expect(findings.map(({ rule }) => rule)).toEqual(['alerts/uncovered-path']);
  });

  test('and a silence of it is not idle while it is left out', () => {
    const files = {
      ...edited(['prometheus.yml', / {2}- job_name: machine\n(?: {4}.*\n)+/, '']),
      'monitoring-check.yml':
        'ignore:\n  - rule: dashboards/dead-job\n    reason: nobody watches it\n    dashboard: service\n',
    };
    expect(found(files).map((line) => line.split(' ')[1])).toEqual(['prometheus/unscraped-service']);
  });

  test('and no silence is idle while a file is not read', () => {
    const files = {
      ...edited(['docker-compose.yml', '  grafana:\n    image', '   grafana:\n    image']),
      'monitoring-check.yml': 'ignore:\n  - rule: compose/image-not-pinned\n    reason: it is meant\n',
    };
    expect(found(files).map((line) => line.split(' ')[1])).toEqual(['syntax/invalid']);
  });
});
