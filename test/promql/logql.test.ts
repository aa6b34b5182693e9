import { describe, expect, test } from 'vitest';
import { parseLogPanelQuery, parseLogQuery } from '../../src/promql/logql.ts';

/** The part of the text at which a query is refused, and why. */
function refusal(text: string): [string, string] | undefined {
  const { rejection } = parseLogQuery(text);
  return rejection && [text.slice(rejection.span.start, rejection.span.end), rejection.message];
}

describe('LogQL', () => {
  test.each([
    '{service="api"}',
    '{service="api"} |= "ERROR" != `debug` |~ "time(out|d)"',
    '{service="api"} | json | status >= 500 and duration > 250ms',
    '{service="api"} | logfmt --strict | level="error" or level="fatal" | line_format "{{.msg}}"',
    '{service="api"} | pattern "<ip> <_>" | label_format host=ip | drop ip, level="info"',
    'sum by (level) (rate({service="api"} | json [5m]))',
    'topk(5, sum by (path) (count_over_time({service="api"}[1h] offset 1d)))',
    'quantile_over_time(0.99, {service="api"} | json | unwrap duration(took) [5m]) by (path)',
    'sum(rate({a="b"}[1m])) / ignoring(level) group_left sum(rate({a="c"}[1m])) > 0.5',
    'count_over_time({a="b"}[5m]) or vector(0)',
    'label_replace(rate({a="b"}[1m]), "x", "$1", "a", "(.*)")',
    '# what it counts\ncount_over_time({a=~".+"} [5m])',
  ])('takes %s', (text) => {
    expect(refusal(text)).toBeUndefined();
  });

  test('knows the labels of each selector from those of what filters after it, and of the next one', () => {
    const labels = (text: string): string[][] =>
      parseLogQuery(text).selectors.map(({ matchers }) => matchers.map(({ label }) => label));
    expect(labels('rate({a="b"} | logfmt | level="error" [1m])')).toEqual([['a']]);
    expect(labels('sum(rate({a="b"}[1m])) / sum(rate({c="d"} | json | e="f" [1m]))')).toEqual([['a'], ['c']]);
  });

  test('takes what Loki has and the grammar for editors lacks', () => {
    expect(refusal('approx_topk(5, sum by (ip) (rate({a="b"} | json [5m])))')).toBeUndefined();
    expect(refusal('{a="b"} | json | x="1" y="2" z=3')).toBeUndefined();
    expect(refusal('sum_over_time({a="b"} | json | unwrap x [5m] offset 1h)')).toBeUndefined();
    expect(refusal('max_over_time(({a="b"} | json | unwrap x)[5m])')).toBeUndefined();
  });

  test.each([
    ['{service="api"', '"', '"{" is never closed'],
    ['{service=api}', 'api', 'unexpected "api"'],
    ['{service="api"} |= ERROR', 'ERROR', 'unexpected "ERROR"'],
    ['rate({service="api"})', ')', 'a range such as [5m] is missing'],
    ['rate({service="api"}[5 minutes])', '5', 'unexpected "5"'],
    ['rate({service="api"}[1.5h])', '[1.5h]', '[1.5h] is no range'],
    ['sum_over_time({a="b"}[5m])', 'sum_over_time', 'sum_over_time needs an unwrapped label: | unwrap label'],
    ['count_over_time({a="b"} | unwrap x [5m])', 'count_over_time', 'count_over_time takes no unwrap'],
    ['rate({a="b"}[5m]) by (x)', 'by (x)', 'rate takes no grouping: aggregate it with sum by (…)'],
    ['topk(sum(rate({a="b"}[5m])))', 'topk', 'topk needs a number as its first argument'],
    ['sum(3, rate({a="b"}[5m]))', '3', 'sum takes no number as its first argument'],
    ['{a="b"} + 1', '{a="b"}', '"+" needs series on both sides, and this gives log lines'],
    ['rate({a="b"}[5m]) or 0', '0', '"or" needs series on both sides, and this is a number'],
    ['{a="b"} |~ "(unclosed"', '"(unclosed"', '"(unclosed" is no regular expression of RE2'],
  ])('refuses %s', (text, where, why) => {
    expect(refusal(text)).toEqual([where, why]);
  });

  test.each(['{a=~".*"}', '{a=""}', '{a!="b"}', '{a=~"b|"}'])(
    'refuses %s, which takes every stream',
    (text) => {
      expect(refusal(text)?.[1]).toMatch(/^every matcher also takes streams without the label/);
    },
  );

  test('tells logs from metrics, and names the selectors', () => {
    expect(parseLogQuery('{a="b"} |= "x"').kind).toBe('logs');
    const query = parseLogQuery('sum(rate({a="b", c!~"d"}[90s]))');
    expect(query.kind).toBe('metric');
    expect(query.selectors[0]?.matchers.map(({ label, op, value }) => label + op + value)).toEqual([
      'a=b',
      'c!~d',
    ]);
    expect(query.ranges[0]?.seconds).toBe(90);
  });
});

describe("Grafana's variables in LogQL", () => {
  test.each([
    '{service=~"$service"} |~ "(?i)$search"',
    '{service=$service}',
    '{$label=~"$value"}',
    '{service="api", $filters}',
    'sum by ($by) (rate({a="b"}[$__auto]))',
    'rate({a="b"}[${range}s])',
    'topk($top, sum(rate({a="b"}[$__interval])))',
    '{a="b"} |= $search',
    '{a="b"} | $parser | level="x"',
    '{a="b"} $pipeline',
    '$agg(rate({a="b"}[5m]))',
    '{a=~".*$x"}',
    '{a="b"} | json | status > $limit',
    '$query',
  ])('are put in by their place in %s', (text) => {
    expect(parseLogPanelQuery(text).parsed.rejection).toBeUndefined();
  });

  test('do not hide a fault elsewhere, whose place is that of the text as written', () => {
    const text = 'sum by ($by) (rate({service=~"$service"}[$__auto])';
    const { parsed, toWritten } = parseLogPanelQuery(text);
    const span = parsed.rejection && toWritten(parsed.rejection.span);
    expect(parsed.rejection?.message).toBe('"(" is never closed');
    expect(span?.end).toBe(text.length);
  });
});
