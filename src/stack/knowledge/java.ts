/**
 * Which variables the images of Java programs hand to their JVM, from each image's own start scripts and
 * documentation. What a JVM reads by itself is read in all of them.
 */

/** Read by every JVM, or by its launcher (Java SE documentation, "JAVA_TOOL_OPTIONS", "The java Command"). */
export const EVERY_JVM: readonly string[] = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'];

/**
 * Variables that Kafka's scripts hand on. `EXTRA_ARGS` is read by those that start a server, the others by
 * its command line tools as well (Apache Kafka, bin/kafka-run-class.sh).
 */
const KAFKA = [
  'KAFKA_OPTS',
  'EXTRA_ARGS',
  'KAFKA_JMX_OPTS',
  'KAFKA_HEAP_OPTS',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'KAFKA_GC_LOG_OPTS',
  'KAFKA_LOG4J_OPTS',
];
const confluent = (prefix: string): string[] => [
  `${prefix}_OPTS`,
  'EXTRA_ARGS',
  `${prefix}_JMX_OPTS`,
  `${prefix}_HEAP_OPTS`,
  `${prefix}_JVM_PERFORMANCE_OPTS`,
  `${prefix}_LOG4J_OPTS`,
];

const READ: Readonly<Record<string, readonly string[]>> = {
  'apache/kafka': KAFKA,
  'bitnami/kafka': KAFKA,
  'wurstmeister/kafka': KAFKA,
  'debezium/kafka': KAFKA,
  'debezium/zookeeper': [...KAFKA, 'JVMFLAGS', 'SERVER_JVMFLAGS'],
  'debezium/connect': [...KAFKA, 'HEAP_OPTS'],
  'debezium/connect-base': [...KAFKA, 'HEAP_OPTS'],
  'debezium/server': ['JAVA_OPTS', 'DEBEZIUM_OPTS'],
  'confluentinc/cp-kafka': KAFKA,
  'confluentinc/cp-server': KAFKA,
  'confluentinc/cp-enterprise-kafka': KAFKA,
  'confluentinc/cp-zookeeper': KAFKA,
  'confluentinc/cp-kafka-connect': KAFKA,
  'confluentinc/cp-kafka-connect-base': KAFKA,
  'confluentinc/cp-server-connect': KAFKA,
  'confluentinc/cp-server-connect-base': KAFKA,
  'confluentinc/cp-schema-registry': confluent('SCHEMA_REGISTRY'),
  'confluentinc/cp-kafka-rest': confluent('KAFKAREST'),
  'confluentinc/cp-ksqldb-server': confluent('KSQL'),
  'confluentinc/ksqldb-server': confluent('KSQL'),
  zookeeper: ['JVMFLAGS', 'SERVER_JVMFLAGS'],
  cassandra: ['JVM_OPTS', 'JVM_EXTRA_OPTS'],
  tomcat: ['CATALINA_OPTS', 'JAVA_OPTS'],
  'elasticsearch/elasticsearch': ['ES_JAVA_OPTS'],
  elasticsearch: ['ES_JAVA_OPTS'],
  'opensearchproject/opensearch': ['OPENSEARCH_JAVA_OPTS'],
  'jenkins/jenkins': ['JAVA_OPTS', 'JENKINS_JAVA_OPTS', 'JENKINS_OPTS'],
  'keycloak/keycloak': ['JAVA_OPTS', 'JAVA_OPTS_APPEND', 'JAVA_OPTS_KC_HEAP', 'JAVA_ADD_OPENS'],
};

/** Images in which no JVM runs: agents cannot be loaded there, whatever a variable says. */
const WITHOUT_JVM =
  /^(?:apache\/kafka-native|python|node|golang|ruby|php|rust|nginx|httpd|caddy|traefik|redis|postgres|postgis\/postgis|timescale\/timescaledb|mysql|mariadb|mongo|memcached|rabbitmq|redpandadata\/.+|vectorized\/redpanda|clickhouse\/.+|prom\/.+|grafana\/.+|danielqsj\/.+|alpine|busybox|debian|ubuntu)$/;

export interface JavaReading {
  /** The variables that reach the JVM; none where no JVM runs. */
  readonly variables: readonly string[];
  readonly runsJvm: boolean;
}

/** What an image hands to its JVM; undefined for an image that is not known. */
export function javaReading(image: string): JavaReading | undefined {
  if (Object.hasOwn(READ, image)) return { variables: [...(READ[image] ?? []), ...EVERY_JVM], runsJvm: true };
  // A base such as debian may have been given a JVM by the steps after it; the caller looks at these.
  return WITHOUT_JVM.test(image) ? { variables: [], runsJvm: false } : undefined;
}

/** Variables that every start of Kafka's scripts reads, those of the command line tools too. */
export const READ_BY_KAFKA_TOOLS: readonly string[] = [
  'KAFKA_OPTS',
  'KAFKA_JMX_OPTS',
  'KAFKA_HEAP_OPTS',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  ...EVERY_JVM,
];

/** Images that bring an agent of the JMX exporter themselves, at a path of their own. */
export const BRINGS_AGENT = /^(?:confluentinc\/|strimzi\/|bitnami\/|debezium\/)/;
