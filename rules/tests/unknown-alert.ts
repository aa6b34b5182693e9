import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { counted, nearest } from '../../src/words.ts';
import { unknownAlerts } from '../shared/strangers.ts';

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
    for (const { name, node, tests, alerts } of unknownAlerts(system)) {
      const others = tests.slice(1);
      const elsewhere = system.ruleGroups.find(({ rules }) =>
        rules.some((rule) => rule.kind === 'alert' && rule.name === name),
      );
      const close = nearest(name, alerts.keys());
      const fails = tests.filter(({ expected }) => expected.length > 0).length;
      report({
        at: { node },
        message: `none of the rule files of this test defines an alert "${name}": ${fateOf(tests.length, fails)}`,
        help:
          elsewhere !== undefined
            ? `add ${elsewhere.file.path}, which defines it, to rule_files`
            : close === undefined
              ? 'correct the name, or remove the test'
              : `did you mean "${close}"?`,
        related: others.slice(0, 6).map((test) => ({
          at: { node: child(test.node, 'alertname') },
          message: `the same name, where the test ${test.expected.length === 0 ? 'passes' : 'fails'}`,
        })),
      });
    }
  },
});

/** What becomes of the tests of an alert that is not there: those that expect nothing of it pass. */
function fateOf(count: number, fails: number): string {
  const passes = 'whatever becomes of the alert that is meant';
  if (count === 1) return fails === 1 ? 'the test fails' : `the test passes, ${passes}`;
  if (fails === 0) return `${count} tests pass, ${passes}`;
  const failing = fails === count ? `all ${count} tests fail` : counted(fails, 'test fails', 'tests fail');
  return fails === count ? failing : `${failing}, and ${count - fails} pass, ${passes}`;
}
