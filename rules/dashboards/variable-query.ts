import { defineRule } from '../../src/lint/rule.ts';
import { readVariableQuery } from '../../src/promql/variable-query.ts';
import { within } from '../../src/repo/node.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const withQuery = (query: string): string =>
  dashboardWith('up{instance=~"$instance"}').replace(
    '"list": []',
    `"list": [{ "name": "instance", "type": "query", "query": ${JSON.stringify(query)}, "datasource": { "type": "prometheus", "uid": "prometheus" } }]`,
  );

export const rule = defineRule({
  id: 'dashboards/variable-query',
  severity: 'warning',
  peers: ['dashboard-linter template-label-promql-rule'],
  summary: 'The query of a variable that finds no values, because it is not written right.',
  why: `A variable whose query fails stays empty. Every panel that filters by it then shows nothing, and the menu at
the top of the dashboard has nothing to choose.`,
  fix: `Write one of the forms that Grafana knows: \`label_values(selector, label)\`, \`label_values(label)\`,
\`query_result(query)\`, \`metrics(regex)\` or \`label_names()\`. The selector of \`label_values\` cannot be computed: to look
at what a query gives, use \`query_result\` with a regular expression.`,
  bad: {
    files: withDashboards({ 'api.json': withQuery('label_values(rate(http_requests_total[5m]), instance)') }),
    at: ['dashboards/api.json:6:90'],
  },
  good: { files: withDashboards({ 'api.json': withQuery('label_values(http_requests_total, instance)') }) },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      for (const variable of dashboard.variables) {
        if (variable.type !== 'query' || variable.query === undefined) continue;
        if (languageFor(grafana, dashboard, variable.datasource ?? { by: 'default' }) !== 'promql') continue;
        const { fault } = readVariableQuery(variable.query.text);
        if (fault === undefined) continue;
        report({
          at: within(variable.query.node, fault.span),
          message: `the variable "${variable.name}" finds no values: ${fault.message}`,
          fix:
            fault.instead === undefined
              ? undefined
              : [{ at: within(variable.query.node, fault.span), text: fault.instead }],
          help: 'write label_values(selector, label), query_result(query), metrics(regex) or label_names()',
        });
      }
    }
  },
});
