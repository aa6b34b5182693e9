import { describe, expect, test } from 'vitest';
import { parseLogQuery } from '../../src/promql/logql.ts';
import { parseTraceQuery } from '../../src/promql/traceql.ts';
import { readVariableQuery } from '../../src/promql/variable-query.ts';
import type { Span } from '../../src/repo/text.ts';

const refusal = (
  text: string,
  fault: { readonly message: string; readonly span: Span } | undefined,
): readonly string[] | undefined => fault && [fault.message, text.slice(fault.span.start, fault.span.end)];

describe('a LogQL query', () => {
  test.each([
    ['{a="b"}', 'logs', undefined],
    ['{a="b"} |= "x"', 'logs', undefined],
    ['{a="b"} | json | level="error"', 'logs', undefined],
    ['{a="b"} | logfmt | duration > 10s', 'logs', undefined],
    ['{a="b"} | line_format "{{.x}}"', 'logs', undefined],
    ['rate({a="b"}[5m])', 'metric', undefined],
    ['sum by (a) (rate({a="b"}[5m]))', 'metric', undefined],
    ['count_over_time({a="b"} |= "x" [5m])', 'metric', undefined],
    ['quantile_over_time(0.9, {a="b"} | unwrap x [5m]) by (a)', 'metric', undefined],
    ['sum_over_time({a="b"} | unwrap x [5m])', 'metric', undefined],
    [
      'avg_over_time({a="b"}[5m])',
      undefined,
      ['avg_over_time needs an unwrapped label: | unwrap label', 'avg_over_time'],
    ],
    ['rate({a="b"} | unwrap x [5m])', 'metric', undefined],
    [
      'count_over_time({a="b"} | unwrap x [5m])',
      undefined,
      ['count_over_time takes no unwrap', 'count_over_time'],
    ],
    ['bytes_rate({a="b"} | unwrap x [5m])', undefined, ['bytes_rate takes no unwrap', 'bytes_rate']],
    [
      'quantile_over_time({a="b"} | unwrap x [5m])',
      undefined,
      ['quantile_over_time needs a quantile as its first argument', 'quantile_over_time'],
    ],
    [
      'max_over_time(5, {a="b"} | unwrap x [5m])',
      undefined,
      ['max_over_time takes no number as its first argument', '5'],
    ],
    [
      'sum_over_time({a="b"} | unwrap x [5m]) by (a)',
      undefined,
      ['sum_over_time takes no grouping: aggregate it with sum by (…)', 'by (a)'],
    ],
    [
      'rate({a="b"}[5m]) by (a)',
      undefined,
      ['rate takes no grouping: aggregate it with sum by (…)', 'by (a)'],
    ],
    ['min_over_time({a="b"} | unwrap x [5m]) by (a)', 'metric', undefined],
    ['topk(5, rate({a="b"}[5m]))', 'metric', undefined],
    ['topk(rate({a="b"}[5m]))', undefined, ['topk needs a number as its first argument', 'topk']],
    ['topk(0, rate({a="b"}[5m]))', undefined, ['topk needs a whole number above 0', '0']],
    ['topk(1.5, rate({a="b"}[5m]))', undefined, ['topk needs a whole number above 0', '1.5']],
    ['sum(5, rate({a="b"}[5m]))', undefined, ['sum takes no number as its first argument', '5']],
    ['sort(rate({a="b"}[5m]))', 'metric', undefined],
    ['sort by (a) (rate({a="b"}[5m]))', undefined, ['sort takes no grouping', 'by (a)']],
    ['sort_desc(rate({a="b"}[5m]))', 'metric', undefined],
    ['approx_topk(5, rate({a="b"}[5m]))', 'metric', undefined],
    ['approx_topk by (a) (5, rate({a="b"}[5m]))', undefined, ['approx_topk takes no grouping', 'by (a)']],
    ['bottomk(2, rate({a="b"}[5m])) by (a)', 'metric', undefined],
    ['rate({a="b"})', undefined, ['a range such as [5m] is missing', ')']],
    ['rate({a="b"}[5x])', undefined, ['unexpected "5x"', '5']],
    ['rate({a="b"}[5])', undefined, ['unexpected "5"', '5']],
    ['{a="b"', undefined, ['"{" is never closed', '"']],
    ['{a=}', undefined, ['unexpected "}"', '}']],
    ['{}', undefined, ['unexpected "}"', '}']],
    [
      '{a=""}',
      undefined,
      ['every matcher also takes streams without the label, and Loki needs one that does not', '{a=""}'],
    ],
    [
      '{a=~".*"}',
      undefined,
      ['every matcher also takes streams without the label, and Loki needs one that does not', '{a=~".*"}'],
    ],
    [
      '{a!="b"}',
      undefined,
      ['every matcher also takes streams without the label, and Loki needs one that does not', '{a!="b"}'],
    ],
    ['{a=~"("}', undefined, ['"(" is no regular expression of RE2', '"("']],
    ['{a="b"} |~ "("', undefined, ['"(" is no regular expression of RE2', '"("']],
    ['{a="b"} !~ "["', undefined, ['"[" is no regular expression of RE2', '"["']],
    ['{a="b"} | regexp "("', undefined, ['"(" is no regular expression of RE2', '"("']],
    ['{a="b"} |= "("', 'logs', undefined],
    ['{a="b"} | pattern "("', 'logs', undefined],
    ['{a="b"} + {a="b"}', undefined, ['"+" needs series on both sides, and this gives log lines', '{a="b"}']],
    ['rate({a="b"}[5m]) + 1', 'metric', undefined],
    ['rate({a="b"}[5m]) and 1', undefined, ['"and" needs series on both sides, and this is a number', '1']],
    [
      'rate({a="b"}[5m]) and (1)',
      undefined,
      ['"and" needs series on both sides, and this is a number', '(1)'],
    ],
    ['1 or rate({a="b"}[5m])', undefined, ['"or" needs series on both sides, and this is a number', '1']],
    [
      '{a="b"} and rate({a="b"}[5m])',
      undefined,
      ['"and" needs series on both sides, and this gives log lines', '{a="b"}'],
    ],
    ['rate({a="b"}[5m]) > 1', 'metric', undefined],
    ['1 + 1', 'metric', undefined],
    ['# c\n{a="b"}', 'logs', undefined],
    ['({a="b"})', 'logs', undefined],
    ['(rate({a="b"}[5m]))', 'metric', undefined],
    ['{a="b"} | json | a="1" b="2"', 'logs', undefined],
    ['{a="b"} | json | a="1" b>2', 'logs', undefined],
    ['sum_over_time({a="b"} | unwrap x [5m] offset 1h)', 'metric', undefined],
    ['sum_over_time(({a="b"} | unwrap x)[5m])', 'metric', undefined],
    ['rate({a="b"}[5m] offset 1h)', 'metric', undefined],
    ['absent_over_time({a="b"}[5m])', 'metric', undefined],
    ['first_over_time({a="b"} | unwrap x [1h]) by (a)', 'metric', undefined],
    ['{a="b\\q"}', 'logs', undefined],
    ['{a=`b`}', 'logs', undefined],
    ['sum without (a) (rate({a="b"}[1m]))', 'metric', undefined],
    ['vector(1)', 'metric', undefined],
    ['label_replace(rate({a="b"}[5m]), "x", "$1", "a", "(.*)")', 'metric', undefined],
    ['{a="b", c!="d", e=~"f|g", h!~"i"}', 'logs', undefined],
    ['', undefined, ['the expression ends too early', '']],
    ['foo', undefined, ['unexpected "foo"', 'foo']],
    ['{a="b"} | ', undefined, ['the expression ends too early', '|']],
    ['{a="b"} | decolorize', 'logs', undefined],
    ['rate({a="b"} | json | unwrap duration(x) [5m])', 'metric', undefined],
    ['stddev_over_time({a="b"} | unwrap x [5m]) by (a)', 'metric', undefined],
    ['SUM(RATE({a="b"}[5m]))', undefined, ['unexpected "RATE"', 'RATE']],
    ['bytes_over_time({a="b"}[5m])', 'metric', undefined],
  ])('%j gives %s', (text, kind, fault) => {
    const query = parseLogQuery(text);
    expect(query.kind).toBe(kind);
    expect(refusal(text, query.rejection)).toEqual(fault);
  });

  test('has selectors and ranges where they are written', () => {
    const text = '(sum(rate({a="b", c=~"d|e"} |= "f" [5m])) / count_over_time({g!="h", i!~`j`}[1h30m])) # k';
    const at = ({ start, end }: Span): string => text.slice(start, end);
    const { selectors, ranges } = parseLogQuery(text);
    expect(
      selectors.map(({ span, matchers }) => [
        at(span),
        ...matchers.map(({ label, op, value, span: own, valueSpan }) => [
          label,
          op,
          value,
          at(own),
          at(valueSpan),
        ]),
      ]),
    ).toEqual([
      ['{a="b", c=~"d|e"}', ['a', '=', 'b', 'a="b"', '"b"'], ['c', '=~', 'd|e', 'c=~"d|e"', '"d|e"']],
      ['{g!="h", i!~`j`}', ['g', '!=', 'h', 'g!="h"', '"h"'], ['i', '!~', 'j', 'i!~`j`', '`j`']],
    ]);
    expect(ranges.map(({ span, seconds }) => [at(span), seconds])).toEqual([
      ['[5m]', 300],
      ['[1h30m]', 5400],
    ]);
  });
});

describe('a TraceQL query', () => {
  test.each([
    ['{}', undefined],
    ['{ .a = "b" }', undefined],
    ['{ .a = "b" } && { .c = 1 }', undefined],
    ['{ .a = }', ['unexpected "}"', '}']],
    ['{ .a "b" }', ['unexpected """', '"']],
    ['{ span.a =~ "x.*" && duration > 1s }', undefined],
    ['{', ['"{" is never closed', '{']],
    ['{ .a = "b" } | rate() by (x', ['"(" is never closed', 'x']],
    ['{ .a = "b" } | foo', undefined],
    ['{ nestedSetParent < }', undefined],
    ['{ "} " }', undefined],
    ['{ .a = `}` foo }', ['unexpected "foo"', 'foo']],
    ['{ .a = "\\"}" foo }', ['unexpected "foo"', 'foo']],
    ['}', ['unexpected "}"', '}']],
    ['', undefined],
    ['{ .a = "b" } | avg(duration) > 1s', undefined],
    ['{ status = error } >> { }', undefined],
    ['x { .a = } ', undefined],
    ['{ foo = "b" }', ['unexpected "foo"', 'foo']],
  ])('%j is refused only in braces: %j', (text, fault) => {
    expect(refusal(text, parseTraceQuery(text).rejection)).toEqual(fault);
  });
});

describe('a query of a variable', () => {
  test.each([
    ['label_values(job)', undefined, undefined],
    ['label_values(up, job)', undefined, ['up', 13]],
    ['label_values(up{a="b"}, job)', undefined, ['up{a="b"}', 13]],
    ['label_values(up{a="$x"}, ${l})', undefined, ['up{a="$x"}', 13]],
    ['label_values()', ['label_values needs a label', ')'], undefined],
    ['label_values(up,)', ['label_values needs a label', ')'], undefined],
    ['label_values(up, a b)', ['label_values needs a label', ')'], undefined],
    ['label_values(up, 1a)', ['"1a" is no label', '1a'], undefined],
    [
      'label_values(sum(up), job)',
      ['it is computed, and only a selector of series can be looked up', 'sum(up)'],
      ['sum(up)', 13],
    ],
    ['label_values(up{a=}, job)', ['unexpected "}"', '}'], ['up{a=}', 13]],
    ['label_names()', undefined, undefined],
    ['label_names(up)', undefined, undefined],
    ['metrics(a.*)', undefined, undefined],
    ['metrics(()', ['"(" is no regular expression', '('], undefined],
    ['metrics($x)', undefined, undefined],
    ['metrics(${x:regex}()', ['"${x:regex}(" is no regular expression', '${x:regex}('], undefined],
    ['query_result(sum(up))', undefined, ['sum(up)', 13]],
    ['query_result(sum(up)', ['"(" is never closed', 'p'], ['sum(up', 13]],
    ['query_result(up{a=})', ['unexpected "}"', '}'], ['up{a=}', 13]],
    ['query_result(topk(5, up))', undefined, ['topk(5, up)', 13]],
    [
      'label_value(up, job)',
      ['there is no function "label_value": "label_values" is meant', 'label_value'],
      undefined,
    ],
    [
      'labelvalues(up, job)',
      ['there is no function "labelvalues": "label_values" is meant', 'labelvalues'],
      undefined,
    ],
    ['foo(up)', undefined, undefined],
    [
      'query_results(up)',
      ['there is no function "query_results": "query_result" is meant', 'query_results'],
      undefined,
    ],
    ['up', undefined, ['up', 0]],
    ['up{a="b"}', undefined, ['up{a="b"}', 0]],
    ['up{a=}', ['unexpected "}"', '}'], ['up{a=}', 0]],
    ['sum(up)', undefined, undefined],
    ['', undefined, undefined],
    ['$x', undefined, undefined],
    ['${x}', undefined, undefined],
    ['  label_values(job)  ', undefined, undefined],
    ['label_values(job', ['"label_values(" is never closed', 'b'], undefined],
    ['rate(up[5m])', undefined, undefined],
    ['up[5m]', ['it is computed, and only a selector of series can be looked up', 'up[5m]'], ['up[5m]', 0]],
    ['(up)', undefined, ['(up)', 0]],
    ['$x + 1', ['it is computed, and only a selector of series can be looked up', '$x + 1'], ['$x + 1', 0]],
    ['  sum(up) ', undefined, undefined],
    ['label_values(a, b, c)', ['unexpected ","', ','], ['a, b', 13]],
    ['label_values({__name__=~"a.*"}, job)', undefined, ['{__name__=~"a.*"}', 13]],
    ['label_values([[m]], [[l]])', undefined, ['[[m]]', 13]],
    ['metric(x)', ['there is no function "metric": "metrics" is meant', 'metric'], undefined],
  ])('%j: fault %j, expression %j', (text, fault, expression) => {
    const found = readVariableQuery(text);
    expect(refusal(text, found.fault)).toEqual(fault);
    expect(found.expression && [found.expression.text, found.expression.start]).toEqual(expression);
  });
});
