import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Effective } from '../../src/smoke/effective.ts';
import { fields, type Json, type JsonObject } from '../../src/smoke/json.ts';
import { bootedModel } from '../../src/smoke/model.ts';
import { isAbandoned, newRun } from '../../src/smoke/ownership.ts';
import { reachesOf } from '../../src/smoke/safety.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'monitoring-check-safety-'));
  writeFileSync(join(root, 'file'), '');
  symlinkSync('/', join(root, 'link'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A project with one service, as `docker compose config` prints it. */
function effective(service: JsonObject, more: JsonObject = {}): Effective {
  return {
    project: 'example',
    services: new Map([
      ['api', { name: 'api', value: { image: 'example/api:1', ...service }, dependsOn: [] }],
    ]),
    value: { services: { api: service }, ...more },
  };
}

const bind = (source: string, readOnly = false): JsonObject => ({
  volumes: [{ type: 'bind', source, target: '/x', read_only: readOnly }],
});

const reaches = (service: JsonObject, more: JsonObject = {}): string[] =>
  reachesOf(effective(service, more), new Set(['api']), root, []).map(({ what }) => what);

describe('what reaches out of the repository is refused', () => {
  test.each<[string, JsonObject | (() => JsonObject), RegExp]>([
    ['every right', { privileged: true }, /is privileged/],
    ["the host's network", { network_mode: 'host' }, /shares the host's network namespace/],
    ["the host's processes", { pid: 'host' }, /shares the host's pid namespace/],
    ["the host's memory", { ipc: 'host' }, /shares the host's ipc namespace/],
    ["another's container", { network_mode: 'container:db' }, /joins the container "db"/],
    ['a capability', { cap_add: ['SYS_ADMIN', 'CHOWN'] }, /is given the capability SYS_ADMIN$/],
    ['no confinement', { security_opt: ['seccomp=unconfined'] }, /seccomp=unconfined/],
    ['a device', { devices: [{ source: '/dev/sda', target: '/dev/sda' }] }, /devices of the host/],
    ['the root of the host', bind('/'), /mounts "\/", outside of the repository/],
    ['a folder of the host', bind('/etc', true), /mounts "\/etc"/],
    ['the Docker socket', bind('/var/run/docker.sock', true), /the Docker engine by its socket/],
    ['a rootless socket', bind('/run/user/1000/docker.sock'), /the Docker engine by its socket/],
    ['a link that leads out', () => bind(join(root, 'link/etc')), /outside of the repository/],
    ['a path that climbs out', () => bind(join(root, '../other')), /outside of the repository/],
    [
      'a missing path below a link',
      () => bind(join(root, 'link/nowhere/at/all')),
      /outside of the repository/,
    ],
    ["an exporter's mount by no exporter", bind('/proc', true), /mounts "\/proc"/],
    ['a build from outside', { build: { context: '/etc' } }, /is built from "\/etc"/],
    ['a build from an address', { build: { context: 'https://example.org/x.git' } }, /is built from "https/],
    [
      'a Dockerfile from outside',
      () => ({ build: { context: root, dockerfile: '/etc/passwd' } }),
      /is built by "\/etc\/passwd"/,
    ],
    [
      'another context from outside',
      () => ({ build: { context: root, additional_contexts: { x: '/root' } } }),
      /is built from "x" at "\/root"/,
    ],
    [
      "a build in the host's network",
      () => ({ build: { context: root, network: 'host' } }),
      /host's network/,
    ],
    ['SSH keys', () => ({ build: { context: root, ssh: ['default'] } }), /SSH keys/],
    [
      'an env file from outside',
      { env_file: [{ path: '/proc/self/environ' }] },
      /reads variables from "\/proc\/self\/environ"/,
    ],
    ['a program of the host', { provider: { type: 'model' } }, /runs a program of the host/],
    ['the API socket', { use_api_socket: true }, /is given the Docker engine/],
    ["others' volumes", { volumes_from: ['container:db'] }, /uses the volumes of "db"/],
    [
      'a privileged hook',
      { post_start: [{ command: ['x'], privileged: true }] },
      /runs a privileged command/,
    ],
  ])('%s', (_, service, says) => {
    const found = reaches(typeof service === 'function' ? service() : service);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });

  test.each<[string, JsonObject, RegExp]>([
    [
      'a secret from outside',
      { secrets: { key: { file: '/etc/shadow' } } },
      /the secret "key" is "\/etc\/shadow"/,
    ],
    ['a config from outside', { configs: { a: { file: '/etc/passwd' } } }, /the config "a" is/],
    ['a volume of somebody', { volumes: { data: { external: true } } }, /may hold somebody's data/],
    [
      'a volume that is a folder of the host',
      { volumes: { d: { driver_opts: { type: 'none', o: 'bind', device: '/' } } } },
      /is "\/" of the host/,
    ],
    ["a network of the host's", { networks: { lan: { driver: 'macvlan' } } }, /by the driver "macvlan"/],
  ])('%s', (_, resources, says) => {
    expect(reaches({}, resources)).toEqual([expect.stringMatching(says)]);
  });
});

test('what stays inside is booted', () => {
  expect(
    reaches({
      ...bind(join(root, 'file')),
      cap_add: ['NET_BIND_SERVICE'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      network_mode: 'service:db',
      build: { context: root, additional_contexts: { base: 'docker-image://alpine', other: 'service:db' } },
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'bind', source: '/etc/localtime', target: '/etc/localtime', read_only: true },
      ],
    }),
  ).toEqual([]);
});

describe('what is booted', () => {
  const model = (service: JsonObject, more: JsonObject = {}): JsonObject =>
    bootedModel(effective(service, more), {
      run: newRun(60),
      chosen: new Set(['api']),
      looked: new Map([['api', [9090]]]),
      sourceOf: (source) => `/copy${source}`,
      gitFolder: '/repo/.git',
      memory: 1024,
    });
  const api = (service: JsonObject, more: JsonObject = {}): Readonly<Record<string, Json>> =>
    fields(fields(model(service, more).services).api);

  test('has its ports at free ones of the loopback', () => {
    const ports = [{ target: 80, published: '8080', host_ip: '0.0.0.0', protocol: 'tcp', mode: 'host' }];
    expect(api({ ports }).ports).toEqual([
      { target: 80, protocol: 'tcp', mode: 'ingress', host_ip: '127.0.0.1' },
      { target: 9090, protocol: 'tcp', mode: 'ingress', host_ip: '127.0.0.1' },
    ]);
  });

  test('has no name that could be taken, and answers to it still', () => {
    const booted = api({
      container_name: 'one',
      networks: { default: { ipv4_address: '10.0.0.2', aliases: ['b'] } },
    });
    expect(booted.container_name).toBeUndefined();
    expect(booted.networks).toEqual({ default: { aliases: ['b', 'one'] } });
  });

  test('makes networks and volumes of its own', () => {
    const used = { networks: { front: null }, volumes: [{ type: 'volume', source: 'data', target: '/d' }] };
    const { networks, volumes } = model(used, {
      networks: { front: { name: 'shared', external: true, ipam: { config: [{ subnet: '10.0.0.0/24' }] } } },
      volumes: { data: { name: 'fixed' } },
    });
    expect(networks).toEqual({ front: { labels: expect.anything() } });
    expect(volumes).toEqual({ data: { labels: expect.anything() } });
  });

  test('builds under a tag of its own, and keeps no cache on the host', () => {
    const booted = api({
      image: 'team/api:1',
      build: { context: '/repo', cache_to: ['type=local,dest=/etc'], tags: ['x'] },
    });
    expect(booted.image).toMatch(/^monitoring-check\/api:[0-9a-f]+$/);
    expect(Object.keys(fields(booted.build))).toEqual(['context', 'labels']);
  });

  test('sees no git folder, where a checkout keeps a token', () => {
    expect(api(bind('/repo')).volumes).toEqual([
      expect.objectContaining({ type: 'bind', source: '/copy/repo' }),
      { type: 'tmpfs', target: '/x/.git' },
    ]);
  });

  test('is bounded where it does not bound itself', () => {
    expect(api({})).toMatchObject({ mem_limit: '1024', pids_limit: 8192, logging: { driver: 'json-file' } });
    expect(api({ mem_limit: '64' })).toMatchObject({ mem_limit: '64' });
  });

  test('has no setting that nobody thought of', () => {
    expect(api({ something_new: { host: true } })).not.toHaveProperty('something_new');
  });
});

describe('what a boot made is left behind', () => {
  test('while its process runs, never', () => {
    expect(isAbandoned(newRun(-1000).labels)).toBe(false);
  });

  test('when its process is gone, or is another', () => {
    const { labels } = newRun(60);
    const owner = labels['monitoring-check.owner'] ?? '';
    const other = (text: string): Record<string, string> => ({ ...labels, 'monitoring-check.owner': text });
    expect(isAbandoned(other(owner.replace(/\/\d+\//, '/999999999/')))).toBe(true);
    expect(isAbandoned(other(owner.replace(/\d+$/, '1')))).toBe(true);
  });

  test('where its process cannot be seen, only long after its time', () => {
    const { labels } = newRun(60);
    const elsewhere = { ...labels, 'monitoring-check.owner': 'other-machine/1/1' };
    expect(isAbandoned(elsewhere)).toBe(false);
    expect(isAbandoned(elsewhere, Date.now() + 61_000)).toBe(true);
  });
});
