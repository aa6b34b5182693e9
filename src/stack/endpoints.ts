import { child, isFields } from '../repo/node.ts';
import { listed } from '../words.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Project } from './compose/project.ts';
import { programOf } from './configured.ts';
import type { Container } from './container.ts';
import { readLoki } from './loki.ts';
import { collectorIn } from './otel.ts';
import { type Listening, listeningOn } from './ports.ts';
import type { Receiver } from './receivers.ts';
import { resolveHost, type Stack, type System } from './system.ts';
import { readTempo } from './tempo.ts';

/** An address that one program gives for another: a URL, or `host:port`. */
export interface Endpoint {
  readonly scheme: string | undefined;
  readonly host: string;
  /** Undefined where neither the address nor its scheme tells. */
  readonly port: number | undefined;
  /** With its slash; empty where there is none. */
  readonly path: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Reads an address; undefined for one that is none, or that holds a variable. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (isUnknown(text)) return undefined;
  const match =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/?#]*@)?(\[[^\]]+\]|[^:/?#\s,]+)(?::(\d+))?(\/[^?#\s]*)?(?:[?#]\S*)?$/i.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const [, scheme, host = '', port, path = ''] = match;
  const known = scheme?.toLowerCase();
  return {
    scheme: known,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (known === undefined ? undefined : DEFAULT_PORTS[known]) : Number(port),
    path,
  };
}

/** What an address leads to. */
export type Reached =
  /** A place that the repository does not tell of. */
  | { readonly state: 'unknown' }
  /** No service bears the name. */
  | { readonly state: 'nothing' }
  /** The asking container itself. */
  | { readonly state: 'itself' }
  | { readonly state: 'container'; readonly container: Container; readonly listening: Listening };

/** Follows an address as a container of the stack would. */
export function reach(
  system: System,
  stack: Stack | undefined,
  from: Container | undefined,
  endpoint: Endpoint | undefined,
): Reached {
  if (stack === undefined || endpoint === undefined || from === undefined) return { state: 'unknown' };
  // Names of the compose network mean nothing on the host's own.
  const mode = from.service.networkMode;
  if (mode !== undefined && mode !== 'bridge' && mode !== 'default') return { state: 'unknown' };
  // A name that the container brings itself leads wherever it says.
  if (JSON.stringify(from.service.field('extra_hosts')?.value ?? '').includes(endpoint.host))
    return { state: 'unknown' };
  const meaning = resolveHost(stack, endpoint.host);
  switch (meaning.kind) {
    case 'containers': {
      const found = meaning.containers.map((container) => ({
        container,
        listening: opens(system, stack, container, endpoint.port),
      }));
      const best = found.find(({ listening }) => listening.answer !== 'no') ?? found[0];
      return best ? { state: 'container', ...best } : { state: 'unknown' };
    }
    case 'itself':
      return { state: 'itself' };
    case 'nothing':
      return meetsOthers(stack, from) ? { state: 'unknown' } : { state: 'nothing' };
    default:
      return { state: 'unknown' };
  }
}

/** Whether a container is on a network that others, outside of these files, may be on too. */
function meetsOthers(stack: Stack, { service }: Container): boolean {
  const projects: Project[] = stack.project ? [stack.project, ...stack.beside] : [...stack.beside];
  return service.networks.some(({ name }) =>
    projects.some(({ networks }) =>
      (networks.get(name) ?? []).some((node) => {
        const external = child(node, 'external').value;
        return isFields(node.value) && external !== undefined && external !== false;
      }),
    ),
  );
}

/** Whether a container listens on a port for others, by its own configuration where that is known. */
export function opens(
  system: System,
  stack: Stack,
  container: Container,
  port: number | undefined,
): Listening {
  if (port === undefined) return { answer: 'maybe', reason: '' };
  const own = configuredPorts(system, stack, container);
  if (own === undefined) return listeningOn(container, port);
  if (own.open.includes(port)) return { answer: 'yes', reason: '' };
  if (own.local.includes(port))
    return { answer: 'no', reason: `its configuration opens ${port} on localhost only` };
  const shown = own.named.length === 0 ? 'no port' : listed(own.named.map(String));
  return { answer: 'no', reason: `its configuration opens ${shown}` };
}

interface ConfiguredPorts {
  /** What others can reach. */
  readonly open: readonly number[];
  /** What only the container itself can reach. */
  readonly local: readonly number[];
  /** Those of `open` that the configuration is about. */
  readonly named: readonly number[];
}

/** The ports that a program's configuration opens; undefined where they may be others. */
function configuredPorts(system: System, stack: Stack, container: Container): ConfiguredPorts | undefined {
  const { facts } = container;
  if (container.service.build !== undefined) return undefined;
  if (facts?.role === 'loki' || facts?.role === 'tempo') {
    const program = programOf(system, container);
    if (program?.config === undefined) return undefined;
    const tempo = facts.role === 'tempo' ? readTempo(program) : undefined;
    const { httpPort, grpcPort } = tempo ?? readLoki(program);
    if (httpPort === undefined || grpcPort === undefined || tempo?.isComplete === false) return undefined;
    return portsOf([httpPort, grpcPort], [7946], tempo?.receivers ?? []);
  }
  if (facts?.role === 'otel-collector') {
    const collector = collectorIn(stack, container, system.files);
    if (!collector.isComplete) return undefined;
    // Exporters and extensions listen as well: whatever number the files name may be a port.
    const numbers = collector.layers
      .flatMap(({ doc }) => doc.source.text.match(/\b\d{3,5}\b/g) ?? [])
      .map(Number)
      .filter((number) => !collector.receivers.some(({ port, isLocal }) => isLocal && port === number));
    return portsOf([], [...numbers, 8888, 13133], collector.receivers);
  }
  return undefined;
}

function portsOf(
  named: readonly number[],
  others: readonly number[],
  receivers: readonly Receiver[],
): ConfiguredPorts | undefined {
  if (receivers.some(({ port }) => port === undefined)) return undefined;
  const of = (local: boolean): number[] =>
    receivers.flatMap(({ port, isLocal }) => (isLocal === local && port !== undefined ? [port] : []));
  const own = [...new Set([...named, ...of(false)])];
  return { open: [...own, ...others], local: of(true), named: own };
}
