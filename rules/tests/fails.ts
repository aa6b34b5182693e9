import { defineRule } from '../../src/lint/rule.ts';
import { isTooNewForPromtool } from '../shared/tool-age.ts';

const RULES = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 5m
        labels:
          severity: critical
`;
const testFile = (time: string): string => `rule_files: [alerts.yml]
tests:
  - interval: 1m
    input_series:
      - series: up{job="api", instance="api:8000"}
        values: 0x10
    alert_rule_test:
      - alertname: ApiDown
        eval_time: ${time}
        exp_alerts:
          - exp_labels: {severity: critical, job: api, instance: "api:8000"}
`;

export const rule = defineRule({
  id: 'tests/fails',
  severity: 'error',
  summary: 'A rule unit test that fails.',
  why: `promtool evaluates the rules over the test's series with Prometheus's own engine. What it expects does not
happen: either the alert does not do what its authors believe, or the test no longer says what it should do.`,
  fix: `Compare what was expected with what promtool got, and mend the rule or the test. \`promtool test rules FILE\`
runs the test alone.`,
  bad: {
    files: { 'alerts.yml': RULES, 'alerts_test.yml': testFile('2m') },
    at: ['alerts_test.yml:8:20'],
    needs: 'promtool',
  },
  good: { files: { 'alerts.yml': RULES, 'alerts_test.yml': testFile('6m') } },
  check({ system, verification, report }) {
    for (const { place, subject, time, expected, got } of verification.failedTests) {
      report({
        at: place,
        message: `the test of "${subject}" at ${time} fails: expected ${expected}, got ${got}`,
        help: 'mend the rule, or the test if the rule is right',
      });
    }
    for (const { place, message } of verification.tests) {
      report({
        at: place,
        message: `promtool cannot run this test: ${message}`,
        followsFrom: [place],
        ...(isTooNewForPromtool(message, system, verification) ? { confidence: 'medium' as const } : {}),
      });
    }
  },
});
