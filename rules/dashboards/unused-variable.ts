import { defineRule } from '../../src/lint/rule.ts';
import { child, type Node } from '../../src/repo/node.ts';
import { hasElsewhere } from '../../src/stack/dashboard.ts';
import { handsVariablesOn, usedVariables } from '../../src/stack/variables.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const withQuery = (expr: string): string =>
  dashboardWith(expr).replace(
    '"list": []',
    '"list": [{ "name": "instance", "type": "query", "query": "label_values(up, instance)", "datasource": { "type": "prometheus", "uid": "prometheus" } }]',
  );

/** A variable without a menu misleads nobody. */
const isHidden = (node: Node): boolean =>
  child(node, 'hide').value === 2 || child(node, 'hide').value === 'hideVariable';

/** Types of variables that work without being named anywhere. */
const WORK_BY_THEMSELVES = new Set(['adhoc', 'groupby', 'system', 'snapshot']);

export const rule = defineRule({
  id: 'dashboards/unused-variable',
  severity: 'warning',
  summary: 'A variable that a dashboard defines and nothing uses.',
  why: `The dashboard shows a menu that changes nothing: who picks an instance there believes that the panels show that
instance, and they show all of them. Each load also runs the variable's query.`,
  fix: 'Use the variable in the queries that it should filter, or delete it.',
  bad: { files: withDashboards({ 'api.json': withQuery('up') }), at: ['dashboards/api.json:6:38'] },
  good: { files: withDashboards({ 'api.json': withQuery('up{instance=~"$instance"}') }) },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      if (hasElsewhere(dashboard) || handsVariablesOn(dashboard)) continue;
      const used = usedVariables(dashboard);
      for (const { name, node, type } of dashboard.variables) {
        if (used.has(name) || WORK_BY_THEMSELVES.has(type) || isHidden(node)) continue;
        report({
          at: { node: child(node, 'name') },
          message: `nothing in the dashboard "${dashboard.title}" uses the variable "${name}": its menu changes nothing`,
          help: 'use it in the queries that it should filter, or delete it',
        });
      }
    }
  },
});
