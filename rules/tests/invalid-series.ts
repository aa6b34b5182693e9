import { defineRule } from '../../src/lint/rule.ts';
import { within } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { durationFaults, isOfOthers, seriesFault, valueFault } from '../../src/stack/tests.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
        labels:
          severity: critical
`;
const tests = (values: string): string => `rule_files:
  - alerts.yml
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: ${values}
    alert_rule_test:
      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api, severity: critical }
`;

export const rule = defineRule({
  id: 'tests/invalid-series',
  severity: 'error',
  summary: 'Input series, or a duration, of a rule unit test that promtool cannot read.',
  why: `promtool stops at the first series, value or duration that it cannot read, and runs none of the tests of the file:
the pipeline fails, or nothing is tested.`,
  fix: `Write a series as \`name{label="value"}\`, its values as \`1 2 3\`, \`0+10x5\`, \`1x10\`, \`_\` or \`stale\`, and durations
with a unit.`,
  bad: { files: { 'alerts.yml': ALERTS, 'alerts_test.yml': tests('0 x10') }, at: ['alerts_test.yml:7:19'] },
  good: { files: { 'alerts.yml': ALERTS, 'alerts_test.yml': tests('0x10') } },
  check({ system, report }) {
    for (const { file, series } of system.ruleTests) {
      if (isOfOthers(file.path)) continue;
      for (const { series: name, values } of series) {
        const fault = name === undefined || isUnknown(name.text) ? undefined : seriesFault(name.text);
        if (name !== undefined && fault !== undefined) {
          report({
            at: { node: name.node },
            message: `"${name.text}" names no series, ${fault}: promtool runs none of the tests of this file`,
            help: 'write name{label="value"}',
          });
        }
        const wrong = values === undefined || isUnknown(values.text) ? undefined : valueFault(values.text);
        if (values === undefined || wrong === undefined) continue;
        report({
          at: within(values.node, { start: wrong.at, end: wrong.at + wrong.value.length }),
          message: `"${wrong.value}" is no value of a series: promtool runs none of the tests of this file`,
          help: 'write numbers, start+stepxtimes such as 0+10x5, valuextimes such as 1x10, _ or stale',
        });
      }
      for (const { text, node } of durationFaults(file)) {
        report({
          at: { node },
          message: `"${text}" is no duration: promtool runs none of the tests of this file`,
          help: 'write a number and a unit, such as 30s, 5m or 1h30m',
          followsFrom: [{ node }],
        });
      }
    }
  },
});
