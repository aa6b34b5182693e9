import { defineRule } from '../../src/lint/rule.ts';
import { type Kind, kindByName } from '../../src/repo/classify.ts';
import { isTestData } from '../../src/repo/path.ts';
import { UNREADABLE_MEANS } from '../../src/stack/consequence.ts';

const compose = (more: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
${more}`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;

export const rule = defineRule({
  id: 'syntax/duplicate-key',
  severity: 'error',
  peers: ['pint yaml/parse'],
  summary: 'A key that is written twice in one map.',
  why: `Programs written in Go, which are Prometheus, Grafana, Loki and Docker Compose, refuse YAML that has a key twice.
Others, and all that read JSON, take the last one and drop the first without a word: half of what is written there
never takes effect.`,
  fix: 'Put what both hold under one key, or remove one of them.',
  bad: {
    files: {
      'docker-compose.yml': compose(
        '    volumes:\n      - prometheus-data:/prometheus\nvolumes:\n  prometheus-data:\n',
      ),
      'prometheus.yml': PROMETHEUS,
    },
    at: ['docker-compose.yml:6:5'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('      - prometheus-data:/prometheus\nvolumes:\n  prometheus-data:\n'),
      'prometheus.yml': PROMETHEUS,
    },
  },
  check({ system, report }) {
    const { files } = system;
    for (const { source, problems } of files.faulty) {
      const kind = files.at(source.path)[0]?.kind ?? kindByName(source.path);
      if (kind === undefined || isTestData(source.path)) continue;
      for (const { kind: what, message, span, first } of problems) {
        if (what !== 'duplicate-key') continue;
        report({
          at: { source, span },
          message: `${message}: ${meansFor(kind, source.path)}`,
          help: 'put what both hold under one key, or remove one of them',
          related:
            first === undefined ? [] : [{ at: { source, span: first }, message: 'written here first' }],
        });
      }
    }
  },
});

/** Java's parser of YAML, and every parser of JSON, takes the last of them. */
const meansFor = (kind: Kind, path: string): string =>
  kind === 'jmx' || /\.json$/i.test(path)
    ? 'only the last one counts, and what the first holds is lost'
    : UNREADABLE_MEANS[kind];
