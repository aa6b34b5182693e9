import { defineRule } from '../../src/lint/rule.ts';
import { templateUses } from '../../src/promql/template-uses.ts';
import { within } from '../../src/repo/node.ts';
import { templatedTexts } from '../../src/stack/alert-texts.ts';
import { alertFile } from '../shared/rule-examples.ts';

const alert = (summary: string): string =>
  alertFile('up == 0').replace('summary: Something is wrong', `summary: '${summary}'`);

export const rule = defineRule({
  id: 'alerts/template-output',
  severity: 'warning',
  summary: 'A `printf` whose format does not fit what it prints.',
  why: `Go's \`printf\` does not convert: where a format does not fit, the notification reads \`%!d(float64=0.93)\`. All
values of PromQL are numbers with a fraction, and what \`humanize\` returns is a text.`,
  fix: `Print a value with \`%.2f\`, \`%g\` or \`%.0f\`, a label or a humanized number with \`%s\`.`,
  bad: { files: { 'alerts.yml': alert('{{ $value | printf "%d" }} left') }, at: ['alerts.yml:10:40'] },
  good: { files: { 'alerts.yml': alert('{{ $value | printf "%.0f" }} left') } },
  check({ system, report }) {
    for (const { alert, kind, name, text, node } of templatedTexts(system)) {
      for (const { kind: fault, message, span } of templateUses(text).faults) {
        if (fault !== 'format') continue;
        report({
          at: within(node, span),
          message: `the ${kind} "${name}" of the alert "${alert.name}" will hold rubbish such as "%!d(float64=0.93)": ${message}`,
          help: 'use "%.2f" or "%g" for a value, "%s" for a text',
        });
      }
    }
  },
});
