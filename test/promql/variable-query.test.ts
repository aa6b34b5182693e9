import { describe, expect, test } from 'vitest';
import { readVariableQuery } from '../../src/promql/variable-query.ts';

/** The part of the query that is wrong, and why. */
function fault(text: string): [string, string] | undefined {
  const found = readVariableQuery(text).fault;
  return found && [text.slice(found.span.start, found.span.end), found.message];
}

describe('queries of variables', () => {
  test.each([
    'label_values(job)',
    'label_values(up{job=~"$job"}, instance)',
    'label_values(up{job="a", instance=~"b,c"},instance)',
    'label_values({__name__=~"kafka_.+"}, topic)',
    'label_values(${metric}, instance)',
    'label_values(up{topic!~"SYSTEM.*|\\\\$SYS.*|"}, topic)',
    'label_values(up, $label)',
    'query_result(topk(5, sum by (pod) (rate(x_total[$__range]))))',
    'metrics(.*_total)',
    'metrics($prefix.*)',
    'label_names()',
    'label_names(up)',
    'up{job="api"}',
    '$other',
    '',
    'label_values(up, instance) ',
  ])('take %s', (text) => {
    expect(fault(text)).toBeUndefined();
  });

  test.each([
    ['label_value(up, job)', 'label_value', 'there is no function "label_value": "label_values" is meant'],
    ['label_values(up, job', 'b', '"label_values(" is never closed'],
    [
      'label_values(rate(x_total[5m]), job)',
      'rate(x_total[5m])',
      'it is computed, and only a selector of series can be looked up',
    ],
    ['label_values(up{job=}, instance)', '}', 'unexpected "}"'],
    ['label_values(up, )', ')', 'label_values needs a label'],
    ['query_result(sum(up)', 'p', '"(" is never closed'],
    ['metrics((.*)', '(.*', '"(.*" is no regular expression'],
  ])('are wrong in %s', (text, where, why) => {
    expect(fault(text)).toEqual([where, why]);
  });
});
