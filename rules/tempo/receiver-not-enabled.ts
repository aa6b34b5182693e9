import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Place } from '../../src/repo/node.ts';
import { programOf } from '../../src/stack/configured.ts';
import { opens } from '../../src/stack/endpoints.ts';
import type { Receiver } from '../../src/stack/receivers.ts';
import { readTempo, type Tempo, targetOf } from '../../src/stack/tempo.ts';
import {
  byPort,
  clientsOf,
  placeOfService,
  senders,
  type TelemetryClient,
} from '../../src/stack/trace-clients.ts';
import { listed } from '../../src/words.ts';

const files = (receivers: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    environment:
      OTEL_EXPORTER_OTLP_ENDPOINT: http://tempo:4317
  tempo:
    image: grafana/tempo:2.7.2
    volumes:
      - ./tempo.yml:/etc/tempo.yaml:ro
`,
  'tempo.yml': `server:
  http_listen_port: 3200
distributor:
  receivers:
${receivers}storage:
  trace:
    backend: local
    local:
      path: /var/tempo/blocks
`,
});

export const rule = defineRule({
  id: 'tempo/receiver-not-enabled',
  severity: 'error',
  summary: 'Traces that are sent to a port of Tempo on which it does not take them.',
  why: `The program that sends them retries and then drops each span, with a line in its own log at most. Tempo is empty.
Since version 2.7 a receiver without an \`endpoint\` listens on localhost only, where no other container reaches it.`,
  fix: `Open the receiver in Tempo's configuration, on all addresses: \`endpoint: 0.0.0.0:4317\`; or send to a port that is
open.`,
  bad: {
    files: files(`    otlp:
      protocols:
        http:
          endpoint: 0.0.0.0:4318
`),
    at: ['tempo.yml:4:3'],
  },
  good: {
    files: files(`    otlp:
      protocols:
        grpc:
          endpoint: 0.0.0.0:4317
`),
  },
  check({ system, report }) {
    for (const clients of byPort(clientsOf(system, 'tempo'))) {
      const [client] = clients as [TelemetryClient];
      const program = programOf(system, client.to);
      const tempo = program && readTempo(program);
      // The parts of a Tempo that runs in several containers take traces in one of them only.
      if (tempo?.config === undefined || targetOf(tempo) !== 'all') continue;
      const fault = faultOf(client, tempo, opens(system, client.stack, client.to, client.endpoint.port));
      if (fault === undefined) continue;
      const sent = clients.map(({ place, by }) => ({ at: place, message: `${by} sends there` }));
      const receivers = { at: fault.at ?? placeOfService(client.to), message: 'its receivers are set here' };
      report({
        // What must change is Tempo's own, unless what sends chose a port that is no receiver's.
        at: fault.isTempos ? receivers.at : client.place,
        message: `${senders(clients)} traces to ${client.text}, and ${client.to.service.name} takes none there: ${fault.what}`,
        help: fault.help,
        related: fault.isTempos ? sent.slice(0, 4) : [receivers, ...sent.slice(1, 4)],
      });
    }
  },
});

/** The ports of the receivers that Tempo knows, by their documentation: OTLP, Jaeger, Zipkin, OpenCensus. */
const RECEIVER_PORTS: ReadonlySet<number> = new Set([4317, 4318, 6831, 6832, 9411, 14250, 14268, 55678]);

interface Fault {
  readonly what: string;
  readonly help: string;
  readonly at: Place | undefined;
  /** Whether Tempo's configuration is what must change. */
  readonly isTempos: boolean;
}

function faultOf(
  { endpoint, speech }: TelemetryClient,
  { receivers, config }: Tempo,
  listening: ReturnType<typeof opens>,
): Fault | undefined {
  const { port } = endpoint;
  const all = config && child(config, 'distributor', 'receivers');
  const own = receivers.find((receiver) => receiver.port === port);
  const at = all && exists(all) ? keyOf(all) : undefined;
  if (own?.isLocal)
    return {
      what: `its receiver "${nameOf(own)}" listens on localhost only${own.node.path.at(-1) === 'endpoint' ? '' : ', as all do since Tempo 2.7 that have no endpoint'}`,
      help: `write endpoint: 0.0.0.0:${port} under "${nameOf(own)}"`,
      at: keyOf(own.node),
      isTempos: true,
    };
  if (listening.answer === 'no') {
    const open = receivers.filter(({ isLocal }) => !isLocal);
    return {
      what:
        open.length === 0
          ? 'it has no receiver'
          : `it has ${listed(open.map((receiver) => `"${nameOf(receiver)}" on ${receiver.port}`))}`,
      help: `open the receiver for port ${port} in "${config?.doc.source.path}", or send to a port that is open`,
      at,
      isTempos: at !== undefined && port !== undefined && RECEIVER_PORTS.has(port),
    };
  }
  const other = own?.protocol === 'grpc' ? 'http' : 'grpc';
  return own?.name.split('/')[0] === 'otlp' && speech !== undefined && own.protocol !== speech
    ? {
        what: `port ${port} is for ${own.protocol === 'grpc' ? 'gRPC' : 'HTTP'}, and what is sent is ${other === 'grpc' ? 'gRPC' : 'HTTP'}`,
        help: `send to the port for ${other === 'grpc' ? 'gRPC, 4317' : 'HTTP, 4318'}`,
        at: keyOf(own.node),
        isTempos: false,
      }
    : undefined;
}

const nameOf = ({ name, protocol }: Receiver): string =>
  protocol === undefined ? name : `${name}.protocols.${protocol}`;
