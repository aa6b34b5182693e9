import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { testedAlerts } from '../../src/stack/tested.ts';
import { isOfOthers } from '../../src/stack/tests.ts';
import { nearest } from '../../src/words.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
        labels:
          severity: critical
`;
const tests = (name: string): string => `rule_files:
  - alerts.yml
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 1x10
    alert_rule_test:
      - eval_time: 5m
        alertname: ${name}
        exp_alerts: []
`;

export const rule = defineRule({
  id: 'tests/unknown-alert',
  severity: 'error',
  summary: 'A rule unit test of an alert that none of its rule files defines.',
  why: `An alert that does not exist never fires: a test that expects nothing of it passes for ever, whatever becomes of
the alert that was meant. Usually the alert was renamed, or the file that has it is not among \`rule_files\`.`,
  fix: 'Write the name of the alert as its rule has it, and list the file that defines it.',
  bad: {
    files: { 'alerts.yml': ALERTS, 'alerts_test.yml': tests('ApiIsDown') },
    at: ['alerts_test.yml:10:20'],
  },
  good: {
    files: {
      'alerts.yml': ALERTS,
      'alerts_test.yml': `${tests('ApiDown')}  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 0x10
    alert_rule_test:
      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api, severity: critical }
`,
    },
  },
  check({ system, report }) {
    for (const testFile of system.ruleTests) {
      const names = testedAlerts(system, testFile);
      if (names === undefined || isOfOthers(testFile.file.path)) continue;
      for (const { node, alertname, expected } of testFile.alertTests) {
        if (alertname === '' || isUnknown(alertname) || names.has(alertname)) continue;
        const elsewhere = system.ruleGroups.find(({ rules }) =>
          rules.some(({ kind, name }) => kind === 'alert' && name === alertname),
        );
        const close = nearest(alertname, names.keys());
        report({
          at: { node: child(node, 'alertname') },
          message: `none of the rule files of this test defines an alert "${alertname}": the test ${expected.length === 0 ? 'passes, whatever becomes of the alert that is meant' : 'fails'}`,
          help:
            elsewhere !== undefined
              ? `add ${elsewhere.file.path}, which defines it, to rule_files`
              : close === undefined
                ? 'correct the name, or remove the test'
                : `did you mean "${close}"?`,
        });
      }
    }
  },
});
