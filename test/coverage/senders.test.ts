import { describe, expect, test } from 'vitest';
import { alertsSentTo, arrivingAlerts, deliveriesOf, sendersOf } from '../../src/coverage/routing.ts';
import { locate } from '../../src/repo/node.ts';
import { prometheusesOf } from '../../src/stack/system.ts';
import { instead, link, orders } from '../support/chains.ts';
import { checkFiles, type Repository } from '../support/check.ts';

/** A Prometheus without rules, beside a vmalert that evaluates them. */
const evaluated = (flags = ''): Repository =>
  orders({
    'compose.yml': (text) =>
      `${text}  vmalert:
    image: victoriametrics/vmalert:v1.120.0
    command: [--rule=/etc/alerts/*.yml, "--datasource.url=http://prometheus:9090"${flags}]
    volumes: ["./rules.yml:/etc/alerts/rules.yml:ro"]
`,
    'prometheus.yml': instead('rule_files: [rules.yml]\n', ''),
  });
const TO = (url: string): string => `, "--notifier.url=http://${url}"`;

describe('an alert that a vmalert evaluates', () => {
  test.each([
    ['', 'gap: NoOrders: vmalert sends its alerts to no Alertmanager (rules.yml:4:16)'],
    [', --notifier.blackhole', 'gap: NoOrders: vmalert sends its alerts to no Alertmanager (rules.yml:4:16)'],
    [TO('alertmanager:9093'), 'NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:5:5)'],
    [
      TO('alerts.example.com:9093'),
      'unknown: NoOrders: its Alertmanager is not in the repository (compose.yml:20:84)',
    ],
    [
      TO('gone:9093'),
      'gap: NoOrders: vmalert sends its alerts to an Alertmanager that does not exist (compose.yml:20:84)',
    ],
    [
      ', --notifier.config=/etc/n.yml',
      'unknown: NoOrders: its Alertmanager is not in the repository (rules.yml:4:16)',
    ],
  ])('takes the way of that one, with %j', (flags, found) => {
    expect(link(evaluated(flags), 'routed')).toEqual([found]);
  });

  test('is sent by the Prometheus, where that loads it and the vmalert does not', () => {
    const files = orders({
      'compose.yml': (text) =>
        `${text}  vmalert:
    image: victoriametrics/vmalert:v1.120.0
    command: [--rule=/etc/alerts/*.yml, "--datasource.url=http://prometheus:9090"]
    volumes: ["./other.yml:/etc/alerts/other.yml:ro"]
`,
      'other.yml': 'groups: [{name: o, rules: [{alert: Other, expr: "up{job=\\"api\\"} == 0"}]}]\n',
    });
    expect(link(files, 'routed')).toEqual([
      'NoOrders: the receiver "pager" notifies by webhook (alertmanager.yml:5:5)',
    ]);
    const { system } = checkFiles(files);
    const [server] = prometheusesOf(system);
    const senders = (alert: string | undefined) =>
      server &&
      sendersOf(
        server.prometheus,
        server.prometheus.groups.flatMap(({ rules }) => rules).find(({ name }) => name === alert),
      ).map(({ name, addresses, isOpen, place }) => ({
        name,
        to: addresses.map((address) => address?.host),
        isOpen,
        line: place && locate(place).start.line,
      }));
    const own = { name: 'prometheus', to: ['alertmanager'], isOpen: false, line: 5 };
    const other = { name: 'vmalert', to: [], isOpen: false, line: undefined };
    expect(senders('NoOrders')).toEqual([own]);
    expect(senders('Other')).toEqual([other]);
    expect(senders(undefined)).toEqual([own, other]);
  });
});

/** An alert of each kind, with labels that Prometheus adds and changes. */
const SENT = orders({
  'prometheus.yml': instead(
    'alerting:',
    `  external_labels: {env: prod}
alerting:
  alert_relabel_configs:
    - {source_labels: [severity], regex: none, action: drop}
    - {source_labels: [team], regex: web, target_label: team, replacement: shop}`,
  ),
  'rules.yml': `groups:
  - name: a
    rules:
      - {record: "a:b", expr: up}
      - {alert: Down, expr: up == 0, labels: {severity: critical, team: web}}
      - {alert: Odd, expr: up == 1}
      - {alert: Dropped, expr: up == 2, labels: {severity: none}}
`,
  'alertmanager.yml': `route:
  receiver: nobody
  routes:
    - {matchers: [team="shop", env="prod"], receiver: pager}
receivers:
  - name: pager
    webhook_configs: [{url: "http://pager.example.com"}]
  - name: nobody
`,
});

describe('the alerts that an Alertmanager gets', () => {
  const { system } = checkFiles(SENT);
  const [alertmanager] = system.stacks.flatMap(({ alertmanagers }) => alertmanagers);
  const rules = prometheusesOf(system).flatMap(({ prometheus }) =>
    prometheus.groups.flatMap((group) => group.rules),
  );
  const ruleOf = (alert: string) => {
    const rule = rules.find(({ name }) => name === alert);
    if (rule === undefined) throw new Error(`no rule is named ${alert}`);
    return rule;
  };

  test('are those that relabelling keeps, with where each goes', () => {
    const sent = alertmanager && alertsSentTo(system, alertmanager);
    expect(
      sent?.map(({ rule, severity, deliveries }) => [
        rule.name,
        severity,
        ...deliveries.map(({ route, answer }) => `${route.receiver}: ${answer}`),
      ]),
    ).toEqual([
      ['Down', 'critical', 'pager: yes'],
      ['Odd', '', 'pager: maybe', 'nobody: maybe'],
    ]);
  });

  test('arrive with the labels of the rule and of Prometheus, or with those that were seen', () => {
    const arriving = (fired: ReadonlyMap<string, string> | undefined) =>
      arrivingAlerts(system, new Map(fired && [[ruleOf('Odd'), fired]])).map(({ rule, labels }) => [
        rule.name,
        Object.fromEntries(labels.values),
        labels.isClosed,
      ]);
    const down = [
      'Down',
      { env: 'prod', alertname: 'Down', severity: 'critical', team: 'shop' },
      false,
    ] as const;
    expect(arriving(undefined)).toEqual([
      down,
      ['Odd', { env: 'prod', alertname: 'Odd', severity: '' }, false],
    ]);
    expect(arriving(new Map([['team', 'web']]))).toEqual([
      down,
      ['Odd', { env: 'prod', team: 'shop' }, true],
    ]);
    expect(arriving(new Map([['env', 'dev']]))).toEqual([down, ['Odd', { env: 'dev' }, true]]);
    expect(arriving(new Map([['severity', 'none']]))).toEqual([down]);
  });

  test('end where the labels that were seen lead', () => {
    const ends = (fired: Readonly<Record<string, string>>): string[] =>
      deliveriesOf(system, ruleOf('Odd'), new Map(Object.entries(fired))).map(
        ({ route, answer }) => `${route.receiver}: ${answer}`,
      );
    expect(ends({ team: 'web' })).toEqual(['pager: yes']);
    expect(ends({ team: 'web', env: 'dev' })).toEqual(['nobody: yes']);
    expect(ends({ team: 'db' })).toEqual(['nobody: yes']);
    expect(ends({ team: 'web', severity: 'none' })).toEqual([]);
  });

  test('are none of a Prometheus that sends to another one', () => {
    const other = orders({ 'prometheus.yml': instead('alertmanager:9093', 'alerts.example.com:9093') });
    const { system: elsewhere } = checkFiles(other);
    const [unused] = elsewhere.stacks.flatMap(({ alertmanagers }) => alertmanagers);
    expect(unused && alertsSentTo(elsewhere, unused)).toEqual([]);
    expect(arrivingAlerts(elsewhere, new Map())).toEqual([]);
  });
});
