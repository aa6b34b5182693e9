import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, textItems } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';

const config = (labels: string): string => `route:
  receiver: team
  group_by: ${labels}
receivers:
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/group-by',
  severity: 'error',
  summary: 'A `group_by` that names a label twice, or `...` beside others.',
  why: `\`...\` groups by all labels, so that any label beside it contradicts it; a label twice is a mistake too.
Alertmanager refuses the whole configuration for either.`,
  fix: "Write `['...']` alone, or only the labels, each once.",
  bad: { files: { 'alertmanager.yml': config("['...', alertname]") }, at: ['alertmanager.yml:3:14'] },
  good: { files: { 'alertmanager.yml': config('[alertname, instance]') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { node } of routesOf(alertmanager.route)) {
        const list = child(node, 'group_by');
        const labels = exists(list) ? textItems(list) : [];
        const all = labels.find(({ text }) => text === '...');
        const twice = labels.find(
          ({ text }, index) => labels.findIndex((other) => other.text === text) < index,
        );
        if (all !== undefined && labels.length > 1) {
          report({
            at: { node: all.node },
            message:
              '"..." groups by all labels and must stand alone: Alertmanager refuses the whole configuration',
            help: 'remove "...", or the other labels',
          });
        } else if (twice !== undefined) {
          report({
            at: { node: twice.node },
            message: `"${twice.text}" is named twice: Alertmanager refuses the whole configuration`,
            help: 'remove one of the two',
          });
        }
      }
    }
  },
});
