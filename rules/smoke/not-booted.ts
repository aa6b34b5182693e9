import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const compose = (tag: string): string => `services:
  prometheus:
    image: prom/prometheus:${tag}
`;

export const rule = defineRule({
  id: 'smoke/not-booted',
  severity: 'error',
  summary: 'A stack that could not be booted: its files are refused, or an image cannot be pulled or built.',
  why: `Whether the stack is well is not known then. An image that is not there, or that this machine may not pull, is nobody's
sickness; a name that nobody ever published is.`,
  fix: "See that every image's name and tag are right, that this machine may pull them, and that `docker compose config` and `docker compose build` end well.",
  bad: {
    files: { 'docker-compose.yml': compose('v99.0.0') },
    at: ['docker-compose.yml:3:12'],
    needs: 'docker',
  },
  good: { files: { 'docker-compose.yml': compose('v3.5.0') } },
  check: reportFaults('not-booted'),
});
