import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/id-not-null',
  severity: 'notice',
  preset: 'strict',
  summary: 'A dashboard that keeps the number of the database it was exported from.',
  why: `The \`id\` is a row in one Grafana's database. In another one it is somebody else's: an import by the API overwrites
that one or fails, and each export makes a change that means nothing.`,
  fix: 'Set `"id": null`; the `uid` says which dashboard it is.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up').replace('{\n', '{\n  "id": 42,\n') }),
    at: ['dashboards/api.json:2:9'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up').replace('{\n', '{\n  "id": null,\n') }) },
  check({ system, report }) {
    for (const { node, title, schema } of system.dashboards) {
      const id = child(node, 'id');
      if (schema !== 'classic' || typeof id.value !== 'number') continue;
      report({
        at: { node: id },
        message: `the dashboard "${title}" keeps the id ${id.value} of the Grafana that it was exported from`,
        help: 'write null',
        fix: [{ at: { node: id }, text: 'null' }],
      });
    }
  },
});
