import { onceEach } from '../../once.ts';
import { nameMatches } from '../metrics.ts';

/**
 * What metrics are by their names: the suffixes that the exposition formats prescribe, and well-known
 * exporters' metrics, as their own documentation and `# TYPE` lines have them.
 */

/** Gauges whose values rise and fall, so that a rate of them means nothing. */
const GAUGES = [
  'up',
  '*_up',
  'probe_success',
  'probe_duration_seconds',
  'node_load1',
  'node_load5',
  'node_load15',
  'node_memory_*_bytes',
  'node_filesystem_avail_bytes',
  'node_filesystem_free_bytes',
  'node_filesystem_size_bytes',
  'node_filesystem_files',
  'node_filesystem_files_free',
  'node_disk_io_now',
  'node_netstat_Tcp_CurrEstab',
  'node_nf_conntrack_entries',
  'node_sockstat_*_inuse',
  'node_procs_running',
  'node_procs_blocked',
  'node_hwmon_temp_celsius',
  'process_resident_memory_bytes',
  'process_virtual_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  'go_goroutines',
  'go_threads',
  'go_memstats_alloc_bytes',
  'go_memstats_heap_*_bytes',
  'container_memory_usage_bytes',
  'container_memory_working_set_bytes',
  'container_memory_rss',
  'container_memory_cache',
  'container_spec_*',
  'container_fs_usage_bytes',
  'container_fs_limit_bytes',
  'jvm_memory_bytes_used',
  'jvm_memory_used_bytes',
  'jvm_memory_max_bytes',
  'jvm_memory_committed_bytes',
  'jvm_threads_current',
  'jvm_threads_live_threads',
  'redis_connected_clients',
  'redis_memory_used_bytes',
  'pg_stat_activity_count',
  'kafka_consumergroup_lag',
  'kafka_brokers',
  'kafka_topic_partitions',
  'kube_pod_status_phase',
  'kube_deployment_status_replicas_available',
  'rabbitmq_queue_messages',
  'elasticsearch_cluster_health_*',
  '*_info',
];

/**
 * Counters, by what they count: things that happen. `_total` alone does not tell: many exporters give it
 * to gauges of how many there are (`minio_cluster_drive_offline_total`, `openstack_placement_resource_total`).
 */
const EVENTS =
  /(?:^|_)(?:errors?|events?|failures?|failed|requests?|responses?|restarts?|retries|timeouts?|exceptions?|dropped|drops|rejected|refused|kills?|resets|panics|aborts|evictions?|seconds|bytes_(?:sent|received|read|written)|(?:sent|received|read|written)_bytes|reconnects|inserts?|processed|produced|consumed)_total$/;

/** What is under way is counted up and down, whatever the name ends in (`argocd_repo_pending_request_total`). */
const STATES =
  /(?:^|_)(?:pending|waiting|queued|active|open|current|running|in_?flight|outstanding|concurrent|ongoing)_/;

export type KnownType = 'counter' | 'gauge';

/** The type that a metric certainly has by its name; undefined where the name does not tell. */
export const typeByName = onceEach((name: string): KnownType | undefined => {
  if (GAUGES.some((pattern) => nameMatches(pattern, name))) return 'gauge';
  return (EVENTS.test(name) && !STATES.test(name)) || name.endsWith('_bucket') ? 'counter' : undefined;
});
