import { defineRule } from '../../src/lint/rule.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { within } from '../../src/repo/node.ts';
import { templatedTexts } from '../../src/stack/alert-texts.ts';
import { alertFile } from '../shared/rule-examples.ts';

const alert = (labels: string, summary: string): string =>
  alertFile('job:http_errors:ratio5m > 0.1')
    .replace('severity: warning\n', `severity: warning\n${labels}`)
    .replace('Something is wrong', summary);

export const rule = defineRule({
  id: 'alerts/value-in-label',
  severity: 'warning',
  peers: ['pint alerts/template'],
  summary: "An alert's value in one of its labels.",
  why: `An alert is told apart by its labels. With its value in one, each new value is a new alert: \`for\` starts anew at
each evaluation, so that an alert with a \`for\` never fires, and one without is notified again and again.`,
  fix: `Put the value into an annotation: annotations may change while the alert stays the same.`,
  bad: {
    files: { 'alerts.yml': alert('          errors: "{{ $value }}"\n', 'Many errors') },
    at: ['alerts.yml:9:23'],
  },
  good: { files: { 'alerts.yml': alert('', '"{{ $value }} of requests fail"') } },
  check({ system, report }) {
    for (const { alert, kind, name, text, node } of templatedTexts(system)) {
      const [value] = kind === 'label' ? templateUses(text).values : [];
      if (value === undefined) continue;
      const hasFor = (alert.forSeconds ?? 0) > 0;
      report({
        at: within(node, value.span),
        message: `the label "${name}" of the alert "${alert.name}" holds its value, so each new value is a new alert: ${hasFor ? 'its "for" starts anew each time, and it hardly ever fires' : 'it is notified again and again'}`,
        help: 'put the value into an annotation',
      });
    }
  },
});
