import { describe, expect, test } from 'vitest';
import { parseTracePanelQuery, parseTraceQuery } from '../../src/promql/traceql.ts';

describe('TraceQL', () => {
  test.each([
    '{}',
    '{ resource.service.name = "api" && duration > 1s }',
    '{ .http.status_code >= 500 } >> { kind = server }',
    '{ status = error } | rate() by (resource.service.name)',
    // Newer than the grammar for editors: left to Tempo.
    '{ status = error } | rate() with (sample=0.1)',
    '({} | rate()) / ({} | count_over_time())',
    '{ nestedSetParent < 0 }',
  ])('takes %s', (text) => {
    expect(parseTraceQuery(text).rejection).toBeUndefined();
  });

  test.each([
    ['{ duration > 1s and status = error }', 'and'],
    ['{ .service == "api" }', '='],
    ['{ status = error', 'r'],
    ['{ name = "x" && }', '}'],
  ])('refuses %s', (text, where) => {
    const { rejection } = parseTraceQuery(text);
    expect(rejection && text.slice(rejection.span.start, rejection.span.end)).toBe(where);
  });

  test.each([
    '{ resource.service.name = "$service" }',
    '{ duration > $limit }',
    '{ $filter && status = error }',
  ])('takes variables in %s', (text) => {
    expect(parseTracePanelQuery(text).parsed.rejection).toBeUndefined();
  });
});
