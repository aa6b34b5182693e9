import { onceOf } from '../once.ts';
import type { Container } from './container.ts';
import type { Dashboard } from './dashboard.ts';
import { parseEndpoint, reach } from './endpoints.ts';
import { type Datasource, type DatasourceRef, datasourceOf, type Grafana } from './grafana.ts';
import type { Prometheus } from './prometheus.ts';
import { prometheusesOf, type Stack, type System } from './system.ts';

/** The containers that the datasources of a stack's Grafanas lead to, as far as they were asked for. */
const reachedIn = onceOf((_stack: Stack) => new Map<Datasource, Container | undefined>());

/** The container that a datasource's address leads to; undefined where it is not known, or there is none. */
export function containerOf(
  system: System,
  stack: Stack,
  grafana: Grafana,
  datasource: Datasource | undefined,
): Container | undefined {
  if (datasource?.url === undefined || datasource.access === 'direct') return undefined;
  const known = reachedIn(stack);
  if (!known.has(datasource)) {
    const found = reach(system, stack, grafana.container, parseEndpoint(datasource.url));
    known.set(datasource, found.state === 'container' ? found.container : undefined);
  }
  return known.get(datasource);
}

const byContainer = onceOf(
  (system: System): ReadonlyMap<Container | undefined, Prometheus> =>
    new Map(
      prometheusesOf(system)
        .reverse()
        .map(({ prometheus }) => [prometheus.container, prometheus]),
    ),
);

/** The Prometheus that a query of a dashboard goes to; undefined where it is not known which. */
export function prometheusOf(
  system: System,
  stack: Stack,
  grafana: Grafana,
  dashboard: Dashboard,
  ref: DatasourceRef,
): Prometheus | undefined {
  const container = containerOf(system, stack, grafana, datasourceOf(grafana, dashboard, ref));
  if (container === undefined) return undefined;
  return byContainer(system).get(container);
}
