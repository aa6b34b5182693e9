/**
 * The functions of PromQL: the types of their arguments and results, and which of them a Prometheus
 * answers only with a feature flag (Prometheus 3.14, "Query functions" and "Feature flags").
 */

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

export interface FunctionSignature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out; -1 when the last one may be repeated or left out. */
  readonly optional: number;
  readonly returns: ValueType;
  readonly experimental: boolean;
}

const TYPES: Readonly<Record<string, ValueType>> = { s: 'scalar', t: 'string', v: 'vector', m: 'matrix' };

/** `args>result` by the types' letters; `?` after the optional ones' count, `*` for a repeated last one, `!` experimental. */
const SIGNATURES: Readonly<Record<string, string>> = {
  'v>v': `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count
    histogram_sum histogram_stddev histogram_stdvar ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh
    timestamp`,
  'm>v': `absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate
    last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time
    sum_over_time`,
  'v1?>v': 'days_in_month day_of_month day_of_week day_of_year hour minute month year',
  'vss>v': 'clamp',
  'vs>v': 'clamp_max clamp_min',
  'vs1?>v': 'round',
  'ssv>v': 'histogram_fraction',
  'sv>v': 'histogram_quantile',
  'sm>v': 'quantile_over_time',
  'ms>v': 'predict_linear',
  'vtttt>v': 'label_replace',
  'vttt*>v': 'label_join',
  'v>s': 'scalar',
  's>v': 'vector',
  '>s': 'pi time',
  '!m>v': `mad_over_time ts_of_first_over_time ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time`,
  '!mss>v': 'double_exponential_smoothing',
  '!vt*>v': 'sort_by_label sort_by_label_desc',
  '!vv1?>v': 'info',
  '!v>v': 'start_timestamp',
  '!vtsssssssssss9?>v': 'histogram_quantiles',
  '!>s': 'start end step range',
  '!ss>s': 'max_of min_of',
};

function readSignature(text: string): FunctionSignature {
  const [left = '', returns = ''] = text.replace('!', '').split('>');
  const optional = /(\d)\?/.exec(left)?.[1];
  return {
    args: [...left.replace(/\d\?|\*/g, '')].map((letter) => TYPES[letter] as ValueType),
    optional: left.endsWith('*') ? -1 : Number(optional ?? 0),
    returns: TYPES[returns] as ValueType,
    experimental: text.startsWith('!'),
  };
}

/** Every function of PromQL, by name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map(
  Object.entries(SIGNATURES).flatMap(([signature, names]) =>
    names.split(/\s+/).map((name): [string, FunctionSignature] => [name, readSignature(signature)]),
  ),
);

/** Aggregation operators, with the type of the parameter that some take before the vector. */
export const AGGREGATIONS: ReadonlyMap<string, ValueType | undefined> = new Map<
  string,
  ValueType | undefined
>([
  ...['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar'].map((name): [string, undefined] => [
    name,
    undefined,
  ]),
  ...['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio'].map((name): [string, ValueType] => [
    name,
    'scalar',
  ]),
  ['count_values', 'string'],
]);

/** Aggregations that a Prometheus answers only with `promql-experimental-functions`. */
export const EXPERIMENTAL_AGGREGATIONS: ReadonlySet<string> = new Set(['limitk', 'limit_ratio']);
