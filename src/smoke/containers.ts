import type { Docker } from './docker.ts';
import { at, fields, type Json, list, text } from './json.ts';
import { RUN_LABEL, type Run } from './ownership.ts';

/** A container of the boot, as Docker tells. */
export interface Running {
  readonly id: string;
  readonly service: string;
  readonly status: 'created' | 'running' | 'restarting' | 'exited' | 'paused' | 'dead' | 'removing';
  readonly exitCode: number;
  readonly isOomKilled: boolean;
  /** Why Docker could not start it; empty where it could. */
  readonly error: string;
  readonly restarts: number;
  /** Whether Docker starts it again whenever it ends. */
  readonly isRestarted: boolean;
  /** When it was last started, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** What its health check printed last. */
  readonly healthOutput: string;
  /** Ports of the loopback, by the container's own. */
  readonly published: ReadonlyMap<number, number>;
  /** Its address and its names on each network. */
  readonly networks: ReadonlyMap<string, { readonly address: string; readonly names: readonly string[] }>;
}

/** The boot's containers. */
export async function inspectContainers(docker: Docker, { id }: Run): Promise<Running[]> {
  const listed = await docker.run(['ps', '-a', '-q', '--no-trunc', '--filter', `label=${RUN_LABEL}=${id}`], {
    isOutputOnly: true,
  });
  const ids = listed.output.split('\n').filter((line) => line !== '');
  if (ids.length === 0) return [];
  return list(await docker.json(['inspect', '--type', 'container', ...ids]))
    .map(readContainer)
    .sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
}

/** Reads what `docker inspect` says of a container (Docker documentation, "docker inspect"). */
export function readContainer(value: Json): Running {
  const state = at(value, 'State');
  const health = text(at(state, 'Health', 'Status'));
  const checks = list(at(state, 'Health', 'Log'));
  const service = text(at(value, 'Config', 'Labels', 'com.docker.compose.service')) ?? '';
  return {
    id: text(at(value, 'Id')) ?? '',
    service,
    status: (text(at(state, 'Status')) ?? 'created') as Running['status'],
    exitCode: Number(text(at(state, 'ExitCode')) ?? 0),
    isOomKilled: at(state, 'OOMKilled') === true,
    error: text(at(state, 'Error')) ?? '',
    restarts: Number(text(at(value, 'RestartCount')) ?? 0),
    isRestarted: ['always', 'unless-stopped'].includes(
      text(at(value, 'HostConfig', 'RestartPolicy', 'Name')) ?? '',
    ),
    startedAt: Date.parse(text(at(state, 'StartedAt')) ?? '') || 0,
    health: health === 'starting' || health === 'healthy' || health === 'unhealthy' ? health : 'none',
    healthOutput: text(at(checks.at(-1), 'Output'))?.trim() ?? '',
    published: publishedPorts(at(value, 'NetworkSettings', 'Ports')),
    networks: new Map(
      Object.entries(fields(at(value, 'NetworkSettings', 'Networks'))).map(([name, network]) => [
        name,
        {
          address: text(at(network, 'IPAddress')) ?? '',
          names: [
            service,
            ...list(at(network, 'Aliases')).flatMap((alias) => text(alias) ?? []),
            ...list(at(network, 'DNSNames')).flatMap((alias) => text(alias) ?? []),
          ],
        },
      ]),
    ),
  };
}

function publishedPorts(ports: Json | undefined): Map<number, number> {
  const published = new Map<number, number>();
  for (const [key, bindings] of Object.entries(fields(ports))) {
    const inner = /^(\d+)\/tcp$/.exec(key)?.[1];
    const outer = list(bindings).flatMap((binding) => text(at(binding, 'HostPort')) ?? [])[0];
    if (inner !== undefined && outer !== undefined) published.set(Number(inner), Number(outer));
  }
  return published;
}

/** Where a port of a container is reached from this machine: where it is published, else at its own address. */
export function addressOf(container: Running, port: number): string | undefined {
  const published = container.published.get(port);
  if (published !== undefined) return `127.0.0.1:${published}`;
  const [own] = [...container.networks.values()].filter(({ address }) => address !== '');
  return own === undefined ? undefined : `${own.address}:${port}`;
}

/** The last lines of a container's log. */
export async function lastLines(docker: Docker, { id }: Pick<Running, 'id'>, lines: number): Promise<string> {
  const { output } = await docker.run(['logs', '--tail', String(lines), id]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are no part of what is said
  return output.replace(/\u001b\[[0-9;]*m/g, '').trimEnd();
}
