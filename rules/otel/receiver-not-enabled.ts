import { defineRule } from '../../src/lint/rule.ts';
import { keyOf } from '../../src/repo/node.ts';
import { opens } from '../../src/stack/endpoints.ts';
import { collectorIn } from '../../src/stack/otel.ts';
import {
  byPort,
  clientsOf,
  placeOfService,
  senders,
  type TelemetryClient,
} from '../../src/stack/trace-clients.ts';

const files = (endpoint: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    environment:
      OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4317
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
${endpoint}exporters:
  debug:
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [debug]
`,
});

export const rule = defineRule({
  id: 'otel/receiver-not-enabled',
  severity: 'error',
  summary: 'Telemetry that is sent to a port of the collector on which it does not take it.',
  why: `The program that sends retries and then drops it. Since version 0.104 a receiver without an \`endpoint\` listens on
localhost only: in a container that means nobody.`,
  fix: `Give the receiver an address for all networks, \`endpoint: 0.0.0.0:4317\`, name it in a pipeline, or send to a port
that is open.`,
  bad: { files: files(''), at: ['otel.yaml:4:7'] },
  good: { files: files('        endpoint: 0.0.0.0:4317\n') },
  check({ system, report }) {
    for (const clients of byPort(clientsOf(system, 'otel-collector'))) {
      const [{ to, stack, text, endpoint, place, speech }] = clients as [TelemetryClient];
      const { receivers, isComplete } = collectorIn(stack, to, system.files);
      if (!isComplete) continue;
      const own = receivers.find(({ port }) => port === endpoint.port);
      const listening = opens(system, stack, to, endpoint.port);
      const what = own?.isLocal
        ? `its receiver "${own.name}" listens on localhost only${own.node.path.at(-1) === 'endpoint' ? '' : ', as all do since version 0.104 that have no endpoint'}`
        : listening.answer === 'no'
          ? listening.reason
          : own?.name.split('/')[0] === 'otlp' && speech !== undefined && own.protocol !== speech
            ? `port ${endpoint.port} is for ${own.protocol === 'grpc' ? 'gRPC, and what is sent is HTTP' : 'HTTP, and what is sent is gRPC'}`
            : undefined;
      if (what === undefined) continue;
      const sent = clients.map((client) => ({ at: client.place, message: `${client.by} sends there` }));
      const receiver = {
        at: own ? keyOf(own.node) : placeOfService(to),
        message: 'its receivers are set here',
      };
      report({
        at: own?.isLocal ? receiver.at : place,
        message: `${senders(clients)} to ${text}, and ${to.service.name} takes nothing there: ${what}`,
        help: own?.isLocal
          ? `write endpoint: 0.0.0.0:${endpoint.port} for "${own.name}"`
          : 'open a receiver for it, or send to a port that is open',
        related: own?.isLocal ? sent.slice(0, 4) : [receiver, ...sent.slice(1, 4)],
      });
    }
  },
});
