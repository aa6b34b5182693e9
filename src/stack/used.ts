import type { Selector } from '../promql/tree.ts';
import { selectorsOf } from '../promql/tree.ts';
import { type Place, within } from '../repo/node.ts';
import { type Expression, promql } from './expression.ts';
import { resolveDatasource } from './grafana.ts';
import type { Placed } from './system.ts';

/** A selector of a rule or a panel that asks a Prometheus. */
export interface Use {
  readonly selector: Selector;
  readonly place: Place;
  /** Who uses it, in words: `the alert ApiDown`. */
  readonly what: string;
}

/** What the rules that a Prometheus loads, and the panels of its stack that ask a Prometheus, select. */
export function usesOf({ stack, prometheus }: Placed): Use[] {
  const rules = prometheus.groups
    .filter(({ language }) => language === 'promql' || language === 'metricsql')
    .flatMap((group) => group.rules)
    .flatMap(({ expr, kind, name }) =>
      expr ? usesIn(expr, `the ${kind === 'alert' ? 'alert' : 'recording rule'} ${name}`) : [],
    );
  const panels = stack.grafanas.flatMap((grafana) =>
    grafana.dashboards.flatMap((dashboard) =>
      dashboard.panels.flatMap((panel) =>
        panel.queries.flatMap(({ expression, datasource }) => {
          if (expression?.language !== 'promql' || datasource.by === 'builtin') return [];
          const source = resolveDatasource(grafana, datasource);
          if (source !== undefined && source.type !== 'prometheus') return [];
          return usesIn(expression, `the panel "${panel.title || panel.id}" of "${dashboard.title}"`);
        }),
      ),
    ),
  );
  return [...rules, ...panels];
}

function usesIn(expression: Expression, what: string): Use[] {
  const { query, toWritten } = promql(expression);
  if (query.tree === undefined || query.rejection !== undefined) return [];
  return selectorsOf(query.tree).map((selector) => ({
    selector,
    place: within(expression.node, toWritten(selector.span)),
    what,
  }));
}
