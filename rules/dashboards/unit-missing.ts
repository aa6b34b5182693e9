import { defineRule } from '../../src/lint/rule.ts';
import { type Expr, walk } from '../../src/promql/tree.ts';
import { child, exists, items, keyOf, textOf } from '../../src/repo/node.ts';
import { type Panel, panelName } from '../../src/stack/dashboard.ts';
import { promql } from '../../src/stack/expression.ts';
import { languageFor, loadersOf } from '../../src/stack/grafana.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const query = 'sum(rate(http_response_bytes_total[$__rate_interval]))';

export const rule = defineRule({
  id: 'dashboards/unit-missing',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter panel-units-rule'],
  summary: 'A panel of bytes, seconds or rates without a unit.',
  why: `"52.4 Mil" on an axis may be bytes, bits or requests. Who does not know the query reads it wrong, and compares it
with the wrong limit.`,
  fix: 'Set the unit in `fieldConfig.defaults.unit`: `bytes`, `Bps`, `s`, `reqps`, `ops`…',
  bad: { files: withDashboards({ 'api.json': dashboardWith(query) }), at: ['dashboards/api.json:11:7'] },
  good: {
    files: withDashboards({
      'api.json': dashboardWith(query).replace(
        '"targets"',
        '"fieldConfig": { "defaults": { "unit": "Bps" }, "overrides": [] },\n      "targets"',
      ),
    }),
  },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      const grafana = loadersOf(system.stacks, dashboard)[0]?.grafana;
      const found = dashboard.panels.flatMap((panel) => {
        if (!TYPES.has(panel.type) || hasUnit(panel)) return [];
        const wanted = panel.queries.flatMap(({ expression, datasource }) => {
          if (expression === undefined || languageFor(grafana, dashboard, datasource) !== 'promql') return [];
          const { tree } = promql(expression).query;
          return (tree && unitOf(tree)) ?? [];
        });
        return wanted[0] === undefined ? [] : [{ panel, unit: wanted[0] }];
      });
      const [first] = found;
      if (first === undefined) continue;
      const { panel, unit } = first;
      const others = found.length - 1;
      const title = child(panel.node, 'title');
      report({
        at: keyOf(exists(title) ? title : child(panel.node, 'type')),
        message: `${panelName(panel)} of "${dashboard.title}" shows ${unit.what} without a unit${others > 0 ? `, as ${counted(others, 'other panel does', 'other panels do')}` : ''}`,
        help: `set the unit "${unit.id}" in fieldConfig.defaults`,
      });
    }
  },
});

const TYPES = new Set(['timeseries', 'graph', 'stat', 'singlestat', 'gauge', 'bargauge']);

/** Formats of old panels that say nothing. */
const NONE = new Set(['', 'short', 'none']);

function hasUnit({ node, type }: Panel): boolean {
  const config = child(node, 'fieldConfig');
  if ((textOf(child(config, 'defaults', 'unit')) ?? '') !== '') return true;
  if (type === 'singlestat') return !NONE.has(textOf(child(node, 'format')) ?? '');
  const axes = items(child(node, 'yaxes')).map((axis) => textOf(child(axis, 'format')) ?? '');
  if (axes.some((format) => !NONE.has(format))) return true;
  return (
    JSON.stringify(child(config, 'overrides').value ?? null).includes('"unit"') ||
    items(child(config, 'defaults', 'mappings')).length > 0
  );
}

interface Unit {
  readonly id: string;
  readonly what: string;
}

/** The unit of what an expression gives, where its metric's name and functions tell; undefined for arithmetic. */
function unitOf(tree: Expr): Unit | undefined {
  const parts = walk(tree);
  if (parts.some(({ kind }) => kind === 'binary')) return undefined;
  const names = new Set(parts.flatMap((part) => (part.kind === 'selector' ? (part.name ?? '') : [])));
  const [name = ''] = names;
  const functions = new Set(parts.flatMap((part) => (part.kind === 'call' ? part.func : [])));
  if (names.size !== 1 || parts.some((part) => part.kind === 'aggregation' && part.op === 'count'))
    return undefined;
  const isRate = functions.has('rate') || functions.has('irate');
  if (functions.has('histogram_quantile'))
    return /_seconds_bucket$/.test(name) ? { id: 's', what: 'seconds' } : undefined;
  if (/_bytes(?:_total)?$/.test(name))
    return isRate ? { id: 'Bps', what: 'bytes per second' } : { id: 'bytes', what: 'bytes' };
  if (/_seconds$/.test(name) && !isRate && !functions.has('time')) return { id: 's', what: 'seconds' };
  return isRate && !/_seconds_total$|_sum$/.test(name) ? { id: 'ops', what: 'a rate' } : undefined;
}
