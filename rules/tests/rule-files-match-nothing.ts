import { defineRule } from '../../src/lint/rule.ts';
import { basename } from '../../src/repo/path.ts';
import { producedBy } from '../../src/stack/produced.ts';
import { isOfOthers } from '../../src/stack/tests.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
        labels:
          severity: critical
`;
const tests = (path: string): string => `rule_files:
  - ${path}
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 0x10
    alert_rule_test:
      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api, severity: critical }
`;

export const rule = defineRule({
  id: 'tests/rule-files-match-nothing',
  severity: 'error',
  summary: 'An entry of `rule_files` of a rule unit test that matches no file.',
  why: `promtool warns, goes on, and tests no rule at all: tests that expect nothing pass, and those that expect an alert
fail for the wrong reason. Paths count from the folder of the test file.`,
  fix: 'Write the path of the rule file from the folder of the test.',
  bad: {
    files: { 'rules/api.yml': ALERTS, 'rules/tests/api_test.yml': tests('api.yml') },
    at: ['rules/tests/api_test.yml:2:5'],
  },
  good: { files: { 'rules/api.yml': ALERTS, 'rules/tests/api_test.yml': tests('../api.yml') } },
  check({ system, report }) {
    const { repo } = system.files;
    for (const { file, ruleFiles } of system.ruleTests) {
      if (isOfOthers(file.path)) continue;
      for (const { node, pattern, paths, isInside } of ruleFiles) {
        if (paths.length > 0 || !isInside) continue;
        // A file that is ignored, or that a step makes, is there when the tests run.
        const name = basename(pattern);
        if (!/[*?[]/.test(pattern) && producedBy(system.files, name) !== undefined) continue;
        const alike = repo.paths.find((path) => path !== file.path && basename(path) === name);
        report({
          at: { node },
          message: `"${pattern}" matches no file: none of its rules is tested`,
          help:
            alike === undefined
              ? 'write the path from the folder of this file'
              : `did you mean ${alike}? Paths count from the folder of this file`,
        });
      }
    }
  },
});
