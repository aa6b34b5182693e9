import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { queriesOf } from '../../src/stack/dashboard.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { listed } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const variable = (name: string): string =>
  `{ "name": "${name}", "type": "query", "query": "label_values(up, ${name})", "datasource": { "type": "prometheus", "uid": "prometheus" } }`;

export const rule = defineRule({
  id: 'dashboards/no-job-variable',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter template-job-rule', 'dashboard-linter template-instance-rule'],
  summary: "A dashboard of Prometheus's series without a menu for job or instance.",
  why: `Every series has the labels \`job\` and \`instance\`. A dashboard that cannot be narrowed to one of them shows a mean
of all machines when one of them is ill.`,
  fix: 'Add variables `job` and `instance` with `label_values(…)`, and filter the queries by them.',
  bad: { files: withDashboards({ 'api.json': dashboardWith('up') }), at: ['dashboards/api.json:3:12'] },
  good: {
    files: withDashboards({
      'api.json': dashboardWith('up{job=~"$job", instance=~"$instance"}').replace(
        '"list": []',
        `"list": [${variable('job')}, ${variable('instance')}]`,
      ),
    }),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const asks = queriesOf(dashboard).some(
        ({ query }) =>
          query.expression !== undefined && languageFor(grafana, dashboard, query.datasource) === 'promql',
      );
      const names = dashboard.variables.map(({ name }) => name.toLowerCase());
      const missing = ['job', 'instance'].filter((label) => !names.some((name) => name.includes(label)));
      if (!asks || missing.length === 0) continue;
      report({
        at: { node: child(dashboard.node, 'title') },
        message: `the dashboard "${dashboard.title}" has no menu for ${listed(missing, 'or')}`,
        help: `add a variable with label_values(up, ${missing[0]}), and filter the queries by it`,
      });
    }
  },
});
