import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, textOf } from '../../src/repo/node.ts';
import { showsQueries } from '../../src/stack/dashboard.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

/** Types that show nothing but curves and colours; tables have headings, and figures their series' names. */
const NEED_TITLES = new Set([
  'barchart',
  'candlestick',
  'flamegraph',
  'graph',
  'heatmap',
  'histogram',
  'state-timeline',
  'status-history',
  'timeseries',
  'trend',
  'xychart',
]);

export const rule = defineRule({
  id: 'dashboards/no-title',
  severity: 'warning',
  peers: ['dashboard-linter panel-title-description-rule'],
  summary: 'A graph without a title.',
  why: `A graph without a title is read only by who made it. Alerts, links and people on the telephone name panels by their
titles.`,
  fix: 'Give the panel a title that says what it shows, with its unit where that is not plain.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up').replace('"title": "Requests"', '"title": ""') }),
    at: ['dashboards/api.json:11:7'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      for (const panel of dashboard.panels) {
        if (panel.title.trim() !== '' || !NEED_TITLES.has(panel.type) || !showsQueries(panel)) continue;
        const title = child(panel.node, 'title');
        const what = panel.type === '' ? 'a panel' : `a panel of the type "${panel.type}"`;
        const shown = textOf(child(panel.node, 'description')) ? ', though it has a description' : '';
        report({
          at: keyOf(exists(title) ? title : child(panel.node, 'type')),
          message: `${what} of "${dashboard.title}" has no title${shown}`,
          help: 'say in its title what it shows',
        });
      }
    }
  },
});
