import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const compose = (memory: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    mem_limit: ${memory}
`;

export const rule = defineRule({
  id: 'smoke/container-fails',
  severity: 'error',
  summary: 'A container that does not stay up when the stack is booted, or never becomes healthy.',
  why: `The container's own start says more than any file: a jar that is a folder, a configuration that is refused, a memory
limit that is too low. What does not run watches nothing.`,
  fix: 'Read what it wrote last, at the file, mount or service that the finding points at.',
  bad: {
    files: { 'docker-compose.yml': compose('16m') },
    at: ['docker-compose.yml:4:16'],
    needs: 'docker',
  },
  good: { files: { 'docker-compose.yml': compose('512m') } },
  check: reportFaults('container-fails'),
});
