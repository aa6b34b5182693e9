import { describe, expect, test } from 'vitest';
import { chainsIn, orders } from '../support/chains.ts';

/** The first alert that watches the path; `name := expression` is a recording rule, anything else an alert. */
function watching(rules: readonly string[]) {
  const read = rules.map((text, index) => {
    const [, record, expr] = /^(\S+) := (.*)$/.exec(text) ?? [];
    return record === undefined ? { alert: `A${index}`, expr: text } : { record, expr };
  });
  const files = orders({ 'rules.yml': JSON.stringify({ groups: [{ name: 'a', rules: read }] }) });
  return chainsIn(files)[0]?.alerts[0];
}

describe('an alert waits, besides scrape, evaluation and for,', () => {
  test.each([
    [['up{job="api"} == 0'], 0],
    [['orders_total > 5'], 0],
    [['time() - orders_last_timestamp_seconds > 60'], 60],
    [['time() - orders_last_timestamp_seconds >= 60'], 60],
    [['60 < time() - orders_last_timestamp_seconds'], 60],
    [['time() - orders_last_timestamp_seconds < 60'], 0],
    [['time() - max(orders_last_timestamp_seconds) > 60'], 60],
    [['max(time() - orders_last_timestamp_seconds) > 60'], 60],
    [['orders_last_timestamp_seconds - time() > 60'], 0],
    [['abs(time() - orders_last_timestamp_seconds) > 60'], 60],
    [['rate(orders_total[5m]) == 0'], 300],
    [['rate(orders_total[5m]) < 1'], 300],
    [['1 > rate(orders_total[5m])'], 300],
    [['rate(orders_total[5m]) > 1'], 0],
    [['increase(orders_total[10m]) <= 0'], 600],
    [['changes(orders_total[10m]) == 0'], 600],
    [['max_over_time(up{job="api"}[5m]) == 0'], 300],
    [['min_over_time(up{job="api"}[5m]) < 1'], 0],
    [['min_over_time(orders_total[5m]) > 3'], 300],
    [['avg_over_time(orders_total[5m]) >= 3'], 300],
    [['avg_over_time(orders_total[5m]) < 3'], 0],
    [['quantile_over_time(0.9, orders_total[5m]) > 3'], 300],
    [['sum(rate(orders_total[5m])) < 1'], 300],
    [['rate(orders_total[5m]) + rate(orders_total[10m]) < 1'], 600],
    [['absent_over_time(orders_total[5m])'], 300],
    [['absent(orders_total)'], 0],
    [['absent_over_time(orders_total[5m:1m])'], 300],
    [['orders_total > 5 and rate(orders_total[5m]) < 1'], 300],
    [['rate(orders_total[10m]) < 1 and rate(orders_total[5m]) < 1'], 600],
    [['orders_total > 5 or rate(orders_total[5m]) < 1'], 300],
    [['orders_total > 5 unless rate(orders_total[5m]) < 1'], 0],
    [['rate(orders_total[5m]) < 1 unless orders_total > 5'], 300],
    [['(rate(orders_total[5m]) < 1)'], 300],
    [['rate(orders_total[5m]) < 1 < 5'], 300],
    [['max_over_time(rate(orders_total[5m])[1h:]) < 1'], 3600],
    [['delta(orders_total[5m]) < 1'], 300],
    [['present_over_time(orders_total[5m]) < 1'], 300],
    [['resets(orders_total[5m]) > 1'], 0],
    [['sum_over_time(orders_total[5m]) == 0'], 300],
    [['count_over_time(orders_total[5m]) < 5'], 300],
    [['rate(orders_total[5m] offset 5m) < 1'], 300],
    [['orders_total > orders_last_timestamp_seconds'], 0],
    [['r := max(orders_total)', 'r > 5'], 20],
    [['r := rate(orders_total[5m])', 'r < 1'], 320],
    [['r := rate(orders_total[5m]) < 1', 'r'], 320],
    [['r := rate(orders_total[5m]) < 1', 'r > 0'], 320],
    [['r := max(orders_total)', 's := max(r)', 's > 5'], 40],
    [['r := max(r)', 'orders_total + on () r > 5'], 20],
    [['r := min_over_time(orders_total[5m])', 's := sum(orders_total)', 'r + s > 5'], 320],
    [['r := absent_over_time(orders_total[5m])', 'r == 1'], 320],
  ])('with %j for %s s', (rules, delay) => {
    expect(watching(rules)?.detection.delay).toBe(delay);
  });

  test('the sum of them all in the worst case', () => {
    const files = orders();
    expect(chainsIn(files)[0]?.alerts[0]?.detection).toEqual({
      total: 150,
      scrape: 10,
      evaluation: 20,
      hold: 60,
      delay: 60,
    });
  });
});

test.each([
  [['orders_total'], 'yes'],
  [['orders_total{job="api"}'], 'yes'],
  [['orders_total{job="x"}'], 'no'],
  [['orders_total{instance="api:8000"}'], 'yes'],
  [['orders_total{instance="api:9000"}'], 'no'],
  [['orders_total{kind="a"}'], 'maybe'],
  [['orders_total{kind=""}'], 'maybe'],
  [['orders_total{env="prod"}'], 'maybe'],
  [['payments_total'], 'maybe'],
  [['up'], 'yes'],
  [['up{job="api"}'], 'yes'],
  [['up{job="x"}'], 'no'],
  [['up{job=~"a.*"}'], 'yes'],
  [['up{job!="api"}'], 'no'],
  [['up{instance=~"api:.*"}'], 'yes'],
  [['scrape_duration_seconds{job="api"}'], 'yes'],
  [['{job="api"}'], 'maybe'],
  [['{__name__=~"orders_.*"}'], 'maybe'],
  [['{job="x"}'], 'no'],
  [['node_load1'], 'no'],
  [['pg_up'], 'no'],
  [['probe_success'], 'no'],
  [['ALERTS'], 'maybe'],
  [['vector(1)'], 'no'],
  [['time()'], 'no'],
  [['absent(orders_total)'], 'yes'],
  [['sum(orders_total) / sum(up{job="x"})'], 'yes'],
  [['up{job="x"} and orders_total'], 'no'],
  [['orders_total and up{job="x"}'], 'yes'],
  [['orders_total unless up{job="x"}'], 'yes'],
  [['up{job="x"} unless orders_total'], 'no'],
  [['vector(1) and orders_total'], 'yes'],
  [['vector(1) unless orders_total'], 'no'],
  [['up{job="x"} or orders_total'], 'yes'],
  [['r := sum(orders_total)', 'r > 1'], 'yes'],
  [['r := sum(up{job="x"})', 'r > 1'], 'no'],
  [['r := sum by (job) (orders_total)', 'r{job="api"} > 1'], 'yes'],
  [['r := sum by (job) (orders_total)', 'r{job="x"} > 1'], 'no'],
  [['r := sum(orders_total)', 'r{kind="b"} > 1'], 'yes'],
  [['r := sum(s)', 's := sum(r)', 'r > 1'], 'no'],
  [['r := sum(up{job="x"})', 'r := sum(orders_total)', 'r > 1'], 'yes'],
  [['r := sum(', 'r > 1'], 'maybe'],
  [['count(up{job="api"}) + count(up{job="x"})'], 'yes'],
  [['orders_total{job="api",instance="x"}'], 'no'],
  [['python_info'], 'maybe'],
  [['process_cpu_seconds_total'], 'maybe'],
  [['orders_created'], 'yes'],
  [['orders_total_bucket'], 'maybe'],
  [['ALERTS{alertname="x"}'], 'maybe'],
])('%j watches the series of orders: %s', (rules, answer) => {
  expect(watching(rules)?.answer ?? 'no').toBe(answer);
});
