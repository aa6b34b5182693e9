import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf } from '../../src/repo/node.ts';
import { containersAt, prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (own: string): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
${own}`;
const COMPOSE = `services:
  api:
    image: example/api:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;

export const rule = defineRule({
  id: 'prometheus/not-self-scraped',
  severity: 'warning',
  preset: 'strict',
  summary: 'A Prometheus that does not scrape itself.',
  why: `Rules that fail to evaluate, notifications that are dropped, a configuration that did not reload and a disk
that fills up are told by Prometheus's own metrics: without them its faults look like silence.`,
  fix: 'Add a job with the target `localhost:9090`.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': prometheus('') },
    at: ['prometheus.yml:1:1'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': prometheus(`  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`),
    },
  },
  check({ system, report }) {
    const all = prometheusesOf(system);
    for (const { stack, prometheus } of all) {
      const { container, config, jobs } = prometheus;
      if (container === undefined || config === undefined || jobs.length === 0) continue;
      const reached = all.flatMap((other) =>
        other.stack !== stack
          ? []
          : other.prometheus.jobs.flatMap(({ targets }) =>
              targets.flatMap(({ address }) => containersAt(stack, address, other.prometheus.container)),
            ),
      );
      const isOpen = jobs.some(
        (job) => job.isOpen || job.targets.some(({ address }) => address === undefined),
      );
      if (isOpen || reached.includes(container)) continue;
      report({
        at: keyOf(child(config, 'scrape_configs')),
        message: `"${container.service.name}" does not scrape itself: when its rules fail or its notifications are dropped, no metric tells`,
        help: `add a job with the target "localhost:${container.facts?.metricsPort ?? 9090}"`,
      });
    }
  },
});
