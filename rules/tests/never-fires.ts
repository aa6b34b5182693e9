import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { testedAlerts } from '../../src/stack/tested.ts';
import { type AlertTest, isOfOthers } from '../../src/stack/tests.ts';
import { alertsToTest } from '../shared/untested-paths.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
        labels:
          severity: critical
`;
const tests = (expected: string): string => `rule_files:
  - alerts.yml
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 0x10
    alert_rule_test:
      - eval_time: 1m
        alertname: ApiDown
        exp_alerts: []
${expected}`;

export const rule = defineRule({
  id: 'tests/never-fires',
  severity: 'warning',
  summary: 'An alert whose tests only ever expect that it is silent.',
  why: `An alert that can never fire passes such tests: they prove that it does not cry wolf, and not that it cries at
all.`,
  fix: 'Add a test with series that make the alert fire, and the labels that it must have then in `exp_alerts`.',
  bad: { files: { 'alerts.yml': ALERTS, 'alerts_test.yml': tests('') }, at: ['alerts_test.yml:10:20'] },
  good: {
    files: {
      'alerts.yml': ALERTS,
      'alerts_test.yml': tests(`      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api, severity: critical }
`),
    },
  },
  check({ system, chains, report }) {
    const asked = alertsToTest(chains);
    const byAlert = new Map<Rule, { first: AlertTest; fires: boolean }>();
    for (const testFile of system.ruleTests) {
      const alerts = testedAlerts(system, testFile);
      if (alerts === undefined || isOfOthers(testFile.file.path)) continue;
      for (const test of testFile.alertTests) {
        const rule = alerts.get(test.alertname);
        if (rule === undefined) continue;
        const fires =
          test.expected.length > 0 || testFile.expressions.some((text) => text.includes(rule.name));
        const known = byAlert.get(rule);
        byAlert.set(rule, { first: known?.first ?? test, fires: fires || known?.fires === true });
      }
    }
    for (const [rule, { first, fires }] of byAlert) {
      if (fires || asked.has(rule)) continue;
      report({
        at: { node: child(first.node, 'alertname') },
        message: `no test makes ${first.alertname} fire: all of them expect that it is silent`,
        help: 'add a test whose exp_alerts lists the alert',
      });
    }
  },
});
