import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { alertsIn, isLink } from '../../src/stack/alert-conventions.ts';
import { promqlGroups } from '../../src/stack/usages.ts';

const alert = (annotations: string): string => `groups:
  - name: api
    rules:
      - alert: ApiErrors
        expr: job:http_errors:ratio5m > 0.05
        labels:
          severity: critical
${annotations}`;

export const rule = defineRule({
  id: 'alerts/missing-annotations',
  severity: 'warning',
  peers: ['pint alerts/annotation'],
  summary: 'An alert that says nothing to the person who gets it.',
  why: `A notification shows the alert's annotations. Without a summary or a description there is only its name: whoever
is woken has to find out first what is wrong, and where.`,
  fix: `Add a \`summary\` that says in one line what is wrong, with the labels that tell where.`,
  bad: { files: { 'alerts.yml': alert('') }, at: ['alerts.yml:4:16'] },
  good: {
    files: {
      'alerts.yml': alert(
        '        annotations:\n          summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of requests"\n',
      ),
    },
  },
  check({ system, report }) {
    for (const { name, node, annotations } of alertsIn(promqlGroups(system))) {
      const texts = [...annotations].filter(([key, { text }]) => !isLink(key) && text.trim() !== '');
      if (texts.length > 0) continue;
      report({
        at: { node: child(node, 'alert') },
        message: `the alert "${name}" has no summary and no description: who gets it only sees its name`,
        help: 'add the annotation "summary"',
      });
    }
  },
});
