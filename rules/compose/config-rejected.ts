import { defineRule } from '../../src/lint/rule.ts';
import { keyOf } from '../../src/repo/node.ts';

const compose = (limit: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    mem_limit: ${limit}
    volumes:
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;

export const rule = defineRule({
  id: 'compose/config-rejected',
  severity: 'error',
  summary: 'What docker compose refuses, where no rule here says the same.',
  why: `Docker Compose reads the whole project before it starts anything. What it refuses keeps every service from
starting, the monitoring included.`,
  fix: 'Mend what docker compose says. `docker compose config --quiet` asks it again, with `--profile` for a profile.',
  bad: {
    files: { 'docker-compose.yml': compose('2 gigs') },
    at: ['docker-compose.yml:4:16'],
    needs: 'compose',
  },
  good: { files: { 'docker-compose.yml': compose('2g') } },
  check({ verification, report }) {
    for (const { place, message } of verification.compose) {
      report({
        at: place,
        message: `docker compose refuses this: ${message}`,
        followsFrom: 'node' in place ? [place, { node: place.node }, keyOf(place.node)] : [place],
        // A key may be newer than the docker compose of this machine.
        ...(/additional properties/.test(message) ? { confidence: 'medium' as const } : {}),
      });
    }
  },
});
