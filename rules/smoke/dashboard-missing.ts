import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const COMPOSE = `services:
  grafana:
    image: grafana/grafana:12.0.0
    volumes:
      - ./providers.yml:/etc/grafana/provisioning/dashboards/all.yml:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`;
const PROVIDERS = `apiVersion: 1
providers:
  - name: all
    type: file
    options: { path: /var/lib/grafana/dashboards }
`;
const dashboard = (uid: string, title: string): string =>
  JSON.stringify({ uid, title, schemaVersion: 39, panels: [] });

export const rule = defineRule({
  id: 'smoke/dashboard-missing',
  severity: 'error',
  summary: 'A dashboard of the files that the running Grafana does not have.',
  why: `Grafana drops a dashboard that it cannot take up, with a line in its log: who looks for it during an incident finds nothing.`,
  fix: "Grafana's log says what it has against it: a uid or a title that another one has, or a file that is no dashboard.",
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'providers.yml': PROVIDERS,
      'dashboards/a.json': dashboard('api', 'API'),
      'dashboards/b.json': dashboard('api', 'Workers'),
    },
    at: ['dashboards/b.json:1'],
    needs: 'docker',
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'providers.yml': PROVIDERS,
      'dashboards/a.json': dashboard('api', 'API'),
      'dashboards/b.json': dashboard('workers', 'Workers'),
    },
  },
  check: reportFaults('dashboard-missing'),
});
