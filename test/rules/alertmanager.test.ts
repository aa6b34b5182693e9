import { describe, expect, test } from 'vitest';
import { foundIn, type Repository } from '../support/check.ts';

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
