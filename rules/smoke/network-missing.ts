import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const compose = (network: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    networks: [monitoring]
networks:
  monitoring:
${network}`;

export const rule = defineRule({
  id: 'smoke/network-missing',
  severity: 'error',
  summary: 'A network that is not there when the stack is started.',
  why: `"docker compose up" ends before it starts anything: on a new machine, the whole monitoring does not come up.`,
  fix: "Let one compose file make the network, or write down the command that does where the stack's start is written down.",
  bad: {
    files: { 'docker-compose.yml': compose('    external: true\n') },
    at: ['docker-compose.yml:7:5'],
    needs: 'docker',
  },
  good: { files: { 'docker-compose.yml': compose('    driver: bridge\n') } },
  check: reportFaults('network-missing'),
});
