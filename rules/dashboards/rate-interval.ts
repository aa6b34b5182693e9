import { defineRule } from '../../src/lint/rule.ts';
import { variablesIn } from '../../src/promql/grafana.ts';
import { type Expr, walk } from '../../src/promql/tree.ts';
import { within } from '../../src/repo/node.ts';
import type { Span } from '../../src/repo/text.ts';
import { panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { promql } from '../../src/stack/expression.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/rate-interval',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter target-rate-interval-rule'],
  summary: 'A rate in a panel over a window that does not follow the time range that is shown.',
  why: `With a fixed window, a graph of a week shows five minutes of every few hours and leaves the rest out: peaks come and
go with each refresh. \`$__interval\` alone falls below two scrapes when one looks closely, and the graph is empty.
\`$__rate_interval\` covers what each point stands for, and always four scrapes.`,
  fix: 'Write `[$__rate_interval]`. A figure that is meant for a fixed window, such as a total of today, may keep it.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('rate(http_requests_total[5m])') }),
    at: ['dashboards/api.json:17:45'],
  },
  good: {
    files: withDashboards({ 'api.json': dashboardWith('rate(http_requests_total[$__rate_interval])') }),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const found = queriesOf(dashboard).flatMap(({ query, panel }) => {
        const { expression } = query;
        if (expression === undefined || panel === undefined) return [];
        if (languageFor(grafana, dashboard, query.datasource) !== 'promql') return [];
        const { query: parsed, toWritten } = promql(expression);
        const windows = parsed.tree ? rateWindows(parsed.tree).map(toWritten) : [];
        const span = windows.find((window) => isFixed(expression.text.slice(window.start, window.end)));
        return span ? [{ panel, expression, span }] : [];
      });
      const [first] = found;
      if (first === undefined) continue;
      const { panel, expression, span } = first;
      const others = found.length - 1;
      report({
        at: within(expression.node, span),
        message: `${panelName(panel)} of "${dashboard.title}" takes a rate over ${expression.text.slice(span.start, span.end)}, whatever time is shown${others > 0 ? `, as ${counted(others, 'other query does', 'other queries do')}` : ''}`,
        help: 'write [$__rate_interval]',
        fix: found.map((one) => ({ at: within(one.expression.node, one.span), text: '$__rate_interval' })),
      });
    }
  },
});

/** The windows of `rate` and `irate`, which give a value for each point of a graph. */
const rateWindows = (tree: Expr): Span[] =>
  walk(tree).flatMap((expr) => {
    if (expr.kind !== 'call' || (expr.func !== 'rate' && expr.func !== 'irate')) return [];
    const [matrix] = expr.args;
    return matrix?.kind === 'matrix' ? [matrix.range.span] : [];
  });

/** A variable of the dashboard's own is somebody's choice; `$__interval` is none. */
function isFixed(written: string): boolean {
  const [variable] = variablesIn(written);
  return variable === undefined || variable.name === '__interval';
}
