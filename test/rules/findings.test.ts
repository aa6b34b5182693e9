import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { saidIn } from '../support/areas.ts';

/** What is said of each rule's bad example by all rules of its area, word for word. */
const OF_BAD_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'alertmanager/always-muted': [
    'warning alertmanager/always-muted alertmanager.yml:6:29 "maintenance" has a range without times and days, which is always: this route never sends; give the interval the times or days that it is meant for; it is defined here alertmanager.yml:8',
  ],
  'alertmanager/config-not-loaded': [
    'error alertmanager/config-not-loaded docker-compose.yml:5:9 "alertmanager" reads "/etc/alertmanager/alertmanager.yml", and "alertmanager.yml" is mounted at "/etc/alertmanager/alertmanager.yaml": it runs with the configuration of its image, and its receivers are never told; mount it at "/etc/alertmanager/alertmanager.yml"',
  ],
  'alertmanager/deprecated-keys': [
    'notice alertmanager/deprecated-keys alertmanager.yml:4:7 match is an old name that Alertmanager is going to remove; write matchers: [severity="critical"]',
  ],
  'alertmanager/duplicate-receiver': [
    'error alertmanager/duplicate-receiver alertmanager.yml:7:11 there is already a receiver "team": Alertmanager refuses the whole configuration; give it another name, or add its integrations to the first; the first one alertmanager.yml:4',
  ],
  'alertmanager/group-by': [
    'error alertmanager/group-by alertmanager.yml:3:14 "..." groups by all labels and must stand alone: Alertmanager refuses the whole configuration; remove "...", or the other labels',
  ],
  'alertmanager/incomplete-receiver': [
    'error alertmanager/incomplete-receiver alertmanager.yml:6:9 this slack integration of "team" has no api_url, api_url_file, app_token or app_token_file, and global no slack_api_url, slack_api_url_file, slack_app_token or slack_app_token_file: Alertmanager refuses the whole configuration; add api_url_file',
  ],
  'alertmanager/inhibition-without-equal': [
    'warning alertmanager/inhibition-without-equal alertmanager.yml:4:5 nothing ties source and target together: one alert with severity="critical" silences all with severity="warning"; add equal: [alertname, instance], with the labels that both must share',
  ],
  'alertmanager/invalid-matcher': [
    'error alertmanager/invalid-matcher alertmanager.yml:4:18 the regular expression "^(?!test).*" does not compile, look-ahead and look-behind are not supported: Alertmanager refuses the whole configuration; correct it: Alertmanager uses RE2, and anchors it at both ends',
  ],
  'alertmanager/invalid-time-interval': [
    'error alertmanager/invalid-time-interval alertmanager.yml:10:20 "friday:monday" ends before it begins, and a range cannot go over the end: Alertmanager refuses the whole configuration; correct it, or split the range into two',
  ],
  'alertmanager/missing-template': [
    'error alertmanager/missing-template alertmanager.yml:4:5 "/etc/alertmanager/templates/*.tmpl" matches no file in the container "alertmanager": notifications that use its templates are not sent; mount the template files there, or take the entry out',
  ],
  'alertmanager/no-root-receiver': [
    'error alertmanager/no-root-receiver alertmanager.yml:1:1 the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration; add receiver: on-call',
  ],
  'alertmanager/odd-intervals': [
    'warning alertmanager/odd-intervals alertmanager.yml:4:20 a repeat_interval of 1m is shorter than the group_interval of 5m: notifications repeat every 5m; raise repeat_interval, or lower group_interval to 1m',
  ],
  'alertmanager/path-not-routed': [
    'warning alertmanager/path-not-routed prometheus.yml:4:7 nobody is told when the alerts of "api" fire: ApiDown: alert_relabel_configs drops it; lead them to a receiver with an integration',
  ],
  'alertmanager/self-inhibition': [
    'warning alertmanager/self-inhibition alertmanager.yml:5:5 source and target of this inhibition are the same alerts, which never silence one another: it does nothing; correct one side, or remove the rule',
  ],
  'alertmanager/silent-receiver': [
    'warning alertmanager/silent-receiver alertmanager.yml:4:11 the receiver "slack" has no integration: every alert ends here, and nobody is told; give it an integration, such as slack_configs, email_configs or webhook_configs',
  ],
  'alertmanager/slow-notification': [
    'warning alertmanager/slow-notification alertmanager.yml:5:19 "api" must be told within 3m, and ApiDown takes 6m30s when it joins a group that was already sent: 1m30s to fire and a group_interval of 5m; set group_interval to at most 1m30s on this route; the path asks for it here monitoring-check.yml:4',
  ],
  'alertmanager/stripped-brace': [
    'warning alertmanager/stripped-brace alertmanager.yml:4:18 the brace at the end of code=~5[0-9]{2} is taken off: the value is "5[0-9]{2"; put the value in quotes: code=~"5[0-9]{2}"',
  ],
  'alertmanager/undefined-receiver': [
    'error alertmanager/undefined-receiver alertmanager.yml:5:17 no receiver "oncall" is defined: Alertmanager refuses the whole configuration; did you mean "on-call"?; because of it: no route sends to the receiver "on-call": it is never told of anything alertmanager.yml:10',
  ],
  'alertmanager/undefined-template': [
    'error alertmanager/undefined-template alertmanager.yml:9:30 no template "team.titel" is defined: notifications that call it are not sent; did you mean "team.title"?',
  ],
  'alertmanager/undefined-time-interval': [
    'error alertmanager/undefined-time-interval alertmanager.yml:6:29 no time interval "weekend" is defined: Alertmanager refuses the whole configuration; did you mean "weekends"?',
    'warning alertmanager/unused-time-interval alertmanager.yml:8:11 no route uses the time interval "weekends": it changes nothing; name it under mute_time_intervals or active_time_intervals of a route, or remove it',
  ],
  'alertmanager/unknown-alertname': [
    'warning alertmanager/unknown-alertname alertmanager.yml:4:18 no rule defines an alert "HostDiscFull": this route never takes it; did you mean "HostDiskFull"?',
  ],
  'alertmanager/unreachable-route': [
    'warning alertmanager/unreachable-route alertmanager.yml:6:7 an earlier route takes all of its alerts and does not continue: "on-call" is never told by this one; put this route first, or add continue: true to the earlier one; the earlier route alertmanager.yml:4',
  ],
  'alertmanager/unrouted-severity': [
    'error alertmanager/unrouted-severity alertmanager.yml:2:13 no route takes 1 alert with severity "warning": it ends in the default receiver "nobody", which has no integration, and nobody is told; add a route for it, or give "nobody" an integration; ApiSlow is such an alert alerts.yml:4',
  ],
  'alertmanager/unused-receiver': [
    'warning alertmanager/unused-receiver alertmanager.yml:7:11 no route sends to the receiver "on-call": it is never told of anything; add a route to it, or remove it',
  ],
  'alertmanager/unused-time-interval': [
    'warning alertmanager/unused-time-interval alertmanager.yml:7:11 no route uses the time interval "weekends": it changes nothing; name it under mute_time_intervals or active_time_intervals of a route, or remove it',
  ],
  'promql/absent-aggregation': [
    'warning promql/absent-aggregation alerts.yml:5:25 "absent" fires only when both values of "job" are gone, not when one is; ask for each by itself: absent(…{job="api"}) or absent(…{job="worker"})',
  ],
  'promql/aggregated-quantile': [
    'warning promql/aggregated-quantile alerts.yml:5:15 "avg" of quantiles is no quantile of anything: "http_request_duration_seconds" is chosen by quantile="0.99"; take "max", or work from "_sum" and "_count"',
  ],
  'promql/bare-counter': [
    'warning promql/bare-counter alerts.yml:5:15 "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
  ],
  'promql/beyond-retention': [
    'warning promql/beyond-retention alerts.yml:5:37 the alert "Example" looks back 30d, but "prometheus" keeps 15d by default: the range is cut short; raise --storage.tsdb.retention.time, or look back less far',
  ],
  'promql/delta-of-counter': [
    'warning promql/delta-of-counter alerts.yml:5:15 "delta" shows a fall at each restart of what counts "http_errors_total": it is a counter; use "increase"',
  ],
  'promql/division-in-aggregation': [
    'warning promql/division-in-aggregation alerts.yml:5:47 one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
  ],
  'promql/dropped-label': [
    'warning promql/dropped-label alerts.yml:5:19 "max" groups by "instance", which is not there any more: "sum by (job)" drops it; keep "instance" where it is dropped, or leave it out here; dropped here alerts.yml:5',
  ],
  'promql/feature-flag': [
    'error promql/feature-flag alerts.yml:5:15 the function "mad_over_time" is experimental in the alert "Example", and "prometheus" runs without the flag for it, so Prometheus refuses the whole rule file; add --enable-feature=promql-experimental-functions to its command; it is run here docker-compose.yml:5',
  ],
  'promql/float-equality': [
    'notice promql/float-equality alerts.yml:5:85 "== 1" compares a computed number for equality, which hardly ever holds; compare with ">" or "<"',
  ],
  'promql/histogram-quantile-le': [
    'warning promql/histogram-quantile-le alerts.yml:5:44 "histogram_quantile" finds no buckets: "sum by (job)" drops the label "le"; add "le" to the labels that the aggregation keeps',
  ],
  'promql/many-to-many': [
    'warning promql/many-to-many alerts.yml:5:68 the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "code" only: it is grouped by it, and not matched by it; match by "code" too, or add "group_left" if that side may have several',
  ],
  'promql/matching-labels': [
    'warning promql/matching-labels alerts.yml:5:43 the alert "Example" never fires: nothing on the left of "/" matches anything on the right: on the left there is the label "job", on the right no label "job"; one side has no labels at all: match by none, with "/ on ()"',
  ],
  'promql/metric-typo': [
    'warning promql/metric-typo alerts.yml:5:20 nothing that the repository knows exposes "order_processed_total", and something exposes "orders_processed_total"; write "orders_processed_total"; "orders_processed_total" comes from here api/main.py:3',
  ],
  'promql/never-matches': [
    'error promql/never-matches alerts.yml:5:15 the alert "Example" can never fire: "== 0" never holds: what "count" returns is never below 1, and where there is nothing to count it returns nothing; write "(count(…) or vector(0)) == 0", or ask "absent(…)"',
  ],
  'promql/newer-syntax': [
    'warning promql/newer-syntax alerts.yml:5:15 "last_over_time" is there since Prometheus 2.26, but "prometheus" is 2.20: it does not take the alert "Example"; its image docker-compose.yml:6',
  ],
  'promql/plain-regex': [
    'notice promql/plain-regex alerts.yml:5:18 job=~"api" has nothing of a regular expression in it; write job="api"',
  ],
  'promql/rate-of-gauge': [
    'warning promql/rate-of-gauge alerts.yml:5:15 "rate" takes each fall of "node_memory_MemAvailable_bytes" for a restart: it is a gauge, which rises and falls; use "deriv" for how it changes, or "avg_over_time" for its level',
  ],
  'promql/rate-of-sum': [
    'warning promql/rate-of-sum alerts.yml:5:15 "rate" of a sum jumps when one of its series restarts or goes away; rate first, then sum: "sum(rate(http_requests_total[…]))"',
  ],
  'promql/regex-matcher': [
    'warning promql/regex-matcher alerts.yml:5:23 job=~"api*" is no file pattern: "*" repeats the character before it; write "api.*"',
  ],
  'promql/short-range': [
    'warning promql/short-range alerts.yml:5:40 "rate" over 45s has often only one sample to go by: the job "api" is scraped every 30s; make the range at least 2m; every 30s prometheus.yml:6',
  ],
  'promql/syntax': [
    'error promql/syntax alerts.yml:5:42 the alert "Example" has an expression that does not parse, so Prometheus refuses the whole rule file: unexpected ")", expected "]"',
  ],
  'promql/types': [
    'error promql/types alerts.yml:5:20 the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: "rate" wants a range vector, not an instant vector; name the range in brackets after the selector, such as "[5m]"',
  ],
  'promql/unknown-metric': [
    'warning promql/unknown-metric alerts.yml:5:15 nothing that "prometheus" scrapes exposes "redis_up", so the alert "Example" sees nothing',
  ],
  'recording/conflicting': [
    'error recording/conflicting rules.yml:6:17 "job:http_requests:rate" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other; give one another name, or a label that tells them apart; recorded here too rules.yml:4',
  ],
  'recording/cycle': [
    'error recording/cycle rules.yml:4:17 these rules are made of one another, so none ever has a first value: "job:http_requests:rate5m" needs "job:http_errors:ratio5m" needs "job:http_requests:rate5m"; make one of them of metrics that are scraped; part of the cycle rules.yml:6',
  ],
  'recording/duplicate': [
    'warning recording/duplicate rules.yml:6:17 "job:http_requests:rate5m" is recorded twice by the same expression; delete one of them; the first one rules.yml:4',
  ],
  'recording/interval-over-lookback': [
    'warning recording/interval-over-lookback rules.yml:3:15 "job:http_requests:rate1h" is recorded every 10m, but a query only sees the last 5m: between two evaluations it is gone; write "interval: 5m" or less',
  ],
  'recording/invalid-name': [
    'error recording/invalid-name rules.yml:4:17 "http_requests{job}" is no name of a metric: braces belong into the expression, so Prometheus refuses the whole rule file; use letters, digits, "_" and ":", as in "job:http_requests:rate5m"',
  ],
  'recording/naming': [
    'warning recording/naming rules.yml:4:17 "http_requests_rate5m" does not say that it is recorded: such names are level:metric:operations; name it as in "job:http_requests:rate5m"',
  ],
  'recording/quoted-name': [
    'warning recording/quoted-name rules.yml:4:17 "http-requests-rate5m" can only be selected as {"http-requests-rate5m"}, and not at all before Prometheus 3; write "http_requests_rate5m"',
  ],
  'recording/rate-of-recorded-sum': [
    'warning recording/rate-of-recorded-sum rules.yml:7:15 "rate" of "job:http_requests:sum" jumps when one of the counters that it sums restarts; record the sum of the rates in place of the sum, and take no rate of it; the sum is recorded here rules.yml:5',
  ],
  'recording/unused': [
    'warning recording/unused recording.yml:4:17 nothing uses "job:http_requests:rate5m": no rule, no panel and no alert of the repository asks for it; use it, or delete the rule',
  ],
};

describe('the bad example of', () => {
  test.each(Object.entries(OF_BAD_EXAMPLES))('%s is told in these words', (id, said) => {
    const rule = RULES.find((other) => other.id === id);
    expect(saidIn(id.split('/')[0] ?? '', rule?.bad.files ?? {})).toEqual(said);
  });
});

describe("Alertmanager's configuration", () => {
  test.each<[string, string, string[]]>([
    [
      'a good one',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    ['no route', 'receivers:\n  - name: a\n', []],
    ['a null route', 'route:\nreceivers:\n  - name: a\n', []],
    [
      'no receiver at the root',
      'route:\n  group_by: [alertname]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/no-root-receiver alertmanager.yml:1:1 the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration; add receiver: a',
      ],
    ],
    [
      'an empty receiver at the root',
      'route:\n  receiver: ""\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/no-root-receiver alertmanager.yml:1:1 the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration; add receiver: a',
        'warning alertmanager/unused-receiver alertmanager.yml:4:11 no route sends to the receiver "a": it is never told of anything; add a route to it, or remove it',
      ],
    ],
    [
      'matchers at the root',
      'route:\n  receiver: a\n  matchers: [x="y"]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/no-root-receiver alertmanager.yml:3:3 the root route must take every alert at any time, and has matchers: Alertmanager refuses the whole configuration; move it into a route under routes',
      ],
    ],
    [
      'match at the root',
      'route:\n  receiver: a\n  match: {x: y}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'notice alertmanager/deprecated-keys alertmanager.yml:3:3 match is an old name that Alertmanager is going to remove; write matchers: [x="y"]',
        'error alertmanager/no-root-receiver alertmanager.yml:3:3 the root route must take every alert at any time, and has match: Alertmanager refuses the whole configuration; move it into a route under routes',
      ],
    ],
    [
      'empty match at the root',
      'route:\n  receiver: a\n  match: {}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'notice alertmanager/deprecated-keys alertmanager.yml:3:3 match is an old name that Alertmanager is going to remove; write matchers: []',
      ],
    ],
    [
      'continue at the root',
      'route:\n  receiver: a\n  continue: true\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/no-root-receiver alertmanager.yml:3:3 the root route must not have continue, nothing comes after it: Alertmanager refuses the whole configuration; remove the line',
      ],
    ],
    [
      'no continue at the root',
      'route:\n  receiver: a\n  continue: false\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'muted at the root',
      'route:\n  receiver: a\n  mute_time_intervals: [n]\ntime_intervals:\n  - {name: n, time_intervals: [{weekdays: [saturday]}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/no-root-receiver alertmanager.yml:3:3 the root route must take every alert at any time, and has mute_time_intervals: Alertmanager refuses the whole configuration; move it into a route under routes',
      ],
    ],
    [
      'all labels and another one',
      'route:\n  receiver: a\n  group_by: ["...", job]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/group-by alertmanager.yml:3:14 "..." groups by all labels and must stand alone: Alertmanager refuses the whole configuration; remove "...", or the other labels',
      ],
    ],
    [
      'all labels',
      'route:\n  receiver: a\n  group_by: ["..."]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'a label twice',
      'route:\n  receiver: a\n  group_by: [job, env, job]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/group-by alertmanager.yml:3:24 "job" is named twice: Alertmanager refuses the whole configuration; remove one of the two',
      ],
    ],
    [
      'group_interval of zero',
      'route:\n  receiver: a\n  group_interval: 0s\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:3:19 group_interval must not be zero: Alertmanager refuses the whole configuration; write 1s or more',
      ],
    ],
    [
      'repeat_interval of zero',
      'route:\n  receiver: a\n  repeat_interval: 0s\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:3:20 repeat_interval must not be zero: Alertmanager refuses the whole configuration; write 1s or more',
      ],
    ],
    [
      'repeats that are too quick',
      'route:\n  receiver: a\n  group_interval: 10m\n  repeat_interval: 5m\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:4:20 a repeat_interval of 5m is shorter than the group_interval of 10m: notifications repeat every 10m; raise repeat_interval, or lower group_interval to 5m',
      ],
    ],
    [
      'repeats that are quicker than the default',
      'route:\n  receiver: a\n  repeat_interval: 1m\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:3:20 a repeat_interval of 1m is shorter than the group_interval of 5m: notifications repeat every 5m; raise repeat_interval, or lower group_interval to 1m',
      ],
    ],
    [
      'repeats that are inherited',
      'route:\n  receiver: a\n  group_interval: 10m\n  repeat_interval: 5m\n  routes:\n    - receiver: b\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:4:20 a repeat_interval of 5m is shorter than the group_interval of 10m: notifications repeat every 10m; raise repeat_interval, or lower group_interval to 5m',
      ],
    ],
    [
      'a group_interval that is longer than what is inherited',
      'route:\n  receiver: a\n  repeat_interval: 1h\n  routes:\n    - {receiver: b, group_interval: 2h}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:5:37 a repeat_interval of 1h is shorter than the group_interval of 2h: notifications repeat every 2h; raise repeat_interval, or lower group_interval to 1h',
      ],
    ],
    [
      'a wait that is too long',
      'route:\n  receiver: a\n  group_wait: 10m\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:3:15 a group_wait of 10m is longer than the group_interval of 5m: the first notification of a group waits the longest; lower group_wait to at most 5m',
      ],
    ],
    [
      'a wait that is as long',
      'route:\n  receiver: a\n  group_wait: 5m\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'a wait longer than its interval',
      'route:\n  receiver: a\n  group_wait: 30s\n  routes:\n    - {receiver: b, group_interval: 10s}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/odd-intervals alertmanager.yml:5:37 a group_wait of 30s is longer than the group_interval of 10s: the first notification of a group waits the longest; lower group_wait to at most 10s',
      ],
    ],
    [
      'always muted',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, mute_time_intervals: [n]}\ntime_intervals:\n  - {name: n, time_intervals: [{}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/always-muted alertmanager.yml:4:43 "n" has a range without times and days, which is always: this route never sends; give the interval the times or days that it is meant for; it is defined here alertmanager.yml:6',
      ],
    ],
    [
      'never active',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, active_time_intervals: [n]}\ntime_intervals:\n  - {name: n, time_intervals: []}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/always-muted alertmanager.yml:4:45 "n" has no range, which is never: this route never sends; give the interval the times or days that it is meant for; it is defined here alertmanager.yml:6',
      ],
    ],
    [
      'sometimes active',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, active_time_intervals: [n, m]}\ntime_intervals:\n  - {name: n, time_intervals: []}\n  - {name: m, time_intervals: [{weekdays: [monday]}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'sometimes muted',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, mute_time_intervals: [n]}\ntime_intervals:\n  - {name: n, time_intervals: [{weekdays: [monday]}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'an interval that is not defined',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, mute_time_intervals: [n]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/undefined-time-interval alertmanager.yml:4:43 no time interval "n" is defined: Alertmanager refuses the whole configuration; define it under time_intervals',
      ],
    ],
    [
      'an interval that is not used',
      'route:\n  receiver: a\ntime_intervals:\n  - {name: n, time_intervals: [{weekdays: [monday]}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/unused-time-interval alertmanager.yml:4:12 no route uses the time interval "n": it changes nothing; name it under mute_time_intervals or active_time_intervals of a route, or remove it',
      ],
    ],
    [
      'an interval twice',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, mute_time_intervals: [n]}\ntime_intervals:\n  - {name: n, time_intervals: [{weekdays: [monday]}]}\n  - {name: n, time_intervals: [{weekdays: [sunday]}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/invalid-time-interval alertmanager.yml:7:12 there is already a time interval "n": Alertmanager refuses the whole configuration; give it another name, or add its ranges to the first; the first one alertmanager.yml:6',
      ],
    ],
    [
      'old matchers',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, match: {severity: critical}}\n    - {receiver: b, match_re: {job: "a|b"}}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'notice alertmanager/deprecated-keys alertmanager.yml:4:21 match is an old name that Alertmanager is going to remove; write matchers: [severity="critical"]',
        'notice alertmanager/deprecated-keys alertmanager.yml:5:21 match_re is an old name that Alertmanager is going to remove; write matchers: [job=~"a|b"]',
      ],
    ],
    [
      'old inhibitions',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_match: {severity: critical}\n    target_match_re: {severity: "warning|info"}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'notice alertmanager/deprecated-keys alertmanager.yml:4:5 source_match is an old name that Alertmanager is going to remove; write source_matchers: [severity="critical"]',
        'warning alertmanager/inhibition-without-equal alertmanager.yml:4:5 nothing ties source and target together: one alert with severity="critical" silences all with severity=~"warning|info"; add equal: [alertname, instance], with the labels that both must share',
        'notice alertmanager/deprecated-keys alertmanager.yml:5:5 target_match_re is an old name that Alertmanager is going to remove; write target_matchers: [severity=~"warning|info"]',
      ],
    ],
    [
      'old time intervals',
      'route:\n  receiver: a\nmute_time_intervals:\n  - {name: n, time_intervals: [{weekdays: [monday]}]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'notice alertmanager/deprecated-keys alertmanager.yml:3:1 mute_time_intervals is an old name that Alertmanager is going to remove; write time_intervals',
        'warning alertmanager/unused-time-interval alertmanager.yml:4:12 no route uses the time interval "n": it changes nothing; name it under mute_time_intervals or active_time_intervals of a route, or remove it',
      ],
    ],
    [
      'a receiver twice',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n  - name: a\n',
      [
        'warning alertmanager/silent-receiver alertmanager.yml:4:11 the receiver "a" has no integration: every alert ends here, and nobody is told; give it an integration, such as slack_configs, email_configs or webhook_configs',
        'error alertmanager/duplicate-receiver alertmanager.yml:5:11 there is already a receiver "a": Alertmanager refuses the whole configuration; give it another name, or add its integrations to the first; the first one alertmanager.yml:4',
      ],
    ],
    [
      'a receiver that is not defined',
      'route:\n  receiver: c\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/undefined-receiver alertmanager.yml:2:13 no receiver "c" is defined: Alertmanager refuses the whole configuration; did you mean "a"?; because of it: no route sends to the receiver "a": it is never told of anything alertmanager.yml:4',
      ],
    ],
    [
      'a receiver that is nearly defined',
      'route:\n  receiver: alerts\nreceivers:\n  - name: alert\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/undefined-receiver alertmanager.yml:2:13 no receiver "alerts" is defined: Alertmanager refuses the whole configuration; did you mean "alert"?; because of it: no route sends to the receiver "alert": it is never told of anything alertmanager.yml:4',
      ],
    ],
    [
      'no receivers',
      'route: {receiver: a}\nreceivers: []\n',
      [
        'error alertmanager/undefined-receiver alertmanager.yml:1:19 no receiver "a" is defined: Alertmanager refuses the whole configuration; define it under receivers',
      ],
    ],
    [
      'a receiver that is not used',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://y.example.com"}]\n',
      [
        'warning alertmanager/unused-receiver alertmanager.yml:6:11 no route sends to the receiver "b": it is never told of anything; add a route to it, or remove it',
      ],
    ],
    [
      'a webhook without an address',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    webhook_configs: [{send_resolved: true}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:24 this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; add url_file',
      ],
    ],
    [
      'a mail without a smarthost',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    email_configs: [{to: "x@example.com"}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:22 this email integration of "a" has no from, and global no smtp_from: Alertmanager refuses the whole configuration; add from',
        'error alertmanager/incomplete-receiver alertmanager.yml:5:22 this email integration of "a" has no smarthost, and global no smtp_smarthost: Alertmanager refuses the whole configuration; add smarthost',
      ],
    ],
    [
      'a mail whose smarthost is global',
      'route:\n  receiver: a\nglobal: {smtp_smarthost: "mail.example.com:25", smtp_from: "a@example.com"}\nreceivers:\n  - name: a\n    email_configs: [{to: "x@example.com"}]\n',
      [],
    ],
    [
      'a smarthost without a port',
      'route:\n  receiver: a\nglobal: {smtp_smarthost: mail.example.com, smtp_from: "a@example.com"}\nreceivers:\n  - name: a\n    email_configs: [{to: "x@example.com"}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:3:26 "mail.example.com" is no host and port: Alertmanager refuses the whole configuration; write "mail.example.com:587"',
      ],
    ],
    [
      'its own smarthost without a port',
      'route:\n  receiver: a\nglobal: {smtp_from: "a@example.com"}\nreceivers:\n  - name: a\n    email_configs: [{to: "x@example.com", smarthost: "mail.example.com:"}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:6:54 "mail.example.com:" is no host and port: Alertmanager refuses the whole configuration; write "host:port"',
      ],
    ],
    [
      'a Slack without an address',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    slack_configs: [{channel: "#x"}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:22 this slack integration of "a" has no api_url, api_url_file, app_token or app_token_file, and global no slack_api_url, slack_api_url_file, slack_app_token or slack_app_token_file: Alertmanager refuses the whole configuration; add api_url_file',
      ],
    ],
    [
      'a Slack whose address is global',
      'route:\n  receiver: a\nglobal: {slack_api_url_file: /run/secrets/x}\nreceivers:\n  - name: a\n    slack_configs: [{channel: "#x"}]\n',
      [],
    ],
    [
      'a PagerDuty without a key',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    pagerduty_configs: [{}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:25 this pagerduty integration of "a" has no routing_key, routing_key_file, service_key or service_key_file: Alertmanager refuses the whole configuration; add routing_key_file',
      ],
    ],
    [
      'an Opsgenie without a key',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    opsgenie_configs: [{}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:24 this opsgenie integration of "a" has no api_key or api_key_file, and global no opsgenie_api_key or opsgenie_api_key_file: Alertmanager refuses the whole configuration; add api_key_file',
      ],
    ],
    [
      'a Telegram without a chat',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    telegram_configs: [{bot_token: x}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:25 this telegram integration of "a" has no chat_id or chat_id_file: Alertmanager refuses the whole configuration; add chat_id_file',
      ],
    ],
    [
      'a Pushover without keys',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n    pushover_configs: [{}]\n',
      [
        'error alertmanager/incomplete-receiver alertmanager.yml:5:24 this pushover integration of "a" has no token or token_file: Alertmanager refuses the whole configuration; add token_file',
        'error alertmanager/incomplete-receiver alertmanager.yml:5:24 this pushover integration of "a" has no user_key or user_key_file: Alertmanager refuses the whole configuration; add user_key_file',
      ],
    ],
    [
      'a receiver without an integration',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n',
      [
        'warning alertmanager/silent-receiver alertmanager.yml:4:11 the receiver "a" has no integration: every alert ends here, and nobody is told; give it an integration, such as slack_configs, email_configs or webhook_configs',
      ],
    ],
    [
      'two receivers without an integration',
      'route:\n  receiver: a\nreceivers:\n  - name: a\n  - name: b\n',
      [
        'warning alertmanager/silent-receiver alertmanager.yml:4:11 all receivers have no integration: every alert ends here, and nobody is told; give it an integration, such as slack_configs, email_configs or webhook_configs',
      ],
    ],
    [
      'integrations beside the receiver',
      'route: {receiver: a}\nreceivers:\n  - name: a\nslack_configs: [{channel: "#x"}]\n',
      [
        'warning alertmanager/silent-receiver alertmanager.yml:3:11 the receiver "a" has no integration: every alert ends here, and nobody is told; give it an integration, such as slack_configs, email_configs or webhook_configs',
      ],
    ],
    [
      'a matcher with a brace at its end',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: ["x=y}"]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/stripped-brace alertmanager.yml:4:32 the brace at the end of x=y} is taken off: the value is "y"; put the value in quotes: x="y}"',
      ],
    ],
    [
      'a matcher that is broken',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: ["x"]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/invalid-matcher alertmanager.yml:4:32 the matcher x cannot be read, "x" is no label, operator and value: Alertmanager refuses the whole configuration; write label="value", several of them as items of the list',
      ],
    ],
    [
      'a matcher with a broken expression',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: ["x=~\\"(\\""]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'error alertmanager/invalid-matcher alertmanager.yml:4:32 the regular expression "(" does not compile, a "(" is not closed: Alertmanager refuses the whole configuration; correct it: Alertmanager uses RE2, and anchors it at both ends',
      ],
    ],
    [
      'an expression without anchors',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: ["x=~\\"^a$\\""]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'a route that is never reached',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b}\n    - {receiver: a, matchers: [x="y"]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/unreachable-route alertmanager.yml:5:21 an earlier route takes every alert and does not continue: "a" is never told by this one; move the route that takes everything to the end; the earlier route alertmanager.yml:4',
      ],
    ],
    [
      'a route that the one before it takes',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: [x="y"]}\n    - {receiver: a, matchers: [x="y", z="w"]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/unreachable-route alertmanager.yml:5:21 an earlier route takes all of its alerts and does not continue: "a" is never told by this one; put this route first, or add continue: true to the earlier one; the earlier route alertmanager.yml:4',
      ],
    ],
    [
      'a route that goes on',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: [x="y"], continue: true}\n    - {receiver: a, matchers: [x="y"]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'a route that can take nothing',
      'route:\n  receiver: a\n  routes:\n    - {receiver: b, matchers: [x="y", x="z"]}\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'a child that its parent excludes',
      'route:\n  receiver: a\n  routes:\n    - receiver: b\n      matchers: [x="y"]\n      routes: [{receiver: a, matchers: [x="z"]}]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n  - name: b\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/unreachable-route alertmanager.yml:6:41 no alert reaches this route: the one above it takes only x="y"; move it out of that route, or correct one of the matchers; the route above alertmanager.yml:5',
      ],
    ],
    [
      'an inhibition of itself',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_matchers: [x="y"]\n    target_matchers: [x="y"]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/self-inhibition alertmanager.yml:5:5 source and target of this inhibition are the same alerts, which never silence one another: it does nothing; correct one side, or remove the rule',
      ],
    ],
    [
      'an inhibition and its reverse',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_matchers: [x="y"]\n    target_matchers: [x="z"]\n    equal: [job]\n  - source_matchers: [x="z"]\n    target_matchers: [x="y"]\n    equal: [job]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/self-inhibition alertmanager.yml:7:5 this inhibition turns an earlier one round: when both alerts fire each silences the other, and nobody is told of either; remove one of the two; the other direction alertmanager.yml:4',
      ],
    ],
    [
      'an inhibition by labels that are alike',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_matchers: [severity="critical"]\n    target_matchers: [severity="warning"]\n    equal: [alertname]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'an inhibition without equal',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_matchers: [severity="critical"]\n    target_matchers: [severity="warning"]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [
        'warning alertmanager/inhibition-without-equal alertmanager.yml:4:5 nothing ties source and target together: one alert with severity="critical" silences all with severity="warning"; add equal: [alertname, instance], with the labels that both must share',
      ],
    ],
    [
      'an inhibition of everything',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_matchers: [severity="critical"]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
    [
      'an inhibition by equal severities',
      'route:\n  receiver: a\ninhibit_rules:\n  - source_matchers: [severity="critical"]\n    target_matchers: [severity="warning"]\n    equal: [severity]\nreceivers:\n  - name: a\n    webhook_configs: [{url: "http://x.example.com"}]\n',
      [],
    ],
  ])('with %s', (_what, text, said) => {
    expect(saidIn('alertmanager', { 'alertmanager.yml': text })).toEqual(said);
  });
});

describe('recording rules', () => {
  test.each<[string, string, string[]]>([
    [
      'good names',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "job:x:sum",\n     "expr": "sum by (job) (x)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'no level',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "x_sum",\n     "expr": "sum(x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/naming rules.yml:7:16 "x_sum" does not say that it is recorded: such names are level:metric:operations; name it as in "job:http_requests:rate5m"',
      ],
    ],
    [
      'an empty name',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "",\n     "expr": "x"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/invalid-name rules.yml:7:16 "" is no name of a metric: it is empty, so Prometheus refuses the whole rule file; use letters, digits, "_" and ":", as in "job:http_requests:rate5m"',
      ],
    ],
    [
      'braces',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "x{a=\\"b\\"}",\n     "expr": "y"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/invalid-name rules.yml:7:16 "x{a="b"}" is no name of a metric: braces belong into the expression, so Prometheus refuses the whole rule file; use letters, digits, "_" and ":", as in "job:http_requests:rate5m"',
      ],
    ],
    [
      'a hyphen',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "my-x",\n     "expr": "y"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/quoted-name rules.yml:7:16 "my-x" can only be selected as {"my-x"}, and not at all before Prometheus 3; write "my_x"',
      ],
    ],
    [
      'a digit first',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "1x",\n     "expr": "y"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/quoted-name rules.yml:7:16 "1x" can only be selected as {"1x"}, and not at all before Prometheus 3; write "_1x"',
      ],
    ],
    [
      'a dot',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a.b c",\n     "expr": "y"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/quoted-name rules.yml:7:16 "a.b c" can only be selected as {"a.b c"}, and not at all before Prometheus 3; write "a_b_c"',
      ],
    ],
    [
      'the same twice',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "sum( x )"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/duplicate rules.yml:11:16 "a:x" is recorded twice by the same expression; delete one of them; the first one rules.yml:7',
      ],
    ],
    [
      'the same with other labels',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)",\n     "labels": {\n      "l": "1"\n     }\n    },\n    {\n     "record": "a:x",\n     "expr": "sum(x)",\n     "labels": {\n      "l": "2"\n     }\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'the same labels in another order',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "x",\n     "labels": {\n      "k": "1",\n      "l": "2"\n     }\n    },\n    {\n     "record": "a:x",\n     "expr": "x",\n     "labels": {\n      "l": "2",\n      "k": "1"\n     }\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/duplicate rules.yml:15:16 "a:x" is recorded twice by the same expression; delete one of them; the first one rules.yml:7',
      ],
    ],
    [
      'the same in two groups',
      '{\n "groups": [\n  {\n   "name": "g0",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    }\n   ]\n  },\n  {\n   "name": "g1",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/duplicate rules.yml:16:16 "a:x" is recorded twice by the same expression; delete one of them; the first one rules.yml:7',
      ],
    ],
    [
      'the same under two names',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:y",\n     "expr": "sum(x)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'three times',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/duplicate rules.yml:11:16 "a:x" is recorded twice by the same expression; delete one of them; the first one rules.yml:7',
        'warning recording/duplicate rules.yml:15:16 "a:x" is recorded twice by the same expression; delete one of them; the first one rules.yml:7',
      ],
    ],
    [
      'two expressions',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "max(x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/conflicting rules.yml:11:16 "a:x" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other; give one another name, or a label that tells them apart; recorded here too rules.yml:7',
      ],
    ],
    [
      'two expressions with other labels',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)",\n     "labels": {\n      "l": "1"\n     }\n    },\n    {\n     "record": "a:x",\n     "expr": "max(x)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'two expressions that keep other labels',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum by (a) (x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "sum by (b) (x)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'two expressions that keep the same labels',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum by (a) (x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "max by (a) (x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/conflicting rules.yml:11:16 "a:x" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other; give one another name, or a label that tells them apart; recorded here too rules.yml:7',
      ],
    ],
    [
      'two expressions of other series',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "max(y)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'two expressions in two groups',
      '{\n "groups": [\n  {\n   "name": "g0",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    }\n   ]\n  },\n  {\n   "name": "g1",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "max(x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/conflicting rules.yml:16:16 "a:x" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other; give one another name, or a label that tells them apart; recorded here too rules.yml:7',
      ],
    ],
    [
      'one that is repeated among others',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "max(x)"\n    },\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/conflicting rules.yml:11:16 "a:x" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other; give one another name, or a label that tells them apart; recorded here too rules.yml:7',
        'error recording/conflicting rules.yml:15:16 "a:x" is recorded twice, by different expressions over the same series: Prometheus keeps one value and discards the other; give one another name, or a label that tells them apart; recorded here too rules.yml:11',
        'warning recording/duplicate rules.yml:15:16 "a:x" is recorded twice by the same expression; delete one of them; the first one rules.yml:7',
      ],
    ],
    [
      'two of a template',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)",\n     "labels": {\n      "l": "${L}"\n     }\n    },\n    {\n     "record": "a:x",\n     "expr": "max(x)",\n     "labels": {\n      "l": "${L}"\n     }\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'an alert and a record of one name',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "alert": "a",\n     "expr": "x > 1"\n    },\n    {\n     "record": "a",\n     "expr": "y"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/naming rules.yml:11:16 "a" does not say that it is recorded: such names are level:metric:operations; name it as in "job:http_requests:rate5m"',
      ],
    ],
    [
      'itself',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "a:x + 1"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/cycle rules.yml:7:16 "a:x" is made of itself, so it never has a first value; make one of them of metrics that are scraped',
      ],
    ],
    [
      'one another',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "a:y"\n    },\n    {\n     "record": "a:y",\n     "expr": "a:z"\n    },\n    {\n     "record": "a:z",\n     "expr": "a:x"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/cycle rules.yml:7:16 these rules are made of one another, so none ever has a first value: "a:x" needs "a:y" needs "a:z" needs "a:x"; make one of them of metrics that are scraped; part of the cycle rules.yml:11; part of the cycle rules.yml:15',
      ],
    ],
    [
      'one another beside something scraped',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "a:y + x"\n    },\n    {\n     "record": "a:y",\n     "expr": "a:x"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/cycle rules.yml:7:16 these rules are made of one another, so none ever has a first value: "a:x" needs "a:y" needs "a:x"; make one of them of metrics that are scraped; part of the cycle rules.yml:11',
      ],
    ],
    [
      'itself or something else',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "a:x or x"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'itself unless',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "x unless a:x"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'itself where it is absent',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "absent(a:x)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'itself by another rule',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "a:x + 1"\n    },\n    {\n     "record": "a:x",\n     "expr": "vector(1)"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a chain that ends',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "a:y"\n    },\n    {\n     "record": "a:y",\n     "expr": "y"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'one that leads into a cycle',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:w",\n     "expr": "a:x"\n    },\n    {\n     "record": "a:x",\n     "expr": "a:y"\n    },\n    {\n     "record": "a:y",\n     "expr": "a:x"\n    }\n   ]\n  }\n ]\n}',
      [
        'error recording/cycle rules.yml:11:16 these rules are made of one another, so none ever has a first value: "a:x" needs "a:y" needs "a:x"; make one of them of metrics that are scraped; part of the cycle rules.yml:15',
      ],
    ],
    [
      'an interval that is too long',
      '{\n "groups": [\n  {\n   "name": "g0",\n   "interval": "10m",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "x"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/interval-over-lookback rules.yml:5:16 "a:x" is recorded every 10m, but a query only sees the last 5m: between two evaluations it is gone; write "interval: 5m" or less',
      ],
    ],
    [
      'an interval that is as long',
      '{\n "groups": [\n  {\n   "name": "g0",\n   "interval": "5m",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "x"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a long interval of alerts',
      '{\n "groups": [\n  {\n   "name": "g0",\n   "interval": "10m",\n   "rules": [\n    {\n     "alert": "A",\n     "expr": "x > 1"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a rate of a sum',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x_total)"\n    },\n    {\n     "record": "a:y",\n     "expr": "rate(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/rate-of-recorded-sum rules.yml:12:15 "rate" of "a:x" jumps when one of the counters that it sums restarts; record the sum of the rates in place of the sum, and take no rate of it; the sum is recorded here rules.yml:8',
      ],
    ],
    [
      'an increase of an average',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "avg by (job) (x_total)"\n    },\n    {\n     "alert": "A",\n     "expr": "increase(a:x[5m]) > 1"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/rate-of-recorded-sum rules.yml:12:15 "increase" of "a:x" jumps when one of the counters that it sums restarts; record the sum of the rates in place of the sum, and take no rate of it; the sum is recorded here rules.yml:8',
      ],
    ],
    [
      'a rate of a count',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "count(x_count)"\n    },\n    {\n     "record": "a:y",\n     "expr": "irate(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/rate-of-recorded-sum rules.yml:12:15 "irate" of "a:x" jumps when one of the counters that it sums restarts; record the sum of the rates in place of the sum, and take no rate of it; the sum is recorded here rules.yml:8',
      ],
    ],
    [
      'a rate of a sum of rates',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(rate(x_total[5m]))"\n    },\n    {\n     "record": "a:y",\n     "expr": "rate(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a rate of a sum of what may be no counter',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x)"\n    },\n    {\n     "record": "a:y",\n     "expr": "rate(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a rate of a maximum',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "max(x_total)"\n    },\n    {\n     "record": "a:y",\n     "expr": "rate(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a rate of a difference',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x_total - y_total)"\n    },\n    {\n     "record": "a:y",\n     "expr": "rate(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'deriv of a sum',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "sum(x_total)"\n    },\n    {\n     "record": "a:y",\n     "expr": "deriv(a:x[5m])"\n    }\n   ]\n  }\n ]\n}',
      [],
    ],
    [
      'a rate of a window of a sum',
      '{\n "groups": [\n  {\n   "name": "g",\n   "rules": [\n    {\n     "record": "a:x",\n     "expr": "(sum(x_total))"\n    },\n    {\n     "record": "a:y",\n     "expr": "rate(a:x[5m] offset 1h)"\n    }\n   ]\n  }\n ]\n}',
      [
        'warning recording/rate-of-recorded-sum rules.yml:12:15 "rate" of "a:x" jumps when one of the counters that it sums restarts; record the sum of the rates in place of the sum, and take no rate of it; the sum is recorded here rules.yml:8',
      ],
    ],
  ])('with %s', (_what, text, said) => {
    expect(saidIn('recording', { 'rules.yml': text })).toEqual(said);
  });
});

describe('an alert on', () => {
  const rules = (expr: string): string =>
    JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A', expr }] }] });

  test.each<[string, string[]]>([
    [
      'rate(sum(x_total)[5m:])',
      [
        'warning promql/rate-of-sum rules.yml:1:54 "rate" of a sum jumps when one of its series restarts or goes away; rate first, then sum: "sum(rate(x_total[…]))"',
      ],
    ],
    [
      'rate(node_load1[5m])',
      [
        'warning promql/rate-of-gauge rules.yml:1:54 "rate" takes each fall of "node_load1" for a restart: it is a gauge, which rises and falls; use "deriv" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'increase(up[5m])',
      [
        'warning promql/rate-of-gauge rules.yml:1:54 "increase" takes each fall of "up" for a restart: it is a gauge, which rises and falls; use "delta" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))',
      [
        'warning promql/histogram-quantile-le rules.yml:1:82 "histogram_quantile" finds no buckets: "sum by (job)" drops the label "le"; add "le" to the labels that the aggregation keeps',
      ],
    ],
    [
      'histogram_quantile(1.5, sum by (le) (rate(x_bucket[5m])))',
      [
        'warning promql/histogram-quantile-le rules.yml:1:73 the quantile 1.5 lies outside of 0 to 1, so the result is always infinite; write 0.015',
      ],
    ],
    [
      'histogram_quantile(90, sum by (le) (rate(x_bucket[5m])))',
      [
        'warning promql/histogram-quantile-le rules.yml:1:73 the quantile 90 lies outside of 0 to 1, so the result is always infinite; write 0.9',
      ],
    ],
    [
      'up == 1.5',
      [
        'error promql/never-matches rules.yml:1:54 the alert "A" can never fire: "== 1.5" never holds: "up" lies between 0 and 1',
      ],
    ],
    [
      'rate(x_total[5m]) == 0.5',
      [
        'notice promql/float-equality rules.yml:1:72 "== 0.5" compares a computed number for equality, which hardly ever holds; compare with ">" or "<"',
      ],
    ],
    [
      'x{a="b",a="c"}',
      [
        'error promql/never-matches rules.yml:1:64 the alert "A" can never fire: no series fulfils both a="b" and a="c"',
      ],
    ],
    [
      'up > 5',
      [
        'error promql/never-matches rules.yml:1:54 the alert "A" can never fire: "> 5" never holds: "up" lies between 0 and 1',
      ],
    ],
    [
      'count(x) == 0',
      [
        'error promql/never-matches rules.yml:1:54 the alert "A" can never fire: "== 0" never holds: what "count" returns is never below 1, and where there is nothing to count it returns nothing; write "(count(…) or vector(0)) == 0", or ask "absent(…)"',
      ],
    ],
    [
      'x{job=~"api"}',
      [
        'notice promql/plain-regex rules.yml:1:56 job=~"api" has nothing of a regular expression in it; write job="api"',
      ],
    ],
    [
      'x{job=~".*"}',
      [
        'notice promql/plain-regex rules.yml:1:56 job=~".*" takes everything, even series without the label; leave it out, or write job!="" for those that have it',
      ],
    ],
    [
      'x{job=~"^api$"}',
      [
        'notice promql/plain-regex rules.yml:1:56 job=~"^api$" needs no "^" and "$": matchers always stand for the whole value; write "api"',
      ],
    ],
    [
      'x{job=~"a",job=~"a"}',
      [
        'notice promql/plain-regex rules.yml:1:56 job=~"a" has nothing of a regular expression in it; write job="a"',
        'notice promql/plain-regex rules.yml:1:67 job=~"a" has nothing of a regular expression in it; write job="a"',
      ],
    ],
    [
      'x{__name__="x"}',
      [
        'error promql/types rules.yml:1:54 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: the metric\'s name is given twice: "x" and "x"',
      ],
    ],
    [
      '{__name__=~".*"}',
      [
        'error promql/types rules.yml:1:54 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: the selector matches every series: it needs a matcher that an empty value does not fulfil',
      ],
    ],
    [
      'x unless x',
      [
        'error promql/never-matches rules.yml:1:56 the alert "A" can never fire: "unless" takes away everything that its left side returns',
      ],
    ],
    [
      'absent(x{a=~"b"})',
      [
        'notice promql/plain-regex rules.yml:1:63 a=~"b" has nothing of a regular expression in it; write a="b"',
      ],
    ],
    [
      'foo(x)',
      [
        'error promql/types rules.yml:1:54 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: there is no function "foo"',
      ],
    ],
    [
      'sum(x',
      [
        'error promql/syntax rules.yml:1:58 the alert "A" has an expression that does not parse, so Prometheus refuses the whole rule file: "(" is never closed',
      ],
    ],
    [
      'x{a=~"("}',
      [
        'error promql/types rules.yml:1:59 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: "(" is no valid regular expression (RE2)',
      ],
    ],
    [
      'rate(x)',
      [
        'error promql/types rules.yml:1:59 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: "rate" wants a range vector, not an instant vector; name the range in brackets after the selector, such as "[5m]"',
      ],
    ],
    [
      'sum by (job) (x) / on (instance) y',
      [
        'warning promql/many-to-many rules.yml:1:73 the alert "A" fails with an error as soon as the left side of "/" has two series that differ by "job" only: it is grouped by it, and not matched by it; match by "job" too, or add "group_left" if that side may have several',
        'warning promql/matching-labels rules.yml:1:73 the alert "A" never fires: nothing on the left of "/" matches anything on the right: on the left there is no label "instance", on the right the label "instance"; leave "instance" out of "on (instance)", or keep it on both sides',
      ],
    ],
    [
      'sum(x) / y',
      [
        'warning promql/matching-labels rules.yml:1:61 the alert "A" never fires: nothing on the left of "/" matches anything on the right: on the left there is no label "job", on the right the label "job"; one side has no labels at all: match by none, with "/ on ()"',
      ],
    ],
    [
      '1 == 1',
      [
        'error promql/types rules.yml:1:56 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: two scalars are compared: "==" must be "== bool"',
      ],
    ],
    [
      'resets(node_load1[5m])',
      [
        'warning promql/rate-of-gauge rules.yml:1:54 "resets" takes each fall of "node_load1" for a restart: it is a gauge, which rises and falls; use "deriv" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'min_over_time(x[5m]) offset 5m',
      [
        'error promql/types rules.yml:1:54 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: an offset must follow a selector or a subquery',
      ],
    ],
    [
      'up{job="api"} == 2',
      [
        'error promql/never-matches rules.yml:1:54 the alert "A" can never fire: "== 2" never holds: "up" lies between 0 and 1',
      ],
    ],
    [
      'time() > 0',
      [
        'error promql/types rules.yml:1:61 the alert "A" has an expression that is refused, so Prometheus refuses the whole rule file: two scalars are compared: ">" must be "> bool"',
      ],
    ],
  ])('%s is told of', (expr, said) => {
    expect(saidIn('promql', { 'rules.yml': rules(expr) })).toEqual(said);
  });

  test.each([
    'x',
    'rate(x[5m])',
    'rate(x_total[10s])',
    'rate(x_total[1m])',
    'sum(rate(x_total[5m]))',
    'rate(x_bytes[5m])',
    'deriv(x_total[5m])',
    'delta(x_total[5m])',
    'histogram_quantile(0.9, rate(x_bucket[5m]))',
    'histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))',
    'histogram_quantile(0.9, x_bucket)',
    'x == 0.1',
    'x_seconds == 0.5',
    'rate(x_total[5m]) == 0',
    'x{job=~"api.*"}',
    'x{job=~"api|"}',
    'x{job=""}',
    'x{job!=""}',
    'x{job=~"a|a"}',
    'sum by (job, job) (x)',
    'sum(x / y)',
    'sum(x) / sum(y)',
    'avg(x / y)',
    'avg(avg(x))',
    'sum(sum(x))',
    'topk(5, x) > 3',
    'topk(0, x)',
    'topk(-1, x)',
    'quantile(2, x)',
    'quantile(90, x)',
    'x > 5 > 3',
    'x and x',
    'x or x',
    'x > bool 5',
    'x == x',
    'x / x',
    'x - x',
    'x offset -5m',
    'x offset 0s',
    'x @ 0',
    'absent(x) or absent(y)',
    'absent(sum(x))',
    'absent(x > 5)',
    'sort(sum(x))',
    'sort(x)',
    'holt_winters(x[5m], 0.5, 0.5)',
    'x * on (job) group_left (a) y',
    'x * on (job) y',
    'label_replace(x, "a", "$1", "b", "(")',
    'label_replace(x, "a", "$2", "b", "(.*)")',
    'label_replace(x, "a-b", "$1", "b", "(.*)")',
    'label_replace(x, "a", "$1", "b", ".*")',
    'label_join(x, "a", "-", "b")',
    'vector(1) == 1',
    '1 > bool 0',
    'time() - x > 5',
    'sum_over_time(x_total[5m])',
    'avg_over_time(x_total[5m])',
    'rate(x_total[5m]) * 60',
    'increase(x_total[1m]) > 5',
    'irate(x_total[5m]) > 5',
    'rate(x_total[30d])',
    'x[5m]',
    '"text"',
    '5',
    'sum(rate(x_total[5m])) without (job)',
    'predict_linear(x[1h], 3600) < 0',
    'changes(x_total[5m])',
    'resets(x_total[5m])',
    'max_over_time(rate(x_total[5m])[1h:1m])',
    'rate(x_total[5m:1m])',
    'stddev(x) > 0',
    'x % 0',
    'x / 0',
    'clamp(x, 5, 1)',
    'round(x, 0)',
    'count_values("a-b", x)',
    'x{le="0.5"}',
    'x_bucket{le="1"}',
    'x_bucket{le="1.0"}',
    'x_bucket{le="+Inf"}',
    'x{quantile="0.5"}',
    'x{quantile="0.50"}',
  ])('%s is well', (expr) => {
    expect(saidIn('promql', { 'rules.yml': rules(expr) })).toEqual([]);
  });
});
