import { replacing } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

export const telemetryMutators: readonly Mutator[] = [
  mutator('jmx', 'regex', replacing(/pattern: '([^']*)\(/, "pattern: '$1(("), 'jmx/config-regex'),
  mutator(
    'jmx',
    'keys that exclude one another',
    replacing(
      'startDelaySeconds: 0',
      'startDelaySeconds: 0\nhostPort: localhost:9999\njmxUrl: service:jmx:rmi:///jndi/rmi://localhost:9999/jmxrmi',
    ),
    'jmx/config-exclusive-keys',
    'syntax/schema',
  ),
  mutator(
    'jmx',
    'rule that catches all',
    replacing('rules:\n', "rules:\n  - pattern: '.*'\n"),
    'jmx/unreachable-rule',
  ),
  mutator(
    'jmx',
    'key that is misspelled',
    replacing('lowercaseOutputName', 'lowerCaseOutputName'),
    'syntax/schema',
    'syntax/ignored-key',
  ),
  mutator(
    'loki',
    'nothing enforces the retention',
    replacing(/ {2}retention_enabled: true\n/, ''),
    'loki/retention-not-enforced',
  ),
  mutator(
    'loki',
    'no store of the deletions',
    replacing(/ {2}delete_request_store: .*\n/, ''),
    'loki/delete-request-store',
  ),
  mutator('loki', 'schema', replacing('schema: v13', 'schema: v10'), 'loki/schema'),
  mutator('promtail', 'host of Loki', replacing('http://loki:3100', 'http://lokii:3100'), 'loki/client-url'),
  mutator(
    'promtail',
    'stage',
    replacing('- regex:', '- regexp:'),
    'promtail/pipeline-stage',
    'syntax/schema',
  ),
  mutator(
    'promtail',
    'regex of a stage',
    replacing("expression: '^(", "expression: '^(("),
    'promtail/pipeline-stage',
  ),
  mutator('tempo', 'no retention', replacing(/ {4}block_retention: .*\n/, ''), 'tempo/block-retention'),
  mutator('tempo', 'receiver', replacing(/ {4}otlp:\n(?: {6}.*\n)+/, ''), 'tempo/receiver-not-enabled'),
];
