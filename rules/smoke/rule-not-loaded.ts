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
const RULES = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
`;
const config = (path: string): string => `rule_files: [${path}]
`;

export const rule = defineRule({
  id: 'smoke/rule-not-loaded',
  severity: 'error',
  summary: 'A rule of the files that the running Prometheus does not have.',
  why: `Prometheus says itself which rules it loaded. A rule that is not among them is never evaluated, whatever its file says.`,
  fix: 'Name the file in `rule_files` by the path at which it is mounted.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': config('other/*.yml'), 'rules.yml': RULES },
    at: ['rules.yml:1:1'],
    needs: 'docker',
  },
  good: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': config('rules.yml'), 'rules.yml': RULES },
  },
  check: reportFaults('rule-not-loaded'),
});
