import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf } from '../../src/repo/node.ts';

const rules = (labels: string): string => `groups:
  - name: api
    rules:
      - record: job:up:count
        expr: count by (${labels}) (up == 1)
      - alert: ApiDown
        expr: job:up:count{instance="api:8000"} < 1
`;

export const rule = defineRule({
  id: 'alerts/cannot-fire',
  severity: 'error',
  summary: 'An alert that the fire drill proved unable to fire.',
  why: `The drill derives series that should make the alert fire, and lets promtool evaluate it over them. Where none
can, because a join never matches, a comparison never holds or a recording rule drops the label that is asked for, the
alert shows as inactive and healthy for ever, and nobody is told of what it was written for.`,
  fix: 'Mend the expression, or the recording rule that it stands on, where the finding says so.',
  bad: { files: { 'alerts.yml': rules('job') }, at: ['alerts.yml:7:9'], needs: 'promtool' },
  good: { files: { 'alerts.yml': rules('job, instance').replace('< 1', '> 1') } },
  check({ verification, report }) {
    for (const { rule, result, reason, cause } of verification.drill ?? []) {
      if (result !== 'cannot-fire') continue;
      const expr = child(rule.node, 'expr');
      report({
        at: keyOf(expr),
        message: `the alert "${rule.name}" can never fire: ${reason}`,
        help: 'mend the expression, and run the drill again',
        related: cause === undefined ? [] : [{ at: cause, message: 'this is why' }],
        // The rules on expressions say the same without the drill.
        followsFrom: cause === undefined ? [] : [cause],
      });
    }
  },
});
