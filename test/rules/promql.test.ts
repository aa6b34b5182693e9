import { describe, expect, test } from 'vitest';
import { alertFile } from '../../rules/shared/rule-examples.ts';
import { checkFiles } from '../support/check.ts';
import { alertOn, dashboardOf, rulesOf, saying, stackWith, underlined } from '../support/expressions.ts';
import { told } from '../support/told.ts';

const onAlert = (id: string, expr: string): string[] => saying(id, { 'rules.yml': alertOn(expr) });

describe('promql/syntax and promql/types', () => {
  test('speak of rules, of panels and of alerts that Grafana evaluates', () => {
    expect(onAlert('promql/syntax', 'up == ')).toEqual([
      'the alert "Example" has an expression that does not parse, so Prometheus refuses the whole rule file: the expression ends too early',
    ]);
    expect(saying('promql/syntax', { 'api.json': dashboardOf(['sum(up) by job)']) })).toEqual([
      'the panel "Panel 1" has an expression that does not parse, so it shows an error: unexpected ")"',
    ]);
    const managed = `apiVersion: 1
groups:
  - name: api
    folder: API
    interval: 1m
    rules:
      - uid: a
        title: ApiDown
        condition: A
        data:
          - refId: A
            datasourceUid: prometheus
            model:
              datasource: {type: prometheus, uid: prometheus}
              expr: sum(rate(x))
              refId: A
`;
    expect(saying('promql/types', { 'grafana/provisioning/alerting/rules.yml': managed })).toEqual([
      'the Grafana alert "ApiDown" has an expression that is refused, so it never fires as meant: "rate" wants a range vector, not an instant vector',
    ]);
  });

  test('say of a hidden query that it is wrong, and not that anybody sees it', () => {
    const panel = (expression?: object): string =>
      JSON.stringify({
        title: 'API',
        schemaVersion: 39,
        panels: [
          {
            id: 1,
            type: 'timeseries',
            title: 'Errors',
            datasource: { type: 'prometheus', uid: 'prometheus' },
            targets: [
              { refId: 'A', expr: 'sum(x without (pod))', hide: true },
              ...(expression ? [expression] : []),
            ],
          },
        ],
      });
    const lines = (text: string): string[] =>
      checkFiles({ 'api.json': text })
        .findings.filter(({ rule }) => rule === 'promql/syntax')
        .map(({ severity, message }) => `${severity} ${message}`);
    expect(lines(panel())).toEqual([
      'warning the panel "Errors" has an expression that does not parse, so it shows an error once its hidden query is shown: unexpected "without"',
    ]);
    // What computes with it asks it all the same.
    const sum = {
      refId: 'B',
      datasource: { type: '__expr__', uid: '__expr__' },
      type: 'math',
      expression: '$A',
    };
    expect(lines(panel(sum))).toEqual([
      'error the panel "Errors" has an expression that does not parse, so it shows an error: unexpected "without"',
    ]);
  });

  test('judge a panel after its variables are put in', () => {
    const good = [
      'rate(x{job="$job"}[$__rate_interval])',
      'sum by ($by) (x)',
      'max_over_time(x[$range:$step]) > [[limit]]',
      '$metric{a="b"}',
    ];
    expect(saying('promql/syntax', { 'api.json': dashboardOf(good) })).toEqual([]);
  });

  test('leave other languages alone', () => {
    const logql = 'sum(rate({app="api"} |= "error" [5m]))';
    expect(
      saying('promql/syntax', { 'api.json': dashboardOf([logql], { type: 'loki', uid: 'loki' }) }),
    ).toEqual([]);
    // Where nothing tells the language, only what is no LogQL either is broken.
    expect(saying('promql/syntax', { 'api.json': dashboardOf([logql], null) })).toEqual([]);
    expect(saying('promql/syntax', { 'api.json': dashboardOf(['sum(rate(x[5m])'], null) })).toHaveLength(1);
    const files = { 'api.json': dashboardOf(['topk_avg(3, x)']) };
    const victoria = {
      'docker-compose.yml': 'services:\n  vm:\n    image: victoriametrics/victoria-metrics:v1.120.0\n',
    };
    expect(saying('promql/types', files)).toHaveLength(1);
    expect(saying('promql/types', { ...files, ...victoria })).toEqual([]);
  });

  test('know that holt_winters was renamed in Prometheus 3', () => {
    const files = { 'rules.yml': alertOn('holt_winters(x[5m], 0.5, 0.5) > 1') };
    expect(saying('promql/types', stackWith(files, { image: 'prom/prometheus:v2.53.0' }))).toEqual([]);
    expect(told('promql/types', stackWith(files, { image: 'prom/prometheus:v3.5.0' }))).toEqual([
      expect.stringMatching(
        /holt_winters.*; help: since Prometheus 3\.0 it is "double_exponential_smoothing", behind a feature flag$/,
      ),
    ]);
    expect(saying('promql/types', files)).toEqual([]);
  });
});

describe('promql/feature-flag', () => {
  const files = { 'rules.yml': alertOn('mad_over_time(x[5m]) > 1') };
  test('is sure only of a Prometheus whose whole command is known', () => {
    expect(saying('promql/feature-flag', stackWith(files))).toHaveLength(1);
    expect(saying('promql/feature-flag', files)).toEqual([]);
    const withFlag = '    command: --enable-feature=promql-experimental-functions,otlp\n';
    expect(saying('promql/feature-flag', stackWith(files, { prometheus: withFlag }))).toEqual([]);
    const unknown = '    command: ["--config.file=/etc/prometheus/prometheus.yml", "${FLAGS}"]\n';
    expect(saying('promql/feature-flag', stackWith(files, { prometheus: unknown }))).toEqual([]);
  });

  test('knows that durations are computed without a flag since 3.14', () => {
    const computed = { 'rules.yml': alertOn('rate(x[5m * 2]) > 1') };
    expect(
      saying('promql/feature-flag', stackWith(computed, { image: 'prom/prometheus:v3.5.0' })),
    ).toHaveLength(1);
    expect(saying('promql/feature-flag', stackWith(computed, { image: 'prom/prometheus:v3.14.0' }))).toEqual(
      [],
    );
    expect(saying('promql/feature-flag', stackWith(computed, { image: 'prom/prometheus' }))).toEqual([]);
  });
});

describe('promql/never-matches', () => {
  const never = (expr: string): string[] => onAlert('promql/never-matches', expr);

  test.each([
    ['count(up == 0) == 0', 'what "count" returns is never below 1'],
    ['absent(up) == 0', 'what "absent" returns is always 1'],
    ['up > 1', '"up" lies between 0 and 1'],
    ['hour() > 23', 'what "hour" returns lies between 0 and 23'],
    ['x{a="1", a="2"} > 0', 'no series fulfils both a="1" and a="2"'],
    ['x{a="1", a!="1"} > 0', 'no series fulfils both'],
    ['x unless x', '"unless" takes away everything'],
    ['x{a="1"} > 0 unless x', '"unless" takes away everything'],
    ['x > 5 and x < 3', '"> 5" and "< 3" of the same value never hold together'],
    ['(x > 5) < 3', '"< 3" never holds'],
    ['x{a="1"} / x{a="2"} > 0', 'on the left there is a="1", on the right a="2"'],
    ['sum(x) and y{a="1"}', 'on the left there is no label "a", on the right a="1"'],
    ['x{a="1"} / ignoring(a) y and x{a="1"} > 0', 'on the left there is no label "a"'],
    ['sum by (a) (x{b="1"}) and on (b) y{b="1"}', 'on the left there is no label "b"'],
    ['x > x', 'both sides of ">" are the same'],
  ])('%s', (expr, why) => {
    const [message = '', ...others] = never(expr);
    expect(others).toEqual([]);
    expect(message).toContain(why);
  });

  test.each([
    'count(up == 0) > 0',
    '(count(up) or vector(0)) == 0',
    'absent(up) == 1',
    'x > 5 and x < 10',
    'x > 5 and on (job) x < 3',
    'x{a="1"} / on (b) x{a="2"} > 0',
    'x{a="1"} / ignoring (a) x{a="2"} > 0',
    'sum(x) and on () y{a="1"}',
    'x unless y',
    'x unless x > 3',
    'x unless x offset 1h',
    '{job="a"} > 5 and {job="a"} < 3',
    'x{a=~"1|2"} and x{a="1"}',
    'rate(x[5m]) < 0',
    'x == x',
    'sum by (a) (x) and sum by (b) (x)',
    'label_replace(x, "a", "1", "", "") and y{a="1"}',
    'x * on (a) group_left (b) y{b="1"} and z{b="1"}',
  ])('is silent on %s', (expr) => {
    expect(never(expr)).toEqual([]);
  });

  test('looks through recording rules', () => {
    const files = rulesOf({
      'job:x:sum': 'sum by (job) (x)',
      Dropped: 'job:x:sum{instance="a"} > 0',
      Kept: 'job:x:sum{job="a"} > 0',
    });
    expect(saying('promql/never-matches', { 'rules.yml': files })).toEqual([
      'the alert "Dropped" can never fire: no series of "job:x:sum" fulfils instance="a": as recorded, they have no label "instance"',
    ]);
  });

  test('believes that rules in a cycle may return anything', () => {
    const files = rulesOf({ a: 'b or vector(1)', b: 'a', Example: 'a{job="x"} > 0' });
    expect(saying('promql/never-matches', { 'rules.yml': files })).toEqual([]);
  });

  test('says which part is dead, where the rest is not', () => {
    expect(never('x > 5 or count(y) == 0')).toEqual([
      expect.stringContaining('a part of the alert "Example" can never return anything'),
    ]);
  });
});

describe('promql/matching-labels', () => {
  const finds = (expr: string): number => onAlert('promql/matching-labels', expr).length;

  test('believes that scraped series have a job and an instance', () => {
    expect(finds('rate(x[5m]) / sum(rate(y[5m])) > 1')).toBe(1);
    expect(finds('sum by (job) (x) > 1 and y > 1')).toBe(1);
    expect(finds('up == 0 unless sum by (job) (up) > 1')).toBe(1);
    expect(finds('rate(x[5m]) / on () group_left sum(rate(y[5m])) > 1')).toBe(0);
    expect(finds('rate(x[5m]) / scalar(sum(rate(y[5m]))) > 1')).toBe(0);
  });

  test('believes that what somebody groups by is there', () => {
    expect(finds('sum by (pod) (x) / sum by (pod, zone) (y) > 1')).toBe(1);
    expect(finds('sum by (pod) (x) / on (pod) sum by (pod, zone) (y) > 1')).toBe(0);
    expect(finds('sum by (pod) (x) / sum by (pod) (y) > 1')).toBe(0);
  });

  test('knows nothing of series that are pushed, or asked for without a job', () => {
    expect(finds('x{job=""} / sum(y) > 1')).toBe(0);
    const files = { 'rules.yml': alertOn('x / sum(y) > 1') };
    const otlp = '    command: [--web.enable-otlp-receiver]\n';
    expect(saying('promql/matching-labels', stackWith(files))).toHaveLength(1);
    expect(saying('promql/matching-labels', stackWith(files, { prometheus: otlp }))).toEqual([]);
  });

  test('leaves to promql/never-matches what is certain', () => {
    expect(finds('x{a="1"} / x{a="2"} > 0')).toBe(0);
  });
});

describe('promql/many-to-many', () => {
  const finds = (expr: string): number => onAlert('promql/many-to-many', expr).length;
  test('is about grouped sides whose other labels are not matched', () => {
    expect(finds('sum by (a, b) (x) / on (a) sum by (a) (y) > 1')).toBe(1);
    expect(finds('sum by (a, b) (x) / ignoring (b) sum by (a) (y) > 1')).toBe(1);
    expect(finds('sum by (a, b) (x) / on (a) group_left sum by (a) (y) > 1')).toBe(0);
    expect(finds('sum by (a, b) (x{b="1"}) / on (a) sum by (a) (y) > 1')).toBe(0);
    // What is copied with group_left goes with what is matched.
    expect(finds('sum by (a) (x) * on (a) group_left (b) max by (a, b) (y) > 1')).toBe(0);
    expect(finds('sum by (a, b) (x) and on (a) sum by (a) (y) > 1')).toBe(0);
  });

  test('is sure where nothing is matched at all, and not where a matched label may settle the other one', () => {
    const sure = (expr: string): string[] =>
      checkFiles({ 'alerts.yml': alertFile(expr) })
        .findings.map(({ rule }) => rule)
        .filter((rule) => rule === 'promql/many-to-many');
    expect(sure('sum(x) / on () sum by (a) (y) > 1')).toHaveLength(1);
    expect(sure('sum by (zone, region) (x) / on (zone) sum by (zone) (y) > 1')).toEqual([]);
  });
});

describe('promql/short-range', () => {
  const ranged = (expr: string, scrapes?: string): string[] =>
    saying('promql/short-range', stackWith({ 'rules.yml': alertOn(expr) }, scrapes ? { scrapes } : {}));

  test('needs two samples for a change, one for anything else', () => {
    expect(ranged('rate(http_requests_total[20s]) > 1')).toHaveLength(1);
    expect(ranged('rate(http_requests_total[30s]) > 1')).toEqual([]);
    expect(ranged('max_over_time(http_requests[20s]) > 1')).toEqual([]);
    expect(ranged('max_over_time(http_requests[10s]) > 1')).toHaveLength(1);
  });

  test('looks at the job that brings the series', () => {
    const scrapes = `  - job_name: api
    scrape_interval: 5s
    static_configs:
      - targets: ["api:8000"]
  - job_name: node
    scrape_interval: 1m
    static_configs:
      - targets: ["node:9100"]
`;
    expect(ranged('rate(node_cpu_seconds_total[1m]) > 1', scrapes)).toEqual([
      '"rate" over 1m has often only one sample to go by: the job "node" is scraped every 1m',
    ]);
    expect(ranged('rate(http_requests_total{job="api"}[1m]) > 1', scrapes)).toEqual([]);
    // What may come from either may come from the fast one.
    expect(ranged('rate(http_requests_total[1m]) > 1', scrapes)).toEqual([]);
  });

  test('takes the interval of their group for recorded series', () => {
    const files = rulesOf({ 'job:x:sum': 'sum(x)', Example: 'deriv(job:x:sum[45s]) > 1' });
    expect(saying('promql/short-range', stackWith({ 'rules.yml': files }))).toEqual([
      '"deriv" over 45s has often only one sample to go by: the group "example", which records it, is evaluated every 30s',
    ]);
  });

  test('knows nothing of rules that no Prometheus of the repository loads', () => {
    expect(onAlert('promql/short-range', 'rate(x[1s]) > 1')).toEqual([]);
  });
});

describe('promql/rate-of-gauge, delta-of-counter and bare-counter', () => {
  const code = (line: string) => ({
    'docker-compose.yml':
      'services:\n  api:\n    build: ./api\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml", "./rules.yml:/etc/prometheus/rules.yml"]\n',
    'prometheus.yml':
      'rule_files: [rules.yml]\nscrape_configs:\n  - job_name: api\n    static_configs:\n      - targets: ["api:8000"]\n',
    'api/Dockerfile': 'FROM python:3.12\nCOPY . /app\n',
    'api/main.py': `from prometheus_client import Counter, Gauge, Histogram\n\n${line}\n`,
  });

  test('believe the definition in the code more than the name', () => {
    const gauge = code('q = Gauge("queue_length", "Waiting")');
    const rate = { 'rules.yml': alertOn('rate(queue_length[5m]) > 1') };
    expect(saying('promql/rate-of-gauge', { ...gauge, ...rate })).toHaveLength(1);
    expect(saying('promql/rate-of-gauge', rate)).toEqual([]);
    const odd = code('e = Gauge("import_errors_total", "Errors of the last run")');
    const bare = { 'rules.yml': alertOn('import_errors_total > 1') };
    expect(saying('promql/bare-counter', bare)).toHaveLength(1);
    expect(saying('promql/bare-counter', { ...odd, ...bare })).toEqual([]);
  });

  test('know the types of what a library defines', () => {
    const api = code(
      'from prometheus_fastapi_instrumentator import Instrumentator\nInstrumentator().instrument(app)',
    );
    const rules = { 'rules.yml': alertOn('rate(http_requests_inprogress[5m]) > 1') };
    expect(saying('promql/rate-of-gauge', { ...api, ...rules })).toHaveLength(1);
    const bare = { 'rules.yml': alertOn('http_request_size_bytes_count > 1') };
    expect(saying('promql/bare-counter', { ...api, ...bare })).toHaveLength(1);
    expect(saying('promql/bare-counter', bare)).toEqual([]);
  });

  test('believe the rules of an agent', () => {
    const agent = (type: string) => ({
      ...code(''),
      'docker-compose.yml':
        'services:\n  api:\n    build: ./api\n    environment:\n      JAVA_TOOL_OPTIONS: -javaagent:/opt/agent.jar=8000:/opt/api.yml\n    volumes: ["./api.yml:/opt/api.yml"]\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml", "./rules.yml:/etc/prometheus/rules.yml"]\n',
      'api.yml': `rules:\n  - pattern: a\n    name: records_polled_total\n    type: ${type}\n`,
      'rules.yml': alertOn('records_polled_total > 1000'),
    });
    expect(saying('promql/bare-counter', agent('COUNTER'))).toHaveLength(1);
    expect(saying('promql/bare-counter', agent('GAUGE'))).toEqual([]);
  });

  test('take no name for a counter that may be a number of things', () => {
    expect(onAlert('promql/bare-counter', 'minio_cluster_drive_offline_total > 0')).toEqual([]);
    expect(onAlert('promql/bare-counter', 'argocd_repo_pending_request_total > 0')).toEqual([]);
    expect(onAlert('promql/delta-of-counter', 'delta(tikv_pd_heartbeat_tick_total[5m]) < -10')).toEqual([]);
    expect(onAlert('promql/delta-of-counter', 'delta(http_errors_total[5m]) > 10')).toHaveLength(1);
  });

  test('let a counter be compared beside its rate', () => {
    expect(
      onAlert('promql/bare-counter', 'http_errors_total > 100 and rate(http_errors_total[5m]) > 1'),
    ).toEqual([]);
    expect(onAlert('promql/bare-counter', 'sum(http_errors_total) > 100')).toHaveLength(1);
    expect(onAlert('promql/bare-counter', 'http_errors_total == 0')).toEqual([]);
  });

  test('let a counter narrow down what another condition decides', () => {
    expect(
      onAlert('promql/bare-counter', 'alive == 0 and on (job) (sum by (job) (restarts_total) > 0)'),
    ).toEqual([]);
    expect(onAlert('promql/bare-counter', 'up == 1 unless http_errors_total > 100')).toEqual([]);
    expect(onAlert('promql/bare-counter', 'http_errors_total > 100 and on (job) up == 1')).toHaveLength(1);
    expect(onAlert('promql/bare-counter', 'alive == 0 or http_errors_total > 100')).toHaveLength(1);
  });

  test('know what node_exporter counts up and down', () => {
    expect(onAlert('promql/rate-of-gauge', 'rate(node_disk_io_now[1m]) > 1')).toHaveLength(1);
    expect(onAlert('promql/rate-of-gauge', 'rate(node_disk_io_time_seconds_total[1m]) > 1')).toEqual([]);
  });

  test('know quantiles of summaries', () => {
    expect(onAlert('promql/rate-of-gauge', 'rate(http_seconds{quantile="0.9"}[5m]) > 1')).toHaveLength(1);
    expect(onAlert('promql/rate-of-gauge', 'rate(http_seconds_sum[5m]) > 1')).toEqual([]);
  });
});

describe('promql/aggregated-quantile', () => {
  const finds = (expr: string): number => onAlert('promql/aggregated-quantile', expr).length;
  test('is about sums and means, not about the worst', () => {
    expect(finds('avg(x{quantile="0.9"}) > 1')).toBe(1);
    expect(finds('sum(histogram_quantile(0.9, rate(x_bucket[5m]))) > 1')).toBe(1);
    expect(finds('max(x{quantile="0.9"}) > 1')).toBe(0);
    expect(finds('avg(x_sum{quantile="0.9"}) > 1')).toBe(0);
    // The least and the greatest value of each instance have a mean.
    expect(finds('avg(x{quantile="0"}) > 1')).toBe(0);
    expect(finds('avg(x{quantile="1"}) > 1')).toBe(0);
    // Of one instance there is one quantile.
    expect(finds('avg by (instance) (x{quantile="0.9"}) > 1')).toBe(0);
  });
});

describe('promql/histogram-quantile-le', () => {
  const finds = (expr: string): string[] =>
    underlined('promql/histogram-quantile-le', { 'rules.yml': alertOn(expr) });
  test('follows the label through aggregations', () => {
    expect(finds('histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m]))) > 1')).toEqual(['by (job)']);
    expect(finds('histogram_quantile(0.9, sum(rate(x_bucket[5m]))) > 1')).toEqual(['sum']);
    expect(finds('histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m]))) > 1')).toEqual([
      'without (le)',
    ]);
    expect(finds('histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) > 1')).toEqual([]);
    expect(finds('histogram_quantile(0.9, rate(x_bucket[5m])) > 1')).toEqual([]);
  });
  test('knows native histograms, which have no buckets to lose', () => {
    expect(finds('histogram_quantile(0.9, sum(rate(x[5m]))) > 1')).toEqual([]);
    expect(finds('histogram_quantile(0.9, sum(rate(x_count[5m]))) > 1')).toEqual(['x_count']);
  });
  test('wants a quantile from 0 to 1', () => {
    expect(finds('histogram_quantile(95, rate(x_bucket[5m])) > 1')).toEqual(['95']);
  });
});

describe('promql/dropped-label', () => {
  const finds = (expr: string): string[] => onAlert('promql/dropped-label', expr);
  test('follows labels through aggregations, joins and copies', () => {
    expect(finds('max by (instance) (sum by (job) (x)) > 1')).toHaveLength(1);
    expect(finds('sum by (job) (x) * on (job) group_left (pod) max by (job) (y) > 1')).toHaveLength(1);
    expect(finds('label_replace(sum by (job) (x), "host", "$1", "instance", "(.*):.*") > 1')).toHaveLength(1);
    expect(finds('max by (instance) (sum without (mode) (x)) > 1')).toEqual([]);
    expect(finds('sum by (env) (x{env=""}) > 1')).toEqual([]);
  });
});

describe('promql/absent-aggregation', () => {
  const finds = (expr: string): number => onAlert('promql/absent-aggregation', expr).length;
  test('is about what hides that one of several is gone', () => {
    expect(finds('absent(up{job=~"a|b"})')).toBe(1);
    expect(finds('absent(sum by (job) (up))')).toBe(1);
    expect(finds('absent(up{job=~"api.*"})')).toBe(0);
    expect(finds('absent(sum(up{job="a"}))')).toBe(0);
  });
});

describe('promql/beyond-retention', () => {
  const files = { 'rules.yml': alertOn('up < avg_over_time(up[30d])') };
  test('knows the default, the flag, and what keeps data elsewhere', () => {
    expect(saying('promql/beyond-retention', stackWith(files))).toHaveLength(1);
    const kept = (text: string) => ({ prometheus: `    command: [${text}]\n` });
    expect(
      saying('promql/beyond-retention', stackWith(files, kept('--storage.tsdb.retention.time=60d'))),
    ).toEqual([]);
    expect(
      saying('promql/beyond-retention', stackWith(files, kept('--storage.tsdb.retention.time=7d'))),
    ).toHaveLength(1);
    expect(
      saying('promql/beyond-retention', stackWith(files, kept('--storage.tsdb.retention.size=10GB'))),
    ).toEqual([]);
    expect(saying('promql/beyond-retention', stackWith(files, kept('"${FLAGS}"')))).toEqual([]);
    expect(saying('promql/beyond-retention', files)).toEqual([]);
  });
  test('counts what offsets and ranges add to one another', () => {
    const offset = { 'rules.yml': alertOn('x - avg_over_time(x[10d] offset 10d) > 1') };
    expect(saying('promql/beyond-retention', stackWith(offset))).toEqual([
      'the alert "Example" looks back 20d, but "prometheus" keeps 15d by default: the range is cut short',
    ]);
  });
});

describe('promql/unknown-metric and promql/metric-typo', () => {
  const onlyNode = `  - job_name: node
    static_configs:
      - targets: ["node:9100"]
`;
  const files = { 'rules.yml': alertOn('redis_up == 0') };
  test('are sure only where everything that is scraped is known', () => {
    expect(saying('promql/unknown-metric', stackWith(files, { scrapes: onlyNode }))).toHaveLength(1);
    // An application may expose anything.
    expect(saying('promql/unknown-metric', stackWith(files))).toEqual([]);
    const open = `${onlyNode}    kubernetes_sd_configs: [{role: pod}]\n`;
    expect(saying('promql/unknown-metric', stackWith(files, { scrapes: open }))).toEqual([]);
  });

  test('know recorded metrics, and the series of alerts', () => {
    const own = rulesOf({
      'job:x:sum': 'sum(node_load1)',
      Example: 'job:x:sum > 1',
      Other: 'ALERTS{alertname="Example"} > 0',
    });
    expect(saying('promql/unknown-metric', stackWith({ 'rules.yml': own }, { scrapes: onlyNode }))).toEqual(
      [],
    );
  });

  test('take a name that differs by a number for another metric', () => {
    const typo = (name: string) => rulesOf({ 'job:requests_p95:rate5m': 'sum(x)', Example: `${name} > 1` });
    expect(saying('promql/metric-typo', { 'rules.yml': typo('job:request_p95:rate5m') })).toHaveLength(1);
    expect(saying('promql/metric-typo', { 'rules.yml': typo('job:requests_p99:rate5m') })).toEqual([]);
    expect(saying('promql/metric-typo', { 'rules.yml': typo('job:responses_p95:rate5m') })).toEqual([]);
  });
});

describe('promql/regex-matcher and promql/plain-regex', () => {
  test('say once what one expression says alike, and what happens because of it', () => {
    const failed = 'rate(failed_total{to!~".*"}[5m]) / rate(sent_total{to!~".*"}[5m]) > 0.1';
    expect(onAlert('promql/regex-matcher', failed)).toEqual([
      'to!~".*" takes nothing: every value matches, and a label that is not there too, so the alert "Example" never fires',
    ]);
    expect(onAlert('promql/regex-matcher', `up == 0 or ${failed}`)).toEqual([
      'to!~".*" takes nothing: every value matches, and a label that is not there too',
    ]);
  });
  test('tell a list that was laid out for the eye', () => {
    expect(onAlert('promql/regex-matcher', 'rate(x_total{device!~"lo | veth.* | cbr."}[5m]) > 1')).toEqual([
      'device!~"lo | veth.* | cbr." looks for blanks too: "lo " matches no "lo"',
    ]);
    for (const value of ['lo|veth.*', '(G1 |PS )?Eden Space', 'G1 Eden Space|PS Eden Space', 'a |b'])
      expect(onAlert('promql/regex-matcher', `x{pool=~"${value}"} > 1`)).toEqual([]);
  });
  test('tell a file pattern from a regular expression', () => {
    expect(onAlert('promql/regex-matcher', 'up{job=~"api*"} == 0')).toHaveLength(1);
    expect(onAlert('promql/regex-matcher', 'up{job=~"*api"} == 0')).toEqual([]);
    expect(onAlert('promql/regex-matcher', 'up{job=~"api.*|a[bc]*"} == 0')).toEqual([]);
    expect(onAlert('promql/regex-matcher', String.raw`up{code=~"[1-9]\\d*"} == 0`)).toEqual([]);
  });
  test('leave variables of Grafana alone', () => {
    const panel = { 'api.json': dashboardOf(['up{job=~"$job"}', 'up{job=~"^${job}$"}']) };
    expect(saying('promql/plain-regex', panel)).toEqual([]);
    expect(onAlert('promql/plain-regex', 'up{job=~"api"} == 0')).toHaveLength(1);
    expect(onAlert('promql/plain-regex', 'up{job=~"^api.*$"} == 0')).toHaveLength(1);
  });
});

describe('promql/division-in-aggregation', () => {
  test('is about what is zero where nothing happens, and not kept from it', () => {
    const finds = (expr: string): number => onAlert('promql/division-in-aggregation', expr).length;
    expect(finds('avg(rate(a_total[5m]) / rate(b_total[5m])) > 1')).toBe(1);
    expect(finds('sum(100 * (rate(a_total[5m]) / rate(b_total[5m]))) > 1')).toBe(1);
    expect(finds('max(rate(a_total[5m]) / rate(b_total[5m])) > 1')).toBe(0);
    expect(finds('avg(rate(a_total[5m]) / (rate(b_total[5m]) > 0)) > 1')).toBe(0);
    expect(finds('avg(rate(a_total[5m]) / 60) > 1')).toBe(0);
    expect(finds('avg(used_bytes / size_bytes) > 1')).toBe(0);
    expect(finds('sum(rate(a_total[5m])) / sum(rate(b_total[5m])) > 1')).toBe(0);
  });
});

describe('dashboards/bare-counter', () => {
  test('is about curves of a counter itself', () => {
    const finds = (expr: string): number =>
      saying('dashboards/bare-counter', { 'api.json': dashboardOf([expr]) }).length;
    expect(finds('http_errors_total')).toBe(1);
    expect(finds('sum by (job) (http_errors_total)')).toBe(1);
    expect(finds('count(http_errors_total)')).toBe(0);
    expect(finds('max_over_time(http_errors_total[5m])')).toBe(0);
    expect(finds('queue_length')).toBe(0);
  });
});
