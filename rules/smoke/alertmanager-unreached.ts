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
const config = (target: string): string => `alerting:
  alertmanagers:
    - static_configs:
        - targets: ["${target}"]
`;

export const rule = defineRule({
  id: 'smoke/alertmanager-unreached',
  severity: 'error',
  summary: 'An Alertmanager that the running Prometheus has no connection to.',
  why: `Every alert is evaluated, fires, and is dropped: nobody is told of anything.`,
  fix: 'Write the name of the Alertmanager service and its port, and put both on one network.',
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': config('alertmanager:9094'),
      'rules.yml': 'groups: []\n',
    },
    at: ['prometheus.yml:4:22'],
    needs: 'docker',
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': config('alertmanager:9093'),
      'rules.yml': 'groups: []\n',
    },
  },
  check: reportFaults('alertmanager-unreached'),
});
