import * as go from '../go-yaml.ts';
import { ignored, type JsonSchema } from '../json-schema.ts';
import { AUTHENTICATIONS, httpClientKeys, tlsConfig } from '../parts/http-client.ts';
import { relabelConfigs } from '../parts/relabel.ts';
import { consulAgentConfigs, discoveryKeys } from '../parts/service-discovery.ts';

/**
 * Promtail's configuration (Loki, `clients/pkg/promtail`, from 2.0 to 3.7, its last). Promtail refuses a
 * key that it does not know; a stage takes other keys and does nothing with them.
 */

const { text, texts, textMap, boolean, integer, number, duration, goDurationOrNumber } = go;
const { object, openObject, list, listOfObjects, oneOf } = go;

type Properties = Readonly<Record<string, JsonSchema>>;

const keysOf = (schema: JsonSchema, keys: readonly string[]): Properties =>
  Object.fromEntries(keys.map((key) => [key, schema]));

const listenTls = object(
  keysOf(text, ['cert', 'key', 'client_ca', 'cert_file', 'key_file', 'client_auth_type', 'client_ca_file']),
);

const server = object({
  ...keysOf(text, [
    'http_listen_address',
    'http_listen_network',
    'grpc_listen_address',
    'grpc_listen_network',
    'http_path_prefix',
    'external_url',
    'log_format',
    'log_source_ips_header',
    'log_source_ips_regex',
    'log_request_exclude_headers_list',
    'trace_request_exclude_headers_list',
    'tls_cipher_suites',
    'tls_min_version',
  ]),
  log_level: oneOf('debug', 'info', 'warn', 'error'),
  ...keysOf(integer, [
    'http_listen_port',
    'http_listen_conn_limit',
    'grpc_listen_port',
    'grpc_listen_conn_limit',
    'grpc_server_max_recv_msg_size',
    'grpc_server_max_send_msg_size',
    'grpc_server_max_concurrent_streams',
    'grpc_server_num_workers',
    'grpc_server_read_buffer_size',
    'grpc_server_write_buffer_size',
  ]),
  ...keysOf(goDurationOrNumber, [
    'graceful_shutdown_timeout',
    'http_server_read_timeout',
    'http_server_read_header_timeout',
    'http_server_write_timeout',
    'http_server_idle_timeout',
    'grpc_server_max_connection_idle',
    'grpc_server_max_connection_age',
    'grpc_server_max_connection_age_grace',
    'grpc_server_keepalive_time',
    'grpc_server_keepalive_timeout',
    'grpc_server_min_time_between_pings',
  ]),
  ...keysOf(boolean, [
    'disable',
    'profiling_enabled',
    'enable_runtime_reload',
    'health_check_target',
    'register_instrumentation',
    'log_source_ips_enabled',
    'log_source_ips_full',
    'log_request_headers',
    'log_request_at_info_level_enabled',
    'trace_request_headers',
    'create_new_traces',
    'proxy_protocol_enabled',
    'http_log_closed_connections_without_response_enabled',
    'report_grpc_codes_in_instrumentation_label_enabled',
    'grpc_server_ping_without_stream_allowed',
    'grpc_server_stats_tracking_enabled',
    'grpc_server_recv_buffer_pools_enabled',
    'grpc_collect_max_streams_by_conn',
  ]),
  http_tls_config: listenTls,
  grpc_tls_config: listenTls,
  cluster_validation: go.anything,
  throughput_latency_cutoff: goDurationOrNumber,
  throughput_unit: text,
});

const STREAM_LAG = 'is refused by Promtail 3.0 and later: leave it out';

const client = object(
  {
    name: text,
    url: text,
    batchwait: goDurationOrNumber,
    batchsize: integer,
    headers: textMap,
    backoff_config: object({
      min_period: goDurationOrNumber,
      max_period: goDurationOrNumber,
      max_retries: integer,
    }),
    external_labels: textMap,
    timeout: goDurationOrNumber,
    tenant_id: text,
    drop_rate_limited_batches: boolean,
    stream_lag_labels: ignored('3.0', STREAM_LAG),
    ...httpClientKeys,
  },
  { 'x-at-most-one': [AUTHENTICATIONS] },
);

/** A stage that needs a configuration with these keys. */
const stage = (properties: Properties, more: JsonSchema = {}): JsonSchema => ({
  ...openObject(properties, more),
  type: 'object',
});

/** A text that no number stands for: stages convert nothing (`mapstructure.Decode`). */
const string: JsonSchema = { type: ['string', 'null'] };
const expression: JsonSchema = { type: 'string', minLength: 1, 'x-expected': 'a regular expression' };
const filled: JsonSchema = { type: 'string', minLength: 1, 'x-expected': 'a text that is not empty' };
const names: JsonSchema = { type: 'array', minItems: 1, items: { type: 'string' } };
const labels: JsonSchema = { type: 'object', minProperties: 1, additionalProperties: string };

/** Stages by name (`clients/pkg/logentry/stages/stage.go`). */
const pipelineStage: JsonSchema = {
  ...object({
    docker: {},
    cri: {},
    json: stage(
      {
        expressions: { type: 'object', additionalProperties: string },
        source: string,
        drop_malformed: boolean,
      },
      { required: ['expressions'] },
    ),
    logfmt: stage(
      { mapping: { type: 'object', additionalProperties: string }, source: string },
      { required: ['mapping'] },
    ),
    regex: stage({ expression, source: string }, { required: ['expression'] }),
    replace: stage({ expression, source: string, replace: string }, { required: ['expression'] }),
    template: stage({ source: filled, template: string }, { required: ['source'] }),
    labels,
    labeldrop: names,
    labelallow: names,
    static_labels: labels,
    structured_metadata: labels,
    non_indexed_labels: labels,
    timestamp: stage(
      {
        source: filled,
        format: filled,
        fallback_formats: { type: ['array', 'null'], items: { type: 'string' } },
        location: string,
        action_on_failure: oneOf('skip', 'fudge'),
      },
      { required: ['source', 'format'] },
    ),
    output: stage({ source: filled }, { required: ['source'] }),
    match: stage(
      {
        selector: filled,
        pipeline_name: string,
        action: oneOf('keep', 'drop', ''),
        stages: { type: ['array', 'null'], items: { $ref: '#/$defs/stage' } },
        drop_counter_reason: string,
      },
      { required: ['selector'] },
    ),
    tenant: stage(
      { label: string, source: string, value: string },
      { 'x-at-least-one': [['label', 'source', 'value']], 'x-at-most-one': [['label', 'source', 'value']] },
    ),
    drop: stage(
      {
        drop_counter_reason: text,
        separator: text,
        value: text,
        expression: text,
        older_than: text,
        longer_than: text,
      },
      {
        'x-at-least-one': [['source', 'expression', 'older_than', 'longer_than']],
        'x-at-most-one': [['value', 'expression']],
      },
    ),
    sampling: stage({ rate: { type: ['number', 'string'] } }, { required: ['rate'] }),
    limit: stage(
      { rate: { type: ['number', 'string'] }, burst: { type: ['number', 'string'] }, by_label_name: text },
      { required: ['rate', 'burst'] },
    ),
    multiline: stage({ firstline: expression, max_wait_time: text }, { required: ['firstline'] }),
    pack: {},
    decolorize: {},
    eventlogmessage: {},
    geoip: {},
    metrics: {
      type: 'object',
      minProperties: 1,
      additionalProperties: stage(
        {
          type: go.oneWordOf('counter', 'gauge', 'histogram'),
          description: string,
          source: string,
          prefix: string,
          max_idle_duration: string,
          config: { type: ['object', 'null'] },
        },
        { required: ['type'] },
      ),
    },
  }),
  type: 'object',
  maxProperties: 1,
  'x-expected': 'a map of one stage only',
};

const targetKeys: Properties = { labels: textMap, use_incoming_timestamp: boolean };

const DISCOVERIES = [
  'static_configs',
  'file_sd_configs',
  'dns_sd_configs',
  'consul_sd_configs',
  'digitalocean_sd_configs',
  'docker_sd_configs',
  'dockerswarm_sd_configs',
  'serverset_sd_configs',
  'nerve_sd_configs',
  'marathon_sd_configs',
  'kubernetes_sd_configs',
  'gce_sd_configs',
  'ec2_sd_configs',
  'openstack_sd_configs',
  'azure_sd_configs',
  'triton_sd_configs',
];

const scrapeConfig = object({
  job_name: text,
  pipeline_stages: list({ $ref: '#/$defs/stage' }),
  relabel_configs: relabelConfigs,
  encoding: text,
  decompression: object({ enabled: boolean, initial_delay: goDurationOrNumber, format: text }),
  ...Object.fromEntries(DISCOVERIES.map((key) => [key, discoveryKeys[key] as JsonSchema])),
  consulagent_sd_configs: consulAgentConfigs,
  journal: object({ max_age: text, json: boolean, path: text, matches: text, labels: textMap }),
  syslog: object({
    listen_address: text,
    listen_protocol: oneOf('tcp', 'udp', ''),
    idle_timeout: goDurationOrNumber,
    label_structured_data: boolean,
    use_rfc5424_message: boolean,
    syslog_format: oneOf('rfc3164', 'rfc5424', ''),
    max_message_length: integer,
    tls_config: tlsConfig,
    print_structured_data: ignored('2.6', 'is refused by Promtail 2.6 and later: leave it out'),
    ...targetKeys,
  }),
  loki_push_api: object({ server, max_send_msg_size: integer, ...targetKeys }),
  windows_events: object({
    locale: integer,
    eventlog_name: text,
    xpath_query: text,
    bookmark_path: text,
    poll_interval: goDurationOrNumber,
    exclude_event_data: boolean,
    exclude_event_message: boolean,
    exclude_user_data: boolean,
    ...targetKeys,
  }),
  gcplog: object({
    project_id: text,
    subscription: text,
    subscription_type: oneOf('pull', 'push', ''),
    push_timeout: goDurationOrNumber,
    server,
    use_full_line: boolean,
    ...targetKeys,
  }),
  heroku_drain: object({ server, ...targetKeys }),
  kafka: object({
    brokers: texts,
    group_id: text,
    topics: texts,
    version: text,
    assignor: text,
    authentication: openObject({ type: oneOf('none', 'ssl', 'sasl', '') }),
    ...targetKeys,
  }),
  azure_event_hubs: object({
    event_hubs: texts,
    connection_string: text,
    fully_qualified_namespace: text,
    group_id: text,
    disallow_custom_messages: boolean,
    ...targetKeys,
  }),
  gelf: object({ listen_address: text, ...targetKeys }),
  cloudflare: object({
    api_token: text,
    zone_id: text,
    labels: textMap,
    workers: integer,
    pull_range: duration,
    fields_type: text,
    additional_fields: texts,
  }),
});

export const promtailSchema: JsonSchema = {
  title: 'Promtail configuration',
  $defs: { stage: pipelineStage },
  ...object({
    global: object({
      file_watch_config: object({
        min_poll_frequency: goDurationOrNumber,
        max_poll_frequency: goDurationOrNumber,
      }),
    }),
    server,
    client,
    clients: listOfObjects(client),
    positions: object({ filename: text, sync_period: goDurationOrNumber, ignore_invalid_yaml: boolean }),
    scrape_configs: listOfObjects(scrapeConfig),
    target_config: object({ sync_period: goDurationOrNumber, stdin: boolean }),
    limits_config: object({
      readline_rate: number,
      readline_burst: integer,
      readline_rate_enabled: boolean,
      readline_rate_drop: boolean,
      max_streams: integer,
      max_line_size: text,
      max_line_size_truncate: boolean,
    }),
    options: object({ stream_lag_labels: ignored('3.0', STREAM_LAG) }),
    tracing: openObject({ enabled: boolean }),
    wal: object({
      enabled: boolean,
      dir: text,
      cleanSegmentsOlderThan: goDurationOrNumber,
      watchConfig: object({
        minReadFrequency: goDurationOrNumber,
        maxReadFrequency: goDurationOrNumber,
      }),
    }),
  }),
};
