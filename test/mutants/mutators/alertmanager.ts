import { replacing } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

export const alertmanagerMutators: readonly Mutator[] = [
  mutator(
    'alertmanager',
    'receiver of another name',
    replacing(/- receiver: ([\w-]+)/, '- receiver: $1x'),
    'alertmanager/undefined-receiver',
  ),
  mutator(
    'alertmanager',
    'no root receiver',
    replacing(/^ {2}receiver: .*\n/m, ''),
    'alertmanager/no-root-receiver',
  ),
  mutator(
    'alertmanager',
    'matcher without a sign',
    replacing('severity = critical', 'severity critical'),
    'alertmanager/invalid-matcher',
  ),
  mutator(
    'alertmanager',
    'regex of a matcher',
    replacing('severity = critical', 'severity =~ "("'),
    'alertmanager/invalid-matcher',
  ),
  mutator(
    'alertmanager',
    'receiver that tells nobody',
    replacing(/(receivers:\n {2}- name: [\w-]+\n)(?: {4}.*\n)+/, '$1'),
    'alertmanager/silent-receiver',
    'alertmanager/unrouted-severity',
    'alertmanager/path-not-routed',
  ),
  mutator(
    'alertmanager',
    'receiver that nobody uses',
    replacing(
      'receivers:\n',
      'receivers:\n  - name: nobody\n    webhook_configs:\n      - url: https://example.com/hook\n',
    ),
    'alertmanager/unused-receiver',
  ),
  mutator(
    'alertmanager',
    'receiver twice',
    replacing(/(receivers:\n)( {2}- name: [\w-]+\n(?: {4}.*\n)+)/, '$1$2$2'),
    'alertmanager/duplicate-receiver',
  ),
  mutator('alertmanager', 'key that is misspelled', replacing('group_wait', 'group_waits'), 'syntax/schema'),
  mutator(
    'alertmanager',
    'secret in the file',
    replacing(/routing_key_file: .*/, 'routing_key: 4f8e2ab1c97d40e3b65a1f0c8d7e6b25'),
    'security/secret-in-file',
  ),
  mutator(
    'alertmanager',
    'interval of time',
    replacing(/^( +)- receiver: .*\n/m, '$&      mute_time_intervals: [nights]\n'),
    'alertmanager/undefined-time-interval',
  ),
  mutator(
    'alertmanager',
    'file of templates',
    (text) => `${text}\ntemplates:\n  - /etc/alertmanager/templates/team.tmpl\n`,
    'alertmanager/missing-template',
  ),
  mutator(
    'alertmanager',
    'inhibition of itself',
    replacing(
      'inhibit_rules:\n',
      'inhibit_rules:\n  - source_matchers: [severity = critical]\n    target_matchers: [severity = critical]\n',
    ),
    'alertmanager/self-inhibition',
  ),
  mutator(
    'alertmanager',
    'repetition under the group interval',
    replacing(/repeat_interval: \w+/, 'repeat_interval: 1m'),
    'alertmanager/odd-intervals',
  ),
];
