import { child, entries, isFields, type Node, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';

/** A port that a receiver of traces, metrics or logs listens on, as a collector's configuration sets it. */
export interface Receiver {
  /** As `otlp` or `otlp/internal`. */
  readonly name: string;
  /** As `grpc` or `thrift_http`; undefined where the receiver has only one. */
  readonly protocol: string | undefined;
  /** The protocol's key, or its endpoint where one is written. */
  readonly node: Node;
  /** Undefined when it is not known. */
  readonly port: number | undefined;
  /** Whether nothing outside of its own container can reach it. */
  readonly isLocal: boolean;
}

/** Default ports of receivers with protocols (OpenTelemetry collector, README of each receiver). */
const PROTOCOLS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  otlp: { grpc: 4317, http: 4318 },
  jaeger: { grpc: 14250, thrift_http: 14268, thrift_compact: 6831, thrift_binary: 6832 },
  skywalking: { grpc: 11800, http: 12800 },
};

/** Default ports of receivers with a single one. */
const SINGLE: Readonly<Record<string, number>> = { zipkin: 9411, opencensus: 55678, statsd: 8125 };

/**
 * Reads a map of receivers. `isLocalByDefault` says whether one without an endpoint listens on localhost
 * only, as since version 0.104 of the collector and 2.7 of Tempo.
 */
export function readReceivers(receivers: Node, isLocalByDefault: boolean): Receiver[] {
  return entries(receivers).flatMap(([name, node]): Receiver[] => {
    const type = name.split('/')[0] as string;
    const protocols = PROTOCOLS[type];
    if (protocols !== undefined) {
      return entries(child(node, 'protocols')).map(([protocol, inside]) =>
        receiver(name, protocol, inside, protocols[protocol], isLocalByDefault),
      );
    }
    const port = SINGLE[type];
    const isListening = port !== undefined || child(node, 'endpoint').value !== undefined;
    return isListening ? [receiver(name, undefined, node, port, isLocalByDefault)] : [];
  });
}

function receiver(
  name: string,
  protocol: string | undefined,
  node: Node,
  defaultPort: number | undefined,
  isLocalByDefault: boolean,
): Receiver {
  const written = child(node, 'endpoint');
  const endpoint = isFields(node.value) ? textOf(written) : undefined;
  if (endpoint === undefined) return { name, protocol, node, port: defaultPort, isLocal: isLocalByDefault };
  const match = /^(.*):(\d+)$/.exec(endpoint);
  const isKnown = match !== null && !isUnknown(endpoint);
  return {
    name,
    protocol,
    node: written,
    port: isKnown ? Number(match[2]) : undefined,
    isLocal: isKnown && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(match[1] as string),
  };
}
