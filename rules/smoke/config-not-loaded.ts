import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const compose = (target: string): string => `services:
  alertmanager:
    image: prom/alertmanager:v0.28.1
    command: --config.file=/etc/alertmanager/alertmanager.yml
    volumes:
      - ./alertmanager.yml:${target}:ro
`;
const CONFIG = `route: { receiver: team }
receivers:
  - name: team
    webhook_configs: [{ url: 'http://chat.example.org/hook' }]
`;

export const rule = defineRule({
  id: 'smoke/config-not-loaded',
  severity: 'error',
  summary: "A program that runs with another configuration than the repository's file.",
  why: `The file is right and nobody reads it: alerts go where the image's own configuration sends them, which is nowhere.`,
  fix: 'Mount the file where the program looks, or name it by `--config.file`.',
  bad: {
    files: { 'docker-compose.yml': compose('/etc/alertmanager.yml'), 'alertmanager.yml': CONFIG },
    at: ['alertmanager.yml:1:1'],
    needs: 'docker',
  },
  good: {
    files: {
      'docker-compose.yml': compose('/etc/alertmanager/alertmanager.yml'),
      'alertmanager.yml': CONFIG,
    },
  },
  check: reportFaults('config-not-loaded'),
});
