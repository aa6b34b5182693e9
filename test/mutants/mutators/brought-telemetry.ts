import { replacing } from './edits.ts';
import { type Edit, inFile, inTurn } from './mutator.ts';

/** A service as a stack without it would get it: its lines in compose, its files, its volumes, its scrape, its datasource. */
interface Brought {
  readonly name: string;
  readonly image: string;
  readonly lines: string;
  readonly files: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly port: number;
  readonly datasource?: string;
}

const LOKI: Brought = {
  name: 'loki',
  image: 'grafana/loki:3.4.2',
  lines: `    command: ["-config.file=/etc/loki/loki.yml"]
    volumes:
      - ./logs/loki.yml:/etc/loki/loki.yml:ro
      - ./logs/rules:/etc/loki/rules/fake:ro
      - loki-data:/loki
`,
  files: {
    'logs/loki.yml': `auth_enabled: false
server:
  http_listen_port: 3100
common:
  path_prefix: /loki
  replication_factor: 1
  storage:
    filesystem:
      chunks_directory: /loki/chunks
      rules_directory: /etc/loki/rules
  ring:
    kvstore:
      store: inmemory
schema_config:
  configs:
    - from: "2024-04-01"
      store: tsdb
      object_store: filesystem
      schema: v13
      index:
        prefix: index_
        period: 24h
limits_config:
  retention_period: 168h
compactor:
  working_directory: /loki/compactor
  retention_enabled: true
  delete_request_store: filesystem
ruler:
  alertmanager_url: http://alertmanager:9093
`,
    'logs/rules/errors.yml': `groups:
  - name: logs
    rules:
      - alert: ErrorsInLogs
        expr: sum by (service) (count_over_time({service=~".+"} |= "ERROR" [5m])) > 10
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: "{{ $labels.service }} logs errors"
          description: More than ten in five minutes.
`,
  },
  volumes: ['loki-data'],
  port: 3100,
  datasource: '  - name: Logs\n    uid: logs\n    type: loki\n    url: http://loki:3100\n',
};

const TEMPO: Brought = {
  name: 'tempo',
  image: 'grafana/tempo:2.7.2',
  lines: `    command: ["-config.file=/etc/tempo/tempo.yml"]
    volumes:
      - ./traces/tempo.yml:/etc/tempo/tempo.yml:ro
      - tempo-data:/var/tempo
`,
  files: {
    'traces/tempo.yml': `server:
  http_listen_port: 3200
distributor:
  receivers:
    otlp:
      protocols:
        grpc:
          endpoint: 0.0.0.0:4317
compactor:
  compaction:
    block_retention: 168h
storage:
  trace:
    backend: local
    wal:
      path: /var/tempo/wal
    local:
      path: /var/tempo/blocks
`,
  },
  volumes: ['tempo-data'],
  port: 3200,
  datasource: '  - name: Traces\n    uid: traces\n    type: tempo\n    url: http://tempo:3200\n',
};

const COLLECTOR: Brought = {
  name: 'otel-collector',
  image: 'otel/opentelemetry-collector-contrib:0.130.0',
  lines: `    command: ["--config=/etc/otel/collector.yml"]
    volumes:
      - ./telemetry/collector.yml:/etc/otel/collector.yml:ro
`,
  files: {
    'telemetry/collector.yml': `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
      http:
        endpoint: 0.0.0.0:4318
processors:
  batch: {}
exporters:
  prometheusremotewrite:
    endpoint: http://prometheus:9090/api/v1/write
  debug: {}
service:
  telemetry:
    metrics:
      readers:
        - pull:
            exporter:
              prometheus:
                host: 0.0.0.0
                port: 8888
  pipelines:
    metrics:
      receivers: [otlp]
      processors: [batch]
      exporters: [prometheusremotewrite]
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [debug]
`,
  },
  volumes: [],
  port: 8888,
};

const PROMTAIL: Brought = {
  name: 'promtail',
  image: 'grafana/promtail:3.4.2',
  lines: `    command: ["-config.file=/etc/promtail/promtail.yml"]
    volumes:
      - ./logs/promtail.yml:/etc/promtail/promtail.yml:ro
      - /var/lib/docker/containers:/var/lib/docker/containers:ro
`,
  files: {
    'logs/promtail.yml': `server:
  http_listen_port: 9080
positions:
  filename: /tmp/positions.yaml
clients:
  - url: http://loki:3100/loki/api/v1/push
scrape_configs:
  - job_name: containers
    static_configs:
      - targets: [localhost]
        labels:
          service: containers
          __path__: /var/lib/docker/containers/*/*-json.log
    pipeline_stages:
      - docker: {}
`,
  },
  volumes: [],
  port: 9080,
};

/** Its service, in the network of the others. */
function withService(text: string, { name, image, lines, volumes }: Brought): string {
  const network = /^networks:\n {2}([\w-]+):/m.exec(text)?.[1];
  const block = `  ${name}:
    image: ${image}
${lines}    mem_limit: 512m
    restart: unless-stopped
${network === undefined ? '' : `    networks: [${network}]\n`}
`;
  return text
    .replace(/^services:\n/m, `$&${block}`)
    .replace(/^volumes:\n/m, `$&${volumes.map((volume) => `  ${volume}:\n`).join('')}`);
}

const bringing = (brought: Brought): Edit => {
  const { name, port, datasource, files } = brought;
  const scrape = `$&  - job_name: ${name}\n    static_configs:\n      - targets: ["${name}:${port}"]\n\n`;
  return inTurn(
    (texts) =>
      [...texts.values()].some((text) => text.includes(`image: ${brought.image}`)) ? undefined : {},
    inFile('compose', (text) => withService(text, brought)),
    inFile('prometheus', replacing(/^scrape_configs:\n/m, scrape)),
    ...(datasource === undefined
      ? []
      : [inFile('datasources', (text) => `${text.trimEnd()}\n\n${datasource}`)]),
    () => files,
  );
};

/** Edits of what is brought, or of the files of the stack that it is brought to. */
export const bringLoki = (...edits: readonly Edit[]): Edit => inTurn(bringing(LOKI), ...edits);
export const bringTempo = (...edits: readonly Edit[]): Edit => inTurn(bringing(TEMPO), ...edits);
export const bringPromtail = (...edits: readonly Edit[]): Edit =>
  inTurn(bringing(LOKI), bringing(PROMTAIL), ...edits);
export const bringCollector = (...edits: readonly Edit[]): Edit =>
  inTurn(
    bringing(COLLECTOR),
    inFile(
      'compose',
      replacing(
        /^( +- )--config\.file=\/etc\/prometheus\/\S+\n/m,
        '$&$1--web.enable-remote-write-receiver\n',
      ),
    ),
    ...edits,
  );
