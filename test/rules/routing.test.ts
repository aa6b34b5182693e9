import { describe, expect, test } from 'vitest';
import type { Repository } from '../support/check.ts';
import { ALERTS, sentTo } from '../support/routed.ts';
import { told } from '../support/told.ts';

type Told = readonly [what: string, config: string, lines?: readonly string[]];

/** What a rule tells of each of these configurations of Alertmanager; nothing, where no line is given. */
function tells(id: string, files: (config: string) => Repository, cases: readonly Told[]): void {
  describe(`${id}, of`, () => {
    const all = cases.map(([what, config, lines = []]) => [what, config, lines] as const);
    test.each(all)('%s', (_what, config, lines) => {
      expect(told(id, files(config))).toEqual(lines);
    });
  });
}

const beside = (config: string): Repository => ({ 'alerts.yml': ALERTS, 'alertmanager.yml': config });

/** Two receivers that tell somebody. */
const TWO = `receivers:
- name: a
  webhook_configs: [{url: 'http://x.example.com'}]
- name: b
  webhook_configs: [{url: 'http://y.example.com'}]
`;
const root = (more: string): string => `route: {receiver: a, ${more}}
${TWO}`;
const listed = (lines: readonly string[]): string =>
  lines
    .map(
      (line) => `  - ${line}
`,
    )
    .join('');
const routes = (...lines: readonly string[]): string =>
  `route:
  receiver: a
  routes:
${listed(lines)}${TWO}`;
const inhibiting = (...lines: readonly string[]): string =>
  `route:
  receiver: a
${TWO}inhibit_rules:
${listed(lines)}`;
const receiving = (integrations: string): string =>
  `route: {receiver: a}
receivers:
- name: a
  ${integrations}
`;

const INTERVALS = `time_intervals:
- {name: always, time_intervals: [{}]}
- {name: never, time_intervals: []}
- {name: weekend, time_intervals: [{weekdays: [saturday]}]}
`;

tells('alertmanager/always-muted', beside, [
  [
    'muted always',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [always]}
${TWO}${INTERVALS}`,
    [
      'warning at 4 always: "always" has a range without times and days, which is always: this route never sends; help: give the interval the times or days that it is meant for; it is defined here: 11 always',
    ],
  ],
  [
    'muted always and on weekends',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [weekend, always]}
${TWO}${INTERVALS}`,
    [
      'warning at 4 always: "always" has a range without times and days, which is always: this route never sends; help: give the interval the times or days that it is meant for; it is defined here: 11 always',
    ],
  ],
  [
    'muted never',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [never]}
${TWO}${INTERVALS}`,
  ],
  [
    'active never',
    `route:
  receiver: a
  routes:
  - {receiver: b, active_time_intervals: [never]}
${TWO}${INTERVALS}`,
    [
      'warning at 4 never: "never" has no range, which is never: this route never sends; help: give the interval the times or days that it is meant for; it is defined here: 12 never',
    ],
  ],
  [
    'active never or on weekends',
    `route:
  receiver: a
  routes:
  - {receiver: b, active_time_intervals: [never, weekend]}
${TWO}${INTERVALS}`,
  ],
  [
    'active always',
    `route:
  receiver: a
  routes:
  - {receiver: b, active_time_intervals: [always]}
${TWO}${INTERVALS}`,
  ],
  [
    'an unknown interval',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [other]}
${TWO}${INTERVALS}`,
  ],
  [
    'both',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [always], active_time_intervals: [never]}
${TWO}${INTERVALS}`,
    [
      'warning at 4 always: "always" has a range without times and days, which is always: this route never sends; help: give the interval the times or days that it is meant for; it is defined here: 11 always',
    ],
  ],
]);

tells('alertmanager/deprecated-keys', beside, [
  [
    'a match',
    routes('{receiver: b, match: {team: x}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x"]; fix: match: {team: x} becomes matchers: [team="x"]',
    ],
  ],
  [
    'two labels',
    routes('{receiver: b, match: {team: x, job: "a b"}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x", job="a b"]; fix: match: {team: x, job: "a b"} becomes matchers: [team="x", job="a b"]',
    ],
  ],
  [
    'a pattern',
    routes('{receiver: b, match_re: {team: "x|y"}}'),
    [
      'notice at 4 match_re: match_re is an old name that Alertmanager is going to remove; help: write matchers: [team=~"x|y"]; fix: match_re: {team: "x|y"} becomes matchers: [team=~"x|y"]',
    ],
  ],
  [
    'both',
    routes('{receiver: b, match: {team: x}, match_re: {job: y}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x"]',
      'notice at 4 match_re: match_re is an old name that Alertmanager is going to remove; help: write matchers: [job=~"y"]',
    ],
  ],
  [
    'a match beside matchers',
    routes('{receiver: b, match: {team: x}, matchers: [job="y"]}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x"]',
    ],
  ],
  [
    'quotes and backslashes',
    routes("{receiver: b, match: {team: 'a\"b\\c'}}"),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="a\\"b\\\\c"]; fix: match: {team: \'a"b\\c\'} becomes matchers: [team="a\\"b\\\\c"]',
    ],
  ],
  [
    'a brace',
    routes("{receiver: b, match: {team: 'a{b}'}}"),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: ["team=\\"a{b}\\""]; fix: match: {team: \'a{b}\'} becomes matchers: ["team=\\"a{b}\\""]',
    ],
  ],
  [
    'a number',
    routes('{receiver: b, match: {code: 5}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [code="5"]; fix: match: {code: 5} becomes matchers: [code="5"]',
    ],
  ],
  [
    'a null',
    routes('{receiver: b, match: {code: }}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [code=""]; fix: match: {code: } becomes matchers: [code=""]',
    ],
  ],
  [
    'a line feed',
    routes('{receiver: b, match: {code: "a\\nb"}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [code="a\\nb"]; fix: match: {code: "a\\nb"} becomes matchers: [code="a\\nb"]',
    ],
  ],
  [
    'a block',
    `route:
  receiver: a
  routes:
  - receiver: b
    match:
      team: x
      job: y
${TWO}`,
    [
      'notice at 5 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x", job="y"]; fix: match: becomes matchers: [team="x", job="y"]',
    ],
  ],
  [
    'a block with a comment',
    `route:
  receiver: a
  routes:
  - receiver: b
    match:
      team: x # ours
${TWO}`,
    [
      'notice at 5 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x"]',
    ],
  ],
  [
    'an anchor',
    routes('{receiver: b, match: &m {team: x}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x"]',
    ],
  ],
  [
    'a list in it',
    routes('{receiver: b, match: {team: [x]}}'),
    [
      'notice at 4 match: match is an old name that Alertmanager is going to remove; help: write matchers: [team="x"]',
    ],
  ],
  [
    'an inhibition',
    inhibiting(
      '{source_match: {severity: critical}, target_match_re: {severity: "warning|info"}, equal: [job]}',
    ),
    [
      'notice at 9 source_match: source_match is an old name that Alertmanager is going to remove; help: write source_matchers: [severity="critical"]; fix: source_match: {severity: critical} becomes source_matchers: [severity="critical"]',
      'notice at 9 target_match_re: target_match_re is an old name that Alertmanager is going to remove; help: write target_matchers: [severity=~"warning|info"]; fix: target_match_re: {severity: "warning|info"} becomes target_matchers: [severity=~"warning|info"]',
    ],
  ],
  [
    'an inhibition by both of a kind',
    inhibiting(
      '{source_match: {severity: critical}, source_match_re: {job: x}, target_matchers: [severity="warning"], equal: [job]}',
    ),
    [
      'notice at 9 source_match: source_match is an old name that Alertmanager is going to remove; help: write source_matchers: [severity="critical"]',
      'notice at 9 source_match_re: source_match_re is an old name that Alertmanager is going to remove; help: write source_matchers: [job=~"x"]',
    ],
  ],
  [
    'intervals',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [n]}
${TWO}mute_time_intervals:
- {name: n, time_intervals: [{weekdays: [saturday]}]}
`,
    [
      'notice at 10 mute_time_intervals: mute_time_intervals is an old name that Alertmanager is going to remove; help: write time_intervals; fix: mute_time_intervals becomes time_intervals',
    ],
  ],
  [
    'intervals beside the new ones',
    `route:
  receiver: a
${TWO}mute_time_intervals:
- {name: n, time_intervals: [{weekdays: [saturday]}]}
time_intervals:
- {name: m, time_intervals: [{weekdays: [saturday]}]}
`,
    [
      'notice at 8 mute_time_intervals: mute_time_intervals is an old name that Alertmanager is going to remove; help: write time_intervals',
    ],
  ],
  ['new keys', routes('{receiver: b, matchers: [team="x"]}')],
]);

tells('alertmanager/duplicate-receiver', beside, [
  [
    'one name twice',
    `route: {receiver: a}
${TWO}- name: a
`,
    [
      'error at 7 a: there is already a receiver "a": Alertmanager refuses the whole configuration; help: give it another name, or add its integrations to the first; the first one: 3 a',
    ],
  ],
  [
    'one name three times',
    `route: {receiver: a}
${TWO}- name: a
- name: a
`,
    [
      'error at 7 a: there is already a receiver "a": Alertmanager refuses the whole configuration; help: give it another name, or add its integrations to the first; the first one: 3 a',
      'error at 8 a: there is already a receiver "a": Alertmanager refuses the whole configuration; help: give it another name, or add its integrations to the first; the first one: 3 a',
    ],
  ],
  [
    'a variable twice',
    `route: {receiver: "\${R}"}
receivers:
- name: "\${R}"
- name: "\${R}"
`,
  ],
  [
    'different names',
    `route: {receiver: a}
${TWO}`,
  ],
]);

tells('alertmanager/group-by', beside, [
  [
    '"..."',
    `route:
  receiver: a
  group_by: ["..."]
${TWO}`,
  ],
  [
    'job, "..."',
    `route:
  receiver: a
  group_by: [job, "..."]
${TWO}`,
    [
      'error at 3 "...": "..." groups by all labels and must stand alone: Alertmanager refuses the whole configuration; help: remove "...", or the other labels',
    ],
  ],
  [
    '"...", job',
    `route:
  receiver: a
  group_by: ["...", job]
${TWO}`,
    [
      'error at 3 "...": "..." groups by all labels and must stand alone: Alertmanager refuses the whole configuration; help: remove "...", or the other labels',
    ],
  ],
  [
    'job, job',
    `route:
  receiver: a
  group_by: [job, job]
${TWO}`,
    [
      'error at 3 job: "job" is named twice: Alertmanager refuses the whole configuration; help: remove one of the two',
    ],
  ],
  [
    'job, env, job',
    `route:
  receiver: a
  group_by: [job, env, job]
${TWO}`,
    [
      'error at 3 job: "job" is named twice: Alertmanager refuses the whole configuration; help: remove one of the two',
    ],
  ],
  [
    'job',
    `route:
  receiver: a
  group_by: [job]
${TWO}`,
  ],
  [
    '"...", job, job',
    `route:
  receiver: a
  group_by: ["...", job, job]
${TWO}`,
    [
      'error at 3 "...": "..." groups by all labels and must stand alone: Alertmanager refuses the whole configuration; help: remove "...", or the other labels',
    ],
  ],
  [
    'in a route',
    routes('{receiver: b, group_by: [job, job]}'),
    [
      'error at 4 job: "job" is named twice: Alertmanager refuses the whole configuration; help: remove one of the two',
    ],
  ],
]);

tells('alertmanager/incomplete-receiver', beside, [
  [
    'a web hook without an address',
    receiving('webhook_configs: [{send_resolved: true}]'),
    [
      'error at 4 send_resolved: this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; help: add url_file',
    ],
  ],
  [
    'an empty web hook',
    receiving('webhook_configs: [{}]'),
    [
      'error at 4 {}: this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; help: add url_file',
    ],
  ],
  [
    'an empty address',
    receiving('webhook_configs: [{url: ""}]'),
    [
      'error at 4 url: this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; help: add url_file',
    ],
  ],
  [
    'no address',
    receiving('webhook_configs: [{url: }]'),
    [
      'error at 4 url: this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; help: add url_file',
    ],
  ],
  ['an address in a file', receiving('webhook_configs: [{url_file: /a}]')],
  ['a variable', receiving('webhook_configs: [{url: "${URL}"}]')],
  [
    'two web hooks',
    receiving('webhook_configs: [{send_resolved: true}, {send_resolved: false}]'),
    [
      'error at 4 send_resolved: this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; help: add url_file',
      'error at 4 send_resolved: this webhook integration of "a" has no url or url_file: Alertmanager refuses the whole configuration; help: add url_file',
    ],
  ],
  [
    'Slack without an address',
    receiving('slack_configs: [{channel: "#a"}]'),
    [
      'error at 4 channel: this slack integration of "a" has no api_url, api_url_file, app_token or app_token_file, and global no slack_api_url, slack_api_url_file, slack_app_token or slack_app_token_file: Alertmanager refuses the whole configuration; help: add api_url_file',
    ],
  ],
  [
    'Slack twice without an address',
    receiving('slack_configs: [{channel: "#a"}, {channel: "#b"}]'),
    [
      'error at 4 channel: this slack integration of "a" has no api_url, api_url_file, app_token or app_token_file, and global no slack_api_url, slack_api_url_file, slack_app_token or slack_app_token_file: Alertmanager refuses the whole configuration; help: add api_url_file; this one of "a" has none either: 4 channel',
    ],
  ],
  [
    'Slack seven times',
    receiving(
      'slack_configs: [{channel: "#0"}, {channel: "#1"}, {channel: "#2"}, {channel: "#3"}, {channel: "#4"}, {channel: "#5"}, {channel: "#6"}]',
    ),
    [
      'error at 4 channel: this slack integration of "a" has no api_url, api_url_file, app_token or app_token_file, and global no slack_api_url, slack_api_url_file, slack_app_token or slack_app_token_file: Alertmanager refuses the whole configuration; help: add api_url_file; this one of "a" has none either: 4 channel; this one of "a" has none either: 4 channel; this one of "a" has none either: 4 channel; this one of "a" has none either: 4 channel; this one of "a" has none either: 4 channel',
    ],
  ],
  [
    'Slack with a global address',
    `global: {slack_api_url: "http://s"}
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{channel: "#a"}]
`,
  ],
  [
    'Slack with an empty global address',
    `global: {slack_api_url: ""}
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{channel: "#a"}]
`,
    [
      'error at 5 channel: this slack integration of "a" has no api_url, api_url_file, app_token or app_token_file, and global no slack_api_url, slack_api_url_file, slack_app_token or slack_app_token_file: Alertmanager refuses the whole configuration; help: add api_url_file',
    ],
  ],
  ['a null integration', receiving('slack_configs: [ ]')],
  ['a text for an integration', receiving('slack_configs: [x]')],
  [
    'PagerDuty without a key',
    receiving('pagerduty_configs: [{send_resolved: true}]'),
    [
      'error at 4 send_resolved: this pagerduty integration of "a" has no routing_key, routing_key_file, service_key or service_key_file: Alertmanager refuses the whole configuration; help: add routing_key_file',
    ],
  ],
  [
    'mail without a server',
    receiving('email_configs: [{to: a@b.c, from: a@b.c}]'),
    [
      'error at 4 to: this email integration of "a" has no smarthost, and global no smtp_smarthost: Alertmanager refuses the whole configuration; help: add smarthost',
    ],
  ],
  [
    'mail to nobody',
    `global: {smtp_smarthost: "a:25"}
route: {receiver: a}
receivers:
- name: a
  email_configs: [{from: a@b.c}]
`,
    [
      'error at 5 from: this email integration of "a" has no to: Alertmanager refuses the whole configuration; help: add to',
    ],
  ],
  [
    'a server without a port',
    receiving('email_configs: [{to: a@b.c, from: a@b.c, smarthost: mail}]'),
    [
      'error at 4 mail: "mail" is no host and port: Alertmanager refuses the whole configuration; help: write "mail:587"',
    ],
  ],
  [
    'a server with no port',
    receiving('email_configs: [{to: a@b.c, from: a@b.c, smarthost: "mail:"}]'),
    [
      'error at 4 "mail:": "mail:" is no host and port: Alertmanager refuses the whole configuration; help: write "host:port"',
    ],
  ],
  [
    'a server with two ports',
    receiving('email_configs: [{to: a@b.c, from: a@b.c, smarthost: "mail:2:5"}]'),
    [
      'error at 4 "mail:2:5": "mail:2:5" is no host and port: Alertmanager refuses the whole configuration; help: write "host:port"',
    ],
  ],
  ['an IPv6 server', receiving('email_configs: [{to: a@b.c, from: a@b.c, smarthost: "[::1]:25"}]')],
  [
    'text before brackets',
    receiving('email_configs: [{to: a@b.c, from: a@b.c, smarthost: "x[::1]:25"}]'),
    [
      'error at 4 "x[::1]:25": "x[::1]:25" is no host and port: Alertmanager refuses the whole configuration; help: write "host:port"',
    ],
  ],
  [
    'one mail by its own server, one by the global one',
    `global: {smtp_smarthost: mail, smtp_from: a@b.c}
route: {receiver: a}
receivers:
- name: a
  email_configs: [{to: a@b.c, smarthost: "m:25"}, {to: c@b.c}]
`,
    [
      'error at 1 mail: "mail" is no host and port: Alertmanager refuses the whole configuration; help: write "mail:587"',
    ],
  ],
  [
    'a global server that no mail goes by',
    `global: {smtp_smarthost: mail}
route: {receiver: a}
receivers:
- name: a
  webhook_configs: [{url: "http://x.example.com"}]
`,
  ],
]);

tells('alertmanager/inhibition-without-equal', beside, [
  [
    'severities',
    inhibiting('{source_matchers: [severity="critical"], target_matchers: [severity=~"warning|info"]}'),
    [
      'warning at 9 source_matchers: nothing ties source and target together: one alert with severity="critical" silences all with severity=~"warning|info"; help: add equal: [alertname, instance], with the labels that both must share',
    ],
  ],
  [
    'old keys',
    inhibiting('{source_match: {severity: critical}, target_match: {severity: warning}}'),
    [
      'warning at 9 source_match: nothing ties source and target together: one alert with severity="critical" silences all with severity="warning"; help: add equal: [alertname, instance], with the labels that both must share',
    ],
  ],
  [
    'old patterns',
    inhibiting('{source_match_re: {priority: high}, target_match: {severity: warning}}'),
    [
      'warning at 9 source_match_re: nothing ties source and target together: one alert with priority=~"high" silences all with severity="warning"; help: add equal: [alertname, instance], with the labels that both must share',
    ],
  ],
  [
    'levels',
    inhibiting('{source_matchers: [level="a", priority="b"], target_matchers: [level="c", x!="y"]}'),
    [
      'warning at 9 source_matchers: nothing ties source and target together: one alert with level="a", priority="b" silences all with level="c", x!="y"; help: add equal: [alertname, instance], with the labels that both must share',
    ],
  ],
  [
    'equal',
    inhibiting(
      '{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [job]}',
    ),
  ],
  ['a name', inhibiting('{source_matchers: [alertname="ApiDown"], target_matchers: [severity="warning"]}')],
  [
    'a name and a severity',
    inhibiting(
      '{source_matchers: [severity="critical", alertname="ApiDown"], target_matchers: [severity="warning"]}',
    ),
  ],
  ['everything', inhibiting('{source_matchers: [severity="critical"]}')],
  ['no source', inhibiting('{target_matchers: [severity="warning"]}')],
  [
    'a source that cannot be read',
    inhibiting('{source_matchers: [severity="critical", "x"], target_matchers: [severity="warning"]}'),
    [
      'warning at 9 source_matchers: nothing ties source and target together: one alert with severity="critical" silences all with severity="warning"; help: add equal: [alertname, instance], with the labels that both must share',
    ],
  ],
  [
    'a target that cannot be read',
    inhibiting('{source_matchers: [severity="critical"], target_matchers: [severity="warning", "x"]}'),
    [
      'warning at 9 source_matchers: nothing ties source and target together: one alert with severity="critical" silences all with severity="warning"; help: add equal: [alertname, instance], with the labels that both must share',
    ],
  ],
]);

tells('alertmanager/invalid-matcher', beside, [
  [
    'team',
    routes("{receiver: b, matchers: ['team']}"),
    [
      'error at 4 \'team\': the matcher team cannot be read, "team" is no label, operator and value: Alertmanager refuses the whole configuration; help: write label="value", several of them as items of the list',
    ],
  ],
  [
    'team="x',
    routes("{receiver: b, matchers: ['team=\"x']}"),
    [
      'error at 4 \'team="x\': the matcher team="x cannot be read, the value "x has a double quote that is not escaped, or is not closed: Alertmanager refuses the whole configuration; help: write label="value", several of them as items of the list',
    ],
  ],
  [
    'team=~"("',
    routes('{receiver: b, matchers: [\'team=~"("\']}'),
    [
      'error at 4 \'team=~"("\': the regular expression "(" does not compile, a "(" is not closed: Alertmanager refuses the whole configuration; help: correct it: Alertmanager uses RE2, and anchors it at both ends',
    ],
  ],
  [
    'team!~"("',
    routes('{receiver: b, matchers: [\'team!~"("\']}'),
    [
      'error at 4 \'team!~"("\': the regular expression "(" does not compile, a "(" is not closed: Alertmanager refuses the whole configuration; help: correct it: Alertmanager uses RE2, and anchors it at both ends',
    ],
  ],
  ['team="("', routes('{receiver: b, matchers: [\'team="("\']}')],
  ['team=~"a|b"', routes('{receiver: b, matchers: [\'team=~"a|b"\']}')],
  [
    'a="b", c',
    routes('{receiver: b, matchers: [\'a="b", c\']}'),
    [
      'error at 4 \'a="b", c\': the matcher a="b", c cannot be read, "c" is no label, operator and value: Alertmanager refuses the whole configuration; help: write label="value", several of them as items of the list',
    ],
  ],
  [
    'a key with a dash',
    routes('{receiver: b, match: {my-team: x}}'),
    [
      'error at 4 my-team: "my-team" is no label name that match takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"my-team"="x"\'',
    ],
  ],
  [
    'a pattern for a key with a dash',
    routes('{receiver: b, match_re: {my-team: x}}'),
    [
      'error at 4 my-team: "my-team" is no label name that match_re takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"my-team"="x"\'',
    ],
  ],
  [
    'a key with a digit first',
    routes('{receiver: b, match: {1team: x}}'),
    [
      'error at 4 1team: "1team" is no label name that match takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"1team"="x"\'',
    ],
  ],
  ['a good key', routes('{receiver: b, match: {my_team1: x}}')],
  [
    'a bad source and target',
    inhibiting(
      '{source_match: {a-b: x}, source_match_re: {c-d: x}, target_match: {e-f: x}, target_match_re: {g-h: x}, equal: [job]}',
    ),
    [
      'error at 9 a-b: "a-b" is no label name that source_match takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"a-b"="x"\'',
      'error at 9 c-d: "c-d" is no label name that source_match_re takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"c-d"="x"\'',
      'error at 9 e-f: "e-f" is no label name that target_match takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"e-f"="x"\'',
      'error at 9 g-h: "g-h" is no label name that target_match_re takes: Alertmanager refuses the whole configuration; help: write it under matchers: \'"g-h"="x"\'',
    ],
  ],
  [
    'a bad source',
    inhibiting('{source_matchers: [\'a=~"("\'], target_matchers: [\'b=~")"\'], equal: [job]}'),
    [
      'error at 9 \'a=~"("\': the regular expression "(" does not compile, a "(" is not closed: Alertmanager refuses the whole configuration; help: correct it: Alertmanager uses RE2, and anchors it at both ends',
      'error at 9 \'b=~")"\': the regular expression ")" does not compile, a ")" closes nothing: Alertmanager refuses the whole configuration; help: correct it: Alertmanager uses RE2, and anchors it at both ends',
    ],
  ],
]);

tells('alertmanager/invalid-time-interval', beside, [
  [
    'one name twice',
    `route:
  receiver: a
${TWO}time_intervals:
- {name: n, time_intervals: [{weekdays: [monday]}]}
- {name: m, time_intervals: []}
- {name: n, time_intervals: []}
`,
    [
      'error at 11 n: there is already a time interval "n": Alertmanager refuses the whole configuration; help: give it another name, or add its ranges to the first; the first one: 9 n',
    ],
  ],
  [
    'a range that ends before it begins',
    `route:
  receiver: a
${TWO}time_intervals:
- {name: n, time_intervals: [{weekdays: ["friday:monday"]}]}
`,
    [
      'error at 9 "friday:monday": "friday:monday" ends before it begins, and a range cannot go over the end: Alertmanager refuses the whole configuration; help: correct it, or split the range into two',
    ],
  ],
  [
    'no time',
    `route:
  receiver: a
${TWO}time_intervals:
- {name: n, time_intervals: [{times: [{start_time: "25:00", end_time: "26:00"}]}]}
`,
    [
      'error at 9 "25:00": "25:00" is no time from 00:00 to 24:00: Alertmanager refuses the whole configuration; help: correct it, or split the range into two',
      'error at 9 "26:00": "26:00" is no time from 00:00 to 24:00: Alertmanager refuses the whole configuration; help: correct it, or split the range into two',
    ],
  ],
  [
    'good ones',
    `route:
  receiver: a
${TWO}time_intervals:
- {name: n, time_intervals: [{weekdays: [monday]}]}
- {name: m, time_intervals: [{weekdays: [monday]}]}
`,
  ],
]);

tells('alertmanager/missing-template', sentTo, [
  [
    'a file that is not there',
    `templates: ["/etc/alertmanager/t/a.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: 'x'}]
`,
    [
      'error at 1 "/etc/alertmanager/t/a.tmpl": "/etc/alertmanager/t/a.tmpl" matches no file in the container "alertmanager": notifications that use its templates are not sent; help: mount the template files there, or take the entry out',
    ],
  ],
  [
    'a pattern without a call',
    `templates: ["/etc/alertmanager/t/*.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: 'x'}]
`,
  ],
  [
    'a pattern and a call',
    `templates: ["/etc/alertmanager/t/*.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "a.title" . }}'}]
`,
    [
      'error at 1 "/etc/alertmanager/t/*.tmpl": "/etc/alertmanager/t/*.tmpl" matches no file in the container "alertmanager": notifications that use its templates are not sent; help: mount the template files there, or take the entry out',
    ],
  ],
  [
    'a pattern and a trimmed call',
    `templates: ["/etc/alertmanager/t/?.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{- template "a.title" . }}'}]
`,
    [
      'error at 1 "/etc/alertmanager/t/?.tmpl": "/etc/alertmanager/t/?.tmpl" matches no file in the container "alertmanager": notifications that use its templates are not sent; help: mount the template files there, or take the entry out',
    ],
  ],
  [
    'a pattern and a call of its own',
    `templates: ["/etc/alertmanager/t/[ab].tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "slack.default.title" . }}'}]
`,
  ],
  [
    'a pattern and a call of an inner one',
    `templates: ["/etc/alertmanager/t/*.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "__subject" . }}'}]
`,
  ],
  [
    'a relative file',
    `templates: ["t/a.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: 'x'}]
`,
    [
      'error at 1 "t/a.tmpl": "t/a.tmpl" matches no file in the container "alertmanager": notifications that use its templates are not sent; help: mount the template files there, or take the entry out',
    ],
  ],
  [
    'a file that is there',
    `templates: ["/etc/alertmanager/mounted.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: 'x'}]
`,
  ],
]);

tells('alertmanager/no-root-receiver', beside, [
  ['no route', `${TWO}`],
  [
    'no route and no receivers',
    `global: {}
templates: []
`,
  ],
  [
    'no receiver',
    `route: {group_by: [job]}
${TWO}`,
    [
      'error at 1 route: the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration; help: add receiver: a',
    ],
  ],
  [
    'no receiver at all',
    `route: {group_by: [job]}
receivers: []
`,
    [
      'error at 1 route: the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration; help: add receiver: NAME',
    ],
  ],
  [
    'an empty receiver',
    `route: {receiver: ""}
${TWO}`,
    [
      'error at 1 route: the root route names no receiver for the alerts that no other route takes: Alertmanager refuses the whole configuration; help: add receiver: a',
    ],
  ],
  [
    'matchers: [a="b"]',
    root('matchers: [a="b"]'),
    [
      'error at 1 matchers: the root route must take every alert at any time, and has matchers: Alertmanager refuses the whole configuration; help: move it into a route under routes',
    ],
  ],
  [
    'match: {a: b}',
    root('match: {a: b}'),
    [
      'error at 1 match: the root route must take every alert at any time, and has match: Alertmanager refuses the whole configuration; help: move it into a route under routes',
    ],
  ],
  [
    'match_re: {a: b}',
    root('match_re: {a: b}'),
    [
      'error at 1 match_re: the root route must take every alert at any time, and has match_re: Alertmanager refuses the whole configuration; help: move it into a route under routes',
    ],
  ],
  [
    'mute_time_intervals: [n]',
    root('mute_time_intervals: [n]'),
    [
      'error at 1 mute_time_intervals: the root route must take every alert at any time, and has mute_time_intervals: Alertmanager refuses the whole configuration; help: move it into a route under routes',
    ],
  ],
  [
    'active_time_intervals: [n]',
    root('active_time_intervals: [n]'),
    [
      'error at 1 active_time_intervals: the root route must take every alert at any time, and has active_time_intervals: Alertmanager refuses the whole configuration; help: move it into a route under routes',
    ],
  ],
  ['matchers: []', root('matchers: []')],
  ['match: {}', root('match: {}')],
  ['match: ', root('match: ')],
  [
    'continue: true',
    root('continue: true'),
    [
      'error at 1 continue: the root route must not have continue, nothing comes after it: Alertmanager refuses the whole configuration; help: remove the line',
    ],
  ],
  ['continue: false', root('continue: false')],
]);

tells('alertmanager/odd-intervals', beside, [
  [
    'group_interval: 0s',
    root('group_interval: 0s'),
    [
      'warning at 1 0s: group_interval must not be zero: Alertmanager refuses the whole configuration; help: write 1s or more',
    ],
  ],
  [
    'repeat_interval: 0s',
    root('repeat_interval: 0s'),
    [
      'warning at 1 0s: repeat_interval must not be zero: Alertmanager refuses the whole configuration; help: write 1s or more',
    ],
  ],
  [
    'group_interval: 0s, repeat_interval: 0s',
    root('group_interval: 0s, repeat_interval: 0s'),
    [
      'warning at 1 0s: group_interval must not be zero: Alertmanager refuses the whole configuration; help: write 1s or more',
      'warning at 1 0s: repeat_interval must not be zero: Alertmanager refuses the whole configuration; help: write 1s or more',
    ],
  ],
  [
    'repeat_interval: 1m',
    root('repeat_interval: 1m'),
    [
      'warning at 1 1m: a repeat_interval of 1m is shorter than the group_interval of 5m: notifications repeat every 5m; help: raise repeat_interval, or lower group_interval to 1m',
    ],
  ],
  ['repeat_interval: 5m', root('repeat_interval: 5m')],
  [
    'group_interval: 5h',
    root('group_interval: 5h'),
    [
      'warning at 1 5h: a repeat_interval of 4h is shorter than the group_interval of 5h: notifications repeat every 5h; help: raise repeat_interval, or lower group_interval to 4h',
    ],
  ],
  [
    'group_interval: 10m, repeat_interval: 5m',
    root('group_interval: 10m, repeat_interval: 5m'),
    [
      'warning at 1 5m: a repeat_interval of 5m is shorter than the group_interval of 10m: notifications repeat every 10m; help: raise repeat_interval, or lower group_interval to 5m',
    ],
  ],
  [
    'group_wait: 6m',
    root('group_wait: 6m'),
    [
      'warning at 1 6m: a group_wait of 6m is longer than the group_interval of 5m: the first notification of a group waits the longest; help: lower group_wait to at most 5m',
    ],
  ],
  ['group_wait: 5m', root('group_wait: 5m')],
  [
    'group_interval: 10s',
    root('group_interval: 10s'),
    [
      'warning at 1 10s: a group_wait of 30s is longer than the group_interval of 10s: the first notification of a group waits the longest; help: lower group_wait to at most 10s',
    ],
  ],
  [
    'group_wait: 2m, group_interval: 1m',
    root('group_wait: 2m, group_interval: 1m'),
    [
      'warning at 1 2m: a group_wait of 2m is longer than the group_interval of 1m: the first notification of a group waits the longest; help: lower group_wait to at most 1m',
    ],
  ],
  ['group_wait: 0s', root('group_wait: 0s')],
  [
    'what a route inherits',
    root('repeat_interval: 1m, routes: [{receiver: b}, {receiver: b, group_wait: 10s}]'),
    [
      'warning at 1 1m: a repeat_interval of 1m is shorter than the group_interval of 5m: notifications repeat every 5m; help: raise repeat_interval, or lower group_interval to 1m',
    ],
  ],
  [
    'a route of its own',
    root(
      'routes: [{receiver: b, group_interval: 5h}, {receiver: b, group_wait: 6m}, {receiver: b, group_interval: 10s}]',
    ),
    [
      'warning at 1 5h: a repeat_interval of 4h is shorter than the group_interval of 5h: notifications repeat every 5h; help: raise repeat_interval, or lower group_interval to 4h',
      'warning at 1 6m: a group_wait of 6m is longer than the group_interval of 5m: the first notification of a group waits the longest; help: lower group_wait to at most 5m',
      'warning at 1 10s: a group_wait of 30s is longer than the group_interval of 10s: the first notification of a group waits the longest; help: lower group_wait to at most 10s',
    ],
  ],
]);

tells('alertmanager/self-inhibition', beside, [
  [
    'the same',
    inhibiting('{source_matchers: [a="b"], target_matchers: [a="b"], equal: [job]}'),
    [
      'warning at 9 target_matchers: source and target of this inhibition are the same alerts, which never silence one another: it does nothing; help: correct one side, or remove the rule',
    ],
  ],
  [
    'the same by old keys',
    inhibiting('{source_match: {a: b}, target_match: {a: b}, equal: [job]}'),
    [
      'warning at 9 target_match: source and target of this inhibition are the same alerts, which never silence one another: it does nothing; help: correct one side, or remove the rule',
    ],
  ],
  [
    'the same by old patterns',
    inhibiting('{source_match_re: {a: b}, target_match_re: {a: b}, equal: [job]}'),
    [
      'warning at 9 target_match_re: source and target of this inhibition are the same alerts, which never silence one another: it does nothing; help: correct one side, or remove the rule',
    ],
  ],
  ['a wider source', inhibiting('{source_matchers: [a=~"b|c"], target_matchers: [a="b"], equal: [job]}')],
  ['a wider target', inhibiting('{source_matchers: [a="b"], target_matchers: [a=~"b|c"], equal: [job]}')],
  ['everything', inhibiting('{source_matchers: [], target_matchers: [], equal: [job]}')],
  ['no target', inhibiting('{source_matchers: [a="b"], equal: [job]}')],
  [
    'both ways',
    inhibiting(
      '{source_matchers: [a="b"], target_matchers: [a="c"], equal: [job]}',
      '{source_matchers: [a="c"], target_matchers: [a="b"], equal: [job]}',
    ),
    [
      'warning at 10 source_matchers: this inhibition turns an earlier one round: when both alerts fire each silences the other, and nobody is told of either; help: remove one of the two; the other direction: 9 source_matchers',
    ],
  ],
  [
    'both ways by old keys',
    inhibiting(
      '{source_match: {a: b}, target_match: {a: c}, equal: [job]}',
      '{source_match: {a: c}, target_match: {a: b}, equal: [job]}',
    ),
    [
      'warning at 10 source_match: this inhibition turns an earlier one round: when both alerts fire each silences the other, and nobody is told of either; help: remove one of the two; the other direction: 9 source_match',
    ],
  ],
  [
    'in a row',
    inhibiting(
      '{source_matchers: [a="b"], target_matchers: [a="c"], equal: [job]}',
      '{source_matchers: [a="c"], target_matchers: [a="d"], equal: [job]}',
    ),
  ],
  [
    'twice the same way',
    inhibiting(
      '{source_matchers: [a="b"], target_matchers: [a="c"], equal: [job]}',
      '{source_matchers: [a="b"], target_matchers: [a="c"], equal: [job]}',
    ),
  ],
]);

tells('alertmanager/silent-receiver', sentTo, [
  [
    'a severity that ends nowhere',
    `route:
  receiver: a
  routes:
  - {receiver: quiet, matchers: [severity="critical"]}
${TWO}- name: quiet
- name: still
`,
    [
      'warning at 10 quiet: the receiver "quiet" has no integration, and 2 alerts of severity "critical" end here: nobody is told; help: give it an integration, or route them to a receiver that has one; they are routed here: 4 quiet; ApiDown is such an alert: 4 ApiDown; ApiGone is such an alert: 5 ApiGone',
    ],
  ],
  [
    'two alerts that end nowhere',
    `route:
  receiver: a
  routes:
  - {receiver: quiet, matchers: [team="core"]}
${TWO}- name: quiet
- name: still
`,
    [
      'warning at 10 quiet: the receiver "quiet" has no integration, and 2 alerts of severity "critical" end here: nobody is told; help: give it an integration, or route them to a receiver that has one; they are routed here: 4 quiet; ApiDown is such an alert: 4 ApiDown; ApiGone is such an alert: 5 ApiGone',
    ],
  ],
  [
    'a warning that ends nowhere',
    `route:
  receiver: a
  routes:
  - {receiver: quiet, matchers: [severity="warning"]}
${TWO}- name: quiet
- name: still
`,
  ],
  [
    'a route that goes on',
    `route:
  receiver: a
  routes:
  - {receiver: quiet, matchers: [severity="critical"], continue: true}
  - {receiver: b, matchers: [severity="critical"]}
${TWO}- name: quiet
- name: still
`,
    [
      'warning at 11 quiet: the receiver "quiet" has no integration, and 2 alerts of severity "critical" are sent to it: only the other receivers are told; help: give it an integration, or route them to a receiver that has one; they are routed here: 4 quiet; they are routed here: 5 b; ApiDown is such an alert: 4 ApiDown; ApiGone is such an alert: 5 ApiGone',
    ],
  ],
  [
    'two that go on',
    `route:
  receiver: a
  routes:
  - {receiver: quiet, matchers: [team="core"], continue: true}
  - {receiver: b}
${TWO}- name: quiet
- name: still
`,
    [
      'warning at 11 quiet: the receiver "quiet" has no integration, and 2 alerts of severity "critical" are sent to it: only the other receivers are told; help: give it an integration, or route them to a receiver that has one; they are routed here: 4 quiet; they are routed here: 5 b; ApiDown is such an alert: 4 ApiDown; ApiGone is such an alert: 5 ApiGone',
    ],
  ],
  [
    'one alert by its name',
    `route:
  receiver: a
  routes:
  - {receiver: quiet, matchers: [alertname="ApiDown"]}
${TWO}- name: quiet
- name: still
`,
  ],
  [
    'a default that is silent',
    `route: {receiver: quiet, routes: [{receiver: b, matchers: [severity="warning"]}]}
${TWO}- name: quiet
- name: still
`,
  ],
  [
    'only silent ones',
    `route: {receiver: quiet}
receivers:
- name: quiet
- name: still
`,
    [
      'warning at 3 quiet: all receivers have no integration: 3 alerts end here, and nobody is told; help: give it an integration, such as slack_configs, email_configs or webhook_configs',
    ],
  ],
  [
    'one silent one',
    `route: {receiver: quiet}
receivers:
- name: quiet
`,
    [
      'warning at 3 quiet: the receiver "quiet" has no integration: 3 alerts end here, and nobody is told; help: give it an integration, such as slack_configs, email_configs or webhook_configs',
    ],
  ],
  [
    'a variable',
    `route: {receiver: a, routes: [{receiver: "\${R}", matchers: [severity="critical"]}]}
${TWO}- name: "\${R}"
`,
  ],
  [
    'an unknown default',
    `route: {receiver: c}
receivers:
- name: quiet
- name: still
`,
  ],
  [
    'an unused one',
    `route:
  receiver: a
${TWO}- name: quiet
- name: still
`,
  ],
  [
    'integrations beside the receivers',
    `route: {receiver: quiet}
receivers:
- name: quiet
- name: still
slack_configs: []
`,
    [
      'warning at 3 quiet: all receivers have no integration: 3 alerts end here, and nobody is told; help: give it an integration, such as slack_configs, email_configs or webhook_configs',
    ],
  ],
]);

tells('alertmanager/stripped-brace', beside, [
  [
    'code=~5[0-9]{2}',
    routes("{receiver: b, matchers: ['code=~5[0-9]{2}']}"),
    [
      'warning at 4 \'code=~5[0-9]{2}\': the brace at the end of code=~5[0-9]{2} is taken off: the value is "5[0-9]{2"; help: put the value in quotes: code=~"5[0-9]{2}"',
    ],
  ],
  [
    'code=x}',
    routes("{receiver: b, matchers: ['code=x}']}"),
    [
      'warning at 4 \'code=x}\': the brace at the end of code=x} is taken off: the value is "x"; help: put the value in quotes: code="x}"',
    ],
  ],
  ['{code="x"}', routes('{receiver: b, matchers: [\'{code="x"}\']}')],
  ['code="x}"', routes('{receiver: b, matchers: [\'code="x}"\']}')],
  ['code=x', routes("{receiver: b, matchers: ['code=x']}")],
  ['code=~"a{2}"', routes('{receiver: b, matchers: [\'code=~"a{2}"\']}')],
  [
    'code = x}',
    routes("{receiver: b, matchers: ['code = x}']}"),
    [
      'warning at 4 \'code = x}\': the brace at the end of code = x} is taken off: the value is "x"; help: put the value in quotes: code = "x}"',
    ],
  ],
  [
    'a target',
    inhibiting("{source_matchers: ['a=x}'], target_matchers: ['b=y}'], equal: [job]}"),
    [
      'warning at 9 \'a=x}\': the brace at the end of a=x} is taken off: the value is "x"; help: put the value in quotes: a="x}"',
      'warning at 9 \'b=y}\': the brace at the end of b=y} is taken off: the value is "y"; help: put the value in quotes: b="y}"',
    ],
  ],
  ['an old key', routes('{receiver: b, match: {code: "x}"}}')],
  [
    'a text of two',
    routes("{receiver: b, matchers: ['a=x,code=y}']}"),
    [
      'warning at 4 \'a=x,code=y}\': the brace at the end of a=x,code=y} is taken off: the value is "y"; help: put the value in quotes: a=x,code="y}"',
    ],
  ],
]);

tells('alertmanager/undefined-receiver', beside, [
  [
    'a slip',
    `route: {receiver: slakc}
receivers:
- name: slack
`,
    [
      'error at 1 slakc: no receiver "slakc" is defined: Alertmanager refuses the whole configuration; help: did you mean "slack"?',
    ],
  ],
  [
    'another name',
    `route: {receiver: nobody}
${TWO}`,
    [
      'error at 1 nobody: no receiver "nobody" is defined: Alertmanager refuses the whole configuration; help: define it, or write one of "b" or "a"',
    ],
  ],
  [
    'no receivers',
    `route: {receiver: nobody}
`,
  ],
  [
    'a variable',
    `route: {receiver: "\${R}"}
${TWO}`,
  ],
  [
    'a receiver by a variable',
    `route: {receiver: nobody}
receivers:
- name: "\${R}"
`,
  ],
  [
    'nothing',
    `route: {receiver: ""}
${TWO}`,
  ],
  [
    'a route',
    routes('{receiver: nobody}'),
    [
      'error at 4 nobody: no receiver "nobody" is defined: Alertmanager refuses the whole configuration; help: define it, or write one of "b" or "a"',
    ],
  ],
  ['a route that inherits', routes('{matchers: [a="b"]}')],
]);

tells('alertmanager/undefined-template', sentTo, [
  [
    'a slip',
    `templates: ["/etc/alertmanager/mounted.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "our.titel" . }}'}]
`,
    [
      'error at 5 our.titel: no template "our.titel" is defined: notifications that call it are not sent; help: did you mean "our.title"?',
    ],
  ],
  [
    'another name',
    `templates: ["/etc/alertmanager/mounted.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "something" . }}'}]
`,
    [
      'error at 5 something: no template "something" is defined: notifications that call it are not sent; help: define it in one of the template files',
    ],
  ],
  [
    'no templates',
    `templates: []
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "something" . }}'}]
`,
    [
      'error at 5 something: no template "something" is defined: notifications that call it are not sent; help: name the file that defines it under templates',
    ],
  ],
  [
    'its name',
    `templates: ["/etc/alertmanager/mounted.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "our.title" . }}'}]
`,
  ],
  [
    'a default',
    `templates: ["/etc/alertmanager/mounted.tmpl"]
route: {receiver: a}
receivers:
- name: a
  slack_configs: [{api_url: "http://s.example.com", channel: "#a", title: '{{ template "slack.default.title" . }}'}]
`,
  ],
]);

tells('alertmanager/undefined-time-interval', beside, [
  [
    'a slip',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [weekned]}
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
`,
    [
      'error at 4 weekned: no time interval "weekned" is defined: Alertmanager refuses the whole configuration; help: did you mean "weekend"?',
    ],
  ],
  [
    'another name',
    `route:
  receiver: a
  routes:
  - {receiver: b, active_time_intervals: [nights]}
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
`,
    [
      'error at 4 nights: no time interval "nights" is defined: Alertmanager refuses the whole configuration; help: define it under time_intervals',
    ],
  ],
  [
    'none at all',
    routes('{receiver: b, mute_time_intervals: [a, b]}'),
    [
      'error at 4 a: no time interval "a" is defined: Alertmanager refuses the whole configuration; help: define it under time_intervals',
      'error at 4 b: no time interval "b" is defined: Alertmanager refuses the whole configuration; help: define it under time_intervals',
    ],
  ],
  ['a variable', routes('{receiver: b, mute_time_intervals: ["${I}"]}')],
  [
    'an interval by a variable',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [a]}
${TWO}time_intervals:
- {name: "\${I}", time_intervals: []}
`,
  ],
  [
    'its name',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [weekend]}
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
`,
  ],
  [
    'an old one',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [weekend]}
${TWO}mute_time_intervals:
- {name: weekend, time_intervals: []}
`,
  ],
]);

tells('alertmanager/unknown-alertname', beside, [
  [
    'a slip',
    routes('{receiver: b, matchers: [alertname="ApiDwon"]}'),
    [
      'warning at 4 alertname="ApiDwon": no rule defines an alert "ApiDwon": this route never takes it; help: did you mean "ApiDown"?',
    ],
  ],
  [
    'a list',
    routes('{receiver: b, matchers: [alertname=~"ApiDown|ApiDwon"]}'),
    [
      'warning at 4 alertname=~"ApiDown|ApiDwon": no rule defines an alert "ApiDwon": this route never takes it; help: did you mean "ApiDown"?',
    ],
  ],
  ['a name that is like none', routes('{receiver: b, matchers: [alertname="SomethingElse"]}')],
  ['nothing', routes('{receiver: b, matchers: [alertname=""]}')],
  ['a pattern', routes('{receiver: b, matchers: [alertname=~"Api.*"]}')],
  ['another label', routes('{receiver: b, matchers: [name="ApiDwon"]}')],
  ['its own name', routes('{receiver: b, matchers: [alertname="ApiDown"]}')],
  [
    'an inhibition',
    inhibiting(
      '{source_matchers: [alertname="ApiDwon"], target_matchers: [severity="warning"], equal: [job]}',
    ),
    [
      'warning at 9 alertname="ApiDwon": no rule defines an alert "ApiDwon": this inhibition never takes it; help: did you mean "ApiDown"?',
    ],
  ],
]);

tells('alertmanager/unknown-alertname', sentTo, [
  [
    'a name that is like none',
    routes('{receiver: b, matchers: [alertname="SomethingElse"]}'),
    [
      'warning at 4 alertname="SomethingElse": no rule defines an alert "SomethingElse": this route never takes it; help: correct the name, or remove it',
    ],
  ],
  [
    'a slip',
    routes('{receiver: b, matchers: [alertname="ApiDwon"]}'),
    [
      'warning at 4 alertname="ApiDwon": no rule defines an alert "ApiDwon": this route never takes it; help: did you mean "ApiDown"?',
    ],
  ],
  [
    'a list',
    routes('{receiver: b, matchers: [alertname=~"ApiDown|Other"]}'),
    [
      'warning at 4 alertname=~"ApiDown|Other": no rule defines an alert "Other": this route never takes it; help: correct the name, or remove it',
    ],
  ],
  ['nothing', routes('{receiver: b, matchers: [alertname=""]}')],
]);

tells('alertmanager/unknown-severity', beside, [
  [
    'a slip',
    routes('{receiver: b, matchers: [severity="critcal"]}'),
    [
      'warning at 4 severity="critcal": no alert has severity "critcal", and some have "critical": this route never takes them; help: write "critical"; an alert with "critical": 5 critical',
    ],
  ],
  [
    'two letters wrong',
    routes('{receiver: b, matchers: [severity="crtcal"]}'),
    [
      'warning at 4 severity="crtcal": no alert has severity "crtcal", and some have "critical": this route never takes them; help: write "critical"; an alert with "critical": 5 critical',
    ],
  ],
  ['three letters wrong', routes('{receiver: b, matchers: [severity="crtcl"]}')],
  [
    'another case',
    routes('{receiver: b, matchers: [severity="CRITICAL"]}'),
    [
      'warning at 4 severity="CRITICAL": no alert has severity "CRITICAL", and some have "critical": this route never takes them; help: write "critical"; an alert with "critical": 5 critical',
    ],
  ],
  [
    'another case of a short one',
    routes('{receiver: b, matchers: [priority="Hi"]}'),
    [
      'warning at 4 priority="Hi": no alert has priority "Hi", and some have "hi": this route never takes them; help: write "hi"; an alert with "hi": 6 hi',
    ],
  ],
  ['a slip of a short one', routes('{receiver: b, matchers: [priority="ha"]}')],
  [
    'a slip of four letters',
    routes('{receiver: b, matchers: [level="hihg"]}'),
    [
      'warning at 4 level="hihg": no alert has level "hihg", and some have "high": this route never takes them; help: write "high"; an alert with "high": 6 high',
    ],
  ],
  ['another word', routes('{receiver: b, matchers: [severity="page"]}')],
  ['a number', routes('{receiver: b, matchers: [severity="critical1"]}')],
  ['nothing', routes('{receiver: b, matchers: [severity=""]}')],
  ['a variable', routes('{receiver: b, matchers: [severity="${SEVERITY}"]}')],
  ['its own name', routes('{receiver: b, matchers: [severity="critical"]}')],
  [
    'a list',
    routes('{receiver: b, matchers: [severity=~"critical|critcal"]}'),
    [
      'warning at 4 severity=~"critical|critcal": no alert has severity "critcal", and some have "critical": this route never takes them; help: write "critical"; an alert with "critical": 5 critical',
    ],
  ],
  ['a pattern', routes('{receiver: b, matchers: [severity=~"critcal.*"]}')],
  ['what it is not', routes('{receiver: b, matchers: [severity!="critcal"]}')],
  ['a list of what it is not', routes('{receiver: b, matchers: [severity!~"critcal|x"]}')],
  ['another label', routes('{receiver: b, matchers: [team="critcal"]}')],
  [
    'an inhibition',
    inhibiting(
      '{source_matchers: [severity="critcal"], target_matchers: [severity="Warning"], equal: [job]}',
    ),
    [
      'warning at 9 severity="critcal": no alert has severity "critcal", and some have "critical": this inhibition never takes them; help: write "critical"; an alert with "critical": 5 critical',
      'warning at 9 severity="Warning": no alert has severity "Warning", and some have "warning": this inhibition never takes them; help: write "warning"; an alert with "warning": 6 warning',
    ],
  ],
]);

tells('alertmanager/unreachable-route', beside, [
  [
    'the same twice',
    routes('{receiver: b, matchers: [a="b"]}', '{receiver: a, matchers: [a="b"]}'),
    [
      'warning at 5 matchers: an earlier route takes all of its alerts and does not continue: "a" is never told by this one; help: put this route first, or add continue: true to the earlier one; the earlier route: 4 matchers',
    ],
  ],
  [
    'more in the first',
    routes('{receiver: b, matchers: [a=~"b|c"]}', '{matchers: [a="b"]}'),
    [
      'warning at 5 matchers: an earlier route takes all of its alerts and does not continue: "a" is never told by this one; help: put this route first, or add continue: true to the earlier one; the earlier route: 4 matchers',
    ],
  ],
  ['less in the first', routes('{receiver: b, matchers: [a="b"]}', '{receiver: a, matchers: [a=~"b|c"]}')],
  [
    'everything in the first',
    routes(
      '{receiver: b}',
      '{receiver: a, match: {a: b}}',
      '{receiver: a, match_re: {a: c}}',
      '{receiver: b}',
    ),
    [
      'warning at 5 match: an earlier route takes every alert and does not continue: "a" is never told by this one, and so it is with 2 more routes; help: move the route that takes everything to the end; the earlier route: 4 receiver; never reached either: 6 match_re; never reached either: 7 receiver',
    ],
  ],
  [
    'three behind',
    routes(
      '{receiver: b, matchers: [a=~"b|c|d"]}',
      '{receiver: a, matchers: [a="b"]}',
      '{receiver: a, matchers: [a="c"]}',
      '{receiver: a, matchers: [a="d"]}',
    ),
    [
      'warning at 5 matchers: an earlier route takes all of its alerts and does not continue: "a" is never told by this one, and so it is with 2 more routes; help: put these routes first, or add continue: true to the earlier one; the earlier route: 4 matchers; never reached either: 6 matchers; never reached either: 7 matchers',
    ],
  ],
  [
    'eight behind',
    routes(
      '{receiver: b}',
      '{receiver: a, matchers: [a="0"]}',
      '{receiver: a, matchers: [a="1"]}',
      '{receiver: a, matchers: [a="2"]}',
      '{receiver: a, matchers: [a="3"]}',
      '{receiver: a, matchers: [a="4"]}',
      '{receiver: a, matchers: [a="5"]}',
      '{receiver: a, matchers: [a="6"]}',
      '{receiver: a, matchers: [a="7"]}',
    ),
    [
      'warning at 5 matchers: an earlier route takes every alert and does not continue: "a" is never told by this one, and so it is with 7 more routes; help: move the route that takes everything to the end; the earlier route: 4 receiver; never reached either: 6 matchers; never reached either: 7 matchers; never reached either: 8 matchers; never reached either: 9 matchers; never reached either: 10 matchers',
    ],
  ],
  ['a first that goes on', routes('{receiver: b, continue: true}', '{receiver: a, matchers: [a="b"]}')],
  [
    'an inner one that contradicts',
    routes(
      '{receiver: b, matchers: [a="b"], routes: [{receiver: a, matchers: [a="c"]}, {receiver: a, matchers: [d="e"], routes: [{receiver: b, matchers: [d="f"]}]}]}',
    ),
    [
      'warning at 4 a="c": no alert reaches this route: the one above it takes only a="b"; help: move it out of that route, or correct one of the matchers; the route above: 4 a="b"',
      'warning at 4 d="f": no alert reaches this route: the one above it takes only d="e"; help: move it out of that route, or correct one of the matchers; the route above: 4 d="e"',
    ],
  ],
  [
    'an inner one that narrows',
    routes('{receiver: b, matchers: [a="b"], routes: [{receiver: a, matchers: [d="c"]}]}'),
  ],
  [
    'an inner one behind all',
    routes('{receiver: b, matchers: [a="b"], routes: [{receiver: a}, {receiver: b, matchers: [d="e"]}]}'),
    [
      'warning at 4 matchers: an earlier route takes every alert and does not continue: "b" is never told by this one; help: move the route that takes everything to the end; the earlier route: 4 receiver',
    ],
  ],
]);

tells('alertmanager/unrouted-severity', sentTo, [
  [
    'a silent default',
    `route: {receiver: quiet, routes: [{receiver: b, matchers: [severity="critical"]}]}
${TWO}- name: quiet
- name: still
`,
    [
      'error at 1 quiet: no route takes 1 alert with severity "warning": it ends in the default receiver "quiet", which has no integration, and nobody is told; help: add a route for it, or give "quiet" an integration; ApiSlow is such an alert: 6 ApiSlow',
    ],
  ],
  [
    'a silent default for all',
    `route: {receiver: quiet, routes: [{receiver: b, matchers: [team="x"]}]}
${TWO}- name: quiet
- name: still
`,
    [
      'error at 1 quiet: no route takes 2 alerts with severity "critical": they end in the default receiver "quiet", which has no integration, and nobody is told; help: add a route for it, or give "quiet" an integration; ApiDown is such an alert: 4 ApiDown; ApiGone is such an alert: 5 ApiGone',
    ],
  ],
  [
    'a route that goes on',
    `route: {receiver: quiet, routes: [{receiver: b, continue: true}]}
${TWO}- name: quiet
- name: still
`,
  ],
  [
    'a default that tells',
    `route:
  receiver: a
  routes:
  - {receiver: b, matchers: [severity="critical"]}
${TWO}- name: quiet
- name: still
`,
  ],
  [
    'only silent ones',
    `route: {receiver: quiet}
receivers:
- name: quiet
- name: still
`,
  ],
  [
    'an unknown default',
    `route: {receiver: c}
${TWO}`,
  ],
  [
    'a silent default for two severities',
    `route: {receiver: quiet, routes: [{receiver: b, matchers: [severity="none"]}]}
${TWO}- name: quiet
`,
    [
      'error at 1 quiet: no route takes 3 alerts with severity "critical" or severity "warning": they end in the default receiver "quiet", which has no integration, and nobody is told; help: add a route for them, or give "quiet" an integration; ApiDown is such an alert: 4 ApiDown; ApiGone is such an alert: 5 ApiGone; ApiSlow is such an alert: 6 ApiSlow',
    ],
  ],
]);

tells('alertmanager/unused-receiver', beside, [
  [
    'one without a route',
    `route:
  receiver: a
${TWO}`,
    [
      'warning at 6 b: no route sends to the receiver "b": it is never told of anything; help: add a route to it, or remove it',
    ],
  ],
  ['one with a route', routes('{receiver: b}')],
  ['one beside a variable', routes('{receiver: "${R}"}')],
  [
    'one by a variable',
    `route: {receiver: a}
receivers:
- name: a
- name: "\${R}"
  webhook_configs: [{url: x}]
`,
  ],
  [
    'one kept silent',
    `route: {receiver: a}
receivers:
- name: a
- name: b
`,
  ],
  ['one without any route', `${TWO}`],
  [
    'two',
    `route:
  receiver: a
${TWO}- name: c
  webhook_configs: [{url: 'http://z.example.com'}]
`,
    [
      'warning at 6 b: no route sends to the receiver "b": it is never told of anything; help: add a route to it, or remove it',
      'warning at 8 c: no route sends to the receiver "c": it is never told of anything; help: add a route to it, or remove it',
    ],
  ],
]);

tells('alertmanager/unused-time-interval', beside, [
  [
    'nobody uses',
    `route:
  receiver: a
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
- {name: "\${I}", time_intervals: []}
`,
    [
      'warning at 9 weekend: no route uses the time interval "weekend": it changes nothing; help: name it under mute_time_intervals or active_time_intervals of a route, or remove it',
    ],
  ],
  [
    'a route mutes by',
    `route:
  receiver: a
  routes:
  - {receiver: b, mute_time_intervals: [weekend]}
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
- {name: "\${I}", time_intervals: []}
`,
  ],
  [
    'a route is active by',
    `route:
  receiver: a
  routes:
  - {receiver: b, active_time_intervals: [weekend]}
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
- {name: "\${I}", time_intervals: []}
`,
  ],
  [
    'a variable may name',
    `route:
  receiver: a
  routes:
  - {receiver: b, active_time_intervals: ["\${J}"]}
${TWO}time_intervals:
- {name: weekend, time_intervals: []}
- {name: "\${I}", time_intervals: []}
`,
  ],
  [
    'stands without a route',
    `${TWO}time_intervals:
- {name: weekend, time_intervals: []}
- {name: "\${I}", time_intervals: []}
`,
  ],
]);
