import { defineRule } from '../../src/lint/rule.ts';
import { parseLogPanelQuery } from '../../src/promql/logql.ts';
import { within } from '../../src/repo/node.ts';
import { panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const LOKI = '{ "type": "loki", "uid": "loki" }';
const DATASOURCE = {
  'provisioning/datasources/loki.yml': `apiVersion: 1
datasources:
  - name: Loki
    uid: loki
    type: loki
    url: https://loki.example.com
`,
};

export const rule = defineRule({
  id: 'dashboards/logql-syntax',
  severity: 'error',
  peers: ['dashboard-linter target-logql-rule'],
  summary: 'A LogQL query of a panel that Loki refuses.',
  why: `Loki answers such a query with an error, so the panel shows a red triangle in the place of logs: usually found
during the incident for which it was made. Grafana's variables are put in before the query is judged.`,
  fix: `Correct the query where it is marked. A query of logs begins with a stream selector in braces; one of metrics
wraps it in a range aggregation, such as \`rate({…} [$__auto])\`.`,
  bad: {
    files: withDashboards(
      { 'api.json': dashboardWith('sum(rate({service="api"} |= "ERROR"))', LOKI) },
      DATASOURCE,
    ),
    at: ['dashboards/api.json:17:59'],
  },
  good: {
    files: withDashboards(
      { 'api.json': dashboardWith('sum(rate({service="api"} |= "ERROR" [$__auto]))', LOKI) },
      DATASOURCE,
    ),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      for (const { query, panel } of queriesOf(dashboard)) {
        const { expression } = query;
        if (expression === undefined || languageFor(grafana, dashboard, query.datasource) !== 'logql')
          continue;
        const { parsed, toWritten } = parseLogPanelQuery(expression.text);
        if (parsed.rejection === undefined) continue;
        const where = panel ? panelName(panel) : 'an annotation';
        report({
          at: within(expression.node, toWritten(parsed.rejection.span)),
          message: `Loki refuses the query of ${where}: ${parsed.rejection.message}`,
          help: 'correct the query here',
        });
      }
    }
  },
});
