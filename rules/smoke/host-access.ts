import { defineRule } from '../../src/lint/rule.ts';
import { reportFaults } from '../shared/smoke-faults.ts';

const compose = (mount: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ${mount}
`;

export const rule = defineRule({
  id: 'smoke/host-access',
  severity: 'error',
  summary: 'A stack that reaches out of the repository, and is not booted for that.',
  why: `A smoke boot runs what a pull request brings. A container that mounts the host's files, is privileged, shares its
namespaces or has the Docker socket can do to the machine whatever it likes. Exporters' usual read-only mounts are let through.`,
  fix: 'Keep what the stack mounts and builds inside the repository. Where its files are trusted, `--allow-host-access` boots it as it is.',
  bad: {
    files: { 'docker-compose.yml': compose('/:/host') },
    at: ['docker-compose.yml:5:9'],
    needs: 'docker',
  },
  good: { files: { 'docker-compose.yml': compose('data:/prometheus'), 'data/.gitkeep': '' } },
  check: reportFaults('host-access'),
});
