import * as go from '../go-yaml.ts';
import { type JsonSchema, leftOut, when } from '../json-schema.ts';
import { remoteWriteConfig } from './prometheus.ts';

/**
 * Rule files, for each program that evaluates them: Prometheus and Loki's ruler (Prometheus,
 * `model/rulefmt/rulefmt.go`; Loki, `pkg/ruler`), Thanos' and Mimir's rulers, and vmalert
 * (VictoriaMetrics, `app/vmalert/config/config.go`). All of them refuse other keys. A PrometheusRule's
 * `spec` is the same (Prometheus operator, `pkg/apis/monitoring/v1`).
 */

const { text, textMap, texts, boolean, integer, unsigned, object, listOfObjects } = go;

/** A duration as VictoriaMetrics reads it: also with fractions, and in seconds where it has no unit. */
const looseDuration: JsonSchema = { ...text, 'x-expected': 'a duration such as 30s or 5m' };

/** No time at all, which is what leaving it out means. */
const noTime: JsonSchema = {
  type: ['string', 'integer', 'null'],
  pattern: '^(?:0[a-z]*)+$',
  'x-expected': 'left out: a recording rule has none',
};

/** Keys that only vmalert reads: with one of them, the file is vmalert's. */
const vmalertGroupKeys: Readonly<Record<string, JsonSchema>> = {
  type: go.oneOf('prometheus', 'graphite', 'vlogs'),
  concurrency: unsigned,
  tenant: text,
  params: go.map(texts),
  headers: texts,
  notifier_headers: texts,
  extra_filter_labels: textMap,
  eval_offset: looseDuration,
  eval_delay: looseDuration,
  eval_alignment: boolean,
  debug: boolean,
};

const ruleKeys = (duration: JsonSchema): Readonly<Record<string, JsonSchema>> => ({
  record: text,
  alert: text,
  expr: go.filledText,
  for: duration,
  keep_firing_for: duration,
  labels: textMap,
  annotations: textMap,
  // vmalert.
  debug: boolean,
  update_entries_limit: integer,
});

const ruleForm: JsonSchema = {
  required: ['expr'],
  'x-at-most-one': [['alert', 'record']],
  'x-at-least-one': [['alert', 'record']],
};

const rule = object(ruleKeys(go.duration), {
  ...ruleForm,
  allOf: [
    when(
      { properties: { record: { type: 'string', minLength: 1 } }, required: ['record'] },
      {
        properties: {
          for: noTime,
          keep_firing_for: noTime,
          annotations: leftOut('a recording rule has none'),
        },
      },
    ),
  ],
});

const vmalertRule = object(ruleKeys(looseDuration), ruleForm);

const groupKeys = (duration: JsonSchema, rule: JsonSchema): Readonly<Record<string, JsonSchema>> => ({
  name: go.filledText,
  interval: duration,
  query_offset: duration,
  limit: integer,
  labels: textMap,
  rules: listOfObjects(rule),
  // Thanos' ruler.
  partial_response_strategy: go.oneWordOf('abort', 'warn'),
  // Mimir's and Loki's.
  evaluation_delay: duration,
  align_evaluation_time_on_interval: boolean,
  source_tenants: texts,
  remote_write: listOfObjects(remoteWriteConfig),
});

/** The group, whose keys are checked by one of the two below. */
const anyGroup = object(
  { ...groupKeys({}, {}), ...vmalertGroupKeys, rules: go.list({}) },
  { required: ['name'] },
);

const group: JsonSchema = {
  ...anyGroup,
  allOf: [
    when(
      { anyOf: Object.keys(vmalertGroupKeys).map((key) => ({ required: [key] })) },
      { properties: groupKeys(looseDuration, vmalertRule) },
      { properties: groupKeys(go.duration, rule) },
    ),
  ],
};

export const rulesSchema: JsonSchema = {
  title: 'rule file',
  ...object(
    {
      groups: listOfObjects(group),
      // The tools of Mimir and Loki write it.
      namespace: text,
    },
    { required: ['groups'] },
  ),
};
