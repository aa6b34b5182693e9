import * as go from '../go-yaml.ts';
import { ignored, type JsonSchema, when } from '../json-schema.ts';

/** The StatsD exporter's mapping (its `pkg/mapper`, at 0.31 and before), which refuses other keys. */

const { text, boolean, number, object, oneOf, list } = go;

const matchType = oneOf('glob', 'regex', '');
const observerType = oneOf('histogram', 'summary', '');
const duration = go.goDurationOrNumber;

const quantiles = go.listOfObjects(object({ quantile: number, error: number }));

const summaryOptions = object({
  quantiles,
  max_age: duration,
  age_buckets: go.unsigned,
  buf_cap: go.unsigned,
});

const histogramOptions = object({
  buckets: list(number),
  native_histogram_bucket_factor: number,
  native_histogram_max_buckets: go.unsigned,
});

const GONE = 'is refused by statsd_exporter 0.31 and later: write';

const oldKeys = {
  timer_type: ignored('0.31', `${GONE} observer_type`, observerType),
  buckets: ignored('0.31', `${GONE} histogram_options with buckets`, list(number)),
  quantiles: ignored('0.31', `${GONE} summary_options with quantiles`, quantiles),
};

const mapping = object(
  {
    match: go.filledText,
    match_type: matchType,
    match_metric_type: {
      ...oneOf('counter', 'gauge', 'observer', 'timer'),
      allOf: [
        when(
          { const: 'timer' },
          ignored('0.31', 'is timer, which statsd_exporter 0.31 and later refuse: write observer'),
        ),
      ],
    },
    name: go.filledText,
    help: text,
    action: oneOf('map', 'drop', ''),
    labels: {
      type: ['object', 'null'],
      patternProperties: { '^[a-zA-Z_][a-zA-Z0-9_]+$': text },
      additionalProperties: false,
    },
    honor_labels: boolean,
    observer_type: observerType,
    summary_options: summaryOptions,
    histogram_options: histogramOptions,
    ttl: duration,
    scale: number,
    ...oldKeys,
  },
  { required: ['match', 'name'] },
);

export const statsdSchema: JsonSchema = {
  title: 'StatsD exporter mapping',
  ...object({
    defaults: object({
      match_type: matchType,
      glob_disable_ordering: boolean,
      observer_type: observerType,
      summary_options: summaryOptions,
      histogram_options: histogramOptions,
      ttl: duration,
      ...oldKeys,
    }),
    mappings: go.listOfObjects(mapping),
  }),
};
