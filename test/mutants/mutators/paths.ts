import { replacing } from './edits.ts';
import { fileOf, inFile, inTurn, type Mutator, mutator, stackMutator } from './mutator.ts';

/** A field more of a declared path. */
const asking = (path: string, field: string): ((text: string) => string) =>
  replacing(`  - name: ${path}\n`, `  - name: ${path}\n    ${field}\n`);

const ofFeedHandlerDown = (before: string, after: string): ((text: string) => string) =>
  replacing(new RegExp(`(alert: FeedHandlerDown[\\s\\S]*?)${before}\n`), `$1${after}\n`);

/** What a stack does not keep of what its declared critical paths ask for. */
export const pathsMutators: readonly Mutator[] = [
  mutator(
    'rules',
    'hold that is too long for its path',
    ofFeedHandlerDown('for: 30s', 'for: 3m'),
    'alerts/detect-within',
  ),
  mutator(
    'rules',
    'hold that grew longer than its path allows',
    replacing(/(alert: RedpandaConsumerLagHigh[\s\S]*?)for: 5m\n/, '$1for: 10m\n'),
    'alerts/detect-within',
  ),
  stackMutator(
    'prometheus: evaluation that is too seldom for a path',
    (texts) =>
      fileOf(texts, 'paths') &&
      inFile('prometheus', replacing('evaluation_interval: 15s', 'evaluation_interval: 1m'))(texts),
    'alerts/detect-within',
  ),
  stackMutator(
    'paths and alertmanager: group wait that is too long for a path',
    inTurn(
      inFile('paths', asking('feed-handlers', 'notify-within: 3m')),
      inFile('alertmanager', replacing('group_wait: 10s', 'group_wait: 2m')),
    ),
    'alerts/notify-within',
  ),
  mutator(
    'paths',
    'notification sooner than the default wait',
    asking('consumer-lag', 'notify-within: 340s'),
    'alerts/notify-within',
  ),
  mutator(
    'paths',
    'notification sooner than the group interval',
    asking('feed-handlers', 'notify-within: 4m'),
    'alertmanager/slow-notification',
  ),
  stackMutator(
    'paths and alertmanager: group interval that is too long for a path',
    inTurn(
      inFile('paths', asking('iceberg-offload', 'notify-within: 10m')),
      inFile('alertmanager', replacing('group_interval: 5m', 'group_interval: 1h')),
    ),
    'alertmanager/slow-notification',
  ),
  mutator(
    'rules',
    'severity that is too low for its path',
    ofFeedHandlerDown('severity: critical', 'severity: warning'),
    'alerts/severity-missing-for-path',
  ),
  mutator(
    'rules',
    'severity that its path does not ask for',
    replacing(/(alert: MVProcessingDelay[\s\S]*?severity: )warning/, '$1critical'),
    'alerts/severity-missing-for-path',
  ),
  mutator(
    'paths',
    'second alert that nobody wrote',
    replacing(/(name: mv-processing[\s\S]*?alerts: )1/, '$12'),
    'alerts/too-few',
  ),
  mutator(
    'rules',
    'one alert of two that is about something else',
    replacing(
      /iceberg_offload_lag_minutes > 30\n +or\n +up\{job="iceberg-offload"\} == 0/,
      'time() - process_start_time_seconds{job="grafana"} < 30',
    ),
    'alerts/too-few',
  ),
  mutator(
    'paths',
    'job of a path in the singular',
    replacing('jobs: [feed-handlers]', 'jobs: [feed-handler]'),
    'prometheus/path-not-scraped',
  ),
  mutator(
    'paths',
    'service of a path by another name',
    replacing('services: [mv-monitor]', 'services: [mv-exporter]'),
    'prometheus/path-not-scraped',
  ),
  mutator(
    'paths',
    'series of a path by another name',
    replacing(
      "series: ['feed_handler_last_message_timestamp']",
      "series: ['feed_handler_last_message_timestamp_seconds']",
    ),
    'prometheus/path-not-exposed',
  ),
  mutator(
    'paths',
    'series of a path in other words',
    replacing('iceberg_offload_consecutive_failures', 'iceberg_offload_failures_in_a_row'),
    'prometheus/path-not-exposed',
  ),
];
