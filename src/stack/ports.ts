import type { Tri } from '../promql/tri.ts';
import { listed } from '../words.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { PortRange } from './compose/service.ts';
import { type Container, flagValues } from './container.ts';
import { jmxAgents } from './jmx.ts';

export interface Listening {
  readonly answer: Tri;
  /** What it listens on, as a sentence's end. */
  readonly reason: string;
  /** The port that is meant instead, where there is one. */
  readonly port?: number;
}

const within = (port: number, { from, to }: PortRange): boolean => port >= from && port <= to;

/** Whether a container listens on a port, as far as its image, its options and its compose file tell. */
export function listeningOn(container: Container, port: number | undefined): Listening {
  if (port === undefined) return { answer: 'maybe', reason: '' };
  const { service, recipe, facts } = container;
  const agents = jmxAgents(container);
  if (agents.some((agent) => agent.port === port)) return { answer: 'yes', reason: '' };
  const declared =
    service.expose.some(({ range }) => within(port, range)) ||
    service.ports.some(({ container: range }) => range !== undefined && within(port, range)) ||
    recipe?.expose.includes(port);

  const moved = movedPort(container);
  if (facts !== undefined && service.build === undefined) {
    if (moved === 'unknown') return { answer: 'maybe', reason: '' };
    if (moved !== undefined) {
      if (moved === port) return { answer: 'yes', reason: '' };
      if (facts.portsAreAll)
        return { answer: 'no', reason: `its options make it listen on ${moved}`, port: moved };
    } else {
      if (facts.ports.includes(port)) return { answer: 'yes', reason: '' };
      if (facts.portsAreAll)
        return {
          answer: 'no',
          reason: `${container.image} listens on ${listed(facts.ports.map(String))}`,
          ...(facts.metricsPort === undefined ? {} : { port: facts.metricsPort }),
        };
    }
  }
  const served = container.server();
  if (declared || served?.port === port) return { answer: 'yes', reason: '' };
  const published = service.ports.find(({ host }) => host !== undefined && within(port, host));
  if (published?.container !== undefined && published.container.from === published.container.to) {
    return {
      answer: 'no',
      reason: `${port} is where it is published on the host, and inside the network it listens on ${published.container.from}`,
      port: published.container.from,
    };
  }
  // A program that says which ports it has, and serves metrics on one of its own.
  if (
    served?.port !== undefined &&
    (service.expose.length > 0 || service.ports.length > 0 || recipe?.expose.length)
  )
    return { answer: 'no', reason: `its code serves metrics on ${served.port}`, port: served.port };
  // One that serves metrics by no server of their own, and is started on a port that it declares.
  const started =
    served?.port === undefined && service.build !== undefined ? startedOn(container) : undefined;
  if (started !== undefined) return { answer: 'no', reason: `it is started on ${started}`, port: started };
  const [agent] = agents;
  const isJvmOnly = facts === undefined || facts.role === 'app';
  if (agent?.port !== undefined && agents.every((other) => other.port !== undefined) && isJvmOnly) {
    return { answer: 'no', reason: `its JMX exporter agent listens on ${agent.port}`, port: agent.port };
  }
  return { answer: 'maybe', reason: '' };
}

/** Programs that serve an application on the one port that they are started with. */
const APPLICATION_SERVERS = /^(?:uvicorn|gunicorn|hypercorn|granian|flask|daphne)$/;

/** The port that the command of a container names, for a server of applications. */
function startedOn({ args }: Container): number | undefined {
  const words = args.map(({ text }) => text);
  if (!words.some((word) => APPLICATION_SERVERS.test(word.replace(/^.*\//, '')))) return undefined;
  const ports = new Set(
    words.flatMap((word, index) => {
      const port = /^--port=(\d+)$|^(?:--bind=|-b)?[\w.[\]]*:(\d+)$/.exec(word);
      const next = /^(?:-p|--port)$/.test(word) ? /^\d+$/.exec(words[index + 1] ?? '')?.[0] : undefined;
      const found = port?.[1] ?? port?.[2] ?? next;
      return found === undefined ? [] : [Number(found)];
    }),
  );
  const [port] = ports;
  return ports.size === 1 ? port : undefined;
}

/** The port that a flag moves the metrics to; `unknown` where the flag's value is not known. */
function movedPort({ facts, args, env }: Container): number | 'unknown' | undefined {
  if (facts === undefined) return undefined;
  const flags = (facts.portFlags ?? []).flatMap((name) => flagValues(args, name));
  const value = flags.at(-1)?.text ?? environmentAddress(env);
  if (value === undefined) return undefined;
  const port = /(?:^|:)(\d+)$/.exec(value)?.[1];
  return port === undefined || isUnknown(value) ? 'unknown' : Number(port);
}

/** Exporters that read their listen address from the environment. */
function environmentAddress(env: Container['env']): string | undefined {
  for (const name of [
    'PG_EXPORTER_WEB_LISTEN_ADDRESS',
    'REDIS_EXPORTER_WEB_LISTEN_ADDRESS',
    'WEB_LISTEN_ADDRESS',
  ]) {
    const value = env.get(name)?.text;
    if (value !== undefined) return value;
  }
  return undefined;
}
