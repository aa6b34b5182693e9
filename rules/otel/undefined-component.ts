import { defineRule } from '../../src/lint/rule.ts';
import { collectors, componentIds } from '../../src/stack/otel.ts';
import { nearest } from '../../src/words.ts';

const files = (exporter: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  collector:
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
  otlp/tempo:
    endpoint: tempo.example.com:4317
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [${exporter}]
`,
});

export const rule = defineRule({
  id: 'otel/undefined-component',
  severity: 'error',
  summary: 'A pipeline of the collector names a component that is not configured.',
  why: `The collector checks its pipelines when it starts, and stops: no trace, no metric and no log goes through it.`,
  fix: 'Configure the component under `receivers`, `processors`, `exporters` or `connectors`, or correct its name.',
  bad: { files: files('otlp'), at: ['otel.yaml:13:19'] },
  good: { files: files('otlp/tempo') },
  check({ system, report }) {
    for (const collector of collectors(system)) {
      // A file by itself may be completed by others.
      if (!collector.isComplete && collector.container !== undefined) continue;
      if (collector.container === undefined && collector.layers.some(({ path }) => path.length > 0)) continue;
      const connectors = componentIds(collector, 'connectors');
      const used = [
        ...collector.pipelines.flatMap(({ name, steps }) =>
          steps.flatMap(({ kind, components }) =>
            components.map((component) => ({
              ...component,
              kind,
              where: `the pipeline "${name}"`,
              known: [...componentIds(collector, kind), ...(kind === 'processors' ? [] : connectors)],
            })),
          ),
        ),
        ...collector.extensions.map((component) => ({
          ...component,
          kind: 'extensions' as const,
          where: 'the service',
          known: componentIds(collector, 'extensions'),
        })),
      ];
      for (const { id, node, kind, where, known } of used) {
        if (known.includes(id) || id.includes('$')) continue;
        const close = nearest(id, known) ?? known.find((other) => other.split('/')[0] === id.split('/')[0]);
        report({
          at: { node },
          message: `${where} names the ${kind.replace(/s$/, '')} "${id}", which is not configured: the collector does not start`,
          help: close ? `did you mean "${close}"?` : `configure it under ${kind}`,
          // Several files make one configuration, and which ones is not told.
          confidence: collector.container === undefined ? 'medium' : 'high',
        });
      }
    }
  },
});
