import { describe, expect, test } from 'vitest';
import { isVariable, parsePanelQuery, variablesIn } from '../../src/promql/grafana.ts';
import { parseLogPanelQuery } from '../../src/promql/logql.ts';
import type { SyntaxFault } from '../../src/promql/syntax.ts';
import { parseTracePanelQuery } from '../../src/promql/traceql.ts';
import type { Span } from '../../src/repo/text.ts';

test.each([
  ['rate(x[$__rate_interval])', ['__rate_interval in $__rate_interval']],
  ['rate(x[${r}])', ['r in ${r}']],
  ['rate(x[[[r]]])', ['r in [[r]]']],
  ['rate(x[$__interval:$resolution])', ['__interval in $__interval', 'resolution in $resolution']],
  ['rate(x[${a}m])', ['a in ${a}']],
  ['x{job="$job"}', ['job in $job']],
  ['x{job=~"${job:regex}"}', ['job in ${job:regex}']],
  ['x{job=$job}', ['job in $job']],
  ['x{$label="a"}', ['label in $label']],
  ['x{$filters}', ['filters in $filters']],
  ['x{a="b",$filters}', ['filters in $filters']],
  ['x{a="b"$filters}', ['filters in $filters']],
  ['sum by ($g) (x)', ['g in $g']],
  ['sum by (a, ${g:csv}) (x)', ['g in ${g:csv}']],
  ['$metric', ['metric in $metric']],
  ['$metric{a="b"}', ['metric in $metric']],
  ['x_$suffix', ['suffix in $suffix']],
  ['${prefix}_x', ['prefix in ${prefix}']],
  ['$fn(x)', ['fn in $fn']],
  ['$fn by (a) (x)', ['fn in $fn']],
  ['x offset $o', ['o in $o']],
  ['x offset ${o}m', ['o in ${o}']],
  ['x offset -$o', ['o in $o']],
  ['x > $threshold', ['threshold in $threshold']],
  ['x $op 5', ['op in $op']],
  ['x * $factor', ['factor in $factor']],
  ['topk($n, x)', ['n in $n']],
  ['$query', ['query in $query']],
  ['x # $c', ['c in $c']],
  ['"$a" + x', ['a in $a']],
  ['x{a=~"\\\\$SYS.*"}', ['SYS in $SYS']],
  ['x{a=~"[[env]]"}', ['env in [[env]]']],
  ['($a) / ($b)', ['a in $a', 'b in $b']],
  ['rate(x[5m]) $extra', ['extra in $extra']],
  ['x{a="$b"', ['b in $b']],
  ['rate($m[$r]', ['m in $m', 'r in $r']],
  ['histogram_quantile($q, sum by (le) (rate(x[$r])))', ['q in $q', 'r in $r']],
  ['x{a="$a", b="$b"} > $c )', ['a in $a', 'b in $b', 'c in $c']],
  ['label_replace(x, "$a", "$1", "b", "(.*)")', ['a in $a']],
  ['$a$b', ['a in $a', 'b in $b']],
  ['x$a', ['a in $a']],
  ['5$a', ['a in $a']],
  ['x ${op} y', ['op in ${op}']],
  ['x{${f}, a="b"}', ['f in ${f}']],
  ['max($x) by ($g)', ['x in $x', 'g in $g']],
  ['x{a="b"}[$r]', ['r in $r']],
  ['x[5m] offset $o', ['o in $o']],
  ['{a="$a"}', ['a in $a']],
  ['{a=~"$a"} |= "$b"', ['a in $a', 'b in $b']],
  ['{$f}', ['f in $f']],
  ['{a="b", $f}', ['f in $f']],
  ['{a=$a}', ['a in $a']],
  ['rate({a="b"}[$__interval])', ['__interval in $__interval']],
  ['rate({a="b"}[${r}m])', ['r in ${r}']],
  ['sum by ($g) (rate({a="b"}[$r]))', ['g in $g', 'r in $r']],
  ['{a="b"} |= $x', ['x in $x']],
  ['{a="b"} | $stage', ['stage in $stage']],
  ['{a="b"} | json | x > $n', ['n in $n']],
  ['{a="b"} | json | x = $n', ['n in $n']],
  ['$fn({a="b"}[5m])', ['fn in $fn']],
])('the variables of %j are %j', (text, variables) => {
  const at = ({ start, end }: Span): string => text.slice(start, end);
  expect(variablesIn(text).map(({ name, span }) => `${name} in ${at(span)}`)).toEqual(variables);
});

test('a name is a variable where one was put in', () => {
  const { query } = parsePanelQuery('x{job="$job", env="prod"}');
  expect(query.selectors[0]?.matchers.map(({ value }) => isVariable(value))).toEqual([false, true, false]);
});

/** Why a text is rejected, and the part of it, as it is written, that is underlined. */
const refusal = (
  text: string,
  fault: SyntaxFault | undefined,
  toWritten: (span: Span) => Span,
): readonly string[] | undefined => {
  if (fault === undefined) return undefined;
  const { start, end } = toWritten(fault.span);
  return [fault.message, text.slice(start, end)];
};

describe('what a variable must be for the expression to work is put in', () => {
  test.each([
    ['rate(x[$__rate_interval])', 'rate(x[5m])', undefined],
    ['rate(x[${r}])', 'rate(x[5m])', undefined],
    ['rate(x[[[r]]])', 'rate(x[5m])', undefined],
    ['rate(x[$__interval:$resolution])', 'rate(x[5m:5m])', undefined],
    ['rate(x[${a}m])', 'rate(x[5m])', undefined],
    ['x{job="$job"}', 'x{job="grafana_variable"}', undefined],
    ['x{job=~"${job:regex}"}', 'x{job=~"grafana_variable"}', undefined],
    ['x{job=$job}', 'x{job="grafana_variable"}', undefined],
    ['x{$label="a"}', 'x{grafana_variable="a"}', undefined],
    ['x{$filters}', 'x{grafana_variable="grafana_variable"}', undefined],
    ['x{a="b",$filters}', 'x{a="b",grafana_variable="grafana_variable"}', undefined],
    ['x{a="b"$filters}', 'x{a="b",grafana_variable="grafana_variable"}', undefined],
    ['sum by ($g) (x)', 'sum by (grafana_variable) (x)', undefined],
    ['sum by (a, ${g:csv}) (x)', 'sum by (a, grafana_variable) (x)', undefined],
    ['$metric', 'grafana_variable', undefined],
    ['$metric{a="b"}', 'grafana_variable{a="b"}', undefined],
    ['x_$suffix', 'x_grafana_variable', undefined],
    ['${prefix}_x', 'grafana_variable_x', undefined],
    ['$fn(x)', 'sum(x)', undefined],
    ['$fn by (a) (x)', 'sum by (a) (x)', undefined],
    ['x offset $o', 'x offset 5m', undefined],
    ['x offset ${o}m', 'x offset 5m', undefined],
    ['x offset -$o', 'x offset -5m', undefined],
    ['x > $threshold', 'x > grafana_variable', undefined],
    ['x $op 5', 'x + 5', undefined],
    ['x * $factor', 'x * grafana_variable', undefined],
    ['topk($n, x)', 'topk(1, x)', undefined],
    ['$query', 'grafana_variable', undefined],
    ['x # $c', 'x # grafana_variable', undefined],
    ['"$a" + x', '"grafana_variable" + x', ['"+" wants scalars or instant vectors, not a string', '"$a"']],
    ['x{a="$"}', 'x{a="$"}', undefined],
    ['x{a=~"\\\\$SYS.*"}', 'x{a=~"\\\\$SYS.*"}', undefined],
    ['x{a=~"[[env]]"}', 'x{a=~"grafana_variable"}', undefined],
    ['($a) / ($b)', '(grafana_variable) / (grafana_variable)', undefined],
    ['rate(x[5m]) $extra', 'rate(x[5m]) ', undefined],
    ['x + ', 'x + ', ['the expression ends too early', '+']],
    ['x{a="$b"', 'x{a="grafana_variable"', ['"{" is never closed', '"']],
    ['rate($m[$r]', 'rate(grafana_variable[5m]', ['"(" is never closed', ']']],
    [
      'histogram_quantile($q, sum by (le) (rate(x[$r])))',
      'histogram_quantile(1, sum by (le) (rate(x[5m])))',
      undefined,
    ],
    [
      'x{a="$a", b="$b"} > $c )',
      'x{a="grafana_variable", b="grafana_variable"} > grafana_variable )',
      ['unexpected ")"', ')'],
    ],
    [
      'label_replace(x, "$a", "$1", "b", "(.*)")',
      'label_replace(x, "grafana_variable", "$1", "b", "(.*)")',
      undefined,
    ],
    ['$a$b', 'grafana_variablegrafana_variable', undefined],
    ['x$a', 'xgrafana_variable', undefined],
    ['5$a', '5', undefined],
    ['x ${op} y', 'x + y', undefined],
    ['x{${f}, a="b"}', 'x{grafana_variable="grafana_variable", a="b"}', undefined],
    ['max($x) by ($g)', 'max(grafana_variable) by (grafana_variable)', undefined],
    ['x{a="b"}[$r]', 'x{a="b"}[5m]', undefined],
    ['x[5m] offset $o', 'x[5m] offset 5m', undefined],
  ])('in the PromQL %j: %j', (text, filled, fault) => {
    const { query, toWritten } = parsePanelQuery(text);
    expect(query.text).toBe(filled);
    expect(refusal(text, query.rejection, toWritten)).toEqual(fault);
  });

  test.each([
    ['{a="$a"}', '{a="grafana_variable"}', undefined],
    ['{a=~"$a"} |= "$b"', '{a=~"grafana_variable"} |= "grafana_variable"', undefined],
    ['{$f}', '{grafana_variable="grafana_variable"}', undefined],
    ['{a="b", $f}', '{a="b", grafana_variable="grafana_variable"}', undefined],
    ['{a=$a}', '{a="grafana_variable"}', undefined],
    ['rate({a="b"}[$__interval])', 'rate({a="b"}[5m])', undefined],
    ['rate({a="b"}[${r}m])', 'rate({a="b"}[5m])', undefined],
    ['sum by ($g) (rate({a="b"}[$r]))', 'sum by (grafana_variable) (rate({a="b"}[5m]))', undefined],
    ['{a="b"} |= $x', '{a="b"} |= "x"', undefined],
    ['{a="b"} | $stage', '{a="b"} | json', undefined],
    ['{a="b"} | json | x > $n', '{a="b"} | json | x > 1', undefined],
    ['{a="b"} | json | x = $n', '{a="b"} | json | x = 1', undefined],
    ['$fn({a="b"}[5m])', 'rate({a="b"}[5m])', undefined],
    ['$query', '1', undefined],
    ['{a="b"} $filter', '{a="b"} ', undefined],
    ['{a="b"} | line_format $f', '{a="b"} | line_format "x"', undefined],
    ['topk($n, rate({a="b"}[5m]))', 'topk(1, rate({a="b"}[5m]))', undefined],
    ['{$l="b"}', '{grafana_variable="b"}', undefined],
    ['$a + $b', '1 + 1', undefined],
    ['rate({a="b"} $x', 'rate({a="b"} |= "x"', ['"(" is never closed', '$x']],
    ['{a="$b', '{a="grafana_variable', ['the quote " is never closed', '"$b']],
    ['x$a', 'xgrafana_variable', ['unexpected "xgrafana_variable"', 'x$a']],
  ])('in the LogQL %j: %j', (text, filled, fault) => {
    const { parsed, toWritten } = parseLogPanelQuery(text);
    expect(parsed.text).toBe(filled);
    expect(refusal(text, parsed.rejection, toWritten)).toEqual(fault);
  });

  test.each([
    ['{ .a = "$b" }', undefined],
    ['{ .a = $b }', undefined],
    ['{ $f }', undefined],
    ['{ .$a = "b" }', undefined],
    ['{ .a $op "b" }', undefined],
    ['{ $a = "b" }', undefined],
    ['{ .a = "b" $more }', undefined],
    ['$q', undefined],
    ['{ .a = "b" && $x }', undefined],
    ['{ .a = $b foo }', ['unexpected "foo"', 'foo']],
    ['${q} && { .a = "b" }', undefined],
  ])('in the TraceQL %j', (text, fault) => {
    const { parsed, toWritten } = parseTracePanelQuery(text);
    expect(refusal(text, parsed.rejection, toWritten)).toEqual(fault);
  });
});

/** What the tree holds, as it is written in the panel. */
const written = (text: string): string[] => {
  const { query, toWritten } = parsePanelQuery(text);
  return query.selectors.flatMap(({ span, matchers }) =>
    [span, ...matchers.map((matcher) => matcher.span)].map((own) => {
      const { start, end } = toWritten(own);
      return text.slice(start, end);
    }),
  );
};

test.each([
  ['rate(x[$__rate_interval])', ['x', 'x']],
  ['rate(x[${r}])', ['x', 'x']],
  ['rate(x[[[r]]])', ['x', 'x']],
  ['rate(x[$__interval:$resolution])', ['x', 'x']],
  ['rate(x[${a}m])', ['x', 'x']],
  ['x{job="$job"}', ['x{job="$job"}', 'x', 'job="$job"']],
  ['x{job=~"${job:regex}"}', ['x{job=~"${job:regex}"}', 'x', 'job=~"${job:regex}"']],
  ['x{job=$job}', ['x{job=$job}', 'x', 'job=$job']],
  ['x{$label="a"}', ['x{$label="a"}', 'x', '$label="a"']],
  ['x{$filters}', ['x{$filters}', 'x', '$filters']],
  ['x{a="b",$filters}', ['x{a="b",$filters}', 'x', 'a="b"', '$filters']],
  ['x{a="b"$filters}', ['x{a="b"$filters}', 'x', 'a="b"', '$filters']],
  ['sum by ($g) (x)', ['x', 'x']],
  ['sum by (a, ${g:csv}) (x)', ['x', 'x']],
  ['$metric', ['$metric', '$metric']],
  ['$metric{a="b"}', ['$metric{a="b"}', '$metric', 'a="b"']],
  ['x_$suffix', ['x_$suffix', 'x_$suffix']],
  ['${prefix}_x', ['${prefix}_x', '${prefix}_x']],
  ['$fn(x)', ['x', 'x']],
  ['$fn by (a) (x)', ['x', 'x']],
  ['x offset $o', ['x', 'x']],
  ['x offset ${o}m', ['x', 'x']],
  ['x offset -$o', ['x', 'x']],
  ['x > $threshold', ['x', 'x', '$threshold', '$threshold']],
  ['x $op 5', ['x', 'x']],
  ['x * $factor', ['x', 'x', '$factor', '$factor']],
  ['topk($n, x)', ['x', 'x']],
  ['$query', ['$query', '$query']],
  ['x # $c', ['x', 'x']],
  ['x{a=~"\\\\$SYS.*"}', ['x{a=~"\\\\$SYS.*"}', 'x', 'a=~"\\\\$SYS.*"']],
  ['x{a=~"[[env]]"}', ['x{a=~"[[env]]"}', 'x', 'a=~"[[env]]"']],
  ['($a) / ($b)', ['$a', '$a', '$b', '$b']],
  ['rate(x[5m]) $extra', ['x', 'x']],
  ['histogram_quantile($q, sum by (le) (rate(x[$r])))', ['x', 'x']],
  ['label_replace(x, "$a", "$1", "b", "(.*)")', ['x', 'x']],
  ['$a$b', ['$a$b', '$a$b']],
  ['x$a', ['x$a', 'x$a']],
  ['5$a', []],
  ['x ${op} y', ['x', 'x', 'y', 'y']],
  ['x{${f}, a="b"}', ['x{${f}, a="b"}', 'x', '${f}', 'a="b"']],
  ['max($x) by ($g)', ['$x', '$x']],
  ['x{a="b"}[$r]', ['x{a="b"}', 'x', 'a="b"']],
  ['x[5m] offset $o', ['x', 'x']],
])('the selectors and matchers of %j stand where they are written: %j', (text, parts) => {
  expect(written(text)).toEqual(parts);
});

describe('what is open where a variable stands is told from the text before it', () => {
  test.each([
    ["x{a='$b'}", "x{a='grafana_variable'}"],
    ['x{a=`$b`}', 'x{a=`grafana_variable`}'],
    ['x{a=`\\`} > $b', 'x{a=`\\`} > grafana_variable'],
    ['x{a="\\"", b="$c"}', 'x{a="\\"", b="grafana_variable"}'],
    ["x # it's\n > $b", "x # it's\n > grafana_variable"],
    ['x{a="#"} > $b', 'x{a="#"} > grafana_variable'],
    ['sum(x) by (a) > $b', 'sum(x) by (a) > grafana_variable'],
    ['rate(x[5m]) > $b', 'rate(x[5m]) > grafana_variable'],
    ['x{a="b"} > $b', 'x{a="b"} > grafana_variable'],
    ['sum by (a) (x{b="$c"}[$d])', undefined],
  ])('in %j', (text, filled) => {
    const { query } = parsePanelQuery(text);
    if (filled === undefined) expect(query.rejection).toBeDefined();
    else expect([query.text, query.rejection]).toEqual([filled, undefined]);
  });
});
