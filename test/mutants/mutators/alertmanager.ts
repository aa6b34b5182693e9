import { replacing } from './edits.ts';
import { type Mutator, mutator } from './mutator.ts';

/** The receiver of what no route takes. */
const rootReceiver = (text: string): string | undefined => /^ {2}receiver: (\S+)/m.exec(text)?.[1];

/** A time interval more. */
const withInterval =
  (range: string) =>
  (text: string): string =>
    `${text.trimEnd()}\n\ntime_intervals:\n  - name: maintenance\n    time_intervals:\n      - ${range}\n`;

/** A time interval more, by which the first route is muted. */
const muted =
  (range: string) =>
  (text: string): string =>
    withInterval(range)(
      text.replace(
        /^ {4}- (?:receiver|matchers):[\s\S]*?\n(?= {6}\w)/m,
        '$&      mute_time_intervals: [maintenance]\n',
      ),
    );

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
  mutator(
    'alertmanager',
    'interval of all times',
    muted('location: Europe/Berlin'),
    'alertmanager/always-muted',
  ),
  mutator(
    'alertmanager',
    'days the wrong way round',
    muted("weekdays: ['friday:monday']"),
    'alertmanager/invalid-time-interval',
  ),
  mutator(
    'alertmanager',
    'night in one range',
    muted('times: [{ start_time: "22:00", end_time: "06:00" }]'),
    'alertmanager/invalid-time-interval',
  ),
  mutator(
    'alertmanager',
    'interval that nothing uses',
    withInterval('weekdays: [saturday, sunday]'),
    'alertmanager/unused-time-interval',
  ),
  mutator(
    'alertmanager',
    'matcher as it was',
    replacing(/matchers:\n( +)- severity ?= ?"?critical"?/, 'match:\n$1severity: critical'),
    'alertmanager/deprecated-keys',
  ),
  mutator(
    'alertmanager',
    'source of an inhibition as it was',
    replacing(/source_matchers:\n( +)- (\w+) ?= ?"?(\w+)"?/, 'source_match:\n$1$2: $3'),
    'alertmanager/deprecated-keys',
  ),
  mutator(
    'alertmanager',
    'label twice',
    replacing(/group_by: \[(\w+), (.*)\]/, 'group_by: [$1, $2, $1]'),
    'alertmanager/group-by',
  ),
  mutator(
    'alertmanager',
    'all labels and one',
    replacing(/group_by: \[(\w+), .*\]/, "group_by: ['...', $1]"),
    'alertmanager/group-by',
  ),
  mutator(
    'alertmanager',
    'no key',
    replacing(/- routing_key_file: .*\n {8}/, '- '),
    'alertmanager/incomplete-receiver',
  ),
  mutator(
    'alertmanager',
    'no address',
    (text) => text.replace(/(- )(?:api_)?url_file: .*\n {8}|^ +slack_api_url_file: .*\n/m, '$1'),
    'alertmanager/incomplete-receiver',
  ),
  mutator(
    'alertmanager',
    'inhibition of all by any',
    replacing(
      'inhibit_rules:\n',
      'inhibit_rules:\n  - source_matchers: [severity = critical]\n    target_matchers: [severity = warning]\n',
    ),
    'alertmanager/inhibition-without-equal',
  ),
  mutator(
    'alertmanager',
    'brace without quotes',
    replacing(/- alertname =~ "([A-Z][a-z]+)[^"]*"/, '- alertname =~ $1[A-Za-z]{6}'),
    'alertmanager/stripped-brace',
  ),
  mutator(
    'alertmanager',
    'template that is none',
    replacing(/title: '.*'/, 'title: \'{{ template "team.title" . }}\''),
    'alertmanager/undefined-template',
  ),
  mutator(
    'alertmanager',
    'slip in the name of a default template',
    replacing(/description: '.*'/, 'description: \'{{ template "pagerduty.default.descripton" . }}\''),
    'alertmanager/undefined-template',
  ),
  mutator(
    'alertmanager',
    'slip in the name of an alert',
    replacing(/alertname ?= ?"?(\w+)(\w)(\w)\b"?/, 'alertname = $1$3$2'),
    'alertmanager/unknown-alertname',
  ),
  mutator(
    'alertmanager',
    'slip in the severity of a route',
    replacing(/- severity( ?= ?)("?)critical/, '- severity$1$2critcal'),
    'alertmanager/unknown-severity',
  ),
  mutator(
    'alertmanager',
    'severity of a route in upper case',
    replacing(/- severity( ?= ?)("?)critical/, '- severity$1$2Critical'),
    'alertmanager/unknown-severity',
  ),
  mutator(
    'alertmanager',
    'wide route before the narrow one',
    (text) => {
      const root = rootReceiver(text);
      return text.replace(
        / {2}routes:\n/,
        `$&    - receiver: ${root}\n      matchers: [severity =~ "critical|warning"]\n`,
      );
    },
    'alertmanager/unreachable-route',
  ),
  mutator(
    'alertmanager',
    'route below one that excludes it',
    (text) => {
      const root = rootReceiver(text);
      return text.replace(
        /^ {6}repeat_interval: .*\n/m,
        `$&      routes:\n        - receiver: ${root}\n          matchers: [severity = warning]\n`,
      );
    },
    'alertmanager/unreachable-route',
  ),
  mutator(
    'alertmanager',
    'default receiver that tells nobody',
    (text) => {
      const root = rootReceiver(text);
      return text.replace(new RegExp(`( {2}- name: ${root}\n)(?: {4}.*\n)+`), '$1');
    },
    'alertmanager/unrouted-severity',
    'alertmanager/silent-receiver',
  ),
  mutator(
    'prometheus',
    'alerts that are dropped before they are sent',
    replacing(
      'alerting:\n',
      'alerting:\n  alert_relabel_configs:\n    - source_labels: [severity]\n      regex: warning|critical\n      action: drop\n',
    ),
    'alertmanager/path-not-routed',
  ),
];
