import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/promql/canonical.ts';
import { parsePanelQuery, variablesIn } from '../../src/promql/grafana.ts';
import { parseLogPanelQuery, parseLogQuery } from '../../src/promql/logql.ts';
import { parseQuery } from '../../src/promql/parse.ts';
import { compileRegex } from '../../src/promql/re2.ts';
import { regexFault } from '../../src/promql/regex.ts';
import { parseTemplate } from '../../src/promql/template.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { parseTracePanelQuery, parseTraceQuery } from '../../src/promql/traceql.ts';
import { walk } from '../../src/promql/tree.ts';
import { readVariableQuery } from '../../src/promql/variable-query.ts';
import type { Span } from '../../src/repo/text.ts';
import { javaRegexFault } from '../../src/stack/java-regex.ts';
import { parseMatchers } from '../../src/stack/matchers.ts';
import { holds, soup } from '../support/property.ts';

/** A stretch lies in a text, and does not end before it starts. */
function expectInside({ start, end }: Span, text: string): void {
  expect(start).toBeGreaterThanOrEqual(0);
  expect(end).toBeGreaterThanOrEqual(start);
  // What is missing at the end is pointed at where it would stand.
  expect(end).toBeLessThanOrEqual(Math.max(1, text.length));
}

const PROMQL = soup([
  ...[
    'sum',
    'rate',
    'avg_over_time',
    'histogram_quantile',
    'topk',
    'absent',
    'label_replace',
    'vector',
    'time',
  ],
  ...[
    'up',
    'http_requests_total',
    'job:a:b',
    '__name__',
    'le',
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
  ],
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '`',
    '\\',
    '\n',
    ' ',
    ' ',
    '#',
    '@',
    ':',
    '$',
    '$a',
    '${b:c}',
    '[[d]]',
  ],
  ...[
    '=',
    '!=',
    '=~',
    '!~',
    '==',
    '>',
    '>=',
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    ' and ',
    ' or ',
    ' unless ',
    ' bool ',
  ],
  ...[
    '1',
    '0.5',
    '1e9',
    'Inf',
    'NaN',
    '5m',
    '1h30m',
    '[5m]',
    '[1h:5m]',
    ' offset ',
    'start()',
    '"a"',
    '{a="b"}',
    '{job=~"a|b"}',
  ],
]);

describe('PromQL', () => {
  it('is judged without a crash, and every place lies in the text', () => {
    holds(PROMQL, (text) => {
      const query = parseQuery(text);
      if (query.rejection) expectInside(query.rejection.span, text);
      if (query.newer) expectInside(query.newer, text);
      for (const { span } of query.flagged) expectInside(span, text);
      if (query.tree === undefined) return;
      for (const expr of walk(query.tree)) expectInside(expr.span, text);
      for (const selector of query.selectors)
        for (const matcher of selector.matchers) {
          expectInside(matcher.span, text);
          expectInside(matcher.valueSpan, text);
        }
    });
  });

  it('that is accepted is what its canonical form says, which is accepted again and stays the same', () => {
    holds(PROMQL, (text) => {
      const { tree, rejection } = parseQuery(text);
      if (tree === undefined || rejection !== undefined) return;
      // A time whose value is not told has no form that can be read.
      if (canonical(tree).includes('?')) return;
      const printed = parseQuery(canonical(tree)).tree;
      expect(printed && canonical(printed)).toBe(canonical(tree));
    });
  });

  it('with Grafana’s variables maps every place to the text as written', () => {
    holds(PROMQL, (text) => {
      const { query, toWritten } = parsePanelQuery(text);
      const uses = variablesIn(text);
      for (let at = 0; at < query.text.length; at++) {
        const written = toWritten({ start: at, end: at + 1 });
        expectInside(written, text);
        const isVariable = uses.some(({ span }) => span.start <= written.start && written.start < span.end);
        if (!isVariable) expect(text[written.start]).toBe(query.text[at]);
      }
      expectInside(toWritten({ start: 0, end: query.text.length }), text);
    });
  });
});

describe('other languages', () => {
  const LOGQL = soup([
    ...[
      '{',
      '}',
      '(',
      ')',
      '[5m]',
      '[',
      ']',
      '"',
      '`',
      '|=',
      '!=',
      '|~',
      '!~',
      '|',
      ' | json',
      ' | logfmt',
      ' | line_format ',
    ],
    ...[
      'rate',
      'sum',
      'count_over_time',
      ' by ',
      'job',
      '=',
      '=~',
      '"a"',
      '"{{.x}}"',
      '$a',
      '${b}',
      ' ',
      '\n',
      '#',
      '> 5',
      ',',
    ],
  ]);
  const TRACEQL = soup([
    ...[
      '{',
      '}',
      '(',
      ')',
      '.',
      'resource.',
      'span.',
      'service.name',
      '=',
      '!=',
      '=~',
      '"a"',
      '>',
      '>>',
      '&&',
      '||',
      '|',
    ],
    ...['duration', '1s', 'status', 'error', 'count()', 'rate()', ' by(', '$a', '${b}', ' ', '\n', '5'],
  ]);
  const TEMPLATE = soup([
    ...[
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' ',
      '\n',
      '$labels',
      '$value',
      '.',
      '.a',
      '|',
      'humanize',
      'printf',
      '"%f"',
      '"',
      '`',
      "'",
    ],
    ...[
      'if ',
      'else',
      'end',
      'range ',
      'with ',
      'define ',
      'template ',
      'query ',
      '(',
      ')',
      '$x',
      ':=',
      ',',
      '1',
      '/*',
      '*/',
      'text',
    ],
  ]);
  const REGEX = soup([
    ...[
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '?',
      '*',
      '+',
      '|',
      '^',
      '$',
      '.',
      '\\',
      '\\d',
      '\\Q',
      '\\E',
      '(?:',
      '(?i)',
      '(?P<a>',
      '(?<a>',
    ],
    ...['(?=', '(?!', '{2}', '{2,3}', '{1001}', '[^', '[[:alpha:]]', 'a', 'b', '-', '\\pL', '\\x{1F}', ','],
  ]);
  const VARIABLE = soup([
    'label_values',
    'query_result',
    'metrics',
    'label_names',
    '(',
    ')',
    ',',
    ' ',
    'up',
    '{a="b"}',
    '$x',
    '"',
    'job',
  ]);
  const MATCHERS = soup([
    'a',
    '=',
    '!=',
    '=~',
    '!~',
    '"',
    'b',
    ',',
    '{',
    '}',
    ' ',
    '\\',
    '|',
    '(',
    '\n',
    '"c"',
  ]);

  it('LogQL is judged without a crash, and every place lies in the text', () => {
    holds(LOGQL, (text) => {
      const { rejection } = parseLogQuery(text);
      if (rejection) expectInside(rejection.span, text);
      const panel = parseLogPanelQuery(text);
      if (panel.parsed.rejection) expectInside(panel.toWritten(panel.parsed.rejection.span), text);
    });
  });

  it('TraceQL is judged without a crash, and every place lies in the text', () => {
    holds(TRACEQL, (text) => {
      const { rejection } = parseTraceQuery(text);
      if (rejection) expectInside(rejection.span, text);
      const panel = parseTracePanelQuery(text);
      if (panel.parsed.rejection) expectInside(panel.toWritten(panel.parsed.rejection.span), text);
    });
  });

  it('templates are judged without a crash, and every place lies in the text', () => {
    holds(TEMPLATE, (text) => {
      const { fault } = parseTemplate(text);
      if (fault) expectInside(fault.span, text);
      const uses = templateUses(text);
      for (const { span } of [...uses.labels, ...uses.faults, ...uses.queries, ...uses.values])
        expectInside(span, text);
    });
  });

  it('queries of variables and lists of matchers are read without a crash', () => {
    holds(VARIABLE, (text) => {
      const { fault } = readVariableQuery(text);
      if (fault) expectInside(fault.span, text);
    });
    holds(MATCHERS, (text) => void parseMatchers(text));
  });

  it('regular expressions of RE2 and Java are judged without a crash', () => {
    holds(REGEX, (text) => {
      const regex = compileRegex(text);
      regex?.matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!');
      regex?.expand('ab', `$1\${a}${text}`);
      if (regex !== undefined && !/\\[1-9]|\(\?[=!<>]|[*+?}][*+]|\{/.test(text))
        expect(regexFault(text)).toBeUndefined();
      const fault = javaRegexFault(text);
      if (fault) expectInside({ start: fault.at, end: fault.at }, text);
    });
  });
});
