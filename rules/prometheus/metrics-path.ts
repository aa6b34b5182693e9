import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Place } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { metricsPathsOf } from '../../src/stack/knowledge/metrics-paths.ts';
import { containersAt, prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (path: string): string => `scrape_configs:
  - job_name: minio
${path}    static_configs:
      - targets: ["minio:9000"]
`;
const COMPOSE = `services:
  minio:
    image: minio/minio:RELEASE.2025-04-22T22-12-26Z
    command: server /data
    environment:
      MINIO_PROMETHEUS_AUTH_TYPE: public
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;

export const rule = defineRule({
  id: 'prometheus/metrics-path',
  severity: 'warning',
  summary: 'A `metrics_path` at which the scraped service has no metrics.',
  why: `The service answers with 404, or with a page that is no metrics: the target is down for ever, although its
name and port are right.`,
  fix: 'Write the path of that exporter or service into `metrics_path`; most exporters use `/metrics`, the default.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': prometheus('') },
    at: ['prometheus.yml:2:15'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': prometheus('    metrics_path: /minio/v2/metrics/cluster\n'),
    },
  },
  check({ system, report }) {
    for (const { stack, prometheus } of prometheusesOf(system)) {
      for (const { node, name, metricsPath, targets } of prometheus.jobs) {
        if (isUnknown(metricsPath) || exists(child(node, 'relabel_configs'))) continue;
        for (const target of targets) {
          const containers = containersAt(stack, target.address, prometheus.container);
          const [container] = containers;
          if (container === undefined || containers.length > 1) continue;
          const known = metricsPathsOf(container, system.files);
          const [right] = known?.paths ?? [];
          const path = metricsPath.replace(/\?.*$/, '');
          if (known === undefined || right === undefined || known.paths.includes(path)) continue;
          // MinIO names buckets and versions below its paths.
          if (known.paths.some((other) => path.startsWith(`${other}/`))) continue;
          const written = child(node, 'metrics_path');
          const at: Place = exists(written) ? { node: written } : { node: child(node, 'job_name') };
          report({
            at,
            message: `${known.who} has no metrics at "${metricsPath}"${exists(written) ? '' : ', the default'}: the job "${name}" is always down`,
            help:
              right === '/metrics'
                ? 'remove metrics_path, or write /metrics'
                : `write metrics_path: ${right}`,
            related: [
              { at: keyOf(container.service.node), message: `"${container.service.name}" is scraped` },
            ],
          });
          break;
        }
      }
    }
  },
});
