import { describe, expect, test } from 'vitest';
import { type Finding, toFinding } from '../../src/lint/finding.ts';
import { deliveries } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { NOT_VERIFIED, type Verification } from '../../src/verify/verification.ts';
import { checkFiles, foundIn, type Repository } from '../support/check.ts';
import { ruleOf } from '../support/expressions.ts';
import { sentTo } from '../support/routed.ts';
import { inFull, told } from '../support/told.ts';

/** A Prometheus with one alert, and an Alertmanager with these lines in its service. */
const stack = (alertmanager: string, more: Repository = {}): Repository => ({
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
${alertmanager}`,
  'prometheus.yml': `rule_files: [alerts.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels: {severity: critical}
`,
  ...more,
});

const SILENT = `route:
  receiver: nobody
receivers:
  - name: nobody
  - name: slack
`;

describe('an Alertmanager that nobody configured', () => {
  test("runs with its image's configuration, which tells nobody", () => {
    // That it has no volume is a matter of its own, and no cause of this.
    expect(foundIn(stack(''), 'alertmanager', 'compose/no-data-volume')).toEqual([
      expect.stringContaining('notice compose/no-data-volume docker-compose.yml:5:3 "prometheus" '),
      'warning alertmanager/path-not-routed docker-compose.yml:10:3 nobody is told when the alerts of "api" fire: ApiDown: "alertmanager" runs with the configuration of its image, which only calls http://127.0.0.1:5001/ in its own container',
      expect.stringContaining('notice compose/no-data-volume docker-compose.yml:10:3 "alertmanager" '),
    ]);
  });

  test.each([
    ['a file that is mounted', '    volumes: ["./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro"]\n'],
    ['a folder that is mounted', '    volumes: ["./alertmanager:/etc/alertmanager:ro"]\n'],
    ['a volume', '    volumes: ["config:/etc/alertmanager"]\nvolumes:\n  config:\n'],
    ['another path', '    command: ["--config.file=/etc/other/alertmanager.yml"]\n'],
    [
      'a step that writes it',
      '    entrypoint: ["sh", "-c", "envsubst < /a > /etc/alertmanager/alertmanager.yml"]\n',
    ],
    ['an image of the repository', '    build: ./alertmanager\n'],
  ])('is not taken for granted beside %s', (_, lines) => {
    expect(foundIn(stack(lines), 'alertmanager/path-not-routed')).toEqual([]);
  });
});

describe('receivers without an integration', () => {
  test('are found, unless an integration stands beside them', () => {
    const mounted = '    volumes: ["./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro"]\n';
    const found = (config: string): string[] =>
      foundIn(stack(mounted, { 'alertmanager.yml': config }), 'alertmanager/silent-receiver', 'syntax');
    expect(found(SILENT)).toEqual([
      'warning alertmanager/silent-receiver alertmanager.yml:4:11 all receivers have no integration: 1 alert ends here, and nobody is told',
    ]);
    expect(found(`${SILENT}slack_configs:\n  - channel: "#alerts"\n`)).toEqual([
      'error syntax/schema alertmanager.yml:6:1 an Alertmanager configuration does not take this, so Alertmanager does not start: unknown key "slack_configs"',
    ]);
  });
});

describe('the address of a mail server', () => {
  const config = (global: string, mail: string): string => `global:
  smtp_from: alerts@example.com
${global}route:
  receiver: team
receivers:
  - name: team
    ${mail}
`;
  const MAIL = 'email_configs: [{ to: team@example.com }]';
  const found = (text: string): string[] =>
    foundIn({ 'alertmanager.yml': text }, 'alertmanager/incomplete-receiver');

  test('has a host and a port', () => {
    expect(found(config('  smtp_smarthost: mail.example.com\n', MAIL))).toEqual([
      'error alertmanager/incomplete-receiver alertmanager.yml:3:19 "mail.example.com" is no host and port: Alertmanager refuses the whole configuration',
    ]);
    expect(found(config("  smtp_smarthost: '2001:db8::1:25'\n", MAIL))).toHaveLength(1);
    // It takes a blank before the port for none.
    for (const good of ['mail.example.com:587', "'localhost: 25'", "'[::1]:25'", "':25'", '${SMARTHOST}'])
      expect(found(config(`  smtp_smarthost: ${good}\n`, MAIL))).toEqual([]);
  });

  test('is looked at where mail is sent by it', () => {
    const global = '  smtp_smarthost: mail.example.com\n';
    expect(found(config(global, 'webhook_configs: [{ url: "http://hook.example.com" }]'))).toEqual([]);
    const own = 'email_configs: [{ to: team@example.com, smarthost: "mail.example.com:25" }]';
    expect(found(config(global, own))).toEqual([]);
    expect(found(config('', own.replace(':25', '')))).toHaveLength(1);
  });
});

describe('a configuration that Alertmanager does not read', () => {
  const CONFIG = 'route: {receiver: a}\nreceivers: [{name: a}]\n';
  const loading = (
    lines: string,
    more: Repository = { 'alertmanager.yml': CONFIG },
    compose = 'docker-compose.yml',
  ): string[] =>
    told('alertmanager/config-not-loaded', {
      [compose]: `services:\n  alertmanager:\n    image: prom/alertmanager:v0.28.1\n${lines}`,
      ...more,
    });
  const mounts = (...volumes: string[]): string => `    volumes: [${volumes.join(', ')}]\n`;
  const FLAG = '    command: [--config.file=/etc/alertmanager/x.yml]\n';

  test('is mounted where it does not look', () => {
    expect(loading(mounts('./alertmanager.yml:/etc/alertmanager/config.yml'))).toEqual([
      'error at 4 ./alertmanager.yml:/etc/alertmanager/config.yml: "alertmanager" reads "/etc/alertmanager/alertmanager.yml", and "alertmanager.yml" is mounted at "/etc/alertmanager/config.yml": it runs with the configuration of its image, and its receivers are never told; help: mount it at "/etc/alertmanager/alertmanager.yml"',
    ]);
    // The folder hides the configuration of the image.
    expect(loading(mounts('./conf:/etc/alertmanager'), { 'conf/am.yml': CONFIG })).toEqual([
      'error at 4 ./conf:/etc/alertmanager: "alertmanager" reads "/etc/alertmanager/alertmanager.yml", and "conf/am.yml" is mounted at "/etc/alertmanager/am.yml": it does not start; help: mount it at "/etc/alertmanager/alertmanager.yml"',
    ]);
    expect(loading(`${FLAG}${mounts('./alertmanager.yml:/etc/alertmanager/config.yml')}`)).toEqual([
      'error at 4 --config.file=/etc/alertmanager/x.yml: "alertmanager" reads "/etc/alertmanager/x.yml", and "alertmanager.yml" is mounted at "/etc/alertmanager/config.yml": it does not start; help: write --config.file=/etc/alertmanager/config.yml; "alertmanager.yml" is mounted here: 5 ./alertmanager.yml:/etc/alertmanager/config.yml',
    ]);
  });

  test.each([
    ['nothing at all', ''],
    ['only its data', `${mounts('data:/alertmanager')}volumes: {data: }\n`],
    ['nothing, and another service neither', '  web:\n    image: example/web:1\n'],
  ])('is left out, where it mounts %s', (_, lines) => {
    expect(loading(lines)).toEqual([
      'error at 3 prom/alertmanager:v0.28.1: nothing is mounted at "/etc/alertmanager/alertmanager.yml", so "alertmanager" runs with the configuration of its image: the receivers of "alertmanager.yml" are never told; help: mount it: ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro',
    ]);
  });

  test('is mounted by a path that begins where the compose file is', () => {
    expect(loading('', { 'am/conf/alertmanager.yml': CONFIG }, 'am/docker-compose.yml')).toEqual([
      'error at 3 prom/alertmanager:v0.28.1: nothing is mounted at "/etc/alertmanager/alertmanager.yml", so "alertmanager" runs with the configuration of its image: the receivers of "am/conf/alertmanager.yml" are never told; help: mount it: ./conf/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro',
    ]);
  });

  test.each<[string, string, Repository?, string?]>([
    [
      'it is mounted where Alertmanager looks',
      mounts('./alertmanager.yml:/etc/alertmanager/alertmanager.yml'),
    ],
    ['it is mounted where the flag says', `${FLAG}${mounts('./alertmanager.yml:/etc/alertmanager/x.yml')}`],
    ['the flag names a file that nobody sees', FLAG],
    ['its folder is mounted', mounts('./conf:/etc/alertmanager'), { 'conf/alertmanager.yml': CONFIG }],
    ["the image is the repository's own", '    build: ./am\n'],
    ['there are two, and it may be either', '', { 'alertmanager.yml': CONFIG, 'other.yml': CONFIG }],
    ['another service has it', `  other:\n    image: example/a:1\n${mounts('./alertmanager.yml:/x.yml')}`],
    [
      'the container writes its own',
      '    entrypoint: ["sh", "-c", "envsubst < /a > /etc/alertmanager/alertmanager.yml"]\n',
    ],
    ['it stands outside of the project', '', { 'conf/alertmanager.yml': CONFIG }, 'am/docker-compose.yml'],
    ['there is none', '', {}],
  ])('is none, where %s', (_, lines, more, compose) => {
    expect(loading(lines, more, compose)).toEqual([]);
  });
});

describe('alertmanager/slow-notification', () => {
  const files = ruleOf('alertmanager/slow-notification').bad.files;
  const slow = (route: string, more: Repository = {}): string[] =>
    told('alertmanager/slow-notification', {
      ...files,
      'alertmanager.yml': `route: {receiver: team, group_wait: 10s, ${route}}\nreceivers: [{name: team, webhook_configs: [{url: "http://x.example.com"}]}]\n`,
      ...more,
    });
  const within = (paths: string): Repository => ({ 'monitoring-check.yml': `paths: [{${paths}}]\n` });
  const line = (at: string, takes: string, interval: string): string =>
    `warning at 1 ${at}: "api" must be told within 3m, and ApiDown takes ${takes} when it joins a group that was already sent: 1m30s to fire and a group_interval of ${interval}; help: set group_interval to at most 1m30s on this route; the path asks for it here: 4 3m`;

  test.each([
    ['a route', 'group_interval: 4m', line('4m', '5m30s', '4m')],
    ['the default', 'group_by: [severity]', line('team', '6m30s', '5m, the default')],
    ['one second too many', 'group_interval: 91s', line('91s', '3m1s', '1m31s')],
    [
      'an inner route',
      'group_interval: 10s, routes: [{matchers: [severity="critical"], group_interval: 10m}]',
      line('10m', '11m30s', '10m'),
    ],
    [
      'the route around',
      'group_interval: 10m, routes: [{matchers: [severity="critical"]}]',
      line('10m', '11m30s', '10m'),
    ],
    [
      'the default, for a route without a receiver',
      'routes: [{matchers: [severity="critical"]}]',
      line('{matchers: [severity="critical"]}', '6m30s', '5m, the default'),
    ],
  ])('is by %s', (_, route, expected) => {
    expect(slow(route)).toEqual([expected]);
  });

  test('looks at the quickest alert', () => {
    const alerts = `${files['alerts.yml']}      - { alert: ApiGone, expr: 'up{job="api"} == 0', for: 30s, labels: { severity: critical } }\n`;
    expect(slow('group_interval: 10m', { 'alerts.yml': alerts })).toEqual([
      'warning at 1 10m: "api" must be told within 3m, and ApiGone takes 11m when it joins a group that was already sent: 1m to fire and a group_interval of 10m; help: set group_interval to at most 2m on this route; the path asks for it here: 4 3m',
    ]);
  });

  test.each<[string, string, Repository?]>([
    ['is quick enough to the second', 'group_interval: 90s'],
    ['makes no groups', 'group_by: ["..."], group_interval: 10m'],
    [
      'is too slow at its first notification already',
      'group_by: [severity]',
      within('name: api, services: [api], notify-within: 30s'),
    ],
    ['is asked for nothing', 'group_interval: 10m', within('name: api, services: [api]')],
  ])('says nothing of a route that %s', (_, route, more) => {
    expect(slow(route, more)).toEqual([]);
  });
});

describe('alertmanager/amtool, by what an amtool has said', () => {
  const files = sentTo(
    'route: {receiver: loud, routes: [{receiver: quiet, matchers: [severity="warning"]}]}\nreceivers: [{name: quiet}, {name: loud, webhook_configs: [{url: "http://x.example.com"}]}]\n',
  );
  const rule = ruleOf('alertmanager/amtool');
  const { system, chains, config } = checkFiles(files, { rules: [] });
  const [found] = alertmanagersIn(system);
  if (found === undefined) throw new Error('there is no Alertmanager');

  const saidOf = (verification: Partial<Verification>): string[] => {
    const findings: Finding[] = [];
    rule.check({
      system,
      chains,
      config,
      verification: { ...NOT_VERIFIED, ...verification },
      smoke: undefined,
      report: (report) =>
        findings.push(
          toFinding(report, rule.id, report.severity ?? rule.severity, report.confidence ?? rule.confidence),
        ),
    });
    return findings.map(inFull);
  };
  const refusal = (message: string, version: string): string[] =>
    saidOf({
      alertmanager: [{ place: { node: found.config }, message }],
      tools: { ...NOT_VERIFIED.tools, amtool: { found: true, version, ran: [] } },
    });
  /** What is said where amtool has an alert with these labels end elsewhere. */
  const routed = (alert: string, more: Readonly<Record<string, string>>, ...theirs: string[]): string[] => {
    const named = system.ruleGroups.flatMap(({ rules }) => rules).find(({ name }) => name === alert);
    if (named === undefined) throw new Error(`there is no alert ${alert}`);
    const labels = new Map([['alertname', alert], ...Object.entries(more)]);
    const { alertmanager } = found;
    const ours = deliveries(alertmanager, { values: labels, isClosed: true });
    return saidOf({ routes: [{ rule: named, alertmanager, labels, ours, theirs }] });
  };

  test('passes on what it refuses, less surely where Alertmanager is newer', () => {
    const start = 'route: {receiver: loud, routes: [{receiver: quiet, matchers: [severity="warning"]}]}';
    expect(refusal('no such key', '0.27.0')).toEqual([
      `error at 1 ${start}: amtool refuses this: no such key`,
    ]);
    const shout = 'function "shout" not defined';
    expect(refusal(shout, '0.27.0')).toEqual([`error (medium) at 1 ${start}: amtool refuses this: ${shout}`]);
    expect(refusal(shout, '0.28.0')).toEqual([`error at 1 ${start}: amtool refuses this: ${shout}`]);
  });

  test('believes amtool where an alert ends elsewhere', () => {
    expect(routed('ApiDown', {}, 'quiet')).toEqual([
      'error at 1 route: amtool routes the alert "ApiDown" to "quiet", which notifies nobody, and it was worked out to reach "loud"; help: amtool is right: what else is said here of where this alert ends may be wrong; this alert: 4 ApiDown',
    ]);
    // Somebody is told all the same.
    expect(routed('ApiSlow', { severity: 'warning', level: 'high' }, 'loud', 'other', 'loud')).toEqual([
      'notice at 1 route: amtool routes the alert "ApiSlow" with severity="warning", level="high" to "loud" and "other", which notifies nobody, and it was worked out to reach "quiet", which notifies nobody; help: amtool is right: what else is said here of where this alert ends may be wrong; this alert: 6 ApiSlow',
    ]);
    expect(routed('ApiSlow', { severity: 'warning' }, 'quiet', 'quiet')).toEqual([]);
  });
});
