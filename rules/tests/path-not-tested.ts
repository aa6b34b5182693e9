import { placeOf } from '../../src/coverage/chain.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, type Place } from '../../src/repo/node.ts';

const FILES = {
  'prometheus.yml': `rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
`,
  'monitoring-check.yml': `paths:
  - name: api
    jobs: [api]
    test: true
`,
};

export const rule = defineRule({
  id: 'tests/path-not-tested',
  severity: 'error',
  summary: 'A critical path that must be tested, and none of whose alerts a rule unit test makes fire.',
  why: `The path asks for proof that somebody is told when it breaks. Without a test that makes one of its alerts fire, a
change of a metric, a label or a threshold can silence it, and nothing notices.`,
  fix: 'Write a rule unit test with series of a broken path, and with the alert in `exp_alerts`.',
  bad: { files: FILES, at: ['alerts.yml:4:16'] },
  good: {
    files: {
      ...FILES,
      'alerts_test.yml': `rule_files: [alerts.yml]
tests:
  - interval: 1m
    input_series:
      - series: up{job="api"}
        values: 0x10
    alert_rule_test:
      - eval_time: 5m
        alertname: ApiDown
        exp_alerts:
          - exp_labels: { job: api }
`,
    },
  },
  check({ system, chains, report }) {
    for (const { path, links, alerts } of chains) {
      const { tested } = links;
      const at = tested.at ?? placeOf(path);
      // Without an alert there is nothing to test: that is said by another rule.
      if (tested.state !== 'gap' || tested.required === 'off' || alerts.length === 0 || at === undefined)
        continue;
      const asked = path.declared && child(path.declared.node, 'test');
      report({
        at,
        message: `the critical path "${path.name}" must be tested: ${tested.gap}`,
        help: 'write a rule unit test that expects it in exp_alerts',
        related:
          asked && exists(asked) ? [{ at: { node: asked }, message: 'the path asks for it here' }] : [],
        severity: tested.required,
        followsFrom: system.ruleTests.flatMap(({ ruleFiles, alertTests }): Place[] => [
          ...ruleFiles.filter(({ paths }) => paths.length === 0).map(({ node }): Place => ({ node })),
          ...alertTests
            .filter(({ alertname }) => alerts.every(({ name }) => name !== alertname))
            .map(({ node }): Place => ({ node: child(node, 'alertname') })),
        ]),
      });
    }
  },
});
