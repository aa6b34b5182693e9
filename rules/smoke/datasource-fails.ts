import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const COMPOSE = `services:
  grafana:
    image: grafana/grafana:12.0.0
    volumes:
      - ./datasources.yml:/etc/grafana/provisioning/datasources/all.yml:ro
  prometheus:
    image: prom/prometheus:v3.5.0
`;
const source = (host: string): string => `apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    url: http://${host}:9090
`;

export const rule = defineRule({
  id: 'smoke/datasource-fails',
  severity: 'error',
  summary: 'A provisioned datasource that does not answer in the stack as it runs.',
  why: `Every panel that asks it shows an error, and Grafana's own alerts on it do not fire.`,
  fix: "Write the address by which Grafana's container reaches it: the service's name and the port inside of the network.",
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'datasources.yml': source('localhost') },
    at: ['datasources.yml:5:10'],
    needs: 'docker',
  },
  good: { files: { 'docker-compose.yml': COMPOSE, 'datasources.yml': source('prometheus') } },
  check: reportFaults('datasource-fails'),
});
