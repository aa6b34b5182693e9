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
const config = (port: number): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:${port}"]
`;

export const rule = defineRule({
  id: 'smoke/target-down',
  severity: 'error',
  summary: 'A target that Prometheus cannot scrape in the stack as it runs.',
  why: `Every series of the target is missing, and with them whatever its alerts watch. Only "up == 0" would tell, where
somebody alerts on it.`,
  fix: "The finding has the scrape's own error: a name that is not found, a port where nothing listens, a page that is no metrics.",
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': config(8001), 'rules.yml': 'groups: []\n' },
    at: ['prometheus.yml:4:20'],
    needs: 'docker',
  },
  good: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': config(8000), 'rules.yml': 'groups: []\n' },
  },
  check: reportFaults('target-down'),
});
