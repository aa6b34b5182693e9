import { allOf } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const withRefresh = (refresh: number): string =>
  dashboardWith('up{instance=~"$instance"}').replace(
    '"list": []',
    `"list": [{ "name": "instance", "type": "query", "refresh": ${refresh}, "query": "label_values(up, instance)", "datasource": { "type": "prometheus", "uid": "prometheus" } }]`,
  );

export const rule = defineRule({
  id: 'dashboards/variable-refresh',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter template-on-time-change-reload-rule'],
  summary: 'A variable whose values are not looked up again when another time is shown.',
  why: `The menu offers what was there when the dashboard was loaded, or saved. Who goes back to yesterday's incident cannot
choose the instance that had it, because that one is gone today.`,
  fix: 'Set `"refresh": 2`, which looks the values up whenever the time range changes.',
  bad: { files: withDashboards({ 'api.json': withRefresh(1) }), at: ['dashboards/api.json:6:67'] },
  good: { files: withDashboards({ 'api.json': withRefresh(2) }) },
  check({ system, report }) {
    for (const { variables, schema } of system.dashboards) {
      if (schema !== 'classic') continue;
      const stale = variables.filter(
        ({ node, type }) => type === 'query' && child(node, 'refresh').value !== 2,
      );
      const [first] = stale;
      if (first === undefined) continue;
      const refresh = child(first.node, 'refresh');
      const when = refresh.value === 1 ? 'loaded' : 'saved';
      const others = stale.length - 1;
      report({
        at: keyOf(exists(refresh) ? refresh : child(first.node, 'name')),
        message: `the variable "${first.name}" keeps the values of when the dashboard was ${when}, whatever time is shown${others > 0 ? `, as ${counted(others, 'other variable does', 'other variables do')}` : ''}`,
        help: 'set "refresh": 2',
        fix: allOf(
          stale.map(({ node }) => {
            const own = child(node, 'refresh');
            return exists(own) ? { at: { node: own }, text: '2' } : undefined;
          }),
        ),
      });
    }
  },
});
