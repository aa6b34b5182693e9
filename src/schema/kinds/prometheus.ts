import * as go from '../go-yaml.ts';
import { ignored, type JsonSchema, when } from '../json-schema.ts';
import { AUTHENTICATIONS, httpClientKeys, sigv4, tlsConfig } from '../parts/http-client.ts';
import { relabelConfigs } from '../parts/relabel.ts';
import { discoveryKeys } from '../parts/service-discovery.ts';

/**
 * Prometheus' configuration (Prometheus, `config/config.go` at 3.14, and what each release since 2.0
 * read). Prometheus refuses a key that it does not know. VictoriaMetrics' agent reads the same files:
 * its own keys (VictoriaMetrics, `lib/promscrape/config.go`) are taken as well.
 */

const { text, texts, textMap, boolean, bytes, duration, integer, number, positive, unsigned } = go;
const { object, list, listOfObjects, oneOf } = go;

const protocol: JsonSchema = oneOf(
  'PrometheusProto',
  'PrometheusText0.0.4',
  'PrometheusText1.0.0',
  'OpenMetricsText0.0.1',
  'OpenMetricsText1.0.0',
);

const scrapeKeys: Readonly<Record<string, JsonSchema>> = {
  scrape_interval: duration,
  scrape_timeout: duration,
  scrape_protocols: list(protocol, { minItems: 1 }),
  scrape_failure_log_file: text,
  body_size_limit: bytes,
  sample_limit: unsigned,
  target_limit: unsigned,
  label_limit: unsigned,
  label_name_length_limit: unsigned,
  label_value_length_limit: unsigned,
  keep_dropped_targets: unsigned,
  metric_name_validation_scheme: oneOf('legacy', 'utf8', ''),
  metric_name_escaping_scheme: oneOf('allow-utf-8', 'underscores', 'dots', 'values', ''),
  scrape_native_histograms: boolean,
  convert_classic_histograms_to_nhcb: boolean,
  always_scrape_classic_histograms: boolean,
  extra_scrape_metrics: boolean,
};

const globalConfig = object({
  ...scrapeKeys,
  evaluation_interval: duration,
  rule_query_offset: duration,
  query_log_file: text,
  external_labels: textMap,
  // VictoriaMetrics' agent.
  relabel_configs: relabelConfigs,
  metric_relabel_configs: relabelConfigs,
});

/** What only VictoriaMetrics' agent reads. */
const agentKeys: Readonly<Record<string, JsonSchema>> = {
  max_scrape_size: text,
  disable_compression: boolean,
  disable_keepalive: boolean,
  stream_parse: boolean,
  scrape_align_interval: text,
  scrape_offset: text,
  series_limit: integer,
  no_stale_markers: boolean,
  headers: texts,
  consulagent_sd_configs: list(go.anything),
  vultr_configs: list(go.anything),
  yandexcloud_sd_configs: list(go.anything),
  proxy_authorization: go.map(go.anything),
  proxy_basic_auth: go.map(go.anything),
  proxy_bearer_token: text,
  proxy_bearer_token_file: text,
  proxy_headers: texts,
  proxy_oauth2: go.map(go.anything),
  proxy_tls_config: go.map(go.anything),
};

const scheme = oneOf('http', 'https');

const scrapeConfig: JsonSchema = object(
  {
    job_name: go.filledText,
    honor_labels: boolean,
    honor_timestamps: boolean,
    track_timestamps_staleness: boolean,
    params: go.map(texts),
    fallback_scrape_protocol: protocol,
    metrics_path: text,
    scheme,
    enable_compression: boolean,
    native_histogram_bucket_limit: unsigned,
    native_histogram_min_bucket_factor: number,
    scrape_classic_histograms: ignored(
      '3.0',
      'is refused by Prometheus 3.0 and later: write always_scrape_classic_histograms',
    ),
    target_groups: ignored('1.0', 'is refused by Prometheus 1.0 and later: write static_configs'),
    relabel_configs: relabelConfigs,
    metric_relabel_configs: relabelConfigs,
    ...scrapeKeys,
    ...discoveryKeys,
    ...httpClientKeys,
    ...agentKeys,
  },
  { required: ['job_name'], 'x-at-most-one': [AUTHENTICATIONS] },
);

const alertmanager: JsonSchema = object(
  {
    scheme,
    path_prefix: text,
    timeout: duration,
    api_version: {
      ...oneOf('v1', 'v2'),
      allOf: [
        when({ const: 'v1' }, ignored('3.0', 'is v1, which Prometheus 3.0 and later refuse: write v2')),
      ],
    },
    relabel_configs: relabelConfigs,
    alert_relabel_configs: relabelConfigs,
    sigv4,
    ...discoveryKeys,
    ...httpClientKeys,
  },
  { 'x-at-most-one': [[...AUTHENTICATIONS, 'sigv4']] },
);

const azureAd = object({
  managed_identity: object({ client_id: text }),
  workload_identity: object({ client_id: text, tenant_id: text, token_file_path: text }),
  oauth: object({ client_id: text, client_secret: text, tenant_id: text }),
  sdk: object({ tenant_id: text }),
  certificate: object({
    client_id: text,
    tenant_id: text,
    certificate_path: text,
    certificate_key_path: text,
    certificate_password: text,
    send_certificate_chain: boolean,
  }),
  cloud: text,
  scope: text,
});

export const remoteWriteConfig: JsonSchema = object(
  {
    url: text,
    remote_timeout: duration,
    headers: textMap,
    write_relabel_configs: relabelConfigs,
    name: text,
    send_exemplars: boolean,
    send_native_histograms: boolean,
    round_robin_dns: boolean,
    protobuf_message: oneOf('prometheus.WriteRequest', 'io.prometheus.write.v2.Request'),
    queue_config: object({
      capacity: positive,
      max_shards: positive,
      min_shards: positive,
      max_samples_per_send: positive,
      batch_send_deadline: duration,
      min_backoff: duration,
      max_backoff: duration,
      retry_on_http_429: boolean,
      sample_age_limit: duration,
      max_retries: ignored(
        '2.11',
        'is refused by Prometheus 2.11 and later, which retry for as long as it takes: leave it out',
      ),
    }),
    metadata_config: object({ send: boolean, send_interval: duration, max_samples_per_send: positive }),
    sigv4,
    azuread: azureAd,
    google_iam: object({ credentials_file: text }),
    ...httpClientKeys,
  },
  { required: ['url'], 'x-at-most-one': [[...AUTHENTICATIONS, 'sigv4', 'azuread', 'google_iam']] },
);

const remoteReadConfig = object(
  {
    url: text,
    remote_timeout: duration,
    chunked_read_limit: unsigned,
    headers: textMap,
    read_recent: boolean,
    name: text,
    required_matchers: textMap,
    filter_external_labels: boolean,
    ...httpClientKeys,
  },
  { required: ['url'], 'x-at-most-one': [AUTHENTICATIONS] },
);

/** A path whose last part only may hold `*` (`patRulePath`). */
const filePattern: JsonSchema = {
  ...text,
  pattern: '^[^*]*(?:\\*[^/]*)?$',
  'x-expected': 'a path with "*" in its last part only',
};

export const prometheusSchema: JsonSchema = {
  title: 'Prometheus configuration',
  ...object({
    global: globalConfig,
    runtime: object({ gogc: integer }),
    alerting: object({
      alert_relabel_configs: relabelConfigs,
      alertmanagers: listOfObjects(alertmanager),
    }),
    rule_files: list(filePattern),
    scrape_config_files: list(filePattern),
    scrape_configs: listOfObjects(scrapeConfig),
    storage: object({
      tsdb: object({
        out_of_order_time_window: duration,
        stale_series_compaction_threshold: number,
        chunk_encoding: object({ floats: oneOf('xor', 'xor2', '') }),
        retention: object({
          time: duration,
          size: bytes,
          percentage: { ...number, minimum: 0, maximum: 100 },
        }),
      }),
      exemplars: object({ max_exemplars: integer }),
    }),
    tracing: object(
      {
        client_type: oneOf('http', 'grpc'),
        endpoint: text,
        sampling_fraction: number,
        insecure: boolean,
        tls_config: tlsConfig,
        headers: textMap,
        compression: oneOf('gzip', ''),
        timeout: duration,
      },
      { required: ['endpoint'] },
    ),
    remote_write: listOfObjects(remoteWriteConfig),
    remote_read: listOfObjects(remoteReadConfig),
    otlp: object({
      promote_all_resource_attributes: boolean,
      promote_resource_attributes: texts,
      ignore_resource_attributes: texts,
      translation_strategy: oneOf(
        'NoUTF8EscapingWithSuffixes',
        'UnderscoreEscapingWithSuffixes',
        'UnderscoreEscapingWithoutSuffixes',
        'NoTranslation',
        '',
      ),
      keep_identifying_resource_attributes: boolean,
      convert_histograms_to_nhcb: boolean,
      promote_scope_metadata: boolean,
      label_name_underscore_sanitization: boolean,
      label_name_preserve_multiple_underscores: boolean,
    }),
  }),
};
