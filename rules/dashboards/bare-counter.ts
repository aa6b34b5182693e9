import { defineRule } from '../../src/lint/rule.ts';
import { type Expr, walk } from '../../src/promql/tree.ts';
import { panelName } from '../../src/stack/dashboard.ts';
import { metricTyping } from '../../src/stack/metric-types.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/bare-counter',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter target-counter-agg-rule'],
  summary: 'A curve of a counter itself, which only ever rises.',
  why: `A counter says how often something has happened since its program started. Its curve climbs and falls to zero at
each restart, and a burst of errors is a slightly steeper piece of it that nobody sees.`,
  fix: 'Show how it grows: `rate(x_total[$__rate_interval])`, or `increase` of the range that is shown.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('sum by (job) (http_errors_total)') }),
    at: ['dashboards/api.json:17:34'],
  },
  good: {
    files: withDashboards({
      'api.json': dashboardWith('sum by (job) (rate(http_errors_total[$__rate_interval]))'),
    }),
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const { by } = usage;
      if (by.kind !== 'panel' || !CURVES.has(by.panel.type)) continue;
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'selector' || part.name === undefined || !isShown(usage.tree, part)) continue;
        const typing = metricTyping(system, part.name);
        if (typing?.type !== 'counter') continue;
        report({
          at: usage.at(part.span),
          message: `${panelName(by.panel)} shows "${part.name}" as it is, a counter, which rises until the next restart`,
          help: `show how it grows: rate(${part.name}[$__rate_interval])`,
          related: typing.definedAt ? [{ at: typing.definedAt, message: 'it is defined here' }] : [],
        });
      }
    }
  },
});

/** Panels that show how something goes on; a number of all that has happened is what others may be for. */
const CURVES: ReadonlySet<string> = new Set(['timeseries', 'graph']);

/** Whether a selector's own values are shown: no function reads a range of them, and they are not only counted. */
const isShown = (tree: Expr, selector: Expr): boolean =>
  !walk(tree).some(
    (part) =>
      (part.kind === 'matrix' ||
        part.kind === 'subquery' ||
        (part.kind === 'aggregation' && COUNTING.has(part.op)) ||
        (part.kind === 'call' && part.func.startsWith('absent'))) &&
      walk(part).includes(selector),
  );

const COUNTING: ReadonlySet<string> = new Set(['count', 'group', 'count_values']);
