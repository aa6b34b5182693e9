import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { refreshOf } from '../../src/stack/dashboard.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/no-refresh',
  severity: 'warning',
  preset: 'strict',
  summary: 'A provisioned dashboard that does not refresh by itself.',
  why: `On a screen on the wall, or in a tab that was opened an hour ago, it shows the past as if it were now: during an
incident everything looks well.`,
  fix: 'Set `"refresh": "30s"`, or another interval that is not below the scrape interval.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up').replace('"refresh": "30s"', '"refresh": ""') }),
    at: ['dashboards/api.json:5:3'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    for (const { dashboards, container } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      if (container === undefined) continue;
      for (const dashboard of dashboards) {
        if (refreshOf(dashboard) !== undefined) continue;
        const key = dashboard.schema === 'v2' ? ['timeSettings', 'autoRefresh'] : ['refresh'];
        const written = child(dashboard.node, ...key);
        report({
          at: keyOf(exists(written) ? written : child(dashboard.node, 'title')),
          message: `the dashboard "${dashboard.title}" does not refresh by itself: left open, it shows the past`,
          help: `set "${key.join('.')}": "30s"`,
        });
      }
    }
  },
});
