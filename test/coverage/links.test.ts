import { expect, test } from 'vitest';
import type { LinkName } from '../../src/config/config.ts';
import { type Change, instead, link, orders } from '../support/chains.ts';

type Changes = Readonly<Record<string, Change>>;

const prom = (before: string, after: string): Changes => ({ 'prometheus.yml': instead(before, after) });
const comp = (before: string, after: string): Changes => ({ 'compose.yml': instead(before, after) });
const rule = (before: string, after: string): Changes => ({ 'rules.yml': instead(before, after) });
const am = (before: string, after: string): Changes => ({ 'alertmanager.yml': instead(before, after) });
const dash = (before: string, after: string): Changes => ({
  'dashboards/orders.json': instead(before, after),
});
/** A path that the configuration declares. */
const conf = (asked: string): Changes => ({
  'monitoring-check.yml': `paths:\n  - name: orders\n    ${asked}\n`,
});

type Case = readonly [what: string, changes: Changes, found: readonly string[]];

const shows = (name: LinkName, title: string, cases: readonly Case[]): void =>
  test.each(cases)(`${name}, where ${title}: %s`, (_what, changes, found) => {
    expect(link(orders(changes), name)).toEqual(found);
  });

shows('exposed', 'something provides the series', [
  ['nothing changed', {}, ['"orders_total" is defined in the code (api/app.py:2:10)']],
  [
    'a service that nothing describes',
    { ...comp('build: ./api', 'image: example/api:1.0') },
    ['unknown: nothing in the repository shows what api exposes'],
  ],
  ['a target outside', { ...prom('api:8000', 'api.example.com:8000') }, ['there is no such path']],
  [
    'a target outside beside one that is known',
    { ...prom('targets: ["api:8000"]', 'targets: ["api.example.com:8000", "api:8000"]') },
    ['"orders_total" is defined in the code (api/app.py:2:10)'],
  ],
  [
    'a port on which nothing listens',
    { ...prom('api:8000', 'alertmanager:9999') },
    ['there is no such path'],
  ],
  [
    'a series that the code defines',
    { ...conf('jobs: [api]\n    series: [orders_last_timestamp_seconds]') },
    [
      '"orders_total" is defined in the code (api/app.py:2:10)',
      '"orders_last_timestamp_seconds" is defined in the code (api/app.py:3:8)',
    ],
  ],
  [
    'the series of the scrape itself',
    { ...conf('jobs: [api]\n    series: [up]') },
    ['"orders_total" is defined in the code (api/app.py:2:10)'],
  ],
  [
    'a series that a rule records',
    {
      ...conf('jobs: [api]\n    series: ["api:orders:rate"]'),
      ...rule(
        '    rules:',
        '    rules:\n      - {record: "api:orders:rate", expr: "rate(orders_total[5m])"}',
      ),
    },
    ['"orders_total" is defined in the code (api/app.py:2:10)'],
  ],
  [
    'a path whose service is not scraped',
    { ...conf('services: [grafana]') },
    ['gap: nothing that it names is scraped (monitoring-check.yml:2:11)'],
  ],
  [
    'an exporter that is known',
    { ...comp('build: ./api', 'image: prom/node-exporter:v1.9.1'), ...prom('api:8000', 'api:9100') },
    ['the exporter for the host prom/node-exporter (compose.yml:3:12)'],
  ],
  [
    'a port that its code does not serve',
    { ...prom('api:8000', 'api:9000') },
    ['gap: api does not listen on port 9000: its code serves metrics on 8000 (prometheus.yml:12:19)'],
  ],
]);

shows('scraped', 'a job reaches it', [
  ['nothing changed', {}, ['the job "api" scrapes api:8000 every 10s (prometheus.yml:12:19)']],
  [
    'a job that is not there',
    { ...conf('jobs: [orders]') },
    ['gap: prometheus has no scrape job "orders" (monitoring-check.yml:3:12)'],
  ],
  [
    'a service that is not there',
    { ...conf('services: [orders]') },
    ['gap: there is no service "orders" (monitoring-check.yml:3:16)'],
  ],
  [
    'a service that no job reaches',
    { ...conf('services: [grafana]') },
    ['gap: no scrape job reaches the service "grafana" (monitoring-check.yml:3:16)'],
  ],
  [
    'a service and a job that do not meet',
    {
      ...conf('services: [api]\n    jobs: [other]'),
      ...prom(
        'scrape_configs:',
        'scrape_configs:\n  - job_name: other\n    static_configs: [{targets: ["grafana:3000"]}]',
      ),
    },
    ['gap: nothing that it names is scraped (monitoring-check.yml:2:11)'],
  ],
  [
    'a series that relabelling drops',
    {
      ...conf('jobs: [api]\n    series: [orders_total]'),
      ...prom(
        '    static_configs:\n      - targets: ["api:8000"]',
        '    static_configs:\n      - targets: ["api:8000"]\n    metric_relabel_configs:\n      - {source_labels: [__name__], regex: orders_total, action: drop}',
      ),
    },
    ['gap: metric_relabel_configs drops "orders_total" (monitoring-check.yml:4:14)'],
  ],
  [
    'a series that relabelling keeps',
    {
      ...conf('jobs: [api]\n    series: [orders_total]'),
      ...prom(
        '    static_configs:\n      - targets: ["api:8000"]',
        '    static_configs:\n      - targets: ["api:8000"]\n    metric_relabel_configs:\n      - {source_labels: [__name__], regex: orders_last.*, action: drop}',
      ),
    },
    ['the job "api" scrapes api:8000 every 10s (prometheus.yml:12:19)'],
  ],
  [
    'the scrape itself, whatever relabelling drops',
    {
      ...conf('jobs: [api]\n    series: [up]'),
      ...prom(
        '    static_configs:\n      - targets: ["api:8000"]',
        '    static_configs:\n      - targets: ["api:8000"]\n    metric_relabel_configs:\n      - {regex: .*, action: drop}',
      ),
    },
    ['the job "api" scrapes api:8000 every 10s (prometheus.yml:12:19)'],
  ],
  [
    'a target that relabelling drops',
    {
      ...prom(
        '    static_configs:\n      - targets: ["api:8000"]',
        '    static_configs:\n      - targets: ["api:8000"]\n    relabel_configs:\n      - {source_labels: [__address__], regex: api.*, action: drop}',
      ),
    },
    ['there is no such path'],
  ],
  [
    'two targets',
    {
      ...prom('targets: ["api:8000"]', 'targets: ["api:8000", "api:8000"]'),
      ...prom('job_name: api', 'job_name: api\n    scrape_interval: 30s'),
    },
    ['the job "api" scrapes api:8000 every 30s (prometheus.yml:13:19)'],
  ],
]);

shows('alerted', 'an alert can select it, in time', [
  ['nothing changed', {}, ['the alert NoOrders selects its series (critical) (rules.yml:4:16)']],
  [
    'no alert at all',
    { 'rules.yml': 'groups: []\n' },
    ['gap: prometheus loads no alert at all (prometheus.yml:8:1)'],
  ],
  [
    'an alert on another job',
    { ...rule('expr: time() - orders_last_timestamp_seconds > 60', 'expr: up{job="worker"} == 0') },
    ['gap: NoOrders, the only alert that prometheus loads, cannot select its series (prometheus.yml:8:1)'],
  ],
  [
    'two alerts, both on other jobs',
    {
      'rules.yml':
        'groups: [{name: a, rules: [{alert: A, expr: "up{job=\\"x\\"}"}, {alert: B, expr: "up{job=\\"y\\"}"}]}]\n',
    },
    ['gap: none of the 2 alerts that prometheus loads can select its series (prometheus.yml:8:1)'],
  ],
  [
    'an alert without a severity',
    { ...rule('        labels: {severity: critical}\n', '') },
    ['the alert NoOrders selects its series (rules.yml:4:16)'],
  ],
  [
    'an alert that may select it',
    { ...rule('orders_last_timestamp_seconds > 60', 'orders_last_timestamp_seconds{kind="a"} > 60') },
    ['the alert NoOrders may select its series (critical) (rules.yml:4:16)'],
  ],
  [
    'an alert that may select it beside one that does',
    {
      ...rule(
        '      - alert: NoOrders',
        '      - {alert: May, expr: "orders_total{kind=\\"a\\"} > 5"}\n      - alert: NoOrders',
      ),
    },
    ['the alert NoOrders selects its series (critical) (rules.yml:5:16)'],
  ],
  [
    'one that is too slow',
    { ...conf('jobs: [api]\n    detect-within: 2m') },
    ['gap: NoOrders, its quickest alert, may take 2m30s, and 2m is asked (rules.yml:4:16)'],
  ],
  [
    'one that is quick enough',
    { ...conf('jobs: [api]\n    detect-within: 150s') },
    ['the alert NoOrders selects its series (critical) (rules.yml:4:16)'],
  ],
  [
    'the quicker one of two is too slow',
    {
      ...conf('jobs: [api]\n    detect-within: 10s'),
      ...rule('    rules:', '    rules:\n      - {alert: Slow, expr: "up{job=\\"api\\"} == 0", for: 1h}'),
    },
    ['gap: NoOrders, its quickest alert, may take 2m30s, and 10s is asked (rules.yml:5:16)'],
  ],
  [
    'an alert on another job beside a rule that records',
    {
      ...rule(
        '      - alert: NoOrders\n        expr: time() - orders_last_timestamp_seconds > 60',
        '      - {record: "api:last", expr: "up{job=\\"worker\\"}"}\n      - alert: NoOrders\n        expr: api:last == 0',
      ),
    },
    ['gap: NoOrders, the only alert that prometheus loads, cannot select its series (prometheus.yml:8:1)'],
  ],
  [
    'rule files that are not here',
    {
      ...prom('rule_files: [rules.yml]', 'rule_files: [/else/*.yml]'),
      ...comp('      - ./rules.yml:/etc/prometheus/rules.yml:ro', '      - rules:/else'),
    },
    ['unknown: its rule files are not in the repository'],
  ],
  [
    'rule files that nobody mounts',
    { ...prom('rule_files: [rules.yml]', 'rule_files: [missing.yml]') },
    ['gap: prometheus loads no alert at all (prometheus.yml:8:1)'],
  ],
  [
    'no rule_files',
    { ...prom('rule_files: [rules.yml]\n', '') },
    ['gap: prometheus loads no alert at all (prometheus.yml:11:19)'],
  ],
  [
    'series that are written elsewhere',
    {
      'rules.yml': 'groups: []\n',
      ...prom('scrape_configs:', 'remote_write: [{url: "https://mimir.example.com/push"}]\nscrape_configs:'),
    },
    ['unknown: prometheus writes its series to mimir.example.com, where alerts may be evaluated'],
  ],
  [
    'series that are written to a ruler',
    {
      'rules.yml': 'groups: []\n',
      ...comp('  grafana:', '  thanos:\n    image: quay.io/thanos/thanos:v0.39.2\n  grafana:'),
    },
    ['unknown: thanos may evaluate alerts on its series'],
  ],
  [
    'an alert on what a rule records',
    {
      'rules.yml':
        'groups: [{name: a, rules: [{record: "api:last", expr: "max(orders_last_timestamp_seconds)"}, {alert: A, expr: "time() - api:last > 5"}]}]\n',
    },
    ['the alert A selects its series (rules.yml:1:102)'],
  ],
  [
    'an alert that is only filtered by it',
    {
      'rules.yml':
        'groups: [{name: a, rules: [{alert: A, expr: "up{job=\\"x\\"} == 0 and on () orders_total > 0"}]}]\n',
    },
    ['gap: A, the only alert that prometheus loads, cannot select its series (prometheus.yml:8:1)'],
  ],
  [
    'an alert on something else unless it',
    {
      'rules.yml':
        'groups: [{name: a, rules: [{alert: A, expr: "up{job=\\"x\\"} == 0 unless on () orders_total > 0"}]}]\n',
    },
    ['gap: A, the only alert that prometheus loads, cannot select its series (prometheus.yml:8:1)'],
  ],
  [
    'a declared series that it does not select',
    { ...conf('jobs: [api]\n    series: [orders_total]') },
    [
      'gap: NoOrders, the only alert that prometheus loads, cannot select its series (monitoring-check.yml:2:11)',
    ],
  ],
  [
    'a declared series that it selects by up',
    {
      ...conf('jobs: [api]\n    series: [orders_total]'),
      ...rule('time() - orders_last_timestamp_seconds > 60', 'up{job="api"} == 0'),
    },
    ['the alert NoOrders selects its series (critical) (rules.yml:4:16)'],
  ],
  [
    'an alert that cannot be read',
    { ...rule('time() - orders_last_timestamp_seconds > 60', 'sum(') },
    ['the alert NoOrders may select its series (critical) (rules.yml:4:16)'],
  ],
  [
    'an alert of Grafana',
    {
      'rules.yml': 'groups: []\n',
      'provisioning/alerting/a.yml':
        'apiVersion: 1\ngroups:\n  - name: g\n    folder: f\n    interval: 1m\n    rules:\n      - uid: a\n        title: No orders\n        condition: B\n        for: 2m\n        labels: {severity: page}\n        data:\n          - {refId: A, datasourceUid: prom, model: {expr: "rate(orders_total[5m])", refId: A}}\n          - {refId: B, datasourceUid: __expr__, model: {type: threshold, expression: A, refId: B}}\n',
    },
    ['the alert No orders selects its series (page) (provisioning/alerting/a.yml:8:16)'],
  ],
]);

shows('tested', 'a test makes the alert fire', [
  ['nothing changed', {}, ['a rule unit test makes NoOrders fire (rules_test.yml:8:9)']],
  [
    'no test',
    { 'rules_test.yml': undefined },
    ['gap: no rule unit test makes NoOrders fire (rules.yml:4:16)'],
  ],
  [
    'a test that expects it to be quiet',
    {
      'rules_test.yml': instead(
        'exp_alerts: [{exp_labels: {severity: critical, job: api}}]',
        'exp_alerts: []',
      ),
    },
    ['gap: no rule unit test makes NoOrders fire (rules.yml:4:16)'],
  ],
  [
    'a test of another alert',
    { 'rules_test.yml': instead('alertname: NoOrders', 'alertname: Other') },
    ['gap: no rule unit test makes NoOrders fire (rules.yml:4:16)'],
  ],
  [
    'a test of another file',
    { 'rules_test.yml': instead('rule_files: [rules.yml]', 'rule_files: [other.yml]') },
    ['gap: no rule unit test makes NoOrders fire (rules.yml:4:16)'],
  ],
  [
    'no alert',
    { 'rules.yml': 'groups: []\n' },
    ['gap: it has no alert that could be tested (prometheus.yml:12:19)'],
  ],
  [
    'four alerts',
    {
      'rules_test.yml': undefined,
      'rules.yml':
        'groups: [{name: a, rules: [{alert: A, expr: "orders_total > 1"}, {alert: B, expr: "orders_total > 2"}, {alert: C, expr: "orders_total > 3"}, {alert: D, expr: "orders_total > 4"}]}]\n',
    },
    ['gap: no rule unit test makes A, B or C or another fire (rules.yml:1:36)'],
  ],
  [
    'three alerts',
    {
      'rules_test.yml': undefined,
      'rules.yml':
        'groups: [{name: a, rules: [{alert: A, expr: "orders_total > 1"}, {alert: B, expr: "orders_total > 2"}, {alert: C, expr: "orders_total > 3"}]}]\n',
    },
    ['gap: no rule unit test makes A, B or C fire (rules.yml:1:36)'],
  ],
]);

shows('routed', 'the alert gets to somebody', [
  ['nothing changed', {}, ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:5:5)']],
  [
    'no alerting',
    {
      ...prom(
        'alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: ["alertmanager:9093"]\n',
        '',
      ),
    },
    ['gap: NoOrders: prometheus sends its alerts to no Alertmanager (prometheus.yml:4:1)'],
  ],
  [
    'an Alertmanager that does not exist',
    { ...prom('alertmanager:9093', 'alerts:9093') },
    [
      'gap: NoOrders: prometheus sends its alerts to an Alertmanager that does not exist (prometheus.yml:5:3)',
    ],
  ],
  [
    'an Alertmanager outside',
    { ...prom('alertmanager:9093', 'alerts.example.com:9093') },
    ['unknown: NoOrders: its Alertmanager is not in the repository (prometheus.yml:5:3)'],
  ],
  [
    'one outside beside the silent one here',
    {
      ...prom('["alertmanager:9093"]', '["alertmanager:9093", "alerts.example.com:9093"]'),
      ...am('receiver: pager', 'receiver: nobody'),
    },
    ['unknown: NoOrders: another Alertmanager is not in the repository (prometheus.yml:5:3)'],
  ],
  [
    'a receiver that notifies nobody',
    { ...am('receiver: pager', 'receiver: nobody') },
    ['gap: NoOrders: it ends in the receiver "nobody", which notifies nobody (alertmanager.yml:7:5)'],
  ],
  [
    'a receiver that is not defined',
    { ...am('receiver: pager', 'receiver: missing') },
    ['gap: NoOrders: it is routed to the receiver "missing", which is not defined (prometheus.yml:5:3)'],
  ],
  [
    "an Alertmanager with its image's configuration",
    { ...comp('    volumes: ["./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro"]\n', '') },
    [
      'gap: NoOrders: "alertmanager" runs with the configuration of its image, which only calls http://127.0.0.1:5001/ in its own container (compose.yml:10:3)',
    ],
  ],
  [
    'a configuration that is not here',
    { ...comp('./alertmanager.yml:', 'config:') },
    ['unknown: NoOrders: the configuration of alertmanager is not known (prometheus.yml:5:3)'],
  ],
  [
    'relabelling that drops it',
    {
      ...prom(
        'alerting:',
        'alerting:\n  alert_relabel_configs:\n    - {source_labels: [severity], regex: critical, action: drop}',
      ),
    },
    ['gap: NoOrders: alert_relabel_configs drops it (prometheus.yml:6:7)'],
  ],
  [
    'relabelling that changes where it goes',
    {
      ...prom(
        'alerting:',
        'alerting:\n  alert_relabel_configs:\n    - {target_label: team, replacement: none}',
      ),
      ...am(
        'receiver: pager\n',
        'receiver: pager\n  routes: [{matchers: [team="none"], receiver: nobody}]\n',
      ),
    },
    ['gap: NoOrders: it ends in the receiver "nobody", which notifies nobody (alertmanager.yml:8:5)'],
  ],
  [
    'a route for its severity',
    {
      ...am(
        'receiver: pager\n',
        'receiver: nobody\n  routes: [{matchers: [severity="critical"], receiver: pager}]\n',
      ),
    },
    ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:6:5)'],
  ],
  [
    'a route for another severity',
    {
      ...am(
        'receiver: pager\n',
        'receiver: nobody\n  routes: [{matchers: [severity="warning"], receiver: pager}]\n',
      ),
    },
    ['gap: NoOrders: it ends in the receiver "nobody", which notifies nobody (alertmanager.yml:8:5)'],
  ],
  [
    'a route for no severity',
    {
      ...rule('        labels: {severity: critical}\n', ''),
      ...am(
        'receiver: pager\n',
        'receiver: nobody\n  routes: [{matchers: [severity="critical"], receiver: pager}]\n',
      ),
    },
    ['gap: NoOrders: it ends in the receiver "nobody", which notifies nobody (alertmanager.yml:8:5)'],
  ],
  [
    'a route for a label that its series may bring',
    { ...am('receiver: pager\n', 'receiver: nobody\n  routes: [{matchers: [kind="a"], receiver: pager}]\n') },
    ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:6:5)'],
  ],
  [
    'a route for its name',
    {
      ...am(
        'receiver: pager\n',
        'receiver: nobody\n  routes: [{matchers: [alertname="NoOrders"], receiver: pager}]\n',
      ),
    },
    ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:6:5)'],
  ],
  [
    'a route for an external label',
    {
      ...prom('global:', 'global:\n  external_labels: {env: prod}'),
      ...am('receiver: pager\n', 'receiver: nobody\n  routes: [{matchers: [env="prod"], receiver: pager}]\n'),
    },
    ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:6:5)'],
  ],
  [
    'a route for another external label',
    {
      ...prom('global:', 'global:\n  external_labels: {env: prod}'),
      ...am('receiver: pager\n', 'receiver: nobody\n  routes: [{matchers: [env="dev"], receiver: pager}]\n'),
    },
    ['gap: NoOrders: it ends in the receiver "nobody", which notifies nobody (alertmanager.yml:8:5)'],
  ],
  [
    'a label of the rule over an external one',
    {
      ...prom('global:', 'global:\n  external_labels: {severity: none}'),
      ...am(
        'receiver: pager\n',
        'receiver: nobody\n  routes: [{matchers: [severity="critical"], receiver: pager}]\n',
      ),
    },
    ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:6:5)'],
  ],
  [
    'two ways of notifying',
    { ...am('webhook_configs:', 'email_configs: [{to: "a@example.com"}]\n    webhook_configs:') },
    ['NoOrders: the receiver "pager" notifies by email and webhook (alertmanager.yml:5:5)'],
  ],
  [
    'no alert',
    { 'rules.yml': 'groups: []\n' },
    ['gap: it has no alert that could be routed (prometheus.yml:12:19)'],
  ],
  [
    'two alerts that go the same way',
    { ...rule('    rules:', '    rules:\n      - {alert: Down, expr: "up{job=\\"api\\"} == 0"}') },
    [
      'Down: the receiver "pager" notifies by webhook (alertmanager.yml:5:5)',
      'NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:5:5)',
    ],
  ],
  [
    'one of two alerts ends at nobody',
    {
      ...rule(
        '    rules:',
        '    rules:\n      - {alert: Down, expr: "up{job=\\"api\\"} == 0", labels: {severity: info}}',
      ),
      ...am(
        'receiver: pager\n',
        'receiver: nobody\n  routes: [{matchers: [severity="critical"], receiver: pager}]\n',
      ),
    },
    ['NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:6:5)'],
  ],
  [
    'an alert of Grafana with a contact point',
    {
      'rules.yml': 'groups: []\n',
      'provisioning/alerting/a.yml':
        'apiVersion: 1\ngroups:\n  - name: g\n    folder: f\n    interval: 1m\n    rules:\n      - uid: a\n        title: No orders\n        condition: A\n        for: 2m\n        data:\n          - {refId: A, datasourceUid: prom, model: {expr: "rate(orders_total[5m])", refId: A}}\ncontactPoints:\n  - name: team\n    receivers: [{uid: x, type: slack, settings: {url: "http://x"}}, {uid: y, type: email, settings: {addresses: a@example.com}}]\npolicies:\n  - receiver: team\n',
    },
    ['No orders: the contact point "team" notifies by slack and email (provisioning/alerting/a.yml:14:5)'],
  ],
  [
    'an alert of Grafana without one',
    {
      'rules.yml': 'groups: []\n',
      'provisioning/alerting/a.yml':
        'apiVersion: 1\ngroups:\n  - name: g\n    folder: f\n    interval: 1m\n    rules:\n      - uid: a\n        title: No orders\n        condition: A\n        data:\n          - {refId: A, datasourceUid: prom, model: {expr: "rate(orders_total[5m])", refId: A}}\n',
    },
    [
      "unknown: No orders: Grafana's contact points are not provisioned from the repository (provisioning/alerting/a.yml:7:9)",
    ],
  ],
]);

shows('seen', 'a panel shows it', [
  ['nothing changed', {}, ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)']],
  [
    'a panel without a title',
    { ...dash('"title":"Rate",', '') },
    ['the panel "1" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'no Grafana',
    { ...comp('  grafana:\n    image: grafana/grafana:12.1.0', '  other:\n    image: example/other:1.0') },
    ['gap: no Grafana runs in its stack (prometheus.yml:12:19)'],
  ],
  [
    'no dashboards',
    { 'dashboards/orders.json': undefined },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
  [
    'dashboards that are not here',
    { ...comp('./dashboards:', 'dashboards:') },
    ['unknown: dashboards are not in the repository (prometheus.yml:12:19)'],
  ],
  [
    'dashboards some of which are not here',
    {
      'dashboards/orders.json': undefined,
      'provisioning/dashboards/all.yml':
        'apiVersion: 1\nproviders:\n  - {name: all, type: file, options: {path: /var/lib/grafana/dashboards}}\n  - {name: more, type: file, options: {path: /more}}\n',
      ...comp('      - ./dashboards:', '      - more:/more\n      - ./dashboards:'),
    },
    ['unknown: dashboards are not in the repository (prometheus.yml:12:19)'],
  ],
  [
    'dashboards that are not here, in one of two Grafanas',
    {
      'dashboards/orders.json': undefined,
      ...comp(
        '  grafana:',
        '  second:\n    image: grafana/grafana:12.1.0\n    volumes: ["./provisioning:/etc/grafana/provisioning:ro", "boards:/var/lib/grafana/dashboards"]\n  grafana:',
      ),
    },
    ['unknown: dashboards are not in the repository (prometheus.yml:12:19)'],
  ],
  [
    'a panel in another language',
    { ...dash('rate(orders_total[5m])', '{app=\\"api\\"} |= \\"orders\\"') },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
  [
    'a panel of a datasource that is not provisioned',
    { ...dash('"type":"prometheus","uid":"prom"', '"type":"prometheus","uid":"gone"') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'a panel of a datasource of which nothing is known',
    { ...dash('{"type":"prometheus","uid":"prom"}', '{"uid":"gone"}') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'a panel of logs whose datasource is not provisioned',
    { ...dash('"type":"prometheus","uid":"prom"', '"type":"loki","uid":"gone"') },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
  [
    'a declared series beside its targets',
    {
      ...conf('jobs: [api]\n    series: [orders_total]'),
      ...dash('rate(orders_total[5m])', 'orders_total * on (job) up'),
    },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'whatever has the labels of a declared series',
    {
      ...conf('jobs: [api]\n    series: [orders_total]'),
      ...dash('rate(orders_total[5m])', '{job=\\"api\\"}'),
    },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'a panel of another datasource',
    { ...dash('"type":"prometheus","uid":"prom"', '"type":"loki","uid":"loki"') },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
  [
    'a query that is hidden',
    { ...dash('"refId":"A"', '"refId":"A","hide":true') },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
  [
    'a query that is broken',
    { ...dash('rate(orders_total[5m])', 'rate(orders_total[5m]') },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
  [
    'a panel that may show it',
    { ...dash('orders_total', 'orders_total{kind=\\"a\\"}') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'a panel whose job is a variable',
    { ...dash('orders_total', 'orders_total{job=\\"$job\\"}') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'the wanted dashboard by its uid',
    { ...conf('jobs: [api]\n    dashboard: orders') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'the wanted dashboard by its file',
    { ...conf('jobs: [api]\n    dashboard: dashboards/orders.json') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'a wanted dashboard that is not there',
    { ...conf('jobs: [api]\n    dashboard: payments') },
    ['gap: no provisioned dashboard has the uid or file "payments" (monitoring-check.yml:4:16)'],
  ],
  [
    'targets where a series is declared',
    {
      ...conf('jobs: [api]\n    series: [orders_total]'),
      ...dash('rate(orders_total[5m])', 'up{job=\\"api\\"}'),
    },
    ['gap: no panel of a provisioned dashboard shows its series (monitoring-check.yml:2:11)'],
  ],
  [
    'targets where these are declared',
    { ...conf('jobs: [api]\n    series: [up]'), ...dash('rate(orders_total[5m])', 'up{job=\\"api\\"}') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'targets where nothing is declared',
    { ...dash('rate(orders_total[5m])', 'up{job=\\"api\\"}') },
    ['the panel "Rate" of "Orders" shows it (dashboards/orders.json:1:63)'],
  ],
  [
    'a wanted dashboard that shows another job',
    { ...conf('jobs: [api]\n    dashboard: orders'), ...dash('orders_total', 'orders_total{job=\\"x\\"}') },
    ['gap: no panel of the dashboard "orders" shows its series (monitoring-check.yml:4:16)'],
  ],
  [
    'targets of another job',
    { ...dash('rate(orders_total[5m])', 'up{job=\\"x\\"}') },
    ['gap: no panel of a provisioned dashboard shows its series (prometheus.yml:12:19)'],
  ],
]);

test('a panel that may show the series proves nothing beside one that does', () => {
  const panel = (id: number, title: string, expr: string): object => ({
    id,
    type: 'stat',
    title,
    datasource: { type: 'prometheus', uid: 'prom' },
    targets: [{ refId: 'A', expr }],
  });
  const panels = [
    panel(1, 'By kind', 'orders_total{kind="a"}'),
    panel(2, 'All', 'orders_total'),
    panel(3, 'Last', 'orders_last_timestamp_seconds'),
  ];
  const files = orders({
    'dashboards/orders.json': JSON.stringify({ title: 'Orders', uid: 'orders', panels }),
  });
  expect(link(files, 'seen').map((line) => line.replace(/ \(.*/, ''))).toEqual([
    'the panel "All" of "Orders" shows it',
    'the panel "Last" of "Orders" shows it',
  ]);
});
