import { inService, replacing, withAlert } from './edits.ts';
import { fileOf, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

const LATENCY = 'rate(prometheus_http_request_duration_seconds_bucket{job="prometheus"}[5m])';

/** A letter that is left out of a metric's name. */
const slip = (text: string): string =>
  text.replace(
    /\b(?:kafka_connect_connector_status|messages_processed_total|iceberg_offload_lag_minutes|langgraph_runs_total|batch_processor_queue_size)\b/,
    (name) => name.replace(/(?<=_)(\w)(\w)/, '$1'),
  );

/** A metric by a name that nothing in the repository gives it any more. */
const renamed = (text: string): string =>
  text
    .replace(
      /\b(langgraph_run_duration|batch_processor_processing_duration)_seconds_bucket/,
      '$1_millis_bucket',
    )
    .replace(/\b(iceberg_offload)_lag_minutes|\b(batch_processor)_queue_size/, '$1$2_backlog');

/** What is wrong with an expression. */
export const promqlMutators: readonly Mutator[] = [
  mutator(
    'rules',
    'mean of quantiles',
    withAlert(`avg(histogram_quantile(0.95, sum by (instance, le) (${LATENCY}))) > 1`),
    'promql/aggregated-quantile',
  ),
  mutator(
    'rules',
    'range over the retention',
    withAlert('scrape_duration_seconds > 3 * avg_over_time(scrape_duration_seconds[60d])'),
    'promql/beyond-retention',
  ),
  stackMutator(
    'rules and compose: week before a retention of days',
    inTurn(
      inFile('rules', withAlert('scrape_samples_scraped < 0.5 * (scrape_samples_scraped offset 1w)')),
      inFile('compose', replacing(/retention\.time=\w+/, 'retention.time=3d')),
    ),
    'promql/beyond-retention',
  ),
  mutator(
    'rules',
    'mean of ratios',
    withAlert(
      'avg by (job) (rate(prometheus_http_request_duration_seconds_sum[5m]) / rate(prometheus_http_request_duration_seconds_count[5m])) > 1',
    ),
    'promql/division-in-aggregation',
  ),
  mutator(
    'rules',
    'grouping by a label that is gone',
    withAlert('max by (instance) (sum by (job) (rate(process_cpu_seconds_total[5m]))) > 0.9'),
    'promql/dropped-label',
  ),
  mutator(
    'rules',
    'function that is experimental',
    withAlert('mad_over_time(scrape_duration_seconds[1h]) > 1'),
    'promql/feature-flag',
  ),
  mutator(
    'rules',
    'ratio that equals',
    withAlert('process_open_fds{job="prometheus"} / process_max_fds{job="prometheus"} == 1'),
    'promql/float-equality',
  ),
  mutator(
    'rules',
    'share of several',
    withAlert('process_open_fds{job="prometheus"} / on () sum by (job) (process_max_fds) > 0.5'),
    'promql/many-to-many',
  ),
  mutator('rules', 'slip in a metric', slip, 'promql/metric-typo', 'promql/unknown-metric'),
  mutator('recordings', 'slip in a metric', slip, 'promql/metric-typo'),
  mutator(
    'rules',
    'function of a newer Prometheus',
    withAlert('first_over_time(process_start_time_seconds{job="prometheus"}[1h]) > 0'),
    'promql/newer-syntax',
    'promql/feature-flag',
  ),
  stackMutator(
    'rules and compose: older Prometheus than its rules',
    inTurn(
      inFile('rules', withAlert('last_over_time(scrape_samples_scraped[15m]) < 1')),
      inFile(
        'compose',
        inService('prometheus', replacing(/prom\/prometheus:\S+/, 'prom/prometheus:v2.22.2')),
      ),
    ),
    'promql/newer-syntax',
  ),
  mutator(
    'rules',
    'pattern that is none',
    replacing(/up\{job="([\w-]+)"\}/, 'up{job=~"$1"}'),
    'promql/plain-regex',
  ),
  stackMutator(
    'rules: metric of what is not there',
    // A program of the repository's own may expose what nobody knows of.
    (texts) =>
      fileOf(texts, 'python') === undefined ? inFile('rules', withAlert('mysql_up == 0'))(texts) : undefined,
    'promql/unknown-metric',
  ),
  mutator('rules', 'metric by the name that it had', renamed, 'promql/unknown-metric'),
  mutator('recordings', 'metric by the name that it had', renamed, 'promql/unknown-metric'),
  mutator(
    'python',
    'metric renamed in the code only',
    (text) => text.replaceAll(/(?<=clickhouse_bronze_insert_)errors|cache_hits/g, 'outcomes'),
    'promql/unknown-metric',
    'promql/metric-typo',
    'prometheus/path-not-exposed',
  ),
];
