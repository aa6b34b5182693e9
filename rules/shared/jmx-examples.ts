/** A service with the agent, whose jar and configuration are mounted. */
export const MOUNTED_AGENT = `services:
  connect:
    image: apache/kafka:3.9.1
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml
    volumes:
      - ./monitoring/jmx_prometheus_javaagent.jar:/opt/jmx/jmx_prometheus_javaagent.jar:ro
      - ./monitoring/connect.yml:/opt/jmx/connect.yml:ro
`;

/** The agent's configuration. */
export const AGENT_CONFIG = `rules:
  - pattern: 'kafka.connect<type=connect-metrics>(.+): (.+)'
    name: kafka_connect_$1
`;

/** A service whose image brings the agent. */
export const BUILT_IN_AGENT = `services:
  connect:
    build: ./connect
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml
`;

/** The recipe of that image. */
export const AGENT_DOCKERFILE = `FROM apache/kafka:3.9.1
ADD --chmod=0644 https://github.com/prometheus/jmx_exporter/releases/download/1.4.0/jmx_prometheus_javaagent-1.4.0.jar /opt/jmx/jmx_prometheus_javaagent.jar
COPY connect.yml /opt/jmx/connect.yml
`;
