import { openDisk } from '../../src/repo/disk.ts';
import type { CheckResult } from '../../src/result.ts';
import { checkDisk, checkFiles, type Repository } from '../support/check.ts';

/** A fixture, checked. */
export const fixture = (name: string): CheckResult => checkDisk(openDisk(`fixtures/${name}`));

const COMPOSE = `services:
  api:
    image: example/api:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
    volumes:
      - ./alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro
`;

const PROMETHEUS = `rule_files:
  - rules.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;

const RULES = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels: {severity: critical}
`;

const ALERTMANAGER = `route:
  receiver: on-call
receivers:
  - name: on-call
    slack_configs:
      - api_url_file: /run/secrets/slack
        channel: "#alerts"
`;

/** A service that is scraped, with an alert that reaches somebody. */
export const TOLD: Repository = {
  'docker-compose.yml': COMPOSE,
  'prometheus.yml': PROMETHEUS,
  'rules.yml': RULES,
  'alertmanager.yml': ALERTMANAGER,
  'monitoring-check.yml': 'require: { seen: off, tested: off }\n',
};

/** The same with other files in the place of some. */
export const toldBut = (files: Repository): CheckResult => checkFiles({ ...TOLD, ...files });

/** A system in which every name that a file can give is an attack on whoever shows it. */
export const HOSTILE = '</script><img src=x onerror="document.title=1">&amp;`${1}`"]; click n0';

export const hostile = (): CheckResult =>
  checkFiles({
    ...TOLD,
    'prometheus.yml': JSON.stringify({
      rule_files: ['rules.yml', HOSTILE],
      scrape_configs: [
        { job_name: HOSTILE, static_configs: [{ targets: ['api:8000', 'nowhere:1', `${HOSTILE}:9`] }] },
      ],
    }),
    'rules.yml': JSON.stringify({
      groups: [
        {
          name: HOSTILE,
          rules: [{ alert: HOSTILE, expr: `up{job="${'x'}"} == 0`, labels: { severity: HOSTILE } }],
        },
      ],
    }),
    'alertmanager.yml': JSON.stringify({ route: { receiver: HOSTILE }, receivers: [{ name: HOSTILE }] }),
  });
