import { describe, expect, test } from 'vitest';
import { rulesOf, stackWith } from '../support/expressions.ts';
import { alertOnLine, told } from '../support/told.ts';

type Told = readonly [expr: string, lines: readonly string[]];

/** What a rule tells of an alert on each of these expressions, and on which ones it has nothing to say. */
function tells(
  id: string,
  files: (expr: string) => Parameters<typeof told>[1],
  found: readonly Told[],
  silent: readonly string[],
): void {
  describe(id, () => {
    test.each(found)('finds what is wrong with %s', (expr, lines) => {
      expect(told(id, files(expr))).toEqual(lines);
    });
    test.each(silent)('has nothing against %s', (expr) => {
      expect(told(id, files(expr))).toEqual([]);
    });
  });
}

const alone = (expr: string) => ({ 'rules.yml': alertOnLine(expr) });
const loaded = (expr: string) => stackWith(alone(expr));
/** All that is scraped is known, and a rule records a series. */
const known = (expr: string) =>
  stackWith(
    {
      ...alone(expr),
      'recorded.yml': rulesOf({
        'job:requests:rate5m': 'sum by (job) (rate(x[5m]))',
        'job:up': 'sum by (job) (up)',
      }),
    },
    { scrapes: '  - job_name: node\n    static_configs:\n      - targets: ["node:9100"]\n' },
  );

tells(
  'promql/absent-aggregation',
  alone,
  [
    [
      'absent(up{job=~"a|b"})',
      [
        'warning at 6 job=~"a|b": "absent" fires only when both values of "job" are gone, not when one is; help: ask for each by itself: absent(…{job="a"}) or absent(…{job="b"})',
      ],
    ],
    [
      'absent((up{job=~"a|b|c"}))',
      [
        'warning at 6 job=~"a|b|c": "absent" fires only when all 3 values of "job" are gone, not when one is; help: ask for each by itself: absent(…{job="a"}) or absent(…{job="b"}) or …',
      ],
    ],
    [
      'absent_over_time(up{job=~"a|b"}[5m])',
      [
        'warning at 6 job=~"a|b": "absent_over_time" fires only when both values of "job" are gone, not when one is; help: ask for each by itself: absent_over_time(…{job="a"}) or absent_over_time(…{job="b"})',
      ],
    ],
    [
      'absent(sum by (job, env) (up))',
      [
        'warning at 6 by (job, env): "absent" fires only when every group is gone: grouping by "job, env" changes nothing of that; help: find the groups that are gone with "unless": "group by (job, env) (x offset 1h) unless group by (job, env) (x)"',
      ],
    ],
  ],
  [
    'absent_over_time(sum by (job) (up)[5m:1m])',
    'absent(sum by () (up))',
    'absent(sum without (job) (up))',
    'absent(sum(up{job=~"a|b"}))',
    'absent(up{job=~"a"})',
    'absent(up{job!~"a|b"})',
    'scalar(up{job=~"a|b"})',
    'sum by (job) (up{job=~"a|b"})',
    'absent(vector(1))',
  ],
);

tells(
  'promql/aggregated-quantile',
  alone,
  [
    [
      'avg(x{quantile="0.9"}) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'sum(histogram_quantile(0.9, rate(x_bucket[5m]))) > 1',
      [
        'warning at 6 sum: "sum" of quantiles is no quantile of anything: it aggregates what "histogram_quantile" returns; help: sum the buckets by "le" inside of "histogram_quantile", or take "max"',
      ],
    ],
    [
      'avg(-x{quantile="0.5"}) < 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.5"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg(x{quantile="0.9"} * 1000) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg(1000 * x{quantile="0.9"}) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg(x{quantile="0.9"} / 1000) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg({quantile="0.9"}) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "the selector" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg without (instance) (x{quantile="0.9"}) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg by (job) (x{quantile="0.9"}) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
    [
      'avg(x_sum_seconds{quantile="0.9"}) > 1',
      [
        'warning at 6 avg: "avg" of quantiles is no quantile of anything: "x_sum_seconds" is chosen by quantile="0.9"; help: take "max", or work from "_sum" and "_count"',
      ],
    ],
  ],
  [
    'avg without (job) (x{quantile="0.9"}) > 1',
    'avg by (pod) (x{quantile="0.9"}) > 1',
    'avg by (node) (x{quantile="0.9"}) > 1',
    'avg by (host) (x{quantile="0.9"}) > 1',
    'avg by (nodename) (x{quantile="0.9"}) > 1',
    'avg(x{quantile="0.9"} + 1) > 1',
    'avg(x{quantile="0.9"} * y) > 1',
    'avg(x{quantile!="0.9"}) > 1',
    'avg(x{quantile=""}) > 1',
    'avg(x_count{quantile="0.9"}) > 1',
    'avg(x{le="0.9"}) > 1',
    'avg(rate(x[5m])) > 1',
    'count(x{quantile="0.9"}) > 1',
    'histogram_quantile(0.9, rate(x_bucket[5m])) > 1',
    'sum(abs(x{quantile="0.9"})) > 1',
  ],
);

tells(
  'promql/bare-counter',
  alone,
  [
    [
      'http_errors_total > 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'http_errors_total >= 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      '100 < http_errors_total',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'sum(http_errors_total) > 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'max(http_errors_total) > 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'min(http_errors_total) > 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'avg(http_errors_total) > 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'sum(sum by (job) (http_errors_total)) > 100',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'http_errors_total > 100 unless up == 0',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
    [
      'http_errors_total > 100 and rate(http_requests_total[5m]) > 0',
      [
        'warning at 6 http_errors_total: "http_errors_total" is a counter: once it is over the limit, the alert fires until what counts restarts; help: ask how it grows: "increase(http_errors_total[10m])" or "rate(http_errors_total[5m])"',
      ],
    ],
  ],
  [
    '100 > http_errors_total',
    'http_errors_total < 100',
    'http_errors_total > bool 100',
    'http_errors_total > limit_total',
    'count(http_errors_total) > 100',
    'topk(3, http_errors_total) > 100',
    'sum(http_errors_total + 1) > 100',
    '{job="a"} > 100',
    'up == 0 unless http_errors_total > 100',
    'http_errors_total > 100 and rate(http_errors_total[5m]) > 0',
    'queue_length > 100',
  ],
);

tells(
  'promql/beyond-retention',
  loaded,
  [
    [
      'up < avg_over_time(up[30d])',
      [
        'warning at 6 30d: the alert "Example" looks back 30d, but "prometheus" keeps 15d by default: the range is cut short; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < up offset 30d',
      [
        'warning at 6 offset 30d: the alert "Example" looks back 30d, but "prometheus" keeps 15d by default: there is nothing to be found; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < avg_over_time(up[10d] offset 10d)',
      [
        'warning at 6 10d: the alert "Example" looks back 20d, but "prometheus" keeps 15d by default: the range is cut short; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < max_over_time(avg_over_time(up[10d])[10d:1h])',
      [
        'warning at 6 10d: the alert "Example" looks back 20d, but "prometheus" keeps 15d by default: the range is cut short; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < max_over_time(avg_over_time(up[20d])[20d:1h])',
      [
        'warning at 6 20d: the alert "Example" looks back 20d, but "prometheus" keeps 15d by default: the range is cut short; help: raise --storage.tsdb.retention.time, or look back less far',
        'warning at 6 20d: the alert "Example" looks back 20d, but "prometheus" keeps 15d by default: the range is cut short; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < up @ 0 offset 30d',
      [
        'warning at 6 offset 30d: the alert "Example" looks back 30d, but "prometheus" keeps 15d by default: there is nothing to be found; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < up offset 20d + up offset 30d',
      [
        'warning at 6 offset 20d: the alert "Example" looks back 20d, but "prometheus" keeps 15d by default: there is nothing to be found; help: raise --storage.tsdb.retention.time, or look back less far',
        'warning at 6 offset 30d: the alert "Example" looks back 30d, but "prometheus" keeps 15d by default: there is nothing to be found; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
    [
      'up < avg_over_time(up[1d] offset 30d)',
      [
        'warning at 6 offset 30d: the alert "Example" looks back 30d, but "prometheus" keeps 15d by default: there is nothing to be found; help: raise --storage.tsdb.retention.time, or look back less far',
      ],
    ],
  ],
  ['up < avg_over_time(up[15d])', 'up < up offset 15d', 'up < avg_over_time(up[30d] @ 0)'],
);

tells(
  'promql/delta-of-counter',
  alone,
  [
    [
      'delta(http_errors_total[5m]) > 1',
      [
        'warning at 6 delta: "delta" shows a fall at each restart of what counts "http_errors_total": it is a counter; help: use "increase"',
      ],
    ],
    [
      'idelta(http_errors_total[5m]) > 1',
      [
        'warning at 6 idelta: "idelta" shows a fall at each restart of what counts "http_errors_total": it is a counter; help: use "irate"',
      ],
    ],
    [
      'deriv(http_errors_total[5m]) > 1',
      [
        'warning at 6 deriv: "deriv" shows a fall at each restart of what counts "http_errors_total": it is a counter; help: use "rate"',
      ],
    ],
  ],
  [
    'rate(http_errors_total[5m]) > 1',
    'delta({job="a"}[5m]) > 1',
    'delta(queue_length[5m]) > 1',
    'delta(sum(http_errors_total)[5m:1m]) > 1',
    'sum(http_errors_total) > 1',
  ],
);

tells(
  'promql/division-in-aggregation',
  alone,
  [
    [
      'avg(rate(a_total[5m]) / rate(b_total[5m])) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'sum(rate(a_total[5m]) % irate(b_total[5m])) > 1',
      [
        'warning at 6 %: one series with 0 on both sides of "%" makes "sum" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'stddev(a / increase(b_total[5m])) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "stddev" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'stdvar(a / delta(b[5m])) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "stdvar" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(a / idelta(b[5m])) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(-(a / rate(b_total[5m]))) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(1 - a / rate(b_total[5m])) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(a / rate(b_total[5m]) + 1) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(100 * (a / rate(b_total[5m]))) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(a / (rate(b_total[5m]) > bool 0)) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(a / (rate(b_total[5m]) <= 1)) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
    [
      'avg(a / (rate(b_total[5m]) + 1)) > 1',
      [
        'warning at 6 /: one series with 0 on both sides of "/" makes "avg" NaN, and the alert "Example" says nothing of all the others; help: aggregate both sides first, then divide, or leave out the zeros on the right with "> 0"',
      ],
    ],
  ],
  [
    'avg(a / rate(b_total[5m]) > 3) > 1',
    'avg(abs(a / rate(b_total[5m]))) > 1',
    'avg(a / (rate(b_total[5m]) > 0)) > 1',
    'avg(a / (rate(b_total[5m]) != 0)) > 1',
    'avg(a / (rate(b_total[5m]) >= 1)) > 1',
    'avg(a / (rate(b_total[5m]) < 0)) > 1',
    'avg(a / b) > 1',
    'avg(a / max_over_time(b[5m])) > 1',
    'avg(rate(a_total[5m]) * rate(b_total[5m])) > 1',
    'max(a / rate(b_total[5m])) > 1',
    'quantile(0.9, a / rate(b_total[5m])) > 1',
  ],
);

tells(
  'promql/dropped-label',
  alone,
  [
    [
      'max by (instance) (sum by (job) (x)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'max by (instance) (sum (x)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "sum" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 sum',
      ],
    ],
    [
      'max by (instance) (sum without (instance) (x)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "sum without (instance)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 without (instance)',
      ],
    ],
    [
      'max by (job, instance, pod) (sum by (job) (x)) > 1',
      [
        'warning at 6 by (job, instance, pod): "max" groups by "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
        'warning at 6 by (job, instance, pod): "max" groups by "pod", which is not there any more: "sum by (job)" drops it; help: keep "pod" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'max by (instance) (-sum by (job) (x)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'max by (instance) (x * on (job) y) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "* on (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 on (job)',
      ],
    ],
    [
      'max by (instance) (absent(x)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "absent" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 absent',
      ],
    ],
    [
      'max by (instance) (vector(1)) > 0',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "vector" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 vector',
      ],
    ],
    [
      'topk by (instance) (3, sum by (job) (x)) > 1',
      [
        'warning at 6 by (instance): "topk" groups by "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'y * on (job) group_left (pod) sum by (job) (x) > 1',
      [
        'warning at 6 on (job) group_left (pod): "group_left" copies "pod", which is not there any more: "sum by (job)" drops it; help: keep "pod" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'sum by (job) (x) * on (job) group_right (pod) y > 1',
      [
        'warning at 6 on (job) group_right (pod): "group_right" copies "pod", which is not there any more: "sum by (job)" drops it; help: keep "pod" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'sum by (job) (x) * on (instance) sum by (job) (y) > 1',
      [
        'warning at 6 on (instance): "*" matches on "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'x{instance=""} * on (instance) sum by (job) (y) > 1',
      [
        'warning at 6 on (instance): "*" matches on "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'sum by (job) (x) * on (job, instance) sum by (job) (y) > 1',
      [
        'warning at 6 on (job, instance): "*" matches on "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'sum by (job) (x) * on (instance) group_left () sum by (job) (y) > 1',
      [
        'warning at 6 on (instance) group_left (): "*" matches on "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'label_replace(sum by (job) (x), "host", "$1", "instance", "(.*):.*") > 1',
      [
        'warning at 6 "instance": "label_replace" reads "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'max by (instance) (scalar(x) * sum by (job) (y)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "scalar" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 scalar',
      ],
    ],
    [
      'max by (instance) (count_values("v", x)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "count_values" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 count_values',
      ],
    ],
    [
      'max by (instance) (sum by (job) (x) > 3) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
    [
      'max by (instance) (sum by (job) (x) or sum by (job) (y)) > 1',
      [
        'warning at 6 by (instance): "max" groups by "instance", which is not there any more: "sum by (job)" drops it; help: keep "instance" where it is dropped, or leave it out here; dropped here: 6 by (job)',
      ],
    ],
  ],
  [
    'max without (instance) (sum by (job) (x)) > 1',
    'sum by (job) (x) * on (instance) y > 1',
    'y * on (instance) sum by (job) (x) > 1',
    'sum by (job) (x) * on (job) y > 1',
    'sum by (job) (x) * ignoring (instance) sum by (job) (y) > 1',
    'sum by (job) (x) * on (job) group_left (pod) y > 1',
    'y * on (job, instance) group_left () sum by (job) (x) > 1',
    'label_replace(sum by (job) (x), "host", "web", "", "") > 1',
    'label_replace(sum by (job) (x), "host", "$1", "__name__", "(.*)") > 1',
    'label_replace(x, "host", "$1", "instance", "(.*):.*") > 1',
    'label_join(sum by (job) (x), "host", "-", "instance") > 1',
    'sum by (job) (x) and on (instance) y',
    'sum by (job) (x) unless on (instance) y',
    'sum by (env) (x{env=""}) > 1',
    'max by (v) (count_values("v", x)) > 1',
  ],
);

tells(
  'promql/feature-flag',
  loaded,
  [
    [
      'mad_over_time(x[5m]) > 1',
      [
        'error at 6 mad_over_time: the function "mad_over_time" is experimental in the alert "Example", and "prometheus" runs without the flag for it, so Prometheus refuses the whole rule file; help: add --enable-feature=promql-experimental-functions to its command; it is run here: 7 prometheus',
      ],
    ],
    [
      'mad_over_time(x[5m]) > sort_by_label(x, "a")',
      [
        'error at 6 mad_over_time: the function "mad_over_time" is experimental in the alert "Example", and "prometheus" runs without the flag for it, so Prometheus refuses the whole rule file; help: add --enable-feature=promql-experimental-functions to its command; it is run here: 7 prometheus',
      ],
    ],
    [
      'rate(x[5m * 2]) > 1',
      [
        'error at 6 5m * 2: a duration is computed here in the alert "Example", and "prometheus" runs without the flag for it, so Prometheus refuses the whole rule file; help: add --enable-feature=promql-duration-expr to its command; it is run here: 7 prometheus',
      ],
    ],
    [
      'mad_over_time(x[5m]) > limitk(1, x)',
      [
        'error at 6 mad_over_time: the function "mad_over_time" is experimental in the alert "Example", and "prometheus" runs without the flag for it, so Prometheus refuses the whole rule file; help: add --enable-feature=promql-experimental-functions to its command; it is run here: 7 prometheus',
      ],
    ],
  ],
  ['mad_over_time(x[5m]) > x{'],
);

tells(
  'promql/float-equality',
  alone,
  [
    [
      'rate(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'irate(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'increase(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'deriv(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'delta(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'avg_over_time(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'stddev_over_time(x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'predict_linear(x[5m], 60) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'histogram_quantile(0.9, x) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'quantile_over_time(0.9, x[5m]) == 0.5',
      [
        'notice at 6 ==: "== 0.5" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      '0.5 != rate(x[5m])',
      [
        'notice at 6 !=: "!= 0.5" compares a computed number for equality, which nearly always holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'a / b == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'a / b + c == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'c - a / b == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      '-rate(x[5m]) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      '(rate(x[5m])) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'abs(rate(x[5m])) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'sum(rate(x[5m])) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'topk(3, rate(x[5m])) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'avg(x) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'stddev(x) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
    [
      'quantile(0.9, x) == 1',
      [
        'notice at 6 ==: "== 1" compares a computed number for equality, which hardly ever holds; help: compare with ">" or "<"',
      ],
    ],
  ],
  [
    'round(rate(x[5m])) == 1',
    'floor(a / b) == 1',
    'ceil(a / b) == 1',
    'sgn(rate(x[5m])) == 1',
    'count(rate(x[5m])) == 1',
    'group(rate(x[5m])) == 1',
    'rate(x[5m]) == 0',
    'rate(x[5m]) == Inf',
    'x == 1',
    'sum(x) == 1',
    'a + b == 1',
    'rate(x[5m]) > 0.5',
    'rate(x[5m]) == y',
    'max_over_time(x[5m]) == 1',
  ],
);

tells(
  'promql/histogram-quantile-le',
  alone,
  [
    [
      'histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m]))) > 1',
      [
        'warning at 6 by (job): "histogram_quantile" finds no buckets: "sum by (job)" drops the label "le"; help: add "le" to the labels that the aggregation keeps',
      ],
    ],
    [
      'histogram_quantile(0.9, sum(rate(x_bucket[5m]))) > 1',
      [
        'warning at 6 sum: "histogram_quantile" finds no buckets: "sum" drops the label "le"; help: add "le" to the labels that the aggregation keeps',
      ],
    ],
    [
      'histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m]))) > 1',
      [
        'warning at 6 without (le): "histogram_quantile" finds no buckets: "sum without (le)" drops the label "le"; help: add "le" to the labels that the aggregation keeps',
      ],
    ],
    [
      'histogram_quantile(0.9, x_bucket * on (job) y) > 1',
      [
        'warning at 6 histogram_quantile: "histogram_quantile" finds no buckets: "* on (job)" drops the label "le"; help: add "le" to the labels that the aggregation keeps',
      ],
    ],
    [
      'histogram_quantile(0.9, rate(x_count[5m])) > 1',
      [
        'warning at 6 x_count: "histogram_quantile" finds no buckets: "x_count" is no histogram\'s bucket; help: choose the series that end in "_bucket"',
      ],
    ],
    [
      'histogram_quantile(0.9, rate(x_sum[5m])) > 1',
      [
        'warning at 6 x_sum: "histogram_quantile" finds no buckets: "x_sum" is no histogram\'s bucket; help: choose the series that end in "_bucket"',
      ],
    ],
    [
      'histogram_quantile(0.9, rate(x_total[5m])) > 1',
      [
        'warning at 6 x_total: "histogram_quantile" finds no buckets: "x_total" is no histogram\'s bucket; help: choose the series that end in "_bucket"',
      ],
    ],
    [
      'histogram_quantile(95, rate(x_bucket[5m])) > 1',
      [
        'warning at 6 95: the quantile 95 lies outside of 0 to 1, so the result is always infinite; help: write 0.95',
      ],
    ],
    [
      'histogram_quantile(100, rate(x_bucket[5m])) > 1',
      [
        'warning at 6 100: the quantile 100 lies outside of 0 to 1, so the result is always infinite; help: write 1',
      ],
    ],
    [
      'histogram_quantile(950, rate(x_bucket[5m])) > 1',
      ['warning at 6 950: the quantile 950 lies outside of 0 to 1, so the result is always infinite'],
    ],
    [
      'histogram_quantile(-1, rate(x_bucket[5m])) > 1',
      ['warning at 6 -1: the quantile -1 lies outside of 0 to 1, so the result is always infinite'],
    ],
  ],
  [
    'histogram_quantile(0.9, rate(x_bucket[5m])) > 1',
    'histogram_quantile(0.9, sum by (vmrange) (rate(x_bucket[5m]))) > 1',
    'histogram_quantile(0.9, rate({job="a"}[5m])) > 1',
    'histogram_quantile(0.9, rate(x_count_seconds[5m])) > 1',
    'histogram_quantile(0.9, x_count or y) > 1',
    'histogram_quantile(0.9, vector(1)) > 1',
    'histogram_quantile(1, rate(x_bucket[5m])) > 1',
    'histogram_quantile(0, rate(x_bucket[5m])) > 1',
    'histogram_quantile(scalar(q), rate(x_bucket[5m])) > 1',
    'rate(x_count[5m]) > 1',
    'quantile(95, x_count) > 1',
  ],
);

tells(
  'promql/many-to-many',
  alone,
  [
    [
      'sum by (job, pod) (x) / on (job) y > 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      'y / on (job) sum by (job, pod) (x) > 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the right side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_right" if that side may have several',
      ],
    ],
    [
      'y / on (job) group_left () sum by (job, pod) (x) > 1',
      [
        'warning (medium) at 6 on (job) group_left (): the alert "Example" fails with an error as soon as the right side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: group the right side by what is matched only',
      ],
    ],
    [
      'sum by (job, pod) (x) / on (job) group_right () y > 1',
      [
        'warning (medium) at 6 on (job) group_right (): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: group the left side by what is matched only',
      ],
    ],
    [
      'sum by (job, pod) (x) / ignoring (pod) y > 1',
      [
        'warning (medium) at 6 ignoring (pod): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      'sum by (pod) (x) / on () y > 1',
      [
        'warning at 6 on (): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      '-sum by (job, pod) (x) / on (job) y < 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      '(sum by (job, pod) (x) * 2) / on (job) y > 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      '(2 * sum by (job, pod) (x)) / on (job) y > 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      'sum by (job, pod) (x{pod=~"a|b"}) / on (job) y > 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
    [
      'sum by (job, pod) (x) / on (job) sum by (job, pod) (y) > 1',
      [
        'warning (medium) at 6 on (job): the alert "Example" fails with an error as soon as the left side of "/" has two series that differ by "pod" only: it is grouped by it, and not matched by it; help: match by "pod" too, or add "group_left" if that side may have several',
      ],
    ],
  ],
  [
    'sum by (job, pod) (x) / on (job) group_left () y > 1',
    'y / on (job) group_right () sum by (job, pod) (x) > 1',
    'y / on (job) group_left (pod) sum by (job, pod) (x) > 1',
    'sum by (job) (x) / ignoring (pod) y > 1',
    'sum by (job, pod) (x) and on (job) y > 1',
    'sum by (job, pod) (x) / on (job) fill(0) y > 1',
    'sum by (job, pod) (x) / on (job) fill_right(0) y > 1',
    'sum by (job, pod) (x) / y > 1',
    'sum without (job) (x) / on (job) y > 1',
    '(sum by (job, pod) (x) * z) / on (job) y > 1',
    'sum by (job, pod) (x{pod="a"}) / on (job) y > 1',
    'count_values by (pod) ("v", x) / on () y > 1',
    'abs(sum by (job, pod) (x)) / on (job) y > 1',
    'rate(x[5m]) / on (job) rate(y[5m]) > 1',
  ],
);

tells(
  'promql/matching-labels',
  alone,
  [
    [
      'sum by (job) (x) / sum by (env) (y) > 1',
      [
        'warning at 6 /: the alert "Example" never fires: nothing on the left of "/" matches anything on the right: on the left there is the label "job", on the right no label "job"; help: say which labels are to be alike, as in "/ ignoring (job)" or "/ on (…)"',
      ],
    ],
    [
      'sum by (job) (x) and sum by (env) (y)',
      [
        'warning at 6 and: the alert "Example" never fires: nothing on the left of "and" matches anything on the right: on the left there is the label "job", on the right no label "job"; help: say which labels are to be alike, as in "and ignoring (job)" or "and on (…)"',
      ],
    ],
    [
      'x unless sum by (job) (y)',
      [
        'warning at 6 unless: the alert "Example" joins what does not match: "unless" takes nothing away: nothing on the left of "unless" matches anything on the right: on the left there is the label "instance", on the right no label "instance"; help: say which labels are to be alike, as in "unless ignoring (instance)" or "unless on (…)"',
      ],
    ],
    [
      'x or (sum by (job) (x) / sum by (env) (y) > 1)',
      [
        'warning at 6 /: a part of the alert "Example" returns nothing: nothing on the left of "/" matches anything on the right: on the left there is the label "job", on the right no label "job"; help: say which labels are to be alike, as in "/ ignoring (job)" or "/ on (…)"',
      ],
    ],
    [
      'sum by (job) (x) unless sum by (env) (y)',
      [
        'warning at 6 unless: the alert "Example" joins what does not match: "unless" takes nothing away: nothing on the left of "unless" matches anything on the right: on the left there is the label "job", on the right no label "job"; help: say which labels are to be alike, as in "unless ignoring (job)" or "unless on (…)"',
      ],
    ],
    [
      'x{a="1"} unless x{a="2"}',
      [
        'warning at 6 unless: the alert "Example" joins what does not match: "unless" takes nothing away: nothing on the left of "unless" matches anything on the right: on the left there is a="1", on the right a="2"; help: say which labels are to be alike, as in "unless ignoring (a)" or "unless on (…)"',
      ],
    ],
    [
      'sum(x) / sum by (job) (y) > 1',
      [
        'warning at 6 /: the alert "Example" never fires: nothing on the left of "/" matches anything on the right: on the left there is no label "job", on the right the label "job"; help: one side has no labels at all: match by none, with "/ on ()"',
      ],
    ],
  ],
  ['sum by (job) (x) / sum by (job) (y) > 1', 'sum by (job) (x) / 2 > 1', 'x{a="1"} / x{a="2"} > 0'],
);

tells(
  'promql/metric-typo',
  known,
  [
    [
      'job:requests:rate > 1',
      [
        'warning at 6 job:requests:rate: nothing that the repository knows exposes "job:requests:rate", and something exposes "job:requests:rate5m"; help: write "job:requests:rate5m"; "job:requests:rate5m" comes from here: 6 {',
      ],
    ],
    [
      'job:request:rate5m > 1',
      [
        'warning at 6 job:request:rate5m: nothing that the repository knows exposes "job:request:rate5m", and something exposes "job:requests:rate5m"; help: write "job:requests:rate5m"; "job:requests:rate5m" comes from here: 6 {',
      ],
    ],
    [
      '{__name__="job:request:rate5m"} > 1',
      [
        'warning at 6 "job:request:rate5m": nothing that the repository knows exposes "job:request:rate5m", and something exposes "job:requests:rate5m"; help: write "job:requests:rate5m"; "job:requests:rate5m" comes from here: 6 {',
      ],
    ],
    [
      'job:request:rate5m > 1 or job:request:rate5m > 2',
      [
        'warning at 6 job:request:rate5m: nothing that the repository knows exposes "job:request:rate5m", and something exposes "job:requests:rate5m"; help: write "job:requests:rate5m"; "job:requests:rate5m" comes from here: 6 {',
      ],
    ],
    [
      'job:requests:rate1h > 1',
      [
        'warning at 6 job:requests:rate1h: nothing that the repository knows exposes "job:requests:rate1h", and something exposes "job:requests:rate5m"; help: write "job:requests:rate5m"; "job:requests:rate5m" comes from here: 6 {',
      ],
    ],
  ],
  [
    'job:requests:rate5m > 1',
    'job:requests:rate10m > 1',
    'job:requets:rate > 1',
    'jb:up > 1',
    'job:upp > 1',
    'job:requasts:rota5m > 1',
    'job:reqasts:rota5m > 1',
    'node_laod1 > 1',
    'node_load99 > 1',
    'node_cpu_secnds_totl > 1',
    'nde_cpu_secnds_totl > 1',
    'kube_pod_info > 1',
  ],
);

tells(
  'promql/never-matches',
  alone,
  [
    [
      'up > 1',
      ['error at 6 up > 1: the alert "Example" can never fire: "> 1" never holds: "up" lies between 0 and 1'],
    ],
    [
      'up > 1 or x > 3',
      [
        'error at 6 up > 1: a part of the alert "Example" can never return anything: "> 1" never holds: "up" lies between 0 and 1',
      ],
    ],
    [
      'x unless x',
      [
        'error at 6 unless: the alert "Example" can never fire: "unless" takes away everything that its left side returns',
      ],
    ],
    [
      'absent(up) == 0',
      [
        'error at 6 absent(up) == 0: the alert "Example" can never fire: "== 0" never holds: what "absent" returns is always 1',
      ],
    ],
    [
      '(up > 1) + (up > 2)',
      ['error at 6 up > 1: the alert "Example" can never fire: "> 1" never holds: "up" lies between 0 and 1'],
    ],
  ],
  ['x > 1'],
);

tells(
  'promql/plain-regex',
  alone,
  [
    [
      'up{job=~"api"} == 0',
      [
        'notice at 6 job=~"api": job=~"api" has nothing of a regular expression in it; help: write job="api"; fix: =~ becomes =',
      ],
    ],
    [
      'up{job!~"api"} == 0',
      [
        'notice at 6 job!~"api": job!~"api" has nothing of a regular expression in it; help: write job!="api"; fix: !~ becomes !=',
      ],
    ],
    [
      'up{job =~ "a-b c"} == 0',
      [
        'notice at 6 job =~ "a-b c": job=~"a-b c" has nothing of a regular expression in it; help: write job="a-b c"; fix: =~ becomes =',
      ],
    ],
    [
      'up{a=~"=~"} == 0',
      [
        'notice at 6 a=~"=~": a=~"=~" has nothing of a regular expression in it; help: write a="=~"; fix: =~ becomes =',
      ],
    ],
    [
      'up{job=~".*"} == 0',
      [
        'notice at 6 job=~".*": job=~".*" takes everything, even series without the label; help: leave it out, or write job!="" for those that have it',
      ],
    ],
    [
      'up{job=~"(.*)"} == 0',
      [
        'notice at 6 job=~"(.*)": job=~"(.*)" takes everything, even series without the label; help: leave it out, or write job!="" for those that have it',
      ],
    ],
    [
      'up{job=~"^api.*$"} == 0',
      [
        'notice at 6 job=~"^api.*$": job=~"^api.*$" needs no "^" and "$": matchers always stand for the whole value; help: write "api.*"; fix: ^ becomes ; fix: $ becomes ',
      ],
    ],
    [
      'up{job=~"^api.*"} == 0',
      [
        'notice at 6 job=~"^api.*": job=~"^api.*" needs no "^" and "$": matchers always stand for the whole value; help: write "api.*"; fix: ^ becomes ',
      ],
    ],
    [
      'up{job=~"api.*$"} == 0',
      [
        'notice at 6 job=~"api.*$": job=~"api.*$" needs no "^" and "$": matchers always stand for the whole value; help: write "api.*"; fix: $ becomes ',
      ],
    ],
    [
      "up{job=~'^api$'} == 0",
      [
        'notice at 6 job=~\'^api$\': job=~"^api$" needs no "^" and "$": matchers always stand for the whole value; help: write "api"; fix: ^ becomes ; fix: $ becomes ',
      ],
    ],
    [
      'up{job=~"^"} == 0',
      [
        'notice at 6 job=~"^": job=~"^" needs no "^" and "$": matchers always stand for the whole value; help: write ""; fix: ^ becomes ',
      ],
    ],
    [
      'up{job=~"$"} == 0',
      [
        'notice at 6 job=~"$": job=~"$" needs no "^" and "$": matchers always stand for the whole value; help: write ""; fix: $ becomes ',
      ],
    ],
    [
      'up{job=~"\\x5eapi.*"} == 0',
      [
        'notice at 6 job=~"\\x5eapi.*": job=~"^api.*" needs no "^" and "$": matchers always stand for the whole value; help: write "api.*"',
      ],
    ],
  ],
  [
    'up{job!~".*"} == 0',
    'up{job=~"^*a"} == 0',
    'up{job=~"^+a"} == 0',
    'up{job=~"^?a"} == 0',
    'up{job=~"^{2}a"} == 0',
    'up{job=~"a\\\\$"} == 0',
    'up{job=~"^\\\\Qa.b"} == 0',
    'up{job=~"api.+"} == 0',
    'up{job="^api$"} == 0',
    'up{job!="api"} == 0',
    'up{job=~"a."} == 0',
    'up{job=~"a*"} == 0',
    'up{job=~"a+"} == 0',
    'up{job=~"a?"} == 0',
    'up{job=~"a(a)"} == 0',
    'up{job=~"a[a]"} == 0',
    'up{job=~"aa{2}"} == 0',
    'up{job=~"a|"} == 0',
    'up{job=~"a\\\\d"} == 0',
  ],
);

tells(
  'promql/rate-of-gauge',
  alone,
  [
    [
      'rate(node_load1[5m]) > 1',
      [
        'warning at 6 rate: "rate" takes each fall of "node_load1" for a restart: it is a gauge, which rises and falls; help: use "deriv" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'irate(node_load1[5m]) > 1',
      [
        'warning at 6 irate: "irate" takes each fall of "node_load1" for a restart: it is a gauge, which rises and falls; help: use "deriv" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'increase(node_load1[5m]) > 1',
      [
        'warning at 6 increase: "increase" takes each fall of "node_load1" for a restart: it is a gauge, which rises and falls; help: use "delta" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'resets(node_load1[5m]) > 1',
      [
        'warning at 6 resets: "resets" takes each fall of "node_load1" for a restart: it is a gauge, which rises and falls; help: use "deriv" for how it changes, or "avg_over_time" for its level',
      ],
    ],
    [
      'rate(http_seconds{quantile="0.9"}[5m]) > 1',
      [
        'warning at 6 rate: "rate" takes each fall of "http_seconds" for a restart: it is a quantile, which rises and falls; help: take the quantile as it is, or the rate of "http_seconds_sum" and "http_seconds_count"',
      ],
    ],
    [
      'increase(http_seconds{quantile="0.9"}[5m]) > 1',
      [
        'warning at 6 increase: "increase" takes each fall of "http_seconds" for a restart: it is a quantile, which rises and falls; help: take the quantile as it is, or the rate of "http_seconds_sum" and "http_seconds_count"',
      ],
    ],
    [
      'rate(http_seconds_sum_rate{quantile="0.9"}[5m]) > 1',
      [
        'warning at 6 rate: "rate" takes each fall of "http_seconds_sum_rate" for a restart: it is a quantile, which rises and falls; help: take the quantile as it is, or the rate of "http_seconds_sum_rate_sum" and "http_seconds_sum_rate_count"',
      ],
    ],
  ],
  [
    'delta(node_load1[5m]) > 1',
    'rate(http_seconds_sum{quantile="0.9"}[5m]) > 1',
    'rate(http_seconds_count{quantile="0.9"}[5m]) > 1',
    'rate(http_seconds_total{quantile="0.9"}[5m]) > 1',
    'rate(http_seconds_bucket{quantile="0.9"}[5m]) > 1',
    'rate(http_seconds{le="0.9"}[5m]) > 1',
    'rate({job="a"}[5m]) > 1',
    'rate(node_cpu_seconds_total[5m]) > 1',
    'rate(sum(node_load1)[5m:1m]) > 1',
    'sum(node_load1) > 1',
  ],
);

tells(
  'promql/rate-of-sum',
  alone,
  [
    [
      'rate(sum(x_total)[5m:1m]) > 1',
      [
        'warning at 6 rate: "rate" of a sum jumps when one of its series restarts or goes away; help: rate first, then sum: "sum(rate(x_total[…]))"',
      ],
    ],
    [
      'irate(sum(x_total)[5m:1m]) > 1',
      [
        'warning at 6 irate: "irate" of a sum jumps when one of its series restarts or goes away; help: rate first, then sum: "sum(irate(x_total[…]))"',
      ],
    ],
    [
      'increase(sum(x_total)[5m:1m]) > 1',
      [
        'warning at 6 increase: "increase" of a sum jumps when one of its series restarts or goes away; help: rate first, then sum: "sum(increase(x_total[…]))"',
      ],
    ],
    [
      'rate(avg(x_total)[5m:1m]) > 1',
      [
        'warning at 6 rate: "rate" of a "avg" jumps when one of its series restarts or goes away; help: apply it to the series themselves, and aggregate its results',
      ],
    ],
    [
      'rate(count(x_total)[5m:1m]) > 1',
      [
        'warning at 6 rate: "rate" of a "count" jumps when one of its series restarts or goes away; help: apply it to the series themselves, and aggregate its results',
      ],
    ],
    [
      'rate((sum(x_total))[5m:1m]) > 1',
      [
        'warning at 6 rate: "rate" of a sum jumps when one of its series restarts or goes away; help: rate first, then sum: "sum(rate(x_total[…]))"',
      ],
    ],
    [
      'rate(sum(a_total + b_total)[5m:1m]) > 1',
      [
        'warning at 6 rate: "rate" of a sum jumps when one of its series restarts or goes away; help: apply it to the series themselves, and aggregate its results',
      ],
    ],
    [
      'rate(sum({job="a"})[5m:1m]) > 1',
      [
        'warning at 6 rate: "rate" of a sum jumps when one of its series restarts or goes away; help: apply it to the series themselves, and aggregate its results',
      ],
    ],
  ],
  [
    'rate(max(x_total)[5m:1m]) > 1',
    'rate(x_total[5m:1m]) > 1',
    'delta(sum(x_total)[5m:1m]) > 1',
    'sum(rate(x_total[5m])) > 1',
  ],
);

tells(
  'promql/regex-matcher',
  alone,
  [
    [
      'up{job!~".*"} == 0',
      [
        'warning at 6 ".*": job!~".*" takes nothing: every value matches, and a label that is not there too, so the alert "Example" never fires; help: write job="" for series without the label',
      ],
    ],
    [
      'up{job!~"(.*)"} == 0',
      [
        'warning at 6 "(.*)": job!~"(.*)" takes nothing: every value matches, and a label that is not there too, so the alert "Example" never fires; help: write job="" for series without the label',
      ],
    ],
    [
      'x{a!~".*"} or y',
      [
        'warning at 6 ".*": a!~".*" takes nothing: every value matches, and a label that is not there too; help: write a="" for series without the label',
      ],
    ],
    [
      'x{a!~".*"} unless y',
      [
        'warning at 6 ".*": a!~".*" takes nothing: every value matches, and a label that is not there too; help: write a="" for series without the label',
      ],
    ],
    [
      'absent(x{a!~".*"})',
      [
        'warning at 6 ".*": a!~".*" takes nothing: every value matches, and a label that is not there too; help: write a="" for series without the label',
      ],
    ],
    [
      'absent_over_time(x{a!~".*"}[5m])',
      [
        'warning at 6 ".*": a!~".*" takes nothing: every value matches, and a label that is not there too; help: write a="" for series without the label',
      ],
    ],
    [
      'x{a!~".*"} and y',
      [
        'warning at 6 ".*": a!~".*" takes nothing: every value matches, and a label that is not there too, so the alert "Example" never fires; help: write a="" for series without the label',
      ],
    ],
    [
      'up{job=~"a | b"} == 0',
      ['warning at 6 "a | b": job=~"a | b" looks for blanks too: "a " matches no "a"; help: write "a|b"'],
    ],
    [
      'up{job=~"a | b"} == 0 or y{job=~"a | b"} == 0 or z{job=~"a | c"} == 0',
      [
        'warning at 6 "a | b": job=~"a | b" looks for blanks too: "a " matches no "a"; help: write "a|b"; and here: 6 "a | b"',
        'warning at 6 "a | c": job=~"a | c" looks for blanks too: "a " matches no "a"; help: write "a|c"',
      ],
    ],
    [
      'up{job=~" | a"} == 0',
      ['warning at 6 " | a": job=~" | a" looks for blanks too: " a" matches no "a"; help: write "|a"'],
    ],
    [
      'up{job=~"api*"} == 0',
      [
        'warning at 6 "api*": job=~"api*" is no file pattern: "*" repeats the character before it; help: write "api.*"',
      ],
    ],
    [
      'up{job=~"api-*"} == 0',
      [
        'warning at 6 "api-*": job=~"api-*" is no file pattern: "*" repeats the character before it; help: write "api-.*"',
      ],
    ],
    [
      'up{job=~"api*x"} == 0',
      [
        'warning at 6 "api*x": job=~"api*x" is no file pattern: "*" repeats the character before it; help: write "api.*x"',
      ],
    ],
    [
      'up{job!~"api*|web*"} == 0',
      [
        'warning at 6 "api*|web*": job!~"api*|web*" is no file pattern: "*" repeats the character before it; help: write "api.*|web.*"',
      ],
    ],
    [
      'up{job=~"api*-x"} == 0',
      [
        'warning at 6 "api*-x": job=~"api*-x" is no file pattern: "*" repeats the character before it; help: write "api.*-x"',
      ],
    ],
  ],
  [
    'up{job=~".*"} == 0',
    'scalar(x{a!~".*"}) > 1',
    'up{job=~"a | (b)"} == 0',
    'up{job=~"a |b"} == 0',
    'up{job=~"a| b"} == 0',
    'up{job=~"a b"} == 0',
    'up{job=~"api*.+"} == 0',
    'up{job=~"a.*|api*"} == 0',
    'up{job=~"[a]*api*"} == 0',
    'up{job=~"(a)*api*"} == 0',
    'up{job="api*"} == 0',
    'up{job="a | b"} == 0',
  ],
);

tells(
  'promql/short-range',
  loaded,
  [
    [
      'rate(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "rate" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'irate(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "irate" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'increase(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "increase" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'delta(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "delta" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'idelta(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "idelta" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'deriv(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "deriv" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'changes(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "changes" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'resets(http_requests[20s]) > 1',
      [
        'warning at 6 20s: "resets" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'predict_linear(http_requests[20s], 60) > 1',
      [
        'warning at 6 20s: "predict_linear" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'double_exponential_smoothing(http_requests[20s], 0.5, 0.5) > 1',
      [
        'warning at 6 20s: "double_exponential_smoothing" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'rate(http_requests[10s]) > 1',
      [
        'warning at 6 10s: "rate" over 10s has often no sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'max_over_time(http_requests[10s]) > 1',
      [
        'warning at 6 10s: "max_over_time" over 10s has often no sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'rate((http_requests[20s])) > 1',
      [
        'warning at 6 20s: "rate" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
    [
      'rate(http_requests[20s]) > rate(http_errors[20s])',
      [
        'warning at 6 20s: "rate" over 20s has often only one sample to go by: the job "api" is scraped every 15s (and in 1 more place of this file); help: make the range at least 1m; every 15s: 6 api; the same range: 6 20s',
      ],
    ],
    [
      'rate(http_requests[20s]) > rate(http_errors[20s]) + rate(c[20s]) + rate(d[20s]) + rate(e[20s])',
      [
        'warning at 6 20s: "rate" over 20s has often only one sample to go by: the job "api" is scraped every 15s (and in 4 more places of this file); help: make the range at least 1m; every 15s: 6 api; the same range: 6 20s; the same range: 6 20s; the same range: 6 20s',
      ],
    ],
    [
      'rate(http_requests[20s]) > rate(http_errors[25s])',
      [
        'warning at 6 20s: "rate" over 20s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
        'warning at 6 25s: "rate" over 25s has often only one sample to go by: the job "api" is scraped every 15s; help: make the range at least 1m; every 15s: 6 api',
      ],
    ],
  ],
  [
    'rate(http_requests[30s]) > 1',
    'max_over_time(http_requests[15s]) > 1',
    'rate(sum(http_requests)[20s:5s]) > 1',
    'absent(http_requests) > 0',
  ],
);

tells(
  'promql/syntax',
  alone,
  [
    [
      'up ==',
      [
        'error at 6 =: the alert "Example" has an expression that does not parse, so Prometheus refuses the whole rule file: the expression ends too early',
      ],
    ],
    [
      'sum(up',
      [
        'error at 6 p: the alert "Example" has an expression that does not parse, so Prometheus refuses the whole rule file: "(" is never closed',
      ],
    ],
    [
      'up{job="a"',
      [
        'error at 6 ": the alert "Example" has an expression that does not parse, so Prometheus refuses the whole rule file: "{" is never closed',
      ],
    ],
  ],
  [],
);

tells(
  'promql/types',
  alone,
  [
    [
      'rate(x) > 1',
      [
        'error at 6 x: the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: "rate" wants a range vector, not an instant vector; help: name the range in brackets after the selector, such as "[5m]"',
      ],
    ],
    [
      'ratee(x[5m]) > 1',
      [
        'error at 6 ratee: the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: there is no function "ratee"; help: did you mean "rate"?',
      ],
    ],
    [
      'summ(x) > 1',
      [
        'error at 6 summ: the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: there is no function "summ"; help: did you mean "sum"?',
      ],
    ],
    [
      'frobnicate(x) > 1',
      [
        'error at 6 frobnicate: the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: there is no function "frobnicate"',
      ],
    ],
    [
      'rate(x[5m], 1) > 1',
      [
        'error at 6 rate(x[5m], 1): the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: "rate" wants 1 argument, not 2',
      ],
    ],
    [
      'sum("a") > 1',
      [
        'error at 6 "a": the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: "sum" wants an instant vector, not a string',
      ],
    ],
    [
      'abs(x[5m]) > 1',
      [
        'error at 6 x[5m]: the alert "Example" has an expression that is refused, so Prometheus refuses the whole rule file: "abs" wants an instant vector, not a range vector',
      ],
    ],
  ],
  ['holt_winters(x[5m], 0.5, 0.5) > 1'],
);

tells(
  'promql/unknown-metric',
  known,
  [
    [
      'redis_up == 0',
      [
        'warning at 6 redis_up: nothing that "prometheus" scrapes exposes "redis_up", so the alert "Example" sees nothing',
      ],
    ],
    [
      'redis_up == 0 or redis_up == 1',
      [
        'warning at 6 redis_up: nothing that "prometheus" scrapes exposes "redis_up", so the alert "Example" sees nothing (1 other use of it in this file does neither); used here too: 6 redis_up',
      ],
    ],
    [
      'redis_up == 0 or redis_up == 1 or redis_up == 2 or redis_up == 3 or redis_up == 4',
      [
        'warning at 6 redis_up: nothing that "prometheus" scrapes exposes "redis_up", so the alert "Example" sees nothing (4 other uses of it in this file do neither); used here too: 6 redis_up; used here too: 6 redis_up; used here too: 6 redis_up',
      ],
    ],
    [
      '{__name__="redis_up"} == 0',
      [
        'warning at 6 "redis_up": nothing that "prometheus" scrapes exposes "redis_up", so the alert "Example" sees nothing',
      ],
    ],
  ],
  ['ALERTS > 0', 'job:redis_up:sum > 0', 'node_load1 > 1', '{job="a"} > 1'],
);

/** The functions of PromQL, by the version of Prometheus in which they came (its changelog). */
const CAME: readonly (readonly [version: string, before: string, expressions: readonly string[]])[] = [
  ['2.16', '2.15', ['absent_over_time(x[5m])']],
  ['2.20', '2.19', ['group(x)']],
  ['2.26', '2.25', ['last_over_time(x[5m])', 'sgn(x)', 'clamp(x, 0, 1)']],
  ['2.29', '2.28', ['present_over_time(x[5m])']],
  ['2.31', '2.30', ['x atan2 y']],
  ['2.51', '2.50', ['histogram_avg(x)']],
  ['2.54', '2.53', ['limitk(2, x)', 'limit_ratio(0.5, x)']],
  ['2.55', '2.54', ['info(x)']],
  ['3.0', '2.55', ['double_exponential_smoothing(x[5m], 0.5, 0.5)']],
  ['3.5', '3.4', ['ts_of_min_over_time(x[5m])', 'ts_of_max_over_time(x[5m])', 'ts_of_last_over_time(x[5m])']],
  ['3.7', '3.6', ['first_over_time(x[5m])', 'ts_of_first_over_time(x[5m])']],
  ['3.11', '3.10', ['histogram_quantiles(x, "q", 0.5, 0.9)']],
];

describe.each(CAME)(
  'promql/newer-syntax, of what came with Prometheus %s',
  (version, before, expressions) => {
    const saidBy = (expr: string, run: string) =>
      told('promql/newer-syntax', stackWith(alone(expr), { image: `prom/prometheus:v${run}.0` }));
    test.each(expressions)('%s', (expr) => {
      const name = /\w+(?=\()|atan2/.exec(expr)?.[0];
      expect(saidBy(expr, before)).toEqual([
        `warning at 6 ${name}: "${name}" is there since Prometheus ${version}, but "prometheus" is ${before}: it does not take the alert "Example"; its image: 8 prom/prometheus:v${before}.0`,
      ]);
      expect(saidBy(expr, version)).toEqual([]);
    });
  },
);
