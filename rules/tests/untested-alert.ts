import { defineRule, type Report } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { testedAlerts } from '../../src/stack/tested.ts';
import { isOfOthers } from '../../src/stack/tests.ts';
import { listed } from '../../src/words.ts';
import { meantFor, unknownAlerts } from '../shared/strangers.ts';
import { alertsToTest } from '../shared/untested-paths.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
      - alert: ApiSlow
        expr: api_latency_seconds > 1
`;
const TESTS = `rule_files:
  - alerts.yml
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 0x10
      - series: api_latency_seconds
        values: 2x10
    alert_rule_test:
      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api }
`;
const MORE = `      - eval_time: 5m
        alertname: ApiSlow
        exp_alerts:
          - exp_labels: {}
`;

export const rule = defineRule({
  id: 'tests/untested-alert',
  severity: 'warning',
  summary: 'An alert without a test, in a rule file whose other alerts are tested.',
  why: `The tests of a rule file are trusted to cover it. An alert that none of them names may never fire, and no pipeline
says so.`,
  fix: 'Add an `alert_rule_test` that makes the alert fire, and one in which it stays silent.',
  bad: { files: { 'alerts.yml': ALERTS, 'alerts_test.yml': TESTS }, at: ['alerts.yml:6:16'] },
  good: { files: { 'alerts.yml': ALERTS, 'alerts_test.yml': TESTS + MORE } },
  check({ system, chains, report }) {
    const asked = alertsToTest(chains);
    const byFile = new Map<string, { untested: Set<Rule>; testedBy: string }>();
    const tested = new Set<Rule>();
    for (const testFile of system.ruleTests) {
      const alerts = testedAlerts(system, testFile);
      if (alerts === undefined || isOfOthers(testFile.file.path)) continue;
      const named = new Set(testFile.alertTests.map(({ alertname }) => alertname));
      for (const rule of alerts.values()) {
        const { path } = rule.group.file;
        const entry = byFile.get(path) ?? { untested: new Set(), testedBy: testFile.file.path };
        byFile.set(path, entry);
        entry.untested.add(rule);
        // A test may look at the series ALERTS instead.
        if (named.has(rule.name) || testFile.expressions.some((text) => text.includes(rule.name)))
          tested.add(rule);
      }
    }
    for (const { untested, testedBy } of byFile.values()) {
      const lacking = [...untested].filter((rule) => !tested.has(rule) && !asked.has(rule));
      if ([...untested].every((rule) => !tested.has(rule))) continue;
      const strangers = unknownAlerts(system).filter(({ alerts }) =>
        lacking.some(({ name }) => alerts.has(name)),
      );
      const orphans = lacking.map(({ name }) => name);
      const misnamed = lacking.filter(({ name }) => meantFor(name, strangers, orphans).length > 0);
      for (const rule of misnamed) {
        report({
          ...lackOfTests([rule], testedBy),
          followsFrom: meantFor(rule.name, strangers, orphans).map(({ node }) => ({
            place: { node },
            by: 'tests/unknown-alert',
          })),
        });
      }
      const [first, ...others] = lacking.filter((rule) => !misnamed.includes(rule));
      if (first !== undefined) report(lackOfTests([first, ...others], testedBy));
    }
  },
});

/** Alerts of one file that no test of another one names. */
function lackOfTests([first, ...others]: readonly [Rule, ...Rule[]], testedBy: string): Report {
  const names = [first, ...others].map(({ name }) => name);
  return {
    at: { node: child(first.node, 'alert') },
    message: `no test of ${testedBy} names ${names.length <= 3 ? listed(names, 'or') : `${listed(names.slice(0, 3), 'or')}, or ${names.length - 3} others of this file`}`,
    help: 'add an alert_rule_test that makes it fire',
    related: others.slice(0, 5).map((rule) => ({
      at: { node: child(rule.node, 'alert') },
      message: `${rule.name} is not tested either`,
    })),
  };
}
