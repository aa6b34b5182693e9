import { describe, expect, test } from 'vitest';
import { dashboardOf, rulesOf, saying, stackWith } from '../support/expressions.ts';

const record = (id: string, rules: Record<string, string>): string[] =>
  saying(id, { 'rules.yml': rulesOf(rules) });
const file = (...rules: unknown[]) => ({ 'rules.yml': JSON.stringify({ groups: [{ name: 'g', rules }] }) });

describe('names', () => {
  test('are refused by what reads them', () => {
    expect(record('recording/invalid-name', { 'x{a="b"}': 'sum(x)' })).toHaveLength(1);
    expect(record('recording/invalid-name', { 'my-metric': 'sum(x)' })).toEqual([]);
    const rules = { 'rules.yml': rulesOf({ 'my-metric': 'sum(x)' }) };
    expect(
      saying('recording/invalid-name', stackWith(rules, { image: 'prom/prometheus:v2.53.0' })),
    ).toHaveLength(1);
    expect(saying('recording/quoted-name', stackWith(rules, { image: 'prom/prometheus:v2.53.0' }))).toEqual(
      [],
    );
    expect(saying('recording/quoted-name', rules)).toHaveLength(1);
    expect(
      record('recording/naming', { 'job:x:sum': 'sum(x)', 'node_namespace_pod:kube_pod_info:': 'x' }),
    ).toEqual([]);
  });
});

describe('recording/conflicting', () => {
  const two = (a: object, b: object): string[] =>
    saying('recording/conflicting', file({ record: 'r', ...a }, { record: 'r', ...b }));
  test('is sure only where both write to the same series', () => {
    expect(two({ expr: 'sum(rate(x[5m]))' }, { expr: 'sum(rate(x[1m]))' })).toHaveLength(1);
    expect(two({ expr: 'sum(x)', labels: { a: '1' } }, { expr: 'max(x)', labels: { a: '2' } })).toEqual([]);
    // Of two systems only one may be there.
    expect(two({ expr: 'sum(node_x)' }, { expr: 'sum(windows_x)' })).toEqual([]);
    expect(two({ expr: 'sum by (a) (x)' }, { expr: 'sum by (b) (x)' })).toEqual([]);
    expect(two({ expr: 'sum(x{a="1"})' }, { expr: 'sum(x{a="2"})' })).toEqual([]);
    expect(two({ expr: 'sum(x)' }, { expr: 'sum(x)' })).toEqual([]);
    expect(
      saying('recording/duplicate', file({ record: 'r', expr: 'sum(x)' }, { record: 'r', expr: 'sum( x )' })),
    ).toHaveLength(1);
  });
});

describe('recording/cycle', () => {
  test('is about rules that never have a first value', () => {
    expect(record('recording/cycle', { a: 'b + c', b: 'a * 2' })).toHaveLength(1);
    expect(record('recording/cycle', { a: 'a + 1' })).toHaveLength(1);
    // A rule that goes on from its own last value has a first one from elsewhere.
    expect(record('recording/cycle', { a: 'a offset 1m + 1 or vector(0)' })).toEqual([]);
    expect(record('recording/cycle', { a: 'sum(x)', b: 'a * 2', c: 'b / a' })).toEqual([]);
  });
});

describe('recording/rate-of-recorded-sum', () => {
  test('is about sums of counters as they are', () => {
    const rated = (sum: string): string[] =>
      record('recording/rate-of-recorded-sum', { r: sum, s: 'rate(r[5m])' });
    expect(rated('sum(http_requests_total)')).toHaveLength(1);
    expect(rated('sum(rate(http_requests_total[5m]))')).toEqual([]);
    expect(rated('sum(queue_length)')).toEqual([]);
    expect(rated('max(http_requests_total)')).toEqual([]);
  });
});

describe('recording/unused', () => {
  const grafana = {
    more: `  grafana:
    image: grafana/grafana:12.1.0
    volumes:
      - ./datasources.yml:/etc/grafana/provisioning/datasources/prometheus.yml:ro
      - ./providers.yml:/etc/grafana/provisioning/dashboards/files.yml:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  };
  const files = {
    'datasources.yml':
      'apiVersion: 1\ndatasources:\n  - {name: Prometheus, type: prometheus, uid: prometheus, url: "http://prometheus:9090"}\n',
    'providers.yml':
      'apiVersion: 1\nproviders:\n  - {name: files, type: file, options: {path: /var/lib/grafana/dashboards}}\n',
    'rules.yml': rulesOf({ 'job:x:sum': 'sum(x)' }),
    'dashboards/x.json': dashboardOf(['x']),
  };
  const unused = (more: Record<string, string>, parts: Parameters<typeof stackWith>[1] = {}): string[] =>
    saying('recording/unused', stackWith({ ...files, ...more }, { ...grafana, ...parts }));

  test('knows rules, panels, variables, scripts and other servers', () => {
    expect(unused({})).toHaveLength(1);
    expect(unused({ 'dashboards/x.json': dashboardOf(['job:x:sum']) })).toEqual([]);
    expect(unused({ 'rules.yml': rulesOf({ 'job:x:sum': 'sum(x)', High: 'job:x:sum > 1' }) })).toEqual([]);
    expect(
      unused({ 'scripts/report.sh': 'curl "http://prometheus:9090/api/v1/query?query=job:x:sum"\n' }),
    ).toEqual([]);
    expect(
      unused(
        {},
        {
          global: '  evaluation_interval: 30s\nremote_write: [{url: "http://mimir/api/v1/push"}]\n'.slice(27),
        },
      ),
    ).toEqual([]);
  });

  test('knows nothing where dashboards are not in the repository', () => {
    expect(saying('recording/unused', stackWith({ 'rules.yml': files['rules.yml'] }))).toEqual([]);
    expect(saying('recording/unused', { 'rules.yml': files['rules.yml'] })).toEqual([]);
  });

  test('a test of a rule is no use of it', () => {
    const tested = {
      'tests/rules_test.yml':
        'rule_files: [../rules.yml]\ntests:\n  - interval: 1m\n    promql_expr_test:\n      - {expr: "job:x:sum", eval_time: 1m}\n',
    };
    expect(unused(tested)).toHaveLength(1);
  });
});
