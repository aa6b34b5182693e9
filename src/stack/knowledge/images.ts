/**
 * What is known of well-known images: what they are for, where they listen, and what they expose. The
 * facts are those of each project's own documentation and image, for its defaults.
 */

/** What a service is to a monitoring stack. */
export type Role =
  | 'prometheus'
  | 'vmalert'
  | 'alertmanager'
  | 'grafana'
  | 'loki'
  | 'promtail'
  | 'tempo'
  | 'alloy'
  | 'otel-collector'
  | 'pushgateway'
  /** Measures other things than itself. */
  | 'exporter'
  | 'storage'
  /** Anything that is watched. */
  | 'app';

export interface ImageFacts {
  readonly role: Role;
  /** What an exporter watches, in a word; undefined for anything else. */
  readonly watches?: string;
  /** Where it serves metrics over HTTP by default. */
  readonly metricsPort?: number;
  /** Where it serves them. */
  readonly metricsPath?: string;
  /** Flags that move the port, as `--name=:port` or `--name :port`. */
  readonly portFlags?: readonly string[];
  /** Every port that it listens on by default, the one for metrics among them. */
  readonly ports: readonly number[];
  /** Whether `ports` is all: an address at another port reaches nothing unless something moved it. */
  readonly portsAreAll: boolean;
  /** Names of its metrics; a `*` stands for any end. */
  readonly metrics?: readonly string[];
  /** Whether `metrics` is all that it exposes. */
  readonly metricsAreAll?: boolean;
  /** Whether the image brings a health check; undefined when that is not known. */
  readonly hasHealthcheck?: boolean;
  /** The configuration that it reads unless a flag says otherwise. */
  readonly config?: string;
  /** The flags that name its configuration. */
  readonly configFlags?: readonly string[];
  /** Where it keeps data that a restart must not lose. */
  readonly data?: string;
}

/** An image's name as the table has it: without registry, tag and digest. */
export function imageName(image: string): string {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const parts = name.split('/');
  const hasRegistry = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] as string);
  const rest = hasRegistry ? parts.slice(1) : parts;
  return (rest[0] === 'library' ? rest.slice(1) : rest).join('/').toLowerCase();
}

/** An image's tag; undefined when it has none. A digest pins it as well as a tag does. */
export function imageTag(image: string): string | undefined {
  if (image.includes('@')) return image.slice(image.indexOf('@') + 1);
  return /:([^/:]+)$/.exec(image)?.[1];
}

/** What every Go exporter exposes of itself. */
const GO = ['go_*', 'process_*', 'promhttp_*'];

const LISTEN = ['web.listen-address'];

const exporter = (
  watches: string,
  port: number,
  metrics: readonly string[],
  more: Partial<ImageFacts> = {},
): ImageFacts => ({
  role: 'exporter',
  watches,
  metricsPort: port,
  ports: [port],
  portsAreAll: true,
  portFlags: LISTEN,
  metrics: [...metrics, ...GO],
  metricsAreAll: true,
  hasHealthcheck: false,
  ...more,
});

/** A service that is watched and does not speak Prometheus's format by itself. */
const app = (ports: readonly number[], more: Partial<ImageFacts> = {}): ImageFacts => ({
  role: 'app',
  ports,
  portsAreAll: false,
  hasHealthcheck: false,
  ...more,
});

const PROMETHEUS: ImageFacts = {
  role: 'prometheus',
  metricsPort: 9090,
  ports: [9090],
  portsAreAll: true,
  portFlags: LISTEN,
  metrics: ['prometheus_*', 'net_conntrack_*', ...GO],
  hasHealthcheck: false,
  config: '/etc/prometheus/prometheus.yml',
  configFlags: ['config.file'],
  data: '/prometheus',
};

const GRAFANA: ImageFacts = {
  role: 'grafana',
  metricsPort: 3000,
  ports: [3000],
  portsAreAll: false,
  metrics: ['grafana_*', 'access_evaluation_*', 'prometheus_template_*', ...GO],
  hasHealthcheck: false,
  data: '/var/lib/grafana',
};

const COLLECTOR: ImageFacts = {
  role: 'otel-collector',
  metricsPort: 8888,
  ports: [8888, 4317, 4318, 13133],
  portsAreAll: false,
  hasHealthcheck: false,
  configFlags: ['config'],
};

const victoria = (port: number, role: Role, metrics: readonly string[]): ImageFacts => ({
  role,
  metricsPort: port,
  ports: [port],
  portsAreAll: false,
  portFlags: ['httpListenAddr'],
  metrics: [...metrics, 'flag', 'vm_*', ...GO],
  hasHealthcheck: false,
});

const KAFKA = app([9092, 29092, 9093]);
const ZOOKEEPER = app([2181, 2888, 3888, 8080]);
const POSTGRES_METRICS = ['pg_*', 'postgres_exporter_*'];
const NODE = exporter('the host', 9100, ['node_*']);
const POSTGRES = exporter('postgres', 9187, POSTGRES_METRICS);
const CADVISOR: ImageFacts = {
  ...exporter('containers', 8080, ['container_*', 'machine_*', 'cadvisor_*']),
  portFlags: ['port'],
  hasHealthcheck: true,
};
const MONGODB = exporter('mongodb', 9216, ['mongodb_*', 'collector_*']);
const KAFKA_LAG: ImageFacts = {
  ...exporter('kafka', 8000, ['kafka_consumergroup_*', 'kafka_partition_*', 'jvm_*']),
  portsAreAll: false,
};
const JMX_STANDALONE: ImageFacts = {
  role: 'exporter',
  watches: 'a JVM',
  metricsPort: 5556,
  ports: [5556],
  portsAreAll: false,
  hasHealthcheck: false,
};

/** Confluent's, which keeps its data at a place of its own. */
const { data: _, ...WITHOUT_DATA } = PROMETHEUS;
const ENTERPRISE_PROMETHEUS: ImageFacts = { ...WITHOUT_DATA, portsAreAll: false };

const IMAGES: Readonly<Record<string, ImageFacts>> = {
  'prom/prometheus': PROMETHEUS,
  'prometheus/prometheus': PROMETHEUS,
  'ubuntu/prometheus': PROMETHEUS,
  'confluentinc/cp-enterprise-prometheus': ENTERPRISE_PROMETHEUS,
  'bitnami/prometheus': {
    ...PROMETHEUS,
    config: '/opt/bitnami/prometheus/conf/prometheus.yml',
    data: '/opt/bitnami/prometheus/data',
  },
  'prom/alertmanager': {
    role: 'alertmanager',
    metricsPort: 9093,
    ports: [9093, 9094],
    portsAreAll: true,
    portFlags: LISTEN,
    metrics: ['alertmanager_*', ...GO],
    hasHealthcheck: false,
    config: '/etc/alertmanager/alertmanager.yml',
    configFlags: ['config.file'],
    data: '/alertmanager',
  },
  'grafana/grafana': GRAFANA,
  'grafana/grafana-oss': GRAFANA,
  'grafana/grafana-enterprise': GRAFANA,
  'grafana/loki': {
    role: 'loki',
    metricsPort: 3100,
    ports: [3100, 9095, 7946],
    portsAreAll: false,
    metrics: ['loki_*', 'cortex_*', 'logql_*', ...GO],
    hasHealthcheck: false,
    config: '/etc/loki/local-config.yaml',
    configFlags: ['config.file'],
    data: '/loki',
  },
  'grafana/promtail': {
    role: 'promtail',
    metricsPort: 9080,
    ports: [9080],
    portsAreAll: false,
    metrics: ['promtail_*', ...GO],
    hasHealthcheck: false,
    config: '/etc/promtail/config.yml',
    configFlags: ['config.file'],
  },
  'grafana/tempo': {
    role: 'tempo',
    metricsPort: 3200,
    ports: [3200, 9095, 7946],
    portsAreAll: false,
    metrics: ['tempo_*', 'tempodb_*', ...GO],
    hasHealthcheck: false,
    config: '/etc/tempo.yaml',
    configFlags: ['config.file'],
    data: '/var/tempo',
  },
  'grafana/alloy': {
    role: 'alloy',
    metricsPort: 12345,
    ports: [12345],
    portsAreAll: false,
    hasHealthcheck: false,
    config: '/etc/alloy/config.alloy',
  },
  'grafana/agent': {
    role: 'alloy',
    metricsPort: 12345,
    ports: [12345, 80],
    portsAreAll: false,
    hasHealthcheck: false,
  },
  'otel/opentelemetry-collector': { ...COLLECTOR, config: '/etc/otelcol/config.yaml' },
  'otel/opentelemetry-collector-contrib': { ...COLLECTOR, config: '/etc/otelcol-contrib/config.yaml' },
  'open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib': {
    ...COLLECTOR,
    config: '/etc/otelcol-contrib/config.yaml',
  },
  'prom/pushgateway': {
    role: 'pushgateway',
    metricsPort: 9091,
    ports: [9091],
    portsAreAll: true,
    portFlags: LISTEN,
    hasHealthcheck: false,
  },
  'victoriametrics/victoria-metrics': {
    ...victoria(8428, 'storage', []),
    configFlags: ['promscrape.config'],
  },
  'victoriametrics/vmagent': {
    ...victoria(8429, 'prometheus', ['vmagent_*']),
    configFlags: ['promscrape.config'],
  },
  'victoriametrics/vmalert': victoria(8880, 'vmalert', ['vmalert_*']),
  'victoriametrics/vmauth': victoria(8427, 'app', ['vmauth_*']),
  'victoriametrics/vmstorage': victoria(8482, 'storage', []),
  'victoriametrics/vmselect': victoria(8481, 'storage', []),
  'victoriametrics/vminsert': victoria(8480, 'storage', []),

  'prom/node-exporter': NODE,
  'prometheus/node-exporter': NODE,
  'cadvisor/cadvisor': CADVISOR,
  'google/cadvisor': CADVISOR,
  'google-containers/cadvisor': CADVISOR,
  'prom/blackbox-exporter': {
    ...exporter('probes', 9115, ['probe_*', 'blackbox_*']),
    config: '/etc/blackbox_exporter/config.yml',
    configFlags: ['config.file'],
  },
  'prometheus/blackbox-exporter': {
    ...exporter('probes', 9115, ['probe_*', 'blackbox_*']),
    config: '/etc/blackbox_exporter/config.yml',
    configFlags: ['config.file'],
  },
  'prom/statsd-exporter': {
    ...exporter('statsd', 9102, ['statsd_*']),
    ports: [9102, 9125],
    // What it exposes is what its clients send.
    metricsAreAll: false,
    configFlags: ['statsd.mapping-config'],
  },
  'prom/mysqld-exporter': exporter('mysql', 9104, ['mysql_*', 'mysqld_*']),
  'prometheuscommunity/postgres-exporter': POSTGRES,
  'prometheuscommunity/postgres_exporter': POSTGRES,
  'wrouesnel/postgres_exporter': POSTGRES,
  'bitnami/postgres-exporter': POSTGRES,
  'oliver006/redis_exporter': exporter('redis', 9121, ['redis_*']),
  'bitnami/redis-exporter': exporter('redis', 9121, ['redis_*']),
  'danielqsj/kafka-exporter': exporter('kafka', 9308, [
    'kafka_brokers',
    'kafka_broker_info',
    'kafka_topic_partition*',
    'kafka_topic_partitions',
    'kafka_consumergroup_*',
    'kafka_exporter_build_info',
  ]),
  'bitnami/kafka-exporter': exporter('kafka', 9308, [
    'kafka_brokers',
    'kafka_broker_info',
    'kafka_topic_partition*',
    'kafka_consumergroup_*',
    'kafka_exporter_build_info',
  ]),
  'seglo/kafka-lag-exporter': KAFKA_LAG,
  'lightbend/kafka-lag-exporter': KAFKA_LAG,
  'prometheuscommunity/elasticsearch-exporter': exporter('elasticsearch', 9114, ['elasticsearch_*']),
  'percona/mongodb_exporter': MONGODB,
  'bitnami/mongodb-exporter': MONGODB,
  'nginx/nginx-prometheus-exporter': {
    ...exporter('nginx', 9113, ['nginx_*', 'nginxplus_*', 'nginxexporter_*']),
    portFlags: ['web.listen-address', 'nginx.scrape-uri'],
  },
  'prom/memcached-exporter': exporter('memcached', 9150, ['memcached_*']),
  'kbudde/rabbitmq-exporter': { ...exporter('rabbitmq', 9419, ['rabbitmq_*']), portsAreAll: false },
  'prom/haproxy-exporter': exporter('haproxy', 9101, ['haproxy_*']),
  'prom/snmp-exporter': { ...exporter('network devices', 9116, ['snmp_*']), metricsAreAll: false },
  'prom/consul-exporter': exporter('consul', 9107, ['consul_*']),
  'prom/graphite-exporter': {
    ...exporter('graphite', 9108, ['graphite_*']),
    ports: [9108, 9109],
    metricsAreAll: false,
  },
  'prom/influxdb-exporter': { ...exporter('influxdb', 9122, ['influxdb_*']), metricsAreAll: false },
  'prom/cloudwatch-exporter': {
    ...exporter('AWS', 9106, ['aws_*', 'cloudwatch_*', 'jvm_*']),
    metricsAreAll: false,
  },
  'prom/collectd-exporter': { ...exporter('collectd', 9103, ['collectd_*']), metricsAreAll: false },
  'sscaling/jmx-prometheus-exporter': JMX_STANDALONE,
  'bitnami/jmx-exporter': JMX_STANDALONE,
  'prometheuscommunity/json-exporter': { ...exporter('JSON', 7979, []), metricsAreAll: false },
  'prometheuscommunity/pgbouncer-exporter': exporter('pgbouncer', 9127, ['pgbouncer_*']),
  'prometheuscommunity/smartctl-exporter': exporter('disks', 9633, ['smartctl_*']),
  'nvidia/k8s/dcgm-exporter': { ...exporter('GPUs', 9400, ['DCGM_*', 'dcgm_*']), metricsAreAll: false },
  'natsio/prometheus-nats-exporter': {
    ...exporter('nats', 7777, ['gnatsd_*', 'nats_*', 'jetstream_*']),
    portFlags: ['port', 'p'],
  },
  'lusotycoon/apache-exporter': exporter('apache', 9117, ['apache_*']),
  'prometheuscommunity/bind-exporter': exporter('bind', 9119, ['bind_*']),

  'redpandadata/redpanda': app([9092, 9644, 8081, 8082, 33145], {
    metricsPort: 9644,
    metricsPath: '/public_metrics',
    metrics: ['redpanda_*', 'vectorized_*'],
  }),
  'vectorized/redpanda': app([9092, 9644, 8081, 8082, 33145], {
    metricsPort: 9644,
    metricsPath: '/public_metrics',
    metrics: ['redpanda_*', 'vectorized_*'],
  }),
  // The endpoint is off by default; a file in config.d opens it, usually at this port.
  'clickhouse/clickhouse-server': app([8123, 9000, 9009, 9363], {
    metricsPort: 9363,
    metrics: [
      'ClickHouseMetrics_*',
      'ClickHouseProfileEvents_*',
      'ClickHouseAsyncMetrics_*',
      'ClickHouseErrorMetric_*',
    ],
  }),
  'altinity/clickhouse-server': app([8123, 9000, 9009, 9363], {
    metricsPort: 9363,
    metrics: [
      'ClickHouseMetrics_*',
      'ClickHouseProfileEvents_*',
      'ClickHouseAsyncMetrics_*',
      'ClickHouseErrorMetric_*',
    ],
  }),
  traefik: app([80, 443, 8080], { metrics: ['traefik_*', ...GO] }),
  'minio/minio': app([9000, 9001], { metricsPort: 9000, metrics: ['minio_*'] }),
  rabbitmq: app([5672, 15672, 15692], { metricsPort: 15692, metrics: ['rabbitmq_*', 'erlang_*'] }),
  etcd: app([2379, 2380], { metricsPort: 2379, metrics: ['etcd_*', 'grpc_*', ...GO] }),
  'coreos/etcd': app([2379, 2380], { metricsPort: 2379, metrics: ['etcd_*', 'grpc_*', ...GO] }),
  'apache/airflow': app([8080, 8793]),
  'prefecthq/prefect': app([4200]),
  'keycloak/keycloak': app([8080, 8443, 9000], {
    metrics: ['vendor_*', 'base_*', 'jvm_*', 'http_server_*', 'keycloak_*'],
  }),
  'hashicorp/vault': app([8200, 8201]),
  'hashicorp/consul': app([8500, 8600, 8300]),
  influxdb: app([8086], { metricsPort: 8086 }),
  postgres: app([5432]),
  'postgis/postgis': app([5432]),
  'timescale/timescaledb': app([5432]),
  mysql: app([3306, 33060]),
  mariadb: app([3306]),
  redis: app([6379]),
  mongo: app([27017]),
  nginx: app([80, 443]),
  memcached: app([11211]),
  zookeeper: ZOOKEEPER,
  'confluentinc/cp-zookeeper': ZOOKEEPER,
  'confluentinc/cp-kafka': KAFKA,
  'confluentinc/cp-server': KAFKA,
  'apache/kafka': KAFKA,
  'apache/kafka-native': KAFKA,
  'bitnami/kafka': KAFKA,
  'wurstmeister/kafka': KAFKA,
  'debezium/kafka': KAFKA,
  'confluentinc/cp-kafka-connect': app([8083]),
  'confluentinc/cp-kafka-connect-base': app([8083]),
  'debezium/connect': app([8083]),
  'debezium/connect-base': app([8083]),
  'debezium/zookeeper': ZOOKEEPER,
  'debezium/postgres': app([5432]),
  'debezium/example-postgres': app([5432]),
  'debezium/example-mysql': app([3306]),
  'confluentinc/cp-schema-registry': app([8081]),
  'confluentinc/cp-ksqldb-server': app([8088]),
  'confluentinc/cp-kafka-rest': app([8082]),
};

/** What is known of an image, by its name without registry and tag. */
export const imageFacts = (name: string): ImageFacts | undefined =>
  Object.hasOwn(IMAGES, name) ? IMAGES[name] : undefined;

/** Names of metrics that belong to a well-known image's own subject, and to no program that defines its own. */
export const IMAGE_METRICS: readonly string[] = [
  ...new Set(
    Object.values(IMAGES)
      .flatMap(({ metrics }) => metrics ?? [])
      .filter(
        (name) =>
          !GO.includes(name) &&
          !/^(?:jvm|http|grpc|access|collector|base|vendor)_/.test(name) &&
          name !== 'flag',
      ),
  ),
];
