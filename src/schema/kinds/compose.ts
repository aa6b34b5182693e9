import {
  type JsonSchema,
  oneOf,
  boolean as strictBoolean,
  number as strictNumber,
  string,
} from '../json-schema.ts';

/**
 * Compose files (the Compose specification, `schema/compose-spec.json`), as `docker compose config` takes
 * them (compose-go 2): keys that it does not know are refused, but for those that begin with `x-`; values
 * keep the types of YAML 1.2, so that a number is no text. Every number and truth value may be a text as
 * well, because variables are put into texts.
 */

type Properties = Readonly<Record<string, JsonSchema>>;

const EXTENSIONS: Properties = { '^x-': {} };

/** A map with these keys, and extensions. */
const object = (properties: Properties, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  patternProperties: EXTENSIONS,
  additionalProperties: false,
  ...more,
});

/** A map with these keys, where compose takes no extensions. */
const plainObject = (properties: Properties, more: JsonSchema = {}): JsonSchema => ({
  ...object(properties, more),
  patternProperties: {},
});

const boolean: JsonSchema = { type: ['boolean', 'string'], 'x-expected': 'true or false' };
const number: JsonSchema = { type: ['number', 'string'], 'x-expected': 'a number' };
const integer: JsonSchema = { type: ['integer', 'string'], 'x-expected': 'a whole number' };
const size: JsonSchema = { type: ['number', 'string'], 'x-expected': 'a size such as 512m' };
const textSize: JsonSchema = { ...string, 'x-expected': 'a size with its unit, such as 512M' };
const duration: JsonSchema = {
  ...string,
  pattern: '\\$|^[-+]?(?:0|(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)$',
  'x-expected': 'a duration with its unit, such as 30s or 1m30s',
};
const texts: JsonSchema = { type: 'array', items: string };
const textOrTexts: JsonSchema = { type: ['string', 'array'], items: string };
const scalarMap: JsonSchema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

/** `KEY: value`, or `- KEY=value`. */
const listOrMap: JsonSchema = {
  type: ['object', 'array'],
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'], 'x-expected': 'a text or a number' },
  items: { ...string, 'x-expected': 'a text such as NAME=value' },
};

const command: JsonSchema = {
  type: ['string', 'array', 'null'],
  items: string,
  'x-expected': 'a text or a list of texts',
};

/** A text in a short form, or a map in a long one. */
const textOr = (long: JsonSchema): JsonSchema => ({ ...long, type: ['string', 'object'] });

/** A list of names, or a map by name. */
const namesOr = (long: JsonSchema): JsonSchema => ({
  type: ['array', 'object'],
  items: string,
  additionalProperties: long,
});

const extraHosts: JsonSchema = {
  type: ['object', 'array'],
  additionalProperties: textOrTexts,
  items: string,
};

const ulimits: JsonSchema = {
  type: 'object',
  additionalProperties: {
    ...object({ hard: integer, soft: integer }, { required: ['soft', 'hard'] }),
    type: ['integer', 'string', 'object'],
    'x-expected': 'a number, or a map with soft and hard',
  },
};

const fileReferences: JsonSchema = {
  type: 'array',
  items: textOr(object({ source: string, target: string, uid: string, gid: string, mode: number })),
};

const hook = object(
  { command, user: string, privileged: boolean, working_dir: string, environment: listOrMap },
  { required: ['command'] },
);

const healthcheck = object({
  disable: boolean,
  interval: duration,
  retries: number,
  test: textOrTexts,
  timeout: duration,
  start_period: duration,
  start_interval: duration,
});

const devices: JsonSchema = {
  type: 'array',
  items: object(
    {
      capabilities: texts,
      count: integer,
      device_ids: texts,
      driver: string,
      options: listOrMap,
    },
    { required: ['capabilities'] },
  ),
};

const gpus: JsonSchema = {
  type: ['string', 'array'],
  pattern: '^all$',
  items: object({
    capabilities: texts,
    count: integer,
    device_ids: texts,
    driver: string,
    options: listOrMap,
  }),
  'x-expected': '"all", or a list',
};

const genericResources: JsonSchema = {
  type: 'array',
  items: object({ discrete_resource_spec: object({ kind: string, value: number }) }),
};

const updateConfig = object({
  parallelism: integer,
  delay: duration,
  failure_action: string,
  monitor: duration,
  max_failure_ratio: number,
  order: oneOf('start-first', 'stop-first'),
});

const deploy: JsonSchema = {
  ...object({
    mode: string,
    endpoint_mode: string,
    replicas: integer,
    labels: listOrMap,
    rollback_config: updateConfig,
    update_config: updateConfig,
    resources: object({
      limits: object({ cpus: number, memory: textSize, pids: integer }),
      reservations: object({ cpus: number, memory: textSize, generic_resources: genericResources, devices }),
    }),
    restart_policy: object({ condition: string, delay: duration, max_attempts: integer, window: duration }),
    placement: object({
      constraints: texts,
      preferences: { type: 'array', items: object({ spread: string }) },
      max_replicas_per_node: integer,
    }),
  }),
  type: ['object', 'null'],
};

const develop: JsonSchema = {
  ...object({
    watch: {
      type: 'array',
      items: object(
        {
          path: string,
          action: oneOf('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
          target: string,
          ignore: textOrTexts,
          include: textOrTexts,
          exec: hook,
          initial_sync: strictBoolean,
        },
        { required: ['path', 'action'] },
      ),
    },
  }),
  type: ['object', 'null'],
};

const build = textOr(
  object({
    context: string,
    dockerfile: string,
    dockerfile_inline: string,
    entitlements: texts,
    args: listOrMap,
    ssh: listOrMap,
    labels: listOrMap,
    cache_from: texts,
    cache_to: texts,
    no_cache: boolean,
    no_cache_filter: textOrTexts,
    additional_contexts: listOrMap,
    network: string,
    provenance: { type: ['string', 'boolean'] },
    sbom: { type: ['string', 'boolean'] },
    pull: boolean,
    target: string,
    shm_size: size,
    extra_hosts: extraHosts,
    isolation: string,
    privileged: boolean,
    secrets: fileReferences,
    tags: texts,
    ulimits,
    platforms: texts,
  }),
);

const port: JsonSchema = {
  ...object({
    name: string,
    mode: string,
    host_ip: string,
    target: integer,
    published: integer,
    protocol: string,
    app_protocol: string,
  }),
  type: ['number', 'string', 'object'],
  'x-expected': 'a text such as "8080:80", a number or a map',
};

const volumeMount: JsonSchema = {
  ...textOr(
    object(
      {
        type: oneOf('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
        source: string,
        target: string,
        read_only: boolean,
        consistency: string,
        bind: object({
          propagation: string,
          create_host_path: boolean,
          recursive: oneOf('enabled', 'disabled', 'writable', 'readonly'),
          selinux: oneOf('z', 'Z'),
        }),
        volume: object({ labels: listOrMap, nocopy: boolean, subpath: string }),
        tmpfs: object({ size: integer, mode: number }),
        image: object({ subpath: string }),
      },
      { required: ['type'] },
    ),
  ),
  'x-expected': 'a text such as ./source:/target, or a map',
};

const dependency = object(
  {
    condition: oneOf('service_started', 'service_healthy', 'service_completed_successfully'),
    restart: boolean,
    required: boolean,
  },
  { required: ['condition'] },
);

const serviceNetwork: JsonSchema = {
  ...object({
    aliases: texts,
    interface_name: string,
    ipv4_address: string,
    ipv6_address: string,
    link_local_ips: texts,
    mac_address: string,
    driver_opts: scalarMap,
    use_service_name_alias: boolean,
    priority: strictNumber,
    gw_priority: strictNumber,
  }),
  type: ['object', 'null'],
};

const blkioLimits: JsonSchema = { type: 'array', items: plainObject({ path: string, rate: integer }) };

const service = object({
  annotations: listOrMap,
  attach: boolean,
  blkio_config: plainObject({
    device_read_bps: blkioLimits,
    device_read_iops: blkioLimits,
    device_write_bps: blkioLimits,
    device_write_iops: blkioLimits,
    weight: integer,
    weight_device: { type: 'array', items: plainObject({ path: string, weight: integer }) },
  }),
  build,
  cap_add: texts,
  cap_drop: texts,
  cgroup: oneOf('host', 'private'),
  cgroup_parent: string,
  command,
  configs: fileReferences,
  container_name: {
    ...string,
    pattern: '[a-zA-Z0-9][a-zA-Z0-9_.-]+',
    'x-expected': 'a name of letters, digits, "_", "." and "-"',
  },
  cpu_count: integer,
  cpu_percent: integer,
  cpu_period: number,
  cpu_quota: number,
  cpu_rt_period: number,
  cpu_rt_runtime: number,
  cpu_shares: number,
  cpus: number,
  cpuset: string,
  credential_spec: object({ config: string, file: string, registry: string }),
  depends_on: namesOr(dependency),
  deploy,
  develop,
  device_cgroup_rules: texts,
  devices: {
    type: 'array',
    items: textOr(object({ source: string, target: string, permissions: string }, { required: ['source'] })),
  },
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: string,
  entrypoint: command,
  env_file: {
    type: ['string', 'array'],
    items: textOr(plainObject({ path: string, format: string, required: boolean }, { required: ['path'] })),
  },
  environment: listOrMap,
  expose: { type: 'array', items: { type: ['string', 'number'] } },
  extends: textOr(plainObject({ service: string, file: string }, { required: ['service'] })),
  external_links: texts,
  extra_hosts: extraHosts,
  gpus,
  group_add: { type: 'array', items: { type: ['string', 'number'] } },
  healthcheck,
  hostname: string,
  image: string,
  init: boolean,
  ipc: string,
  isolation: string,
  label_file: textOrTexts,
  labels: listOrMap,
  links: texts,
  logging: object({
    driver: string,
    options: { type: 'object', additionalProperties: { type: ['string', 'number', 'null'] } },
  }),
  mac_address: string,
  mem_limit: size,
  mem_reservation: size,
  mem_swappiness: integer,
  memswap_limit: size,
  models: namesOr(object({ endpoint_var: string, model_var: string })),
  network_mode: string,
  networks: namesOr(serviceNetwork),
  oom_kill_disable: boolean,
  oom_score_adj: integer,
  pid: { type: ['string', 'null'] },
  pids_limit: number,
  platform: string,
  ports: { type: 'array', items: port },
  pre_start: { type: 'array', items: { type: 'object' } },
  post_start: { type: 'array', items: hook },
  pre_stop: { type: 'array', items: hook },
  privileged: boolean,
  profiles: texts,
  provider: object({ type: string, options: { type: 'object' } }, { required: ['type'] }),
  pull_policy: {
    ...string,
    pattern:
      '^(?:always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:[0-9]+[wdhms])+)$|\\$',
    'x-expected': 'one of "always", "never", "missing", "build", "if_not_present", "daily", "weekly"',
  },
  pull_refresh_after: string,
  read_only: boolean,
  restart: { ...string, 'x-expected': '"no", "always", "on-failure" or "unless-stopped"' },
  runtime: string,
  scale: integer,
  secrets: fileReferences,
  security_opt: texts,
  shm_size: size,
  stdin_open: boolean,
  stop_grace_period: duration,
  stop_signal: string,
  storage_opt: { type: 'object' },
  sysctls: listOrMap,
  tmpfs: textOrTexts,
  tty: boolean,
  ulimits,
  umask: { type: ['integer', 'string', 'null'] },
  use_api_socket: strictBoolean,
  user: { ...string, 'x-expected': 'a text such as "1000"' },
  userns_mode: string,
  uts: string,
  volumes: { type: 'array', items: volumeMount },
  volumes_from: texts,
  working_dir: string,
});

/** Something made elsewhere. */
const external: JsonSchema = {
  ...object({ name: string }),
  type: ['boolean', 'string', 'object'],
  'x-expected': 'true or false',
};

const network: JsonSchema = {
  ...object({
    name: string,
    driver: string,
    driver_opts: scalarMap,
    ipam: object({
      driver: string,
      config: {
        type: 'array',
        items: object({
          subnet: string,
          ip_range: string,
          gateway: string,
          aux_addresses: { type: 'object', additionalProperties: string },
        }),
      },
      options: { type: 'object', additionalProperties: string },
    }),
    external,
    internal: boolean,
    enable_ipv4: boolean,
    enable_ipv6: boolean,
    attachable: boolean,
    labels: listOrMap,
  }),
  type: ['object', 'null'],
};

const volume: JsonSchema = {
  ...object({ name: string, driver: string, driver_opts: scalarMap, external, labels: listOrMap }),
  type: ['object', 'null'],
};

const fileKeys: Properties = {
  name: string,
  environment: string,
  file: string,
  external,
  labels: listOrMap,
  template_driver: string,
};

const NAME = '^[a-zA-Z0-9._-]+$';

/** A map by names of services, volumes and the like. */
const named = (value: JsonSchema): JsonSchema => ({
  type: 'object',
  patternProperties: { [NAME]: value },
  additionalProperties: false,
});

const include = textOr(plainObject({ path: textOrTexts, env_file: textOrTexts, project_directory: string }));

export const composeSchema: JsonSchema = {
  title: 'compose file',
  ...object({
    version: { ...string, 'x-expected': 'a text such as "3.8"' },
    name: string,
    include: { type: 'array', items: include },
    services: named(service),
    networks: named(network),
    volumes: named(volume),
    secrets: named(object({ ...fileKeys, driver: string, driver_opts: scalarMap })),
    configs: named(object({ ...fileKeys, content: string })),
    jobs: named({ type: 'object' }),
    models: named(
      object(
        {
          name: string,
          model: string,
          context_size: { type: 'integer' },
          runtime_flags: texts,
        },
        { required: ['model'] },
      ),
    ),
  }),
};
