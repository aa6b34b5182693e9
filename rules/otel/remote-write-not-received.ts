import { defineRule } from '../../src/lint/rule.ts';
import type { Place } from '../../src/repo/node.ts';
import { keyOf } from '../../src/repo/node.ts';
import { alloyFiles, blocksNamed } from '../../src/stack/alloy.ts';
import type { Container } from '../../src/stack/container.ts';
import { flagValues } from '../../src/stack/container.ts';
import { parseEndpoint, reach } from '../../src/stack/endpoints.ts';
import { collectorIn, exporters } from '../../src/stack/otel.ts';
import type { Stack, System } from '../../src/stack/system.ts';

const files = (flag: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    command:
      - --config.file=/etc/prometheus/prometheus.yml
${flag}  collector:
    image: otel/opentelemetry-collector-contrib:0.130.0
    command: [--config=/etc/otel.yaml]
    volumes:
      - ./otel.yaml:/etc/otel.yaml:ro
`,
  'otel.yaml': `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
exporters:
  prometheusremotewrite:
    endpoint: http://prometheus:9090/api/v1/write
service:
  pipelines:
    metrics:
      receivers: [otlp]
      exporters: [prometheusremotewrite]
`,
});

export const rule = defineRule({
  id: 'otel/remote-write-not-received',
  severity: 'error',
  summary: 'Metrics that are written to a Prometheus which does not take them.',
  why: `Prometheus takes what others write to it only when it is told to. Otherwise it answers each write with an error,
and the collector or Alloy drops the metrics: alerts and panels on them have no series.`,
  fix: `Start Prometheus with \`--web.enable-remote-write-receiver\` for remote write, or \`--web.enable-otlp-receiver\` for
OTLP.`,
  bad: { files: files(''), at: ['otel.yaml:8:15'] },
  good: { files: files('      - --web.enable-remote-write-receiver\n') },
  check({ system, report }) {
    for (const { stack, from, by, text, place } of writers(system)) {
      const endpoint = parseEndpoint(text);
      const reached = reach(system, stack, from, endpoint);
      if (reached.state !== 'container' || endpoint === undefined) continue;
      const { container } = reached;
      if (container.facts?.role !== 'prometheus' || container.image?.includes('victoria')) continue;
      const way = /\/api\/v1\/otlp/.test(endpoint.path) ? 'otlp' : 'remote-write';
      const flag = `web.enable-${way}-receiver`;
      const features = flagValues(container.args, 'enable-feature')
        .map((one) => one.text)
        .join(',');
      // What a script starts it with is not known.
      const isOwnStart = container.service.build !== undefined || container.service.entrypoint !== undefined;
      if (isOwnStart || flagValues(container.args, flag).length > 0 || features.includes(way)) continue;
      report({
        at: place,
        message: `${by} writes metrics to ${text}, and ${container.service.name} refuses them: it is not started with --${flag}`,
        help: `add --${flag} to the command of ${container.service.name}`,
        related: [{ at: keyOf(container.service.node), message: 'this is the Prometheus' }],
      });
    }
  },
});

interface Writer {
  readonly stack: Stack;
  readonly from: Container;
  readonly by: string;
  readonly text: string;
  readonly place: Place;
}

function writers(system: System): Writer[] {
  return system.stacks.flatMap((stack) =>
    stack.containers.flatMap((from): Writer[] => {
      if (from.facts?.role === 'otel-collector') {
        return exporters(collectorIn(stack, from, system.files)).flatMap(({ id, type, endpoint }) =>
          endpoint && (type === 'prometheusremotewrite' || type === 'otlphttp')
            ? [
                {
                  stack,
                  from,
                  by: `the exporter "${id}" of ${from.service.name}`,
                  text: endpoint.text,
                  place: { node: endpoint.node },
                },
              ]
            : [],
        );
      }
      if (from.facts?.role !== 'alloy') return [];
      return alloyFiles(from, system.files).files.flatMap((file) =>
        blocksNamed(file, 'prometheus.remote_write').flatMap(({ label, blocks }) =>
          blocks.flatMap(({ name, attributes }) => {
            const url = name === 'endpoint' ? attributes.get('url') : undefined;
            return url?.text === undefined
              ? []
              : [
                  {
                    stack,
                    from,
                    by: `the block prometheus.remote_write "${label ?? ''}" of Alloy`,
                    text: url.text,
                    place: { source: file.source, span: url.span },
                  },
                ];
          }),
        ),
      );
    }),
  );
}
