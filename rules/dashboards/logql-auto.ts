import { defineRule } from '../../src/lint/rule.ts';
import { variablesIn } from '../../src/promql/grafana.ts';
import { parseLogPanelQuery } from '../../src/promql/logql.ts';
import { within } from '../../src/repo/node.ts';
import { panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const LOKI = '{ "type": "loki", "uid": "loki" }';

export const rule = defineRule({
  id: 'dashboards/logql-auto',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter target-logql-auto-rule'],
  summary: 'A range of a LogQL query in a panel that does not follow the time range that is shown.',
  why: `With a fixed range, a graph of a week counts a few minutes of every hour and leaves the rest out, and one of a few
minutes counts the same lines many times.`,
  fix: 'Write `[$__auto]`, which Grafana replaces by the step of the graph.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('sum(count_over_time({service="api"}[5m]))', LOKI) }),
    at: ['dashboards/api.json:17:57'],
  },
  good: {
    files: withDashboards({
      'api.json': dashboardWith('sum(count_over_time({service="api"}[$__auto]))', LOKI),
    }),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const found = queriesOf(dashboard).flatMap(({ query, panel }) => {
        const { expression } = query;
        if (expression === undefined || panel === undefined || query.isHidden) return [];
        if (languageFor(grafana, dashboard, query.datasource) !== 'logql') return [];
        const { parsed, toWritten } = parseLogPanelQuery(expression.text);
        const ranges = parsed.ranges.map((range) => toWritten(range.span));
        const span = ranges.find(
          ({ start, end }) => variablesIn(expression.text.slice(start, end)).length === 0,
        );
        return span ? [{ panel, expression, span }] : [];
      });
      const [first] = found;
      if (first === undefined) continue;
      const { panel, expression, span } = first;
      const others = found.length - 1;
      report({
        at: within(expression.node, span),
        message: `${panelName(panel)} of "${dashboard.title}" counts over ${expression.text.slice(span.start, span.end)}, whatever time is shown${others > 0 ? `, as ${counted(others, 'other query does', 'other queries do')}` : ''}`,
        help: 'write [$__auto]',
        fix: found.map((one) => ({ at: within(one.expression.node, one.span), text: '$__auto' })),
      });
    }
  },
});
