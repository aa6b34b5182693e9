import * as go from '../go-yaml.ts';
import { ignored, type JsonSchema } from '../json-schema.ts';

/**
 * Tempo's configuration (Tempo, `cmd/tempo/app/config.go` and `modules`, from 1.0 to 3.0). Tempo refuses a
 * key that it does not know; of its many blocks, those are closed here on which it depends what it
 * receives and how long it keeps it.
 */

const { text, boolean, integer, goDurationOrNumber, anything } = go;
const { object, openObject, oneOf } = go;

type Properties = Readonly<Record<string, JsonSchema>>;

const keysOf = (schema: JsonSchema, keys: readonly string[]): Properties =>
  Object.fromEntries(keys.map((key) => [key, schema]));

/** A key that Tempo refuses from a version on. */
const gone = (version: string, instead: string, schema: JsonSchema = {}): JsonSchema =>
  ignored(version, `is refused by Tempo ${version} and later: ${instead}`, schema);

const block = openObject({});

const compaction = object({
  block_retention: goDurationOrNumber,
  compacted_block_retention: goDurationOrNumber,
  compaction_window: goDurationOrNumber,
  compaction_cycle: goDurationOrNumber,
  max_time_per_tenant: goDurationOrNumber,
  max_block_bytes: integer,
  max_compaction_objects: integer,
  retention_concurrency: integer,
  ...keysOf(gone('2.0', 'leave it out', integer), [
    'chunk_size_bytes',
    'flush_size_bytes',
    'iterator_buffer_size',
  ]),
  ...keysOf(gone('3.0', 'leave it out', integer), [
    'v2_in_buffer_bytes',
    'v2_out_buffer_bytes',
    'v2_prefetch_traces_count',
  ]),
});

/** A receiver's name, or a type and a name; what each reads is the collector's. */
const receivers: JsonSchema = {
  type: ['object', 'null'],
  patternProperties: {
    '^otlp(?:/.+)?$': openObject({ protocols: object({ grpc: anything, http: anything }) }),
    '^jaeger(?:/.+)?$': openObject({
      protocols: object({
        grpc: anything,
        thrift_http: anything,
        thrift_binary: anything,
        thrift_compact: anything,
      }),
    }),
    '^(?:zipkin|kafka|opencensus)(?:/.+)?$': block,
  },
  additionalProperties: false,
  'x-names': ['otlp', 'jaeger', 'zipkin', 'kafka', 'opencensus'],
};

const distributor = object({
  receivers,
  override_ring_key: text,
  forwarders: go.list(anything),
  usage: block,
  ring: block,
  kafka_config: block,
  log_received_spans: block,
  log_discarded_spans: block,
  metric_received_spans: block,
  artificial_delay: goDurationOrNumber,
  retry_after_on_resource_exhausted: goDurationOrNumber,
  max_attribute_bytes: integer,
  max_span_attr_byte: gone('2.8', 'write max_attribute_bytes'),
  log_received_traces: gone('2.3', 'write log_received_spans'),
  search_tags_deny_list: gone('2.1', 'leave it out'),
  extend_writes: gone('3.0', 'leave it out', boolean),
  ingester_write_path_enabled: gone('3.0', 'leave it out', boolean),
  kafka_write_path_enabled: gone('3.0', 'leave it out', boolean),
});

export const tempoSchema: JsonSchema = {
  title: 'Tempo configuration',
  ...object({
    target: text,
    auth_enabled: boolean,
    multitenancy_enabled: boolean,
    stream_over_http_enabled: boolean,
    http_api_prefix: text,
    enable_go_runtime_metrics: boolean,
    partition_ring_live_store: boolean,
    span_profiling: boolean,
    shutdown_delay: goDurationOrNumber,
    distributor,
    storage: object({
      trace: openObject({
        backend: oneOf('local', 'gcs', 's3', 'azure'),
        local: openObject({ path: text }),
        wal: openObject({ path: text }),
        blocklist_poll: goDurationOrNumber,
      }),
    }),
    backend_worker: openObject({ compaction }),
    compactor: gone(
      '3.0',
      'write its compaction in backend_worker',
      object({ compaction, ring: block, override_ring_key: text, disabled: boolean }),
    ),
    ingester: gone('3.0', 'write live_store', block),
    ingester_client: gone('3.0', 'write live_store_client', block),
    ...keysOf(block, [
      'server',
      'internal_server',
      'querier',
      'query_frontend',
      'metrics_generator',
      'metrics_generator_client',
      'live_store',
      'live_store_client',
      'block_builder',
      'backend_scheduler',
      'backend_scheduler_client',
      'ingest',
      'overrides',
      'memberlist',
      'usage_report',
      'cache',
      'memory',
    ]),
    search_enabled: gone('2.0', 'leave it out, search is always on'),
    metrics_generator_enabled: gone('2.0', 'write metrics_generator.processors in overrides'),
    autocomplete_filtering_enabled: gone('2.6', 'leave it out'),
    use_otel_tracer: gone('2.7', 'leave it out'),
  }),
};
