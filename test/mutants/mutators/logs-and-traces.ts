import { bringCollector, bringLoki, bringPromtail, bringTempo } from './brought-telemetry.ts';
import { inService, replacing } from './edits.ts';
import { type Edit, inFile, type Mutator, mutator, stackMutator } from './mutator.ts';

/** An edit of one file, by its path. */
const at =
  (path: string, edit: (text: string) => string): Edit =>
  (texts) => {
    const text = texts.get(path);
    const after = text === undefined ? text : edit(text);
    return after === undefined || after === text ? undefined : { [path]: after };
  };

/** Lets Grafana send its own traces to a receiver of OTLP. */
const tracedGrafana = (address: string): Edit =>
  inFile(
    'compose',
    inService('grafana', (block) =>
      block.replace(/ {4}environment:\n/, `$&      GF_TRACING_OPENTELEMETRY_OTLP_ADDRESS: ${address}\n`),
    ),
  );

const lokiMutators: readonly Mutator[] = [
  mutator('promtail', 'path of Loki', replacing('/loki/api/v1/push', '/api/v1/push'), 'loki/client-url'),
  mutator('promtail', 'port of Loki', replacing('http://loki:3100', 'http://loki:3101'), 'loki/client-url'),
  stackMutator(
    'new Loki: no store of the deletions',
    bringLoki(at('logs/loki.yml', replacing(/ +delete_request_store: .*\n/, ''))),
    'loki/delete-request-store',
  ),
  stackMutator(
    'new Loki: nothing enforces the retention',
    bringLoki(at('logs/loki.yml', replacing(/ +retention_enabled: .*\n/, ''))),
    'loki/retention-not-enforced',
  ),
  stackMutator(
    'new Loki: schema of an older guide',
    bringLoki(at('logs/loki.yml', replacing('schema: v13', 'schema: v12'))),
    'loki/schema',
  ),
  stackMutator(
    'new Loki: index of a week',
    bringLoki(at('logs/loki.yml', replacing('period: 24h', 'period: 168h'))),
    'loki/schema',
  ),
  stackMutator(
    'new Loki: rule without a window',
    bringLoki(at('logs/rules/errors.yml', replacing(' [5m]', ''))),
    'loki/rule-syntax',
  ),
  stackMutator(
    'new Loki: rule that gives lines',
    bringLoki(at('logs/rules/errors.yml', replacing(/expr: .*/, `expr: '{service=~".+"} |= "ERROR"'`))),
    'loki/rule-syntax',
  ),
  mutator(
    'loki',
    'tenants that nobody names',
    replacing('auth_enabled: false', 'auth_enabled: true'),
    'loki/tenant-missing',
  ),
  mutator('loki', 'no word of tenants', replacing('auth_enabled: false\n', ''), 'loki/tenant-missing'),
  mutator(
    'dashboard',
    'service of the logs',
    replacing('{service=\\"kafka-worker\\"}', '{service=\\"batch-worker\\"}'),
    'loki/label-never-set',
  ),
  mutator(
    'promtail',
    'label of another name',
    replacing('          service: kafka-worker\n', '          app: kafka-worker\n'),
    'loki/label-never-set',
  ),
];

const promtailMutators: readonly Mutator[] = [
  stackMutator('new Promtail', bringPromtail(), 'promtail/end-of-life'),
  mutator(
    'compose',
    'silence of the end of Promtail',
    replacing(/ +# monitoring-check: ignore\[promtail\/end-of-life\].*\n/, ''),
    'promtail/end-of-life',
  ),
  mutator(
    'compose',
    'no mount of the logs of the services',
    inService('promtail', (block) => block.replace(/ +- app_logs:.*\n/, '')),
    'promtail/volume-not-mounted',
  ),
  mutator(
    'compose',
    'no mount of the logs of containers',
    inService('promtail', (block) => block.replace(/ +- \/var\/lib\/docker\/containers:.*\n/, '')),
    'promtail/volume-not-mounted',
  ),
];

const tempoMutators: readonly Mutator[] = [
  mutator(
    'tempo',
    'receiver of localhost',
    replacing(/^( +)endpoint: 0\.0\.0\.0:4317\n/m, ''),
    'tempo/receiver-not-enabled',
  ),
  stackMutator(
    'new Tempo: receiver of the other protocol',
    bringTempo(tracedGrafana('tempo:4318')),
    'tempo/receiver-not-enabled',
  ),
  stackMutator(
    'new Tempo: no retention',
    bringTempo(at('traces/tempo.yml', replacing(/^compactor:\n(?: .*\n)+/m, ''))),
    'tempo/block-retention',
  ),
];

const COLLECTOR = 'telemetry/collector.yml';
const collectorMutators: readonly Mutator[] = [
  stackMutator(
    'new collector: exporter of another name',
    bringCollector(at(COLLECTOR, replacing('exporters: [prometheusremotewrite]', 'exporters: [prometheus]'))),
    'otel/undefined-component',
  ),
  stackMutator(
    'new collector: processor that is not configured',
    bringCollector(at(COLLECTOR, replacing('processors: [batch]', 'processors: [memory_limiter, batch]'))),
    'otel/undefined-component',
  ),
  stackMutator(
    'new collector: receiver of localhost',
    bringCollector(
      at(COLLECTOR, replacing(/:\n +endpoint: 0\.0\.0\.0:4317\n/, ': {}\n')),
      tracedGrafana('otel-collector:4317'),
    ),
    'otel/receiver-not-enabled',
  ),
  stackMutator(
    'new collector: writes that Prometheus does not take',
    bringCollector(inFile('compose', replacing(/^ +- --web\.enable-remote-write-receiver\n/m, ''))),
    'otel/remote-write-not-received',
  ),
];

export const logsAndTracesMutators: readonly Mutator[] = [
  ...lokiMutators,
  ...promtailMutators,
  ...tempoMutators,
  ...collectorMutators,
];
