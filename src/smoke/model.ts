import { isWithin } from './binds.ts';
import type { Effective, EffectiveService } from './effective.ts';
import { at, fields, type Json, type JsonObject, list, text, texts } from './json.ts';
import type { Run } from './ownership.ts';

/** What the boot gives the stack that the repository's files do not. */
export interface ModelOptions {
  readonly run: Run;
  readonly chosen: ReadonlySet<string>;
  /** Ports of services that are looked at, though nothing may publish them. */
  readonly looked: ReadonlyMap<string, readonly number[]>;
  /** Where a bind mount of the repository is mounted from; undefined: from where it says. */
  readonly sourceOf: (source: string, isReadOnly: boolean) => string;
  /** The repository's git folder, absolute; undefined where it has none. */
  readonly gitFolder: string | undefined;
  /** The most memory that a service may take which sets no bound itself, in bytes. */
  readonly memory: number;
}

/** The most processes of a service that sets no bound itself. */
const MOST_PROCESSES = 8192;

/**
 * Settings of a service that are booted as they are. What is not here is generated, or left out: what a
 * service may reach is decided by what is known, not by what was thought of.
 */
const KEPT = [
  'annotations',
  'cap_add',
  'cap_drop',
  'cgroup',
  'cgroup_parent',
  'command',
  'configs',
  'cpu_count',
  'cpu_period',
  'cpu_quota',
  'cpu_shares',
  'cpus',
  'cpuset',
  'device_cgroup_rules',
  'devices',
  'dns',
  'dns_opt',
  'dns_search',
  'domainname',
  'entrypoint',
  'environment',
  'expose',
  'extra_hosts',
  'group_add',
  'healthcheck',
  'hostname',
  'image',
  'init',
  'ipc',
  'links',
  'mem_limit',
  'mem_reservation',
  'mem_swappiness',
  'memswap_limit',
  'network_mode',
  'oom_kill_disable',
  'oom_score_adj',
  'pid',
  'pids_limit',
  'platform',
  'post_start',
  'pre_stop',
  'privileged',
  'read_only',
  'restart',
  'runtime',
  'secrets',
  'security_opt',
  'shm_size',
  'stdin_open',
  'stop_signal',
  'storage_opt',
  'sysctls',
  'tmpfs',
  'tty',
  'ulimits',
  'user',
  'userns_mode',
  'uts',
  'volumes_from',
  'working_dir',
] as const;

/** Settings of a build that are kept; caches may write to the host, and tags would be left behind. */
const KEPT_OF_BUILD = [
  'additional_contexts',
  'args',
  'context',
  'dockerfile',
  'dockerfile_inline',
  'entitlements',
  'extra_hosts',
  'network',
  'no_cache',
  'privileged',
  'secrets',
  'shm_size',
  'ssh',
  'target',
  'ulimits',
] as const;

/** The image's name of a service that is built: its own, so that no tag of this machine changes its meaning. */
export const builtImage = ({ id }: Run, service: string): string =>
  `monitoring-check/${service.toLowerCase().replace(/[^a-z0-9_.-]/g, '-')}:${id}`;

/**
 * The project that is booted: the effective configuration under a name of its own, with everything
 * labelled as this boot's, ports moved to free ones of the loopback, fixed names of containers, networks
 * and volumes left out, and bounds on memory, processes and logs.
 */
export function bootedModel(effective: Effective, options: ModelOptions): JsonObject {
  const { run, chosen } = options;
  const { value } = effective;
  const services = [...effective.services.values()].filter(({ name }) => chosen.has(name));
  const usedNetworks = new Set(
    services.flatMap(({ value: service }) => Object.keys(fields(service.networks))),
  );
  return {
    name: run.project,
    services: Object.fromEntries(services.map((service) => [service.name, bootedService(service, options)])),
    networks: mapped(value.networks, (network, name) =>
      usedNetworks.has(name)
        ? { ...pick(network, ['internal']), ...keptDriver(network), labels: run.labels }
        : undefined,
    ),
    volumes: mapped(value.volumes, (volume) =>
      at(volume, 'external') === true
        ? { ...fields(volume) }
        : { ...pick(volume, ['driver', 'driver_opts']), labels: run.labels },
    ),
    configs: mapped(value.configs, (config) => pick(config, ['file', 'content', 'environment'])),
    secrets: mapped(value.secrets, (secret) => pick(secret, ['file', 'content', 'environment'])),
  };
}

function bootedService(service: EffectiveService, options: ModelOptions): JsonObject {
  const { run, chosen, looked, memory } = options;
  const { value, name } = service;
  const limits = fields(at(value, 'deploy', 'resources', 'limits'));
  const hasOwnNetwork = text(value.network_mode) === undefined;
  const replicas = text(at(value, 'deploy', 'replicas')) ?? text(value.scale);
  const waited = Object.entries(fields(value.depends_on)).filter(([other]) => chosen.has(other));
  return {
    ...pick(value, KEPT),
    ...(value.build === undefined
      ? {}
      : {
          image: builtImage(run, name),
          build: { ...pick(value.build, KEPT_OF_BUILD), labels: run.labels },
        }),
    pull_policy: 'never',
    labels: run.labels,
    ...(hasOwnNetwork ? { ports: bootedPorts(value, looked.get(name) ?? []) } : {}),
    ...(hasOwnNetwork ? { networks: bootedNetworks(value) } : {}),
    volumes: bootedVolumes(value, options),
    depends_on: Object.fromEntries(waited),
    ...(limits.memory === undefined && value.mem_limit === undefined ? { mem_limit: String(memory) } : {}),
    ...(limits.pids === undefined && value.pids_limit === undefined ? { pids_limit: MOST_PROCESSES } : {}),
    deploy: {
      ...(replicas === undefined ? {} : { replicas: Number(replicas) }),
      ...(Object.keys(limits).length > 0 ? { resources: { limits } } : {}),
    },
    // Logs stay on this machine, and never fill it.
    logging: { driver: 'json-file', options: { 'max-size': '8m', 'max-file': '1' } },
  };
}

/** Every port of the container, published at a port of the loopback that Docker finds free. */
function bootedPorts(value: JsonObject, looked: readonly number[]): Json[] {
  const ports = new Map<string, JsonObject>();
  const add = (target: number, protocol: string): void => {
    ports.set(`${target}/${protocol}`, { target, protocol, mode: 'ingress', host_ip: '127.0.0.1' });
  };
  for (const port of list(value.ports)) {
    const target = Number(text(at(port, 'target')));
    if (Number.isInteger(target)) add(target, text(at(port, 'protocol')) ?? 'tcp');
  }
  for (const port of looked) add(port, 'tcp');
  return [...ports.values()];
}

/** Its networks without fixed addresses; the name that its container would have had leads to it still. */
function bootedNetworks(value: JsonObject): JsonObject {
  const name = text(value.container_name);
  return mapped(value.networks, (network) => {
    const aliases = [...texts(at(network, 'aliases')), ...(name === undefined ? [] : [name])];
    return { ...pick(network, ['link_local_ips', 'priority']), ...(aliases.length > 0 ? { aliases } : {}) };
  });
}

function bootedVolumes(value: JsonObject, { sourceOf, gitFolder }: ModelOptions): Json[] {
  return list(value.volumes).flatMap((mount): Json[] => {
    if (text(at(mount, 'type')) !== 'bind') return [mount];
    const source = text(at(mount, 'source')) ?? '';
    const target = text(at(mount, 'target')) ?? '';
    const moved = {
      ...fields(mount),
      source: sourceOf(source, at(mount, 'read_only') === true),
      bind: {
        ...fields(at(mount, 'bind')),
        create_host_path: at(mount, 'bind', 'create_host_path') !== false,
      },
    };
    // A checkout keeps the job's token in its git folder.
    const inner = gitFolder === undefined ? undefined : isWithin(source, gitFolder);
    return inner === undefined || inner === ''
      ? [moved]
      : [moved, { type: 'tmpfs', target: `${target.replace(/\/+$/, '')}/${inner}` }];
  });
}

const keptDriver = (network: Json): JsonObject => {
  const driver = text(at(network, 'driver'));
  return driver === undefined || driver === 'overlay' || at(network, 'external') === true ? {} : { driver };
};

const pick = (value: Json | undefined, keys: readonly string[]): JsonObject =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const inner = fields(value)[key];
      return inner === undefined || inner === null ? [] : [[key, inner]];
    }),
  );

/** A map with each value made anew; those that are made undefined are left out. */
const mapped = (value: Json | undefined, make: (item: Json, name: string) => Json | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(fields(value)).flatMap(([name, item]) => {
      const made = make(item, name);
      return made === undefined ? [] : [[name, made]];
    }),
  );
