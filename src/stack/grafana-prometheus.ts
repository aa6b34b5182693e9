import type { Container } from './container.ts';
import type { Dashboard } from './dashboard.ts';
import { parseEndpoint, reach } from './endpoints.ts';
import { type Datasource, type DatasourceRef, datasourceOf, type Grafana } from './grafana.ts';
import type { Prometheus } from './prometheus.ts';
import type { Stack, System } from './system.ts';

/** The container that a datasource's address leads to; undefined where it is not known, or there is none. */
export function containerOf(
  system: System,
  stack: Stack,
  grafana: Grafana,
  datasource: Datasource | undefined,
): Container | undefined {
  if (datasource?.url === undefined || datasource.access === 'direct') return undefined;
  const reached = reach(system, stack, grafana.container, parseEndpoint(datasource.url));
  return reached.state === 'container' ? reached.container : undefined;
}

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
  return system.stacks
    .flatMap(({ prometheuses }) => prometheuses)
    .find((prometheus) => prometheus.container === container);
}
