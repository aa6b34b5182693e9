import { defineRule } from '../../src/lint/rule.ts';
import { parseTracePanelQuery } from '../../src/promql/traceql.ts';
import { within } from '../../src/repo/node.ts';
import { panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { withDashboards } from '../shared/grafana-examples.ts';

const dashboard = (query: string): string => `{
  "uid": "traces",
  "title": "Traces",
  "schemaVersion": 41,
  "panels": [
    {
      "id": 1,
      "type": "table",
      "title": "Slow requests",
      "datasource": { "type": "tempo", "uid": "tempo" },
      "targets": [
        {
          "refId": "A",
          "queryType": "traceql",
          "query": ${JSON.stringify(query)}
        }
      ]
    }
  ]
}
`;
const DATASOURCE = {
  'provisioning/datasources/tempo.yml': `apiVersion: 1
datasources:
  - name: Tempo
    uid: tempo
    type: tempo
    url: https://tempo.example.com
`,
};

export const rule = defineRule({
  id: 'dashboards/traceql-syntax',
  severity: 'error',
  summary: 'A TraceQL query of a panel that Tempo refuses.',
  why: `Tempo answers such a query with an error, and the panel stays empty. Only what stands in the braces of a span
filter is judged here; Grafana's variables are put in first.`,
  fix: 'Correct the query where it is marked: in braces stand comparisons of attributes, joined by `&&` and `||`.',
  bad: {
    files: withDashboards({ 'traces.json': dashboard('{ duration > 1s and .service = "api" }') }, DATASOURCE),
    at: ['dashboards/traces.json:15:37'],
  },
  good: {
    files: withDashboards(
      { 'traces.json': dashboard('{ duration > 1s && resource.service.name = "api" }') },
      DATASOURCE,
    ),
  },
  check({ system, report }) {
    for (const one of system.dashboards) {
      const grafana = loadersOf(system.stacks, one)[0]?.grafana;
      for (const { query, panel } of queriesOf(one)) {
        const { expression } = query;
        if (expression === undefined || languageFor(grafana, one, query.datasource) !== 'traceql') continue;
        // A search for one trace is its id alone.
        if (/^\s*[0-9a-fA-F]*\s*$|^\s*\$\{?\w+\}?\s*$/.test(expression.text)) continue;
        const { parsed, toWritten } = parseTracePanelQuery(expression.text);
        if (parsed.rejection === undefined) continue;
        report({
          at: within(expression.node, toWritten(parsed.rejection.span)),
          message: `Tempo refuses the query of ${panel ? panelName(panel) : 'an annotation'}: ${parsed.rejection.message}`,
          help: 'correct the query here',
        });
      }
    }
  },
});
