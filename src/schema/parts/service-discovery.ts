import * as go from '../go-yaml.ts';
import { hasValue, ignored, type JsonSchema, when } from '../json-schema.ts';
import { AUTHENTICATIONS, httpClientKeys, tlsConfig } from './http-client.ts';

/** How targets are found (Prometheus, `discovery/*`, at 3.14, and what older releases read). */

const { text, texts, textMap, boolean, duration, integer, object, oneOf, listOfObjects } = go;

type Properties = Readonly<Record<string, JsonSchema>>;

const refresh: Properties = { refresh_interval: duration };
const port: Properties = { port: integer };

/** A mechanism that asks over HTTP, by Prometheus' own client. */
const overHttp = (properties: Properties, more: JsonSchema = {}): JsonSchema =>
  listOfObjects(
    object({ ...properties, ...refresh, ...httpClientKeys }, { 'x-at-most-one': [AUTHENTICATIONS], ...more }),
  );

const plain = (properties: Properties, more: JsonSchema = {}): JsonSchema =>
  listOfObjects(object(properties, more));

const filters = listOfObjects(object({ name: text, values: texts }));

const amazon: Properties = {
  endpoint: text,
  region: text,
  access_key: text,
  secret_key: text,
  profile: text,
  role_arn: text,
  external_id: text,
  ...port,
};
const clusters: Properties = { clusters: texts, request_concurrency: integer };

const zookeeper = plain(
  { servers: texts, paths: texts, timeout: duration },
  { required: ['servers', 'paths'] },
);

const KUBERNETES_ROLES = ['node', 'pod', 'service', 'endpoints', 'endpointslice', 'ingress'];

/** Targets written down, with labels for all of them. */
export const staticConfigs: JsonSchema = plain({ targets: texts, labels: textMap });

const fileConfigs = plain({ files: { ...texts, minItems: 1 }, ...refresh }, { required: ['files'] });

const dnsConfigs = plain(
  {
    names: { ...texts, minItems: 1 },
    type: go.oneWordOf('srv', 'a', 'aaaa', 'mx', 'ns'),
    ...port,
    ...refresh,
  },
  {
    required: ['names'],
    allOf: [when(hasValue('type', 'A', 'AAAA', 'MX', 'NS', 'a', 'aaaa', 'mx', 'ns'), { required: ['port'] })],
  },
);

const kubernetesConfigs = overHttp(
  {
    api_server: text,
    role: oneOf(...KUBERNETES_ROLES),
    kubeconfig_file: text,
    namespaces: object({ own_namespace: boolean, names: texts }),
    selectors: listOfObjects(object({ role: oneOf(...KUBERNETES_ROLES), label: text, field: text })),
    attach_metadata: object({
      node: boolean,
      namespace: boolean,
      deployment: boolean,
      job: boolean,
      cronjob: boolean,
    }),
  },
  { required: ['role'] },
);

const consulKeys: Properties = {
  server: text,
  token: text,
  datacenter: text,
  tag_separator: text,
  scheme: text,
  username: text,
  password: text,
  allow_stale: boolean,
  services: texts,
  tags: texts,
  node_meta: textMap,
};

export const discoveryKeys: Properties = {
  static_configs: staticConfigs,
  file_sd_configs: fileConfigs,
  dns_sd_configs: dnsConfigs,
  kubernetes_sd_configs: kubernetesConfigs,
  http_sd_configs: overHttp({ url: text }, { required: ['url'] }),
  docker_sd_configs: overHttp(
    { host: text, filters, host_networking_host: text, match_first_network: boolean, ...port },
    { required: ['host'] },
  ),
  dockerswarm_sd_configs: overHttp(
    { host: text, role: oneOf('services', 'tasks', 'nodes'), filters, ...port },
    { required: ['host', 'role'] },
  ),
  consul_sd_configs: overHttp({
    ...consulKeys,
    path_prefix: text,
    namespace: text,
    partition: text,
    filter: text,
    health_filter: text,
    tag: ignored('2.9', 'is refused by Prometheus 2.9 and later: write tags, a list'),
  }),
  aws_sd_configs: overHttp({
    role: oneOf('ec2', 'ecs', 'elasticache', 'lightsail', 'msk', 'rds'),
    filters,
    ...amazon,
    ...clusters,
  }),
  ec2_sd_configs: overHttp({ filters, ...amazon }),
  ecs_sd_configs: overHttp({ ...amazon, ...clusters }),
  elasticache_sd_configs: overHttp({ ...amazon, ...clusters }),
  lightsail_sd_configs: overHttp(amazon),
  msk_sd_configs: overHttp({ ...amazon, ...clusters }),
  rds_sd_configs: overHttp({ filters, ...amazon, ...clusters }),
  azure_sd_configs: overHttp(
    {
      environment: text,
      subscription_id: text,
      tenant_id: text,
      client_id: text,
      client_secret: text,
      authentication_method: oneOf('OAuth', 'ManagedIdentity', 'SDK', 'WorkloadIdentity'),
      resource_group: text,
      ...port,
    },
    { required: ['subscription_id'] },
  ),
  digitalocean_sd_configs: overHttp({ role: oneOf('droplets', 'databases'), ...port }),
  eureka_sd_configs: overHttp({ server: text }, { required: ['server'] }),
  gce_sd_configs: plain(
    { project: text, zone: text, filter: text, tag_separator: text, ...port, ...refresh },
    { required: ['project', 'zone'] },
  ),
  hetzner_sd_configs: overHttp(
    { role: oneOf('robot', 'hcloud'), label_selector: text, ...port },
    { required: ['role'] },
  ),
  ionos_sd_configs: overHttp({ datacenter_id: text, ...port }, { required: ['datacenter_id'] }),
  kuma_sd_configs: overHttp(
    { server: text, fetch_timeout: duration, client_id: text },
    { required: ['server'] },
  ),
  linode_sd_configs: overHttp({ tag_separator: text, region: text, ...port }),
  marathon_sd_configs: overHttp(
    {
      servers: { ...texts, minItems: 1 },
      auth_token: text,
      auth_token_file: text,
      timeout: ignored('2.3', 'is refused by Prometheus 2.3 and later: leave it out'),
    },
    { required: ['servers'], 'x-at-most-one': [['auth_token', 'auth_token_file', ...AUTHENTICATIONS]] },
  ),
  nerve_sd_configs: zookeeper,
  serverset_sd_configs: zookeeper,
  nomad_sd_configs: overHttp({
    allow_stale: boolean,
    namespace: text,
    region: text,
    server: text,
    tag_separator: text,
  }),
  oci_sd_configs: overHttp({
    auth: text,
    tenancy: text,
    user: text,
    fingerprint: text,
    key_file: text,
    key_passphrase: text,
    key_passphrase_file: text,
    region: text,
    compartments: texts,
    ...port,
  }),
  openstack_sd_configs: plain(
    {
      identity_endpoint: text,
      username: text,
      userid: text,
      password: text,
      project_name: text,
      project_id: text,
      domain_name: text,
      domain_id: text,
      application_credential_name: text,
      application_credential_id: text,
      application_credential_secret: text,
      role: oneOf('hypervisor', 'instance', 'loadbalancer'),
      region: text,
      all_tenants: boolean,
      tls_config: tlsConfig,
      availability: oneOf('public', 'internal', 'admin'),
      ...port,
      ...refresh,
    },
    { required: ['role', 'region'] },
  ),
  outscale_sd_configs: overHttp({
    endpoint: text,
    region: text,
    access_key: text,
    secret_key: text,
    secret_key_file: text,
    ...port,
  }),
  ovhcloud_sd_configs: plain(
    {
      endpoint: text,
      application_key: text,
      application_secret: text,
      consumer_key: text,
      service: oneOf('dedicated_server', 'vps'),
      ...refresh,
    },
    { required: ['application_key', 'application_secret', 'consumer_key', 'service'] },
  ),
  puppetdb_sd_configs: overHttp(
    { url: text, query: text, include_parameters: boolean, ...port },
    { required: ['url', 'query'] },
  ),
  scaleway_sd_configs: overHttp(
    {
      project_id: text,
      api_url: text,
      zone: text,
      access_key: text,
      secret_key: text,
      secret_key_file: text,
      name_filter: text,
      tags_filter: texts,
      role: oneOf('instance', 'baremetal'),
      ...port,
    },
    { required: ['role', 'project_id', 'access_key'] },
  ),
  stackit_sd_configs: overHttp({
    project: text,
    region: text,
    endpoint: text,
    service_account_key: text,
    private_key: text,
    service_account_key_path: text,
    private_key_path: text,
    credentials_file_path: text,
    ...port,
  }),
  triton_sd_configs: plain(
    {
      account: text,
      role: oneOf('container', 'cn'),
      dns_suffix: text,
      endpoint: text,
      groups: texts,
      tls_config: tlsConfig,
      version: integer,
      ...port,
      ...refresh,
    },
    { required: ['account', 'dns_suffix', 'endpoint'] },
  ),
  uyuni_sd_configs: overHttp(
    { server: text, username: text, password: text, entitlement: text, separator: text },
    { required: ['server', 'username', 'password'] },
  ),
  vultr_sd_configs: overHttp(port),
};

/** Promtail's own mechanism (Loki, `clients/pkg/promtail/discovery/consulagent`). */
export const consulAgentConfigs: JsonSchema = plain({ ...consulKeys, tls_config: tlsConfig, ...refresh });
