import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Container } from '../stack/container.ts';
import { imageName } from '../stack/knowledge/images.ts';
import { keyOfSetting, type Setting } from '../stack/settings.ts';
import { listed } from '../words.ts';
import type { Effective, EffectiveService } from './effective.ts';
import { at, fields, type Json, type JsonObject, list, text, texts } from './json.ts';

/** A way in which a service reaches out of its container and of the repository. */
export interface Reach {
  readonly service: string | undefined;
  /** The setting that gives it, for its place. */
  readonly setting: Setting;
  /** What it reaches, as a part of a sentence that follows the service's name. */
  readonly what: string;
}

/** Capabilities that Docker gives every container anyway (Docker documentation, "Runtime privilege and Linux capabilities"). */
const USUAL_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** What exporters' own documentation has them mount, read-only, by their images. */
const USUAL_MOUNTS: readonly (readonly [image: RegExp, sources: RegExp])[] = [
  [/(?:^|\/)node[-_]exporter$/, /^(?:\/|\/proc|\/sys|\/run\/systemd\/private)$/],
  [/(?:^|\/)cadvisor$/, /^(?:\/|\/sys|\/var\/run|\/var\/lib\/docker|\/dev\/disk)$/],
  [/(?:^|\/)process-exporter$/, /^\/proc$/],
  [
    /(?:^|\/)(?:promtail|alloy|vector|fluent-bit)$/,
    /^(?:\/var\/log(?:\/.*)?|\/var\/lib\/docker\/containers|\/run\/log\/journal|\/etc\/machine-id)$/,
  ],
];

/** Files of the host that say nothing but the time. */
const HARMLESS = /^\/(?:etc\/(?:localtime|timezone)|usr\/share\/zoneinfo(?:\/.*)?)$/;

const DOCKER_SOCKET = /(?:^|\/)(?:docker|containerd|podman|crio)(?:-\w+)?\.sock$/;

/** Settings that hand a part of the host to a container whatever their value is. */
const ALWAYS: Readonly<Record<string, string>> = {
  devices: 'is given devices of the host',
  device_cgroup_rules: 'is given devices of the host',
  gpus: 'is given devices of the host',
  cgroup_parent: 'chooses its own control group',
  credential_spec: 'is given credentials of the host',
  external_links: 'is linked to containers of others',
  oom_kill_disable: 'cannot be ended when memory runs out',
  provider: 'runs a program of the host',
  runtime: 'chooses another container runtime',
  use_api_socket: 'is given the Docker engine',
};

/** Everything by which the chosen services reach out of the repository; none for a stack that is safe to boot. */
export function reachesOf(
  effective: Effective,
  chosen: ReadonlySet<string>,
  root: string,
  containers: readonly Container[],
): Reach[] {
  const real = realpathSync(root);
  const isInside = (path: string): boolean => {
    const found = realPathOf(path);
    return found === real || found.startsWith(real + sep);
  };
  const services = [...effective.services.values()].filter(({ name }) => chosen.has(name));
  return [
    ...services.flatMap((service) => [
      ...reachesOfSettings(service),
      ...reachesOfMounts(
        service,
        isInside,
        containers.find((container) => container.service.name === service.name),
      ),
      ...reachesOfBuild(service, isInside),
      ...texts(service.value.env_file)
        .concat(list(service.value.env_file).flatMap((file) => text(at(file, 'path')) ?? []))
        .filter((path) => !isInside(path))
        .map((path) =>
          reach(service, ['env_file'], `reads variables from "${path}", outside of the repository`, path),
        ),
    ]),
    ...reachesOfResources(effective.value, isInside),
  ];
}

const reach = (
  service: EffectiveService,
  keys: readonly string[],
  what: string,
  written?: string,
): Reach => ({
  service: service.name,
  setting: keyOfSetting(keys, written),
  what,
});

function reachesOfSettings(service: EffectiveService): Reach[] {
  const { value } = service;
  const found: Reach[] = [];
  const add = (key: string, what: string, written?: string): void => {
    found.push(reach(service, [key], what, written));
  };
  if (value.privileged === true) add('privileged', 'is privileged: it has every right on the host');
  for (const key of ['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup']) {
    const mode = text(value[key]) ?? '';
    if (mode === 'host') add(key, `shares the host's ${key.replace(/_mode$/, '')} namespace`);
    if (mode.startsWith('container:'))
      add(key, `joins the container "${mode.slice(10)}", which is not of this stack`);
  }
  const capabilities = texts(value.cap_add).filter(
    (name) => !USUAL_CAPABILITIES.has(name.toUpperCase().replace(/^CAP_/, '')),
  );
  if (capabilities.length > 0)
    add(
      'cap_add',
      `is given the ${capabilities.length > 1 ? 'capabilities' : 'capability'} ${listed(capabilities)}`,
      capabilities[0],
    );
  const options = texts(value.security_opt).filter((option) => !/^no-new-privileges(?:[:=]|$)/.test(option));
  if (options.length > 0) add('security_opt', `loosens its confinement by "${options[0]}"`, options[0]);
  for (const [key, what] of Object.entries(ALWAYS)) {
    const setting = value[key];
    const isSet = Array.isArray(setting)
      ? setting.length > 0
      : setting !== undefined && setting !== null && setting !== false;
    if (isSet) add(key, what);
  }
  for (const from of texts(value.volumes_from))
    if (from.startsWith('container:'))
      add('volumes_from', `uses the volumes of "${from.slice(10)}", which is not of this stack`);
  for (const key of ['post_start', 'pre_stop'])
    if (list(value[key]).some((hook) => at(hook, 'privileged') === true))
      add(key, 'runs a privileged command');
  return found;
}

function reachesOfMounts(
  service: EffectiveService,
  isInside: (path: string) => boolean,
  container: Container | undefined,
): Reach[] {
  return list(service.value.volumes).flatMap((mount): Reach[] => {
    const source = text(at(mount, 'source')) ?? '';
    if (text(at(mount, 'type')) !== 'bind') return [];
    const real = realPathOf(source);
    if (DOCKER_SOCKET.test(source) || DOCKER_SOCKET.test(real))
      return [reach(service, ['volumes'], 'is given the Docker engine by its socket', source)];
    if (isInside(source) || HARMLESS.test(source) || isUsual(service, container, mount)) return [];
    return [reach(service, ['volumes'], `mounts "${source}", outside of the repository`, source)];
  });
}

/** Whether a mount is one that an exporter needs: of its own image, started as the image starts it, read-only. */
function isUsual({ value }: EffectiveService, container: Container | undefined, mount: Json): boolean {
  const image = text(value.image);
  if (image === undefined || value.build !== undefined || list(value.entrypoint).length > 0) return false;
  if (at(mount, 'read_only') !== true || container === undefined) return false;
  const source = (text(at(mount, 'source')) ?? '').replace(/(?<=.)\/+$/, '');
  return USUAL_MOUNTS.some(([name, sources]) => name.test(imageName(image)) && sources.test(source));
}

function reachesOfBuild(service: EffectiveService, isInside: (path: string) => boolean): Reach[] {
  const build = fields(service.value.build);
  const context = text(build.context);
  if (context === undefined) return [];
  const found: Reach[] = [];
  const add = (key: string, what: string, written?: string): void => {
    found.push(reach(service, ['build', key], what, written));
  };
  if (isAddress(context) || !isInside(context)) {
    add('context', `is built from "${context}", outside of the repository`);
  } else {
    const dockerfile = text(build.dockerfile);
    if (
      dockerfile !== undefined &&
      !isInside(dockerfile.startsWith('/') ? dockerfile : join(context, dockerfile))
    )
      add('dockerfile', `is built by "${dockerfile}", outside of the repository`);
  }
  for (const [name, other] of Object.entries(fields(build.additional_contexts))) {
    const path = text(other) ?? '';
    if (!/^(?:docker-image:\/\/|service:)/.test(path) && (isAddress(path) || !isInside(path)))
      add('additional_contexts', `is built from "${name}" at "${path}", outside of the repository`, name);
  }
  if (text(build.network) === 'host') add('network', "is built in the host's network");
  if (build.privileged === true) add('privileged', 'is built with every right on the host');
  for (const key of ['entitlements', 'ssh'])
    if (list(build[key]).length > 0 || Object.keys(fields(build[key])).length > 0)
      add(key, key === 'ssh' ? "is built with the user's SSH keys" : 'is built with rights on the host');
  return found;
}

const isAddress = (context: string): boolean => /^(?:[a-z+]+:\/\/|git@|github\.com\/)/.test(context);

/** Files and volumes of the host behind the project's own resources. */
function reachesOfResources(value: JsonObject, isInside: (path: string) => boolean): Reach[] {
  const found: Reach[] = [];
  const add = (keys: readonly string[], what: string): void => {
    found.push({ service: undefined, setting: keyOfSetting(keys), what });
  };
  for (const kind of ['configs', 'secrets']) {
    for (const [name, resource] of Object.entries(fields(value[kind]))) {
      const file = text(at(resource, 'file'));
      if (file !== undefined && !isInside(file))
        add(
          [kind, name, 'file'],
          `the ${kind.slice(0, -1)} "${name}" is "${file}", outside of the repository`,
        );
    }
  }
  for (const [name, volume] of Object.entries(fields(value.volumes))) {
    if (at(volume, 'external') === true)
      add(
        ['volumes', name, 'external'],
        `the volume "${name}" is not of this stack: it may hold somebody's data`,
      );
    const device = text(at(volume, 'driver_opts', 'device'));
    if (device !== undefined)
      add(['volumes', name, 'driver_opts'], `the volume "${name}" is "${device}" of the host`);
    const driver = text(at(volume, 'driver')) ?? 'local';
    if (driver !== 'local')
      add(['volumes', name, 'driver'], `the volume "${name}" is kept by the plugin "${driver}"`);
  }
  for (const [name, network] of Object.entries(fields(value.networks))) {
    const driver = text(at(network, 'driver')) ?? 'bridge';
    if (!['bridge', 'overlay', 'default'].includes(driver) && at(network, 'external') !== true)
      add(['networks', name, 'driver'], `the network "${name}" joins the host's by the driver "${driver}"`);
  }
  return found;
}

/** Where a path leads when every link in it is followed, as far as it is there. */
function realPathOf(path: string): string {
  let existing = path;
  let rest = '';
  while (!existsSync(existing) && dirname(existing) !== existing) {
    rest = join(existing.slice(dirname(existing).length), rest);
    existing = dirname(existing);
  }
  try {
    return join(realpathSync(existing), rest).replace(/(?<=.)\/+$/, '');
  } catch {
    // A link that leads in a circle leads nowhere that is inside.
    return '';
  }
}
