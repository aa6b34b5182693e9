import * as go from '../go-yaml.ts';
import { type JsonSchema, when } from '../json-schema.ts';

/**
 * Rule unit tests, of promtool (Prometheus, `cmd/promtool/unittest.go`) and of vmalert-tool
 * (VictoriaMetrics, `app/vmalert-tool/unittest`), which refuse other keys.
 */

const { text, textMap, texts, duration, number, object, listOfObjects } = go;

const looseDuration: JsonSchema = { ...text, 'x-expected': 'a duration such as 30s or 5m' };

const alertTest = (time: JsonSchema): JsonSchema =>
  object(
    {
      eval_time: time,
      alertname: go.filledText,
      exp_alerts: go.list(object({ exp_labels: textMap, exp_annotations: textMap })),
      // vmalert-tool.
      groupname: text,
    },
    {
      required: ['alertname'],
    },
  );

const queryTest = (time: JsonSchema): JsonSchema =>
  object(
    {
      expr: go.filledText,
      eval_time: time,
      exp_samples: listOfObjects(object({ labels: text, value: number, histogram: text })),
    },
    { required: ['expr'] },
  );

const testKeys = (time: JsonSchema): Readonly<Record<string, JsonSchema>> => ({
  name: text,
  interval: time,
  input_series: listOfObjects(
    object({ series: go.filledText, values: go.filledText }, { required: ['series', 'values'] }),
  ),
  alert_rule_test: listOfObjects(alertTest(time)),
  promql_expr_test: listOfObjects(queryTest(time)),
  metricsql_expr_test: listOfObjects(queryTest(time)),
  external_labels: textMap,
  external_url: text,
  start_timestamp: text,
});

const test: JsonSchema = {
  ...object(Object.fromEntries(Object.keys(testKeys({})).map((key) => [key, {}]))),
  allOf: [
    when(
      { required: ['metricsql_expr_test'] },
      { properties: testKeys(looseDuration) },
      { properties: testKeys(duration) },
    ),
  ],
};

export const ruleTestSchema: JsonSchema = {
  title: 'rule unit test',
  ...object({
    rule_files: texts,
    evaluation_interval: duration,
    group_eval_order: texts,
    tests: listOfObjects(test),
    fuzzy_compare: go.boolean,
  }),
};
