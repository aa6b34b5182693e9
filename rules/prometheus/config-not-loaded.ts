import { defineRule } from '../../src/lint/rule.ts';
import { misplacedConfig } from '../../src/stack/misplaced.ts';

const CONFIG = `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;
const compose = (target: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:${target}:ro
`;

export const rule = defineRule({
  id: 'prometheus/config-not-loaded',
  severity: 'error',
  summary: 'A Prometheus configuration that is mounted where Prometheus does not look for it.',
  why: `Prometheus starts with the configuration that its image brings, which scrapes nothing but itself, or does not
start at all. The file in the repository looks right and is never read: no job, no rule and no alert of it exists.`,
  fix: `Mount the file where Prometheus looks, \`/etc/prometheus/prometheus.yml\` unless \`--config.file\` names another path,
or name the mounted path with that flag.`,
  bad: {
    files: { 'docker-compose.yml': compose('/etc/prometheus/prometheus.yaml'), 'prometheus.yml': CONFIG },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: { 'docker-compose.yml': compose('/etc/prometheus/prometheus.yml'), 'prometheus.yml': CONFIG },
  },
  check({ system, report }) {
    for (const { container } of system.stacks.flatMap(({ prometheuses }) => prometheuses)) {
      const misplaced = container && misplacedConfig(container, 'prometheus', system.files);
      const [first] = misplaced?.found ?? [];
      if (container === undefined || misplaced === undefined || first === undefined) continue;
      const { path, flag, hasDefault } = misplaced;
      report({
        at: flag ?? first.via,
        message: `"${container.service.name}" reads "${path}", and "${first.path}" is mounted at "${first.target}": ${hasDefault ? 'it runs with the configuration of its image, and it scrapes only itself' : 'it does not start'}`,
        help: flag ? `write --config.file=${first.target}` : `mount it at "${path}"`,
        related: flag ? [{ at: first.via, message: `"${first.path}" is mounted here` }] : [],
        // Docker refuses a file in the place of a folder, before the program looks for it.
        followsFrom: [{ place: first.via, by: 'compose/bind-type-mismatch' }],
      });
    }
  },
});
