import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { within } from '../../src/repo/node.ts';
import { type Panel, panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { type Expression, promql } from '../../src/stack/expression.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const withPanel = (expr: string): string =>
  dashboardWith('rate(http_requests_total{instance=~"$instance"}[$__rate_interval])')
    .replace(
      '"list": []',
      '"list": [{ "name": "instance", "type": "query", "query": "label_values(up, instance)", "datasource": { "type": "prometheus", "uid": "prometheus" } }]',
    )
    .replace(
      /\n {2}\]\n\}/,
      `,
    {
      "id": 2,
      "type": "timeseries",
      "title": "Errors",
      "gridPos": { "x": 0, "y": 8, "w": 24, "h": 8 },
      "datasource": { "type": "prometheus", "uid": "prometheus" },
      "targets": [{ "refId": "A", "expr": ${JSON.stringify(expr)} }]
    }
  ]
}`,
    );

export const rule = defineRule({
  id: 'dashboards/unfiltered-query',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter target-job-rule', 'dashboard-linter target-instance-rule'],
  summary: 'A query that does not follow the menu for job or instance that its dashboard has.',
  why: `Who picks an instance at the top of the dashboard believes that every panel shows that one. This one goes on showing
all of them, and draws the eye to the wrong machine.`,
  fix: 'Filter by the variable, or say in the title that the panel shows all of them.',
  bad: {
    files: withDashboards({ 'api.json': withPanel('rate(http_errors_total[$__rate_interval])') }),
    at: ['dashboards/api.json:27:49'],
  },
  good: {
    files: withDashboards({
      'api.json': withPanel('rate(http_errors_total{instance=~"$instance"}[$__rate_interval])'),
    }),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const queries = queriesOf(dashboard).flatMap(({ query, panel }) => {
        const { expression, datasource, isHidden } = query;
        const isPromql = languageFor(grafana, dashboard, datasource) === 'promql';
        return expression && panel && isPromql && !isHidden ? [{ expression, panel }] : [];
      });
      for (const label of ['job', 'instance']) {
        const filtering = queries.filter(({ expression }) => filters(expression, label, 'variable'));
        const others = queries.filter(({ expression }) => !filters(expression, label, 'any'));
        const [first] = others;
        // A menu that most queries do not follow is not meant for all of them.
        if (first === undefined || filtering.length < others.length) continue;
        reportFirst(first, label, others.length - 1);
      }
      function reportFirst(
        { expression, panel }: { expression: Expression; panel: Panel },
        label: string,
        others: number,
      ): void {
        const { query, toWritten } = promql(expression);
        const span = query.selectors[0]?.span;
        report({
          at: span ? within(expression.node, toWritten(span)) : { node: expression.node },
          message: `${panelName(panel)} of "${dashboard.title}" does not follow the menu for ${label}${others > 0 ? `, nor ${others === 1 ? 'does' : 'do'} ${counted(others, 'other query', 'other queries')}` : ''}`,
          help: `filter by it: ${label}=~"$${label}"`,
        });
      }
    }
  },
});

/** Whether every selector of a query filters by a label, by a variable or by anything. */
function filters(expression: Expression, label: string, by: 'variable' | 'any'): boolean {
  const { selectors } = promql(expression).query;
  return (
    selectors.length > 0 &&
    selectors.every(({ matchers }) =>
      matchers.some((matcher) => matcher.label === label && (by === 'any' || isVariable(matcher.value))),
    )
  );
}
