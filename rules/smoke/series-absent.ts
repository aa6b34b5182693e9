import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const COMPOSE = `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
  alertmanager:
    image: prom/alertmanager:v0.28.1
  api:
    image: example/api:1.0
`;
const rules = (metric: string): string => `groups:
  - name: api
    rules:
      - alert: TooManyRequests
        expr: rate(${metric}[5m]) > 100
`;
const CONFIG = 'rule_files: [rules.yml]\n';

export const rule = defineRule({
  id: 'smoke/series-absent',
  severity: 'warning',
  summary:
    'A selector of an alert, a recording rule or a panel that matches no series in the stack as it runs.',
  why: `Everything is up and valid, and the alert watches nothing: the metric has another name, relabelling drops it, or a label
is written in another way. Nothing else tells before the day on which it should fire.`,
  fix: 'Compare the selector with what the target serves. Series that come only with traffic are listed in `smoke.series.optional`, or brought by `smoke.warm-up`.',
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': CONFIG,
      'rules.yml': rules('http_request_total'),
    },
    at: ['rules.yml:5:20'],
    needs: 'docker',
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': CONFIG,
      'rules.yml': rules('http_requests_total'),
    },
  },
  check: reportFaults('series-absent'),
});
