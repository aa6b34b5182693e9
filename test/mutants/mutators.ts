/** One way of breaking a stack: a small edit of one file, and the rule that should say so. */
export interface Mutator {
  readonly name: string;
  /** Which of the stack's files is edited. */
  readonly file: FileKind;
  /** The broken text; the same text where the fault does not fit this file. */
  readonly edit: (text: string) => string;
  /** The rule that should find it; several where more than one word is right for it, by what else the stack has. */
  readonly rules: readonly string[];
}

/** A stack's files, told by what is in them. */
export const FILE_KINDS = {
  compose: (path: string, text: string) => /^docker-compose\.yml$/.test(path) && /^services:/m.test(text),
  prometheus: (path: string, text: string) =>
    /\.yml$/.test(path) && /^rule_files:[\s\S]*^scrape_configs:/m.test(text),
  rules: (path: string, text: string) => /\.yml$/.test(path) && /^groups:[\s\S]*^\s+- alert:/m.test(text),
  tests: (path: string, text: string) => /\.yml$/.test(path) && /^tests:/m.test(text),
  alertmanager: (path: string, text: string) =>
    /\.yml$/.test(path) && /^receivers:/m.test(text) && /^route:/m.test(text),
  datasources: (path: string, text: string) => /\.yml$/.test(path) && /^datasources:/m.test(text),
  providers: (path: string, text: string) => /\.yml$/.test(path) && /^providers:/m.test(text),
  dashboard: (path: string, text: string) => /\.json$/.test(path) && /"panels":/.test(text),
  jmx: (path: string, text: string) => /\.yml$/.test(path) && /^lowercaseOutputName:/m.test(text),
  loki: (path: string, text: string) => /\.yml$/.test(path) && /^schema_config:/m.test(text),
  promtail: (path: string, text: string) => /\.yml$/.test(path) && /^positions:/m.test(text),
  tempo: (path: string, text: string) => /\.yml$/.test(path) && /^distributor:/m.test(text),
} as const;

export type FileKind = keyof typeof FILE_KINDS;

const mutator = (
  file: FileKind,
  name: string,
  edit: (text: string) => string,
  ...rules: readonly string[]
): Mutator => ({ name: `${file}: ${name}`, file, edit, rules });

const replacing =
  (pattern: string | RegExp, replacement: string) =>
  (text: string): string =>
    text.replace(pattern, replacement);

/** An edit of one service's lines. */
const inService =
  (name: string, edit: (block: string) => string) =>
  (text: string): string =>
    text.replace(new RegExp(`^  ${name}:\\n(?:(?:    .*)?\\n)+`, 'm'), edit);

/** A service with a field more, which it must not have already. */
const withField = (name: string, field: string): ((text: string) => string) =>
  inService(name, (block) =>
    block.includes(`\n    ${field.split(':')[0]}:`)
      ? block
      : block.replace(/(\n {4}image: .*\n)/, `$1    ${field}\n`),
  );

/** An alert more in the first group, with everything that an alert should have. */
const withAlert = (
  expr: string,
  more: { label?: string; summary?: string } = {},
): ((text: string) => string) =>
  replacing(
    /^( +)rules:\n/m,
    `$1rules:\n$1  - alert: Mutant\n$1    expr: ${expr}\n$1    for: 5m\n$1    labels:\n$1      severity: warning\n${
      more.label ? `$1      ${more.label}\n` : ''
    }$1    annotations:\n$1      summary: '${more.summary ?? 'A mutant'}'\n$1      description: A mutant\n`,
  );

const UP_ALERT = /expr: up\{job="([\w-]+)"\} == 0/;
const OTHER_TARGET = /targets: \["(?!localhost|alertmanager)([\w-]+):(\d+)"\]/;

const prometheus: readonly Mutator[] = [
  mutator(
    'prometheus',
    'port of a target',
    replacing(OTHER_TARGET, 'targets: ["$1:1$2"]'),
    'prometheus/target-port',
  ),
  mutator(
    'prometheus',
    'host of a target',
    replacing(OTHER_TARGET, 'targets: ["$1x:$2"]'),
    'prometheus/target-host',
  ),
  mutator(
    'prometheus',
    'target with a scheme',
    replacing(OTHER_TARGET, 'targets: ["http://$1:$2"]'),
    'prometheus/target-url',
  ),
  mutator(
    'prometheus',
    'target twice',
    replacing(OTHER_TARGET, 'targets: ["$1:$2", "$1:$2"]'),
    'prometheus/duplicate-target',
  ),
  mutator(
    'prometheus',
    'job twice',
    replacing(/job_name: prometheus/, 'job_name: grafana'),
    'prometheus/duplicate-job',
  ),
  mutator(
    'prometheus',
    'rule files in another folder',
    (text) => text.replaceAll(/- \/etc\/prometheus\/(\S+)/g, '- /etc/prometheus/other/$1'),
    'prometheus/rule-files-match-nothing',
  ),
  mutator(
    'prometheus',
    'no rule files',
    replacing(/rule_files:\n(?: {2}- .*\n)+/, 'rule_files: []\n'),
    'prometheus/rule-file-not-loaded',
  ),
  mutator(
    'prometheus',
    'host of Alertmanager',
    replacing('["alertmanager:9093"]', '["alert-manager:9093"]'),
    'prometheus/alertmanager-target',
  ),
  mutator(
    'prometheus',
    'port of Alertmanager',
    replacing('["alertmanager:9093"]', '["alertmanager:9095"]'),
    'prometheus/alertmanager-target',
  ),
  mutator('prometheus', 'no alerting', replacing(/alerting:\n(?: .*\n)+/, ''), 'prometheus/no-alertmanager'),
  mutator(
    'prometheus',
    'timeout over the interval',
    replacing('scrape_interval: 15s', 'scrape_interval: 15s\n  scrape_timeout: 30s'),
    'prometheus/scrape-timeout',
  ),
  mutator(
    'prometheus',
    'key that is misspelled',
    replacing('evaluation_interval', 'evaluation_intervall'),
    'syntax/schema',
  ),
  mutator(
    'prometheus',
    'duration that is none',
    replacing('evaluation_interval: 15s', 'evaluation_interval: 15 seconds'),
    'syntax/schema',
  ),
  mutator('prometheus', 'indentation', replacing('rule_files:', ' rule_files:'), 'syntax/invalid'),
  mutator(
    'prometheus',
    'key twice',
    (text) => `${text}\nglobal:\n  scrape_interval: 15s\n`,
    'syntax/duplicate-key',
  ),
  mutator(
    'prometheus',
    'regex of a relabelling',
    replacing(
      /( {4})static_configs:/,
      '$1relabel_configs:\n      - source_labels: [__address__]\n        regex: "("\n        target_label: instance\n$1static_configs:',
    ),
    'prometheus/invalid-regex',
  ),
  mutator(
    'prometheus',
    'relabelling that drops all',
    replacing(
      /( {4})static_configs:/,
      '$1relabel_configs:\n      - source_labels: [job]\n        regex: .*\n        action: drop\n$1static_configs:',
    ),
    'prometheus/invalid-relabel',
    'prometheus/path-not-scraped',
    'alerts/dead-job',
  ),
  mutator(
    'prometheus',
    'path of metrics',
    replacing('job_name: grafana\n', 'job_name: grafana\n    metrics_path: /stats\n'),
    'prometheus/metrics-path',
  ),
  mutator(
    'prometheus',
    'job that is gone',
    replacing(/ {2}- job_name: (?!prometheus).*\n(?: {4}.*\n)+/, ''),
    'prometheus/path-not-scraped',
    'alerts/dead-job',
    'prometheus/unscraped-service',
    'alerts/uncovered-path',
  ),
  mutator(
    'prometheus',
    'job of another name',
    replacing(/job_name: (?!prometheus)(\S+)/, 'job_name: $1-renamed'),
    'alerts/dead-job',
    'dashboards/dead-job',
    'alerts/uncovered-path',
    'prometheus/path-not-scraped',
  ),
  mutator(
    'prometheus',
    'interval over the lookback',
    replacing('scrape_interval: 15s', 'scrape_interval: 10m'),
    'prometheus/scrape-interval-long',
    'alerts/detect-within',
  ),
];

const compose: readonly Mutator[] = [
  mutator(
    'compose',
    'no mount of the rules',
    replacing(/^ +- \S*:\/etc\/prometheus\/(?!prometheus\.yml)\S+\n/m, ''),
    'prometheus/rule-files-match-nothing',
    'prometheus/rule-file-not-loaded',
  ),
  mutator(
    'compose',
    'source of the configuration',
    replacing(/(\S+)prometheus\.yml:\/etc\/prometheus/, '$1prometheus.yaml:/etc/prometheus'),
    'compose/bind-source-missing',
  ),
  mutator(
    'compose',
    'source of the dashboards',
    replacing(/^( +- )(\S+):\/var\/lib\/grafana\/dashboards/m, '$1$2-old:/var/lib/grafana/dashboards'),
    'compose/bind-source-missing',
    'grafana/provider-path',
  ),
  mutator(
    'compose',
    'place of the dashboards',
    replacing(':/var/lib/grafana/dashboards', ':/etc/grafana/dashboards'),
    'grafana/provider-path',
  ),
  mutator(
    'compose',
    'no mount of the provisioning',
    replacing(/^ +- \S+:\/etc\/grafana\/provisioning\S*\n/m, ''),
    'grafana/dashboard-not-loaded',
  ),
  mutator(
    'compose',
    'no mount for Alertmanager',
    replacing(/^ +- \S+alertmanager\.yml:\S+\n/m, ''),
    'alertmanager/config-not-loaded',
  ),
  mutator(
    'compose',
    'path of the configuration',
    replacing('--config.file=/etc/prometheus/prometheus.yml', '--config.file=/etc/prometheus/prom.yml'),
    'prometheus/config-not-loaded',
  ),
  mutator(
    'compose',
    'dependency',
    replacing(/(depends_on:\n +)([\w-]+):/, '$1$2x:'),
    'compose/depends-on-unknown',
  ),
  mutator(
    'compose',
    'no health check of what others wait for',
    inService('prometheus', (block) => block.replace(/ {4}healthcheck:\n(?: {6}.*\n)+/, '')),
    'compose/depends-on-unhealthy',
  ),
  mutator(
    'compose',
    'port of the host twice',
    replacing(
      'services:\n',
      'services:\n  extra-a:\n    image: example/a:1.0\n    ports: ["127.0.0.1:7777:80"]\n  extra-b:\n    image: example/b:1.0\n    ports: ["127.0.0.1:7777:80"]\n',
    ),
    'compose/host-port-clash',
  ),
  mutator(
    'compose',
    'volume that is not declared',
    replacing(/- prometheus[-_]data:\/prometheus/, '- prometheus-store:/prometheus'),
    'compose/undefined-resource',
  ),
  mutator(
    'compose',
    'no volume for the data',
    replacing(/^ +- prometheus[-_]data:\/prometheus\n/m, ''),
    'compose/no-data-volume',
  ),
  mutator(
    'compose',
    'newest image',
    replacing(/prom\/prometheus:\S+/, 'prom/prometheus:latest'),
    'compose/image-not-pinned',
  ),
  mutator(
    'compose',
    'retention that is none',
    replacing(/retention\.time=\w+/, 'retention.time=15days'),
    'prometheus/retention',
  ),
  mutator(
    'compose',
    'no retention',
    replacing(/^ +- --storage\.tsdb\.retention\.time=\w+\n/m, ''),
    'prometheus/retention',
  ),
  mutator(
    'compose',
    'password that anybody guesses',
    replacing(/GF_SECURITY_ADMIN_PASSWORD: .*/, 'GF_SECURITY_ADMIN_PASSWORD: admin'),
    'security/default-credentials',
  ),
  mutator(
    'compose',
    'password in the file',
    replacing(/GF_SECURITY_ADMIN_PASSWORD: .*/, 'GF_SECURITY_ADMIN_PASSWORD: k3Jd82mQzPw7vT'),
    'security/secret-in-file',
  ),
  mutator(
    'compose',
    'anonymous administrators',
    replacing(
      /( +)GF_USERS_ALLOW_SIGN_UP: .*/,
      '$1GF_AUTH_ANONYMOUS_ENABLED: "true"\n$1GF_AUTH_ANONYMOUS_ORG_ROLE: Admin',
    ),
    'security/anonymous-admin',
  ),
  mutator('compose', 'all rights', withField('grafana', 'privileged: true'), 'security/privileged'),
  mutator(
    'compose',
    "Docker's socket",
    replacing(
      /^( +)- (prometheus[-_]data:\/prometheus)/m,
      '$1- /var/run/docker.sock:/var/run/docker.sock\n$1- $2',
    ),
    'security/docker-socket-writable',
  ),
  mutator(
    'compose',
    'file of variables',
    withField('prometheus', 'env_file: missing.env'),
    'compose/env-file-missing',
  ),
  mutator(
    'compose',
    'admin API',
    (text) =>
      inService('prometheus', (block) =>
        block
          .replace(/ {4}(?:ports|expose):\n(?: {6}.*\n)+/, '')
          .replace(/(\n {6}- --config)/, '\n      - --web.enable-admin-api$1')
          .replace(/(\n {4}image: .*\n)/, '$1    ports: ["9090:9090"]\n'),
      )(text),
    'security/admin-api-exposed',
  ),
  mutator(
    'compose',
    'key that is misspelled',
    inService('grafana', (block) => block.replace('    environment:', '    enviroment:')),
    'syntax/schema',
  ),
  mutator('compose', 'indentation', replacing(/^ {2}grafana:/m, '   grafana:'), 'syntax/invalid'),
  mutator(
    'compose',
    'service twice',
    (text) => text.replace(/^ {2}(alertmanager):\n/m, '  grafana:\n'),
    'syntax/duplicate-key',
  ),
  mutator(
    'compose',
    'interpolation',
    replacing(/\$\{GRAFANA_ADMIN_USER[^}]*\}/, '${GRAFANA_ADMIN_USER'),
    'compose/invalid-interpolation',
  ),
  mutator(
    'compose',
    'dependency on itself',
    (text) =>
      inService('prometheus', (block) =>
        block.includes('depends_on')
          ? block
          : block.replace(/(\n {4}image: .*\n)/, '$1    depends_on: [grafana]\n'),
      )(text),
    'compose/depends-on-cycle',
  ),
];

const rules: readonly Mutator[] = [
  mutator('rules', 'parenthesis', withAlert('sum(up{job="prometheus"} == 0'), 'promql/syntax'),
  mutator('rules', 'function that is none', withAlert('summ(up) < 1'), 'promql/syntax', 'promql/types'),
  mutator('rules', 'regex of a matcher', withAlert('\'up{job=~"("} == 0\''), 'promql/syntax', 'promql/types'),
  mutator('rules', 'no comparison', replacing(UP_ALERT, 'expr: up{job="$1"}'), 'alerts/no-comparison'),
  mutator('rules', 'rate without a range', withAlert('rate(up) > 0'), 'promql/types'),
  mutator(
    'rules',
    'count of nothing',
    withAlert('count(up{job="prometheus"} == 1) == 0'),
    'promql/never-matches',
  ),
  mutator(
    'rules',
    'selector that contradicts itself',
    withAlert('\'up{job="prometheus", job="grafana"} == 0\''),
    'promql/never-matches',
  ),
  mutator(
    'rules',
    'join over a label that is gone',
    withAlert('sum by (job) (up) * on (instance) group_left up < 1'),
    'promql/matching-labels',
    'promql/never-matches',
  ),
  mutator(
    'rules',
    'job that is none',
    replacing(UP_ALERT, 'expr: up{job="$1x"} == 0'),
    'alerts/dead-job',
    'alerts/vacuous',
    'alerts/uncovered-path',
  ),
  mutator(
    'rules',
    'range under two scrapes',
    withAlert('rate(prometheus_http_requests_total{code="500"}[15s]) > 1'),
    'promql/short-range',
  ),
  mutator(
    'rules',
    'rate of a gauge',
    withAlert('rate(go_goroutines{job="prometheus"}[5m]) > 1'),
    'promql/rate-of-gauge',
  ),
  mutator(
    'rules',
    'delta of a counter',
    withAlert('delta(process_cpu_seconds_total{job="prometheus"}[5m]) > 1'),
    'promql/delta-of-counter',
  ),
  mutator(
    'rules',
    'rate of a sum',
    withAlert('rate(sum(prometheus_http_requests_total)[5m:1m]) > 100'),
    'promql/rate-of-sum',
  ),
  mutator(
    'rules',
    'counter as it is',
    withAlert('prometheus_notifications_dropped_total > 10'),
    'promql/bare-counter',
  ),
  mutator(
    'rules',
    'quantile without le',
    withAlert(
      'histogram_quantile(0.9, sum by (job) (rate(prometheus_http_request_duration_seconds_bucket[5m]))) > 1',
    ),
    'promql/histogram-quantile-le',
  ),
  mutator('rules', 'file pattern', withAlert('\'up{job=~"prom*"} == 0\''), 'promql/regex-matcher'),
  mutator('rules', 'absence of a sum', withAlert('absent(sum by (job) (up))'), 'promql/absent-aggregation'),
  mutator('rules', 'record that is none', withAlert('job:nothing:rate5m > 1'), 'alerts/unknown-recording'),
  mutator(
    'rules',
    'label that is dropped',
    withAlert('sum by (job) (up{job="prometheus"}) < 1', { summary: '{{ $labels.instance }} is down' }),
    'alerts/template-label-dropped',
  ),
  mutator(
    'rules',
    'template',
    withAlert('up{job="prometheus"} == 0', { summary: '{{ $labels.instance }' }),
    'alerts/template',
  ),
  mutator(
    'rules',
    'variable of a template',
    withAlert('up{job="prometheus"} == 0', { summary: '{{ $label.instance }} is down' }),
    'alerts/template',
  ),
  mutator(
    'rules',
    'function of a template',
    withAlert('up{job="prometheus"} == 0', { summary: '{{ $value | humanise }}' }),
    'alerts/template',
  ),
  mutator(
    'rules',
    'value in a label',
    withAlert('up{job="prometheus"} == 0', { label: 'value: "{{ $value }}"' }),
    'alerts/value-in-label',
  ),
  mutator(
    'rules',
    'no severity',
    replacing(/ +severity: critical\n/, ''),
    'alerts/missing-severity',
    'alerts/severity-missing-for-path',
  ),
  mutator(
    'rules',
    'severity that is misspelled',
    replacing('severity: critical', 'severity: critcal'),
    'alerts/unknown-severity',
  ),
  mutator(
    'rules',
    'no texts',
    replacing(/ {8}annotations:\n(?: {10}.*\n)+/, ''),
    'alerts/missing-annotations',
  ),
  mutator(
    'rules',
    'runbook that is gone',
    replacing(/runbook_url: ([^\s#]+)\.md/, 'runbook_url: $1-old.md'),
    'alerts/runbook-missing',
  ),
  mutator('rules', 'duration that is none', replacing(/for: \w+/, 'for: 2 minutes'), 'syntax/schema'),
  mutator('rules', 'key that is misspelled', replacing('annotations:', 'anotations:'), 'syntax/schema'),
  mutator(
    'rules',
    'key twice',
    replacing(/^( +)for: (\w+)\n/m, '$1for: $2\n$1for: 5m\n'),
    'syntax/duplicate-key',
  ),
  mutator(
    'rules',
    'alert twice',
    (text) => text.replace(/ {6}- alert: [\s\S]*?(?=\n\n)/, (alert) => `${alert}\n\n${alert}`),
    'alerts/duplicate',
  ),
  mutator('rules', 'no alerts at all', () => 'groups: []\n', 'alerts/uncovered-path'),
  mutator('rules', 'hold under the interval', replacing(/for: \w+/, 'for: 5s'), 'alerts/for-under-interval'),
  mutator('rules', 'indentation', replacing(/^ {8}labels:/m, '       labels:'), 'syntax/invalid'),
];

const tests: readonly Mutator[] = [
  mutator(
    'tests',
    'rule files that are gone',
    replacing(/(rule_files:\n +- .*)\.yml/, '$1-old.yml'),
    'tests/rule-files-match-nothing',
  ),
  mutator(
    'tests',
    'alert of another name',
    (text) => {
      const name = /alertname: (\w+)/.exec(text)?.[1];
      return name === undefined
        ? text
        : text.replaceAll(new RegExp(`alertname: ${name}\\n`, 'g'), `alertname: ${name}x\n`);
    },
    'tests/unknown-alert',
  ),
  mutator(
    'tests',
    'series that is not closed',
    replacing(/(series: '?\w+\{[^}\n]*)\}/, '$1'),
    'tests/invalid-series',
  ),
  mutator(
    'tests',
    'values',
    replacing(/values: ("|')?[^\n"']+("|')?/, 'values: 1xx4'),
    'tests/invalid-series',
  ),
];

const alertmanager: readonly Mutator[] = [
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

const grafana: readonly Mutator[] = [
  mutator('datasources', 'host', replacing('http://prometheus:', 'http://prom:'), 'grafana/datasource-url'),
  mutator(
    'datasources',
    'port',
    replacing('http://prometheus:9090', 'http://prometheus:9091'),
    'grafana/datasource-url',
  ),
  mutator('datasources', 'uid', replacing('uid: prometheus', 'uid: prom'), 'dashboards/unknown-datasource'),
  mutator(
    'datasources',
    'no version',
    replacing('apiVersion: 1\n', ''),
    'grafana/api-version',
    'syntax/schema',
  ),
  mutator(
    'datasources',
    'two defaults',
    (text) =>
      `${text.trimEnd()}\n  - name: Other\n    uid: other\n    type: prometheus\n    url: http://prometheus:9090\n    isDefault: true\n`,
    'grafana/two-defaults',
  ),
  mutator(
    'datasources',
    'uid twice',
    (text) =>
      `${text.trimEnd()}\n  - name: Other\n    uid: prometheus\n    type: prometheus\n    url: http://prometheus:9090\n`,
    'grafana/duplicate-datasource',
  ),
  mutator(
    'datasources',
    'plugin',
    (text) =>
      `${text.trimEnd()}\n  - name: Other\n    uid: other\n    type: grafana-clickhouse2-datasource\n`,
    'grafana/missing-plugin',
  ),
  mutator('providers', 'path', replacing(/path: (\S+)/, 'path: $1-old'), 'grafana/provider-path'),
  mutator(
    'providers',
    'no version',
    replacing('apiVersion: 1\n', ''),
    'grafana/api-version',
    'syntax/schema',
  ),
  mutator('dashboard', 'comma', replacing('"panels": [', '"panels": [,'), 'syntax/invalid'),
  mutator(
    'dashboard',
    'variable that is not there',
    replacing(/"expr": "up\{/, '"expr": "up{env=\\"$nothing\\",'),
    'dashboards/undefined-variable',
  ),
  mutator(
    'dashboard',
    'parenthesis',
    replacing(/"expr": "/, '"expr": "sum(('),
    'promql/syntax',
    'dashboards/logql-syntax',
  ),
  mutator(
    'dashboard',
    'type that is gone',
    replacing(/"type": "timeseries"/, '"type": "graph"'),
    'dashboards/removed-panel-type',
  ),
  mutator(
    'dashboard',
    'no title',
    replacing(/"type": "timeseries",\n( +)"title": "[^"]*"/, '"type": "timeseries",\n$1"title": ""'),
    'dashboards/no-title',
  ),
  mutator('dashboard', 'id twice', replacing(/"id": 3,/, '"id": 2,'), 'dashboards/duplicate-panel-id'),
  mutator(
    'dashboard',
    'datasource',
    (text) => {
      const panels = text.indexOf('"panels"');
      return text.slice(0, panels) + text.slice(panels).replace('"uid": "prometheus"', '"uid": "gone"');
    },
    'dashboards/unknown-datasource',
  ),
  mutator(
    'dashboard',
    'job that is none',
    replacing(/job=\\"([\w-]+)\\"/, 'job=\\"$1x\\"'),
    'dashboards/dead-job',
  ),
  mutator(
    'dashboard',
    'inputs of an export',
    (text) =>
      text
        .replace(
          /^\{/,
          '{\n  "__inputs": [{ "name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus" }],',
        )
        .replaceAll('"uid": "prometheus"', '"uid": "${DS_PROMETHEUS}"'),
    'dashboards/import-inputs',
  ),
  mutator(
    'dashboard',
    'variable that nobody uses',
    replacing(
      /"templating": \{\n +"list": \[/,
      '$&{ "name": "idle", "type": "query", "datasource": { "type": "prometheus", "uid": "prometheus" }, "query": "label_values(up, instance)", "refresh": 2 },',
    ).bind(undefined),
    'dashboards/unused-variable',
  ),
  mutator(
    'dashboard',
    'no query',
    (text) => text.replace(/"targets": \[\n[\s\S]*?\n( +)\](?=,?\n)/, '"targets": []'),
    'dashboards/no-target',
  ),
  mutator('dashboard', 'no dashboard', () => '{ "rows": 1 }\n', 'dashboards/invalid', 'syntax/schema'),
];

const telemetry: readonly Mutator[] = [
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

export const MUTATORS: readonly Mutator[] = [
  ...prometheus,
  ...compose,
  ...rules,
  ...tests,
  ...alertmanager,
  ...grafana,
  ...telemetry,
];
