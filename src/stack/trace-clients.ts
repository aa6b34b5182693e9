import { keyOf, type Place } from '../repo/node.ts';
import { alloyFiles } from './alloy.ts';
import { interpolate, isUnknown } from './compose/interpolate.ts';
import type { Container } from './container.ts';
import { type Endpoint, parseEndpoint } from './endpoints.ts';
import { collectorIn, exporters } from './otel.ts';
import { containersAt, type Stack, type System } from './system.ts';

/** What speaks to a receiver of telemetry: over gRPC, over HTTP, or in a way that is not told. */
export type Speech = 'grpc' | 'http' | undefined;

/** An address of a container to which another one sends telemetry. */
export interface TelemetryClient {
  /** In words: "api", "the exporter "otlp" of the collector". */
  readonly by: string;
  readonly from: Container;
  readonly stack: Stack;
  readonly to: Container;
  readonly text: string;
  readonly endpoint: Endpoint;
  readonly place: Place;
  readonly speech: Speech;
}

/** Every address of a container of the given role that another container's environment or configuration names. */
export function clientsOf(system: System, role: 'tempo' | 'otel-collector'): TelemetryClient[] {
  const found: TelemetryClient[] = [];
  const seen = new Set<string>();
  for (const stack of system.stacks) {
    const add = (from: Container, by: string, text: string, place: Place, speech: Speech): void => {
      const endpoint = isUnknown(text) ? undefined : parseEndpoint(text);
      if (endpoint?.port === undefined) return;
      for (const to of containersAt(stack, { host: endpoint.host, port: endpoint.port }, undefined)) {
        const key = [from.service.name, to.service.name, text, by].join('\0');
        if (to.facts?.role !== role || to === from || seen.has(key)) continue;
        seen.add(key);
        found.push({ by, from, stack, to, text, endpoint, place, speech });
      }
    };
    for (const from of stack.containers) {
      for (const [name, { text, place }] of from.env) {
        // Grafana and Prometheus ask for what is there already, and a list is no address.
        if (!/endpoint|host|url|addr|collector|exporter|otlp|zipkin|jaeger|tempo|trac/i.test(name)) continue;
        add(from, from.service.name, text, place, speechOf(name, from));
      }
      if (from.facts?.role === 'otel-collector') {
        for (const { id, type, endpoint } of exporters(collectorIn(stack, from, system.files))) {
          const text = endpoint && expanded(endpoint.text, from);
          const speech =
            type === 'otlphttp' ? 'http' : type === 'otlp' || type === 'otlpgrpc' ? 'grpc' : undefined;
          if (text && endpoint)
            add(from, `the exporter "${id}" of ${from.service.name}`, text, { node: endpoint.node }, speech);
        }
      }
      if (from.facts?.role === 'alloy') {
        for (const file of alloyFiles(from, system.files).files) {
          for (const { name, label, blocks } of file.blocks) {
            if (!/^otelcol\.exporter\.otlp/.test(name)) continue;
            const endpoint = blocks.find((block) => block.name === 'client')?.attributes.get('endpoint');
            if (endpoint?.text === undefined) continue;
            const place = { source: file.source, span: endpoint.span };
            const speech = name.endsWith('otlphttp') ? 'http' : 'grpc';
            add(from, `the block ${name} "${label ?? ''}" of Alloy`, endpoint.text, place, speech);
          }
        }
      }
    }
  }
  return found;
}

/** Clients of the same port, which are wrong or right together unless they speak in different ways. */
export function byPort(clients: readonly TelemetryClient[]): TelemetryClient[][] {
  const groups = new Map<string, TelemetryClient[]>();
  for (const client of clients) {
    const key = [client.to.service.name, client.endpoint.port, client.stack.name, client.speech].join('\0');
    groups.set(key, [...(groups.get(key) ?? []), client]);
  }
  return [...groups.values()];
}

/** Who sends, as a sentence begins: "api", "api and worker", "api and 3 others". */
export function senders(clients: readonly TelemetryClient[]): string {
  const names = [...new Set(clients.map(({ by }) => by))];
  const [first = '', second, ...others] = names;
  if (second === undefined) return `${first} sends`;
  return others.length === 0
    ? `${first} and ${second} send`
    : `${first} and ${others.length + 1} others send`;
}

const expanded = (text: string, { env }: Container): string =>
  interpolate(text.replace(/\$\{env:/g, '${'), { get: (name) => env.get(name)?.text });

/** How an SDK of OpenTelemetry speaks, where its environment says so (OpenTelemetry specification, "OTLP exporter"). */
function speechOf(name: string, { env }: Container): Speech {
  if (!/^OTEL_EXPORTER_OTLP(?:_TRACES|_METRICS|_LOGS)?_ENDPOINT$/.test(name)) return undefined;
  const protocol =
    env.get(name.replace(/_ENDPOINT$/, '_PROTOCOL'))?.text ?? env.get('OTEL_EXPORTER_OTLP_PROTOCOL')?.text;
  return protocol === 'grpc' ? 'grpc' : protocol?.startsWith('http/') ? 'http' : undefined;
}

/** The service of a container, as a related place. */
export const placeOfService = ({ service }: Container): Place => keyOf(service.node);
