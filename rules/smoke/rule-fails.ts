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
const rules = (expr: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: ${expr}
`;
const CONFIG = 'rule_files: [rules.yml]\n';

export const rule = defineRule({
  id: 'smoke/rule-fails',
  severity: 'error',
  summary: 'A rule that the running Prometheus cannot evaluate.',
  why: `Its expression is right as a text, and fails on the series that there are, as by two series of one label set on a side
that may have one. Such an alert never fires, and only Prometheus's page of rules says so.`,
  fix: 'Aggregate the side that has too many, or say `group_left` or `group_right` where many belong to one.',
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': CONFIG,
      'rules.yml': rules('up * on(job) process_open_fds > 0'),
    },
    at: ['rules.yml:5:15'],
    needs: 'docker',
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': CONFIG,
      'rules.yml': rules('up * on(job, instance) process_open_fds > 0'),
    },
  },
  check: reportFaults('rule-fails'),
});
