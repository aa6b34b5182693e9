import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const compose = (flag: string): string => `services:
  loki:
    image: grafana/loki:3.5.0
    command: -config.file=/etc/loki/local-config.yaml ${flag}
`;

export const rule = defineRule({
  id: 'smoke/not-ready',
  severity: 'error',
  summary: 'A program that runs and never says that it is ready.',
  why: `Its container is up, so nothing restarts it and nothing looks wrong, but it does not do its work: no rule is evaluated,
no alert is sent, no log line is taken.`,
  fix: 'Its log says what it waits for: another service, a ring, a store, a write-ahead log.',
  bad: {
    files: { 'docker-compose.yml': compose('-target=distributor') },
    at: ['docker-compose.yml:2:3'],
    needs: 'docker',
  },
  good: { files: { 'docker-compose.yml': compose('-target=all') } },
  check: reportFaults('not-ready'),
});
