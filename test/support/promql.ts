import fc from 'fast-check';

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const label = pick('job', 'env', 'instance', 'code', 'le', 'none', 'kind');
const labels = (least: number): fc.Arbitrary<string> =>
  fc.uniqueArray(label, { minLength: least, maxLength: 3 }).map((names) => names.join(', '));
const matcher = fc
  .tuple(
    label,
    pick('=', '=', '!=', '=~', '!~'),
    pick('j1', 'j2', 'prod', 'dev', 'i1', '', '200', 'j1|j2', '.+', 'p.*'),
  )
  .map(([name, op, value]) => `${name}${op}"${op.includes('~') ? value : value.replace(/[|.].*/, '')}"`);
/** Selectors of instant vectors on those metrics. */
export const selectorExpressions = fc
  .tuple(
    pick('a', 'a', 'b', 'c_total', 'up', 'h_bucket', 'missing', 'job:a:sum', 'job:c:rate', 'two'),
    fc.array(matcher, { maxLength: 2 }),
  )
  .map(([name, matchers]) => (matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`));
const number = pick('0', '1', '2', '5', '-1', '0.5', '100');
const COMPARISON = ['==', '!=', '>', '<', '>=', '<='];

/** Expressions that return a vector, most of them such as Prometheus takes, on the metrics of the tests. */
export const { vector: vectorExpressions } = fc.letrec<{ vector: string; matching: string }>((tie) => {
  const inner = tie('vector');
  const matching = fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: labels(0).map((names) => `on (${names})`) },
    { weight: 2, arbitrary: labels(0).map((names) => `ignoring (${names})`) },
  );
  const grouped = fc
    .tuple(pick('on', 'ignoring'), labels(0), pick('group_left', 'group_right'), labels(0))
    .map(([mode, names, group, include]) => {
      const own =
        mode === 'on' ? include.split(', ').filter((name) => !names.split(', ').includes(name)) : [];
      return `${mode} (${names}) ${group} (${mode === 'on' ? own.join(', ') : include})`;
    });
  return {
    matching,
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: selectorExpressions },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            pick(
              'abs',
              'ceil',
              'floor',
              'sgn',
              'sqrt',
              'exp',
              'sort',
              'timestamp',
              'minute',
              'hour',
              'day_of_week',
              'day_of_month',
              'day_of_year',
              'days_in_month',
              'month',
              'year',
              'round',
              'ln',
              'deg',
              'absent',
              '-',
              '+',
            ),
            inner,
          )
          .map(([func, expr]) => `${func}(${expr})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.constantFrom(
              (expr: string, limit: string) => `clamp_min(${expr}, ${limit})`,
              (expr: string, limit: string) => `clamp_max(${expr}, ${limit})`,
              (expr: string, limit: string) => `clamp(${expr}, -3, ${limit})`,
              (expr: string, limit: string) => `round(${expr}, ${limit})`,
              (expr: string, limit: string) => `histogram_quantile(${limit}, ${expr})`,
              () => 'histogram_quantile(0.9, h_bucket{le=~"1|[+]Inf"})',
              (_: string, limit: string) => `vector(${limit})`,
              (expr: string) => `vector(scalar(${expr}))`,
            ),
            inner,
            number,
          )
          .map(([write, expr, limit]) => write(expr, limit)),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            pick(
              'rate',
              'increase',
              'delta',
              'irate',
              'changes',
              'resets',
              'count_over_time',
              'last_over_time',
              'min_over_time',
              'avg_over_time',
              'sum_over_time',
              'present_over_time',
              'absent_over_time',
              'max_over_time',
              'idelta',
              'stdvar_over_time',
              'stddev_over_time',
              'deriv',
            ),
            fc.oneof(
              selectorExpressions.map((text) => `${text}[5m]`),
              inner.map((text) => `(${text})[5m:1m]`),
            ),
          )
          .map(([func, expr]) => `${func}(${expr})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            inner,
            label,
            pick('x', '$1', 'x$1', ''),
            label,
            pick('(.*)', 'j(.*)', 'prod|dev', '', '(.+)', 'j1'),
          )
          .map(
            ([expr, to, value, from, regex]) =>
              `label_replace(${expr}, "${to}", "${value}", "${from}", "${regex}")`,
          ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(inner, label, pick('-', ''), labels(1)).map(
          ([expr, to, separator, from]) =>
            `label_join(${expr}, "${to}", "${separator}", ${from
              .split(', ')
              .map((name) => `"${name}"`)
              .join(', ')})`,
        ),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            pick(
              'sum',
              'sum',
              'avg',
              'min',
              'max',
              'count',
              'group',
              'stddev',
              'topk',
              'quantile',
              'count_values',
            ),
            pick('', '', 'by', 'without'),
            labels(0),
            inner,
          )
          .map(([op, mode, names, expr]) => {
            const parameter =
              op === 'topk' ? '2, ' : op === 'quantile' ? '0.5, ' : op === 'count_values' ? '"env", ' : '';
            return `${op} ${mode === '' ? '' : `${mode} (${names}) `}(${parameter}${expr})`;
          }),
      },
      {
        weight: 5,
        arbitrary: fc
          .tuple(inner, pick('and', 'or', 'unless', 'unless'), matching, inner)
          .map(([left, op, match, right]) => `(${left}) ${op} ${match} (${right})`),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            inner,
            pick('+', '-', '*', '/', '%', '^', ...COMPARISON, '> bool'),
            fc.oneof(matching, matching, grouped),
            inner,
          )
          .map(([left, op, match, right]) => `(${left}) ${op} ${match} (${right})`),
      },
      {
        weight: 5,
        arbitrary: fc
          .tuple(
            inner,
            pick('+', '-', '*', '/', '%', '^', ...COMPARISON, ...COMPARISON, '== bool'),
            number,
            fc.boolean(),
          )
          .map(([expr, op, limit, isSwapped]) =>
            isSwapped ? `${limit} ${op} (${expr})` : `(${expr}) ${op} ${limit}`,
          ),
      },
      {
        // Conditions on one thing, which exclude one another or do not.
        weight: 2,
        arbitrary: fc
          .tuple(
            selectorExpressions,
            pick(...COMPARISON),
            number,
            pick('and', 'unless', 'or'),
            pick(...COMPARISON),
            number,
          )
          .map(
            ([expr, op, limit, join, other, otherLimit]) =>
              `(${expr} ${op} ${limit}) ${join} (${expr} ${other} ${otherLimit})`,
          ),
      },
    ),
  };
});
