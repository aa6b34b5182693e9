import { defineRule } from '../../src/lint/rule.ts';
import type { Node } from '../../src/repo/node.ts';
import { queriesOf } from '../../src/stack/dashboard.ts';
import { type Datasource, type Grafana, loadersOf, resolveDatasource } from '../../src/stack/grafana.ts';
import { counted, listed } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const TWO = {
  'provisioning/datasources/prometheus.yml': `apiVersion: 1
datasources:
  - name: Production
    uid: production
    type: prometheus
    url: https://prometheus.example.com
    isDefault: true
  - name: Staging
    uid: staging
    type: prometheus
    url: https://prometheus.staging.example.com
`,
};

export const rule = defineRule({
  id: 'dashboards/hard-coded-datasource',
  severity: 'warning',
  peers: ['dashboard-linter template-datasource-rule', 'dashboard-linter panel-datasource-rule'],
  summary: 'A dashboard that names a datasource, where a variable could choose it.',
  why: `A dashboard that names one datasource shows that one only. With several of a type, such as one for each environment,
it has to be copied for each, and the copies part ways.`,
  fix: `Define a variable of the type "datasource", and name it in the panels: \`"uid": "\${datasource}"\`.`,
  bad: {
    files: withDashboards(
      { 'api.json': dashboardWith('up', '{ "type": "prometheus", "uid": "production" }') },
      TWO,
    ),
    at: ['dashboards/api.json:13:52'],
  },
  good: {
    files: withDashboards(
      {
        'api.json': dashboardWith('up', '{ "type": "prometheus", "uid": "${datasource}" }').replace(
          '"list": []',
          '"list": [{ "name": "datasource", "type": "datasource", "query": "prometheus" }]',
        ),
      },
      TWO,
    ),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const refs = queriesOf(dashboard).map(({ query }) => query.datasource);
      const named = refs.filter((ref) => (ref.by === 'uid' && ref.uid !== '') || ref.by === 'name');
      const [first] = named;
      if (first === undefined || (first.by !== 'uid' && first.by !== 'name')) continue;
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const others = grafana ? alternatives(grafana, resolveDatasource(grafana, first)) : [];
      const name = first.by === 'uid' ? first.uid : first.name;
      const node: Node = first.node;
      report({
        at: { node },
        message: `${counted(named.length, 'query', 'queries')} of the dashboard "${dashboard.title}" ${named.length === 1 ? 'names' : 'name'} a datasource, such as "${name}"${others.length > 0 ? `, though ${listed(others.map((other) => `"${other.name}"`))} could be shown as well` : ''}`,
        help: 'let a variable of the type "datasource" choose it',
        // Where there is only one to choose, it is a matter of taste.
        confidence: others.length > 0 ? 'high' : 'medium',
      });
    }
  },
});

/** What the same Grafana has of the same type at other addresses. */
const alternatives = (grafana: Grafana, datasource: Datasource | undefined): readonly Datasource[] =>
  grafana.container === undefined || datasource === undefined
    ? []
    : grafana.datasources.filter(({ type, url }) => type === datasource.type && url !== datasource.url);
