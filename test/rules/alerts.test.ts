import { describe, expect, test } from 'vitest';
import { checkFiles } from '../support/check.ts';
import { alertOn, rulesOf, saying, stackWith, underlined } from '../support/expressions.ts';

const onAlert = (id: string, expr: string, parts: Parameters<typeof alertOn>[1] = {}): string[] =>
  saying(id, { 'rules.yml': alertOn(expr, parts) });
const annotated = (id: string, summary: string, expr = 'up == 0'): string[] =>
  onAlert(id, expr, { annotations: { summary } });

describe('alerts/no-comparison', () => {
  test.each([
    'rate(errors_total[5m])',
    'errors_total{job="api"}',
    'up == bool 0',
    'up >= 0',
    'count(up) > 0',
    'sum(x) / sum(y)',
    'x > 5 or y',
    'x > 5 or vector(0)',
    'rate(x{code="500"}[5m])',
  ])('finds %s', (expr) => {
    expect(onAlert('alerts/no-comparison', expr)).toHaveLength(1);
  });

  test.each([
    'x > 5',
    'absent(x)',
    'vector(1)',
    '1',
    'x unless y',
    'x and y > 5',
    '(x > 5) * 100',
    'count(up == 0) > 0',
    'max_over_time((x > 5)[1h:1m])',
    'ALERTS{alertstate="firing"}',
    'redis_instance_info{role="master", version!="7"}',
    // Such an index being there is the fault.
    'pg_index_size{name=~".*ccnew.*"}',
    'up > 0',
    'hour() > 8 and on () x > 5',
  ])('is silent on %s', (expr) => {
    expect(onAlert('alerts/no-comparison', expr)).toEqual([]);
  });

  test('looks into recording rules for the condition', () => {
    const rules = rulesOf({
      'job:x:high': 'x > 5',
      'job:x:sum': 'sum(x)',
      High: 'job:x:high',
      Sum: 'job:x:sum',
    });
    expect(saying('alerts/no-comparison', { 'rules.yml': rules })).toEqual([
      'the alert "Sum" compares its value with nothing, so it fires as long as its series exist',
    ]);
  });
});

describe('alerts/dead-job', () => {
  const dead = (expr: string, scrapes?: string): string[] =>
    saying('alerts/dead-job', stackWith({ 'rules.yml': alertOn(expr) }, scrapes ? { scrapes } : {}));

  test('knows the jobs of the Prometheus that loads the alert', () => {
    expect(dead('up{job="api"} == 0')).toEqual([]);
    expect(dead('up{job="web"} == 0')).toEqual([
      '"prometheus" scrapes no job that fulfils job="web", so the alert "Example" can never fire on it',
    ]);
    expect(dead('up{job=~"web|api"} == 0')).toEqual([]);
    expect(dead('up{job!="api"} == 0')).toEqual([]);
    expect(dead('absent(up{job="web"})')).toEqual([
      '"prometheus" scrapes no job that fulfils job="web", so the alert "Example" always fires',
    ]);
    expect(saying('alerts/dead-job', { 'rules.yml': alertOn('up{job="web"} == 0') })).toEqual([]);
  });

  test('knows that relabelling, gateways and federation make other jobs', () => {
    const job = (more: string): string =>
      `  - job_name: api\n    static_configs:\n      - targets: ["api:8000"]\n${more}`;
    expect(
      dead(
        'up{job="web"} == 0',
        job('    relabel_configs:\n      - {target_label: job, replacement: web}\n'),
      ),
    ).toEqual([]);
    expect(dead('x{job="web"} == 0', job('    honor_labels: true\n'))).toEqual([]);
    const open = '    docker_sd_configs: [{host: "unix:///var/run/docker.sock"}]\n';
    expect(dead('up{job="web"} == 0', job(open))).toHaveLength(1);
    expect(
      dead(
        'up{job="web"} == 0',
        job(`${open}    relabel_configs:\n      - {source_labels: [__meta_x], target_label: job}\n`),
      ),
    ).toEqual([]);
  });

  test('leaves what only excludes something alone', () => {
    expect(dead('up == 0 unless up{job="web"}')).toEqual([]);
  });
});

describe('alerts/vacuous', () => {
  const vacuous = (expr: string): string[] =>
    saying('alerts/vacuous', stackWith({ 'rules.yml': alertOn(expr) }));
  test('knows the labels that targets get', () => {
    expect(vacuous('up{instance="api:8000"} == 0')).toEqual([]);
    expect(vacuous('up{instance="api"} == 0')).toEqual([
      'the alert "Example" can never fire: no target has instance="api"',
    ]);
    expect(vacuous('up{job="api", instance=~"node.*"} == 0')).toHaveLength(1);
    // Alternatives: one of them can fire.
    expect(vacuous('up{instance="api"} == 0 or up{instance="api:8000"} == 0')).toEqual([]);
    expect(vacuous('absent(up{instance="api"})')).toEqual([]);
    // A series may have any label of its own.
    expect(vacuous('http_requests_total{instance="api"} > 1')).toEqual([]);
  });
});

describe('alerts/duplicate and alerts/duplicate-expression', () => {
  const file = (...rules: unknown[]) => ({ 'rules.yml': JSON.stringify({ groups: [{ name: 'g', rules }] }) });
  const alert = (name: string, expr: string, more: object = {}) => ({ alert: name, expr, ...more });

  test('know what tells alerts apart', () => {
    const two = (a: object, b: object) => saying('alerts/duplicate', file(a, b));
    expect(two(alert('A', 'x > 1'), alert('A', 'x > 5'))).toHaveLength(1);
    expect(two(alert('A', 'x > 1'), alert('A', 'x > 5', { labels: { severity: 'critical' } }))).toEqual([]);
    expect(two(alert('A', 'x{a="1"} > 1'), alert('A', 'x{a="2"} > 1'))).toEqual([]);
    expect(two(alert('A', 'x{a="1"} > 1'), alert('A', 'x{a!="1"} > 1'))).toEqual([]);
    const about = (label: string) => ({ annotations: { summary: `{{ $labels.${label} }} is stuck` } });
    expect(two(alert('A', 'x > 1', about('pod')), alert('A', 'y > 1', about('node')))).toEqual([]);
    expect(two(alert('A', 'x > 1', about('pod')), alert('A', 'y > 1', about('pod')))).toHaveLength(1);
    expect(two(alert('A', 'sum(x) > 1'), alert('A', 'sum( x )  > 1'))).toEqual([
      'the alert "A" is there twice, with the same expression and the same labels',
    ]);
  });

  test('let one expression have several holds and severities', () => {
    const two = (a: object, b: object) => saying('alerts/duplicate-expression', file(a, b));
    expect(two(alert('A', 'x > 1'), alert('B', 'x > 1'))).toHaveLength(1);
    expect(two(alert('A', 'x > 1'), alert('B', '1 < x'))).toEqual([]);
    expect(two(alert('A', 'x > 1', { for: '5m' }), alert('B', 'x > 1', { for: '1h' }))).toEqual([]);
    expect(
      two(alert('A', 'x > 1', { labels: { team: 'a' } }), alert('B', 'x > 1', { labels: { team: 'b' } })),
    ).toEqual([]);
  });
});

describe('alerts/missing-for', () => {
  const lacks = (expr: string): number => onAlert('alerts/missing-for', expr).length;
  test('is about what is often wrong for a moment', () => {
    expect(lacks('up == 0')).toBe(1);
    expect(lacks('mysql_up == 0')).toBe(1);
    expect(lacks('node_network_up == 0')).toBe(0);
    expect(lacks('absent(up{job="api"})')).toBe(1);
    expect(lacks('irate(x_total[5m]) > 1')).toBe(1);
    expect(lacks('node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1')).toBe(1);
    expect(lacks('rate(x_total[5m]) > 1')).toBe(0);
    expect(lacks('max_over_time(up[5m]) == 0')).toBe(0);
    expect(lacks('time() - backup_timestamp_seconds > 86400')).toBe(0);
    expect(lacks('unknown_thing > 1')).toBe(0);
    expect(lacks('up == 0 and increase(restarts_total[10m]) > 3')).toBe(0);
  });
  test('takes a zero for a decision', () => {
    expect(onAlert('alerts/missing-for', 'up == 0', { for: '0m' })).toEqual([]);
  });
});

describe('alerts/for-under-interval and alerts/group-interval', () => {
  const held = (hold: string, more: object = {}) => {
    const file = JSON.parse(alertOn('up == 0', { for: hold }));
    Object.assign(file.groups[0], more);
    return { 'rules.yml': JSON.stringify(file) };
  };
  test('know whose interval counts', () => {
    expect(saying('alerts/for-under-interval', stackWith(held('20s')))).toHaveLength(1);
    expect(saying('alerts/for-under-interval', stackWith(held('30s')))).toEqual([]);
    expect(saying('alerts/for-under-interval', stackWith(held('20s', { interval: '15s' })))).toEqual([]);
    expect(saying('alerts/for-under-interval', held('20s'))).toEqual([]);
    expect(saying('alerts/for-under-interval', held('20s', { interval: '1m' }))).toHaveLength(1);
    expect(saying('alerts/group-interval', stackWith(held('1m', { interval: '5s' })))).toHaveLength(1);
    expect(saying('alerts/group-interval', stackWith(held('1m', { interval: '15s' })))).toEqual([]);
  });
});

describe('severities and texts', () => {
  test('a label that says how bad it is may have another name', () => {
    const one = (labels: object) => ({
      'rules.yml': JSON.stringify({
        groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'x > 1', labels }] }],
      }),
    });
    expect(saying('alerts/missing-severity', one({ team: 'a' }))).toHaveLength(1);
    expect(saying('alerts/missing-severity', one({ level: 'warning' }))).toEqual([]);
  });

  test('a file without any severity is one finding', () => {
    const rules = ['A', 'B', 'C'].map((alert) => ({ alert, expr: 'x > 1' }));
    expect(
      saying('alerts/missing-severity', { 'rules.yml': JSON.stringify({ groups: [{ name: 'g', rules }] }) }),
    ).toEqual(['none of the 3 alerts of this file has a severity, so no route can tell what is urgent']);
  });

  test('the labels of a group count for each of its rules', () => {
    const groups = [{ name: 'g', labels: { severity: 'page' }, rules: [{ alert: 'A', expr: 'x > 1' }] }];
    expect(saying('alerts/missing-severity', { 'rules.yml': JSON.stringify({ groups }) })).toEqual([]);
  });

  test('the configuration says which severities there are', () => {
    const files = { 'monitoring-check.yml': 'severities: [page, ticket]\n', 'rules.yml': alertOn('x > 1') };
    expect(saying('alerts/unknown-severity', files)).toEqual([
      'the severity "warning" of the alert "Example" is none of "page" and "ticket"',
    ]);
    expect(onAlert('alerts/unknown-severity', 'x > 1')).toEqual([]);
  });

  test('a link is no text', () => {
    const only = (annotations: object) => ({
      'rules.yml': JSON.stringify({
        groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'x > 1', annotations }] }],
      }),
    });
    expect(saying('alerts/missing-annotations', only({ runbook_url: 'https://example.com' }))).toHaveLength(
      1,
    );
    expect(saying('alerts/missing-annotations', only({ message: 'It is down' }))).toEqual([]);
  });
});

describe('alerts/runbook-missing', () => {
  const linked = (runbook: string, files: Record<string, string> = {}): string[] =>
    saying('alerts/runbook-missing', {
      'monitoring/rules.yml': alertOn('x > 1', { annotations: { runbook_url: runbook } }),
      'docs/runbooks/api.md': '# API\n\n## Api down!\n\n## Api slow\n',
      ...files,
    });

  test('counts from the root or from the rule file', () => {
    expect(linked('docs/runbooks/api.md')).toEqual([]);
    expect(linked('../docs/runbooks/api.md')).toEqual([]);
    expect(linked('runbooks/api.md')).toHaveLength(1);
    expect(linked('runbooks/api.md', { 'monitoring/runbooks/api.md': '' })).toEqual([]);
  });

  test('knows headings as web sites do', () => {
    expect(linked('docs/runbooks/api.md#api-down')).toEqual([]);
    expect(linked('docs/runbooks/api.md#api-gone')).toHaveLength(1);
  });

  test('follows addresses only into folders that are here', () => {
    expect(linked('https://github.com/acme/shop/blob/main/docs/runbooks/api.md')).toEqual([]);
    expect(linked('https://github.com/acme/shop/blob/main/docs/runbooks/apis.md')).toHaveLength(1);
    expect(linked('https://github.com/acme/wiki/blob/main/pages/api.md')).toEqual([]);
    expect(linked('https://runbooks.example.com/api')).toEqual([]);
    expect(linked('docs/runbooks/{{ $labels.job }}.md')).toEqual([]);
    expect(linked('ask the database team')).toEqual([]);
  });
});

describe('alerts/template', () => {
  test.each([
    ['{{ $label.instance }}', 'the variable "$label" is not defined'],
    ['{{ $value | humanise }}', 'there is no function "humanise"'],
    ['{{ $labels.service-name }}', 'unexpected "-" in "$labels.service-"'],
    ['{{ if $value }}high', 'this is never closed with "{{ end }}"'],
    ['{{ .Annotations.summary }}', '".Annotations" is not known here'],
    ['{{ $labels.pod.name }}', '"$labels.pod" is a text: it has no ".name"'],
    ['{{ humanize }}', '"humanize" wants 1 argument, not 0'],
    ['{{ $value humanize }}', '"$value" is no function, so nothing can follow it'],
    ['{{ query "sum(up" | first | value }}', 'its query is refused'],
    ['{{ (query "up").Value }}', 'the result of a query is a list'],
  ])('%s', (summary, why) => {
    const [message = '', ...others] = annotated('alerts/template', summary);
    expect(others).toEqual([]);
    expect(message).toContain(why);
  });

  test.each([
    '{{ $labels.instance }} of {{ .Labels.job }} at {{ $value | humanize }}',
    '{{ with $labels }}{{ .instance }}{{ end }}',
    '{{ with query "up" }}{{ . | first | value }}{{ end }}',
    '{{ range query "up" | sortByLabel "job" }}{{ .Labels.job }}: {{ .Value }}{{ end }}',
    '{{ index $labels "service-name" }} {{ $externalLabels.site }} {{ $externalURL }}',
    '{{ define "x" }}{{ .Anything }}{{ end }}{{ template "x" . }}',
    '{{ $value | toTime }} {{ (toTime $value).Format "15:04" }}',
  ])('is silent on %s', (summary) => {
    expect(annotated('alerts/template', summary)).toEqual([]);
  });

  test('underlines the place in the file, through its escapes', () => {
    const files = {
      'rules.yml': alertOn('up == 0', { annotations: { summary: '"{{ $labels.job }}" is {{ $valeu }}' } }),
    };
    expect(underlined('alerts/template', files)).toEqual(['$valeu']);
  });

  test('knows since when functions are there', () => {
    const files = {
      'rules.yml': alertOn('up == 0', { annotations: { summary: '{{ now | humanizeTimestamp }}' } }),
    };
    expect(saying('alerts/template', stackWith(files, { image: 'prom/prometheus:v3.5.0' }))).toHaveLength(1);
    expect(saying('alerts/template', stackWith(files, { image: 'prom/prometheus:v3.6.0' }))).toEqual([]);
    expect(saying('alerts/template', files)).toEqual([]);
  });
});

describe('alerts/template-output', () => {
  test('knows that values are numbers with a fraction, and what humanize returns a text', () => {
    expect(annotated('alerts/template-output', '{{ $value | printf "%d" }}')).toHaveLength(1);
    expect(annotated('alerts/template-output', '{{ $value | humanize | printf "%.2f" }}')).toHaveLength(1);
    expect(annotated('alerts/template-output', '{{ printf "%s: %.2f" $labels.job }}')).toHaveLength(1);
    expect(annotated('alerts/template-output', '{{ printf "%s: %.2f%%" $labels.job $value }}')).toEqual([]);
    expect(annotated('alerts/template-output', '{{ printf "%d" (len $labels.job) }}')).toEqual([]);
  });
});

describe('alerts/template-label-dropped', () => {
  const printed = (summary: string, expr: string): string[] =>
    annotated('alerts/template-label-dropped', summary, expr);
  test('says once what one pattern of texts does in a whole file', () => {
    const rule = (name: string): string =>
      `      - alert: ${name}\n        expr: sum by (job) (x) > 1\n        annotations:\n          summary: "{{ $labels.instance }}"\n`;
    const files = { 'alerts.yml': `groups:\n  - name: a\n    rules:\n${['A', 'B', 'C'].map(rule).join('')}` };
    const texts = checkFiles(files)
      .findings.filter(({ rule: id }) => id === 'alerts/template-label-dropped')
      .map(({ message }) => message);
    expect(texts).toEqual([
      'the annotation "summary" of the alert "A" prints the label "instance", which is always empty: "sum by (job)" drops it (and so in 2 other alerts of this file)',
    ]);
  });

  test('says once what one aggregation takes from one text', () => {
    expect(printed('{{ $labels.instance }} of {{ $labels.job }}', 'sum(x) > 1')).toEqual([
      'the annotation "summary" of the alert "Example" prints the labels "instance" and "job", which are always empty: "sum" drops them',
    ]);
    expect(printed('{{ $labels.instance }} of {{ $labels.job }}', 'sum by (job) (x) > 1')).toHaveLength(1);
  });

  test('follows the label through the expression', () => {
    expect(printed('{{ $labels.instance }}', 'sum by (job) (x) > 1')).toEqual([
      'the annotation "summary" of the alert "Example" prints the label "instance", which is always empty: "sum by (job)" drops it',
    ]);
    expect(printed('{{ $labels.job }}', 'sum by (job) (x) > 1')).toEqual([]);
    expect(printed('{{ $labels.instance }}', 'absent(up{job="a"})')).toHaveLength(1);
    expect(printed('{{ $labels.job }}', 'absent(up{job="a"})')).toEqual([]);
    expect(printed('{{ $labels.node }}', 'x * on (a) group_left (node) y > 1')).toEqual([]);
    expect(printed('{{ $labels.a }}', 'x / ignoring (a) y > 1')).toHaveLength(1);
    expect(printed('{{ with $labels.instance }}{{ . }}{{ end }}', 'sum(x) > 1')).toHaveLength(1);
    expect(printed('{{ $labels.instance }}', 'x > 1 or sum(y) > 1')).toEqual([]);
  });

  test("knows that a rule's own labels are not among them", () => {
    expect(printed('{{ $labels.severity }}: {{ $labels.alertname }}', 'up == 0')).toHaveLength(2);
    expect(printed('{{ $labels.alertname }}', 'ALERTS{alertstate="firing"} > 0')).toEqual([]);
  });

  test('follows the labels of queries in the text', () => {
    expect(
      printed('{{ with query "sum(up)" }}{{ . | first | label "job" }}{{ end }}', 'up == 0'),
    ).toHaveLength(1);
    expect(printed('{{ range query "up" }}{{ .Labels.job }}{{ end }}', 'sum(up) == 0')).toEqual([]);
  });
});

describe('alerts/value-in-label', () => {
  test('is about what is printed, not about what is asked', () => {
    expect(
      onAlert('alerts/value-in-label', 'x > 1', { labels: { v: '{{ $value | humanize }}' } }),
    ).toHaveLength(1);
    expect(onAlert('alerts/value-in-label', 'x > 1', { labels: { v: '{{ $labels.job }}' } })).toEqual([]);
    expect(
      onAlert('alerts/value-in-label', 'x > 1', {
        labels: { v: '{{ if gt $value 9.0 }}high{{ else }}low{{ end }}' },
      }),
    ).toEqual([]);
  });
});

describe('alerts/unknown-recording', () => {
  const rules = (expr: string, more: Record<string, string> = {}) => ({
    'rules.yml': rulesOf({ ...more, Example: expr }),
  });
  test('is sure only where every rule file is here', () => {
    expect(saying('alerts/unknown-recording', stackWith(rules('job:x:sum > 1')))).toHaveLength(1);
    expect(
      saying('alerts/unknown-recording', stackWith(rules('job:x:sum > 1', { 'job:x:sum': 'sum(x)' }))),
    ).toEqual([]);
    expect(saying('alerts/unknown-recording', rules('job:x:sum > 1'))).toEqual([]);
    const federated =
      '  - job_name: federate\n    honor_labels: true\n    metrics_path: /federate\n    static_configs:\n      - targets: ["api:8000"]\n';
    expect(
      saying('alerts/unknown-recording', stackWith(rules('job:x:sum > 1'), { scrapes: federated })),
    ).toEqual([]);
  });
});

test('what a probe finds belongs to what it probes', () => {
  const files = stackWith(
    { 'rules.yml': alertOn('probe_success{instance="http://api:8000/health"} == 0', { for: '2m' }) },
    {
      more: '  blackbox:\n    image: prom/blackbox-exporter:v0.27.0\n',
      scrapes: `  - job_name: probe
    metrics_path: /probe
    static_configs:
      - targets: ["http://api:8000/health"]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: "blackbox:9115"}
`,
    },
  );
  expect(saying('alerts/uncovered-path', files)).toEqual([]);
});
