import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, textOf } from '../../src/repo/node.ts';
import { panelName, showsQueries } from '../../src/stack/dashboard.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/no-description',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter panel-title-description-rule'],
  summary: 'Panels that do not say what they mean.',
  why: `A title says what is measured; a description says what is normal, and what to do when it is not. At three in the
morning somebody reads it who did not make the dashboard.`,
  fix: 'Add a `description` to each panel: where the figure comes from, what is normal, what to look at next.',
  bad: { files: withDashboards({ 'api.json': dashboardWith('up') }), at: ['dashboards/api.json:11:7'] },
  good: {
    files: withDashboards({
      'api.json': dashboardWith('up').replace(
        '"gridPos"',
        '"description": "1 while the API answers scrapes.",\n      "gridPos"',
      ),
    }),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const silent = dashboard.panels.filter(
        (panel) => showsQueries(panel) && (textOf(child(panel.node, 'description')) ?? '').trim() === '',
      );
      const [first] = silent;
      if (first === undefined) continue;
      const title = child(first.node, 'title');
      const others = silent.length - 1;
      report({
        at: keyOf(exists(title) ? title : child(first.node, 'type')),
        message: `${panelName(first)} of "${dashboard.title}" has no description${others > 0 ? `, nor ${others === 1 ? 'has' : 'have'} ${counted(others, 'other')}` : ''}`,
        help: 'say what is normal, and what to do when it is not',
      });
    }
  },
});
