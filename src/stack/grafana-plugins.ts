import type { Files } from '../repo/files.ts';
import { isUnknown } from './compose/interpolate.ts';
import { type Grafana, serverSetting } from './grafana.ts';

/**
 * Datasources that come with Grafana's image (Grafana documentation, "Data sources"), by the types that
 * provisioning files and dashboards name.
 */
const CORE_DATASOURCES = new Set([
  'alertmanager',
  'cloudwatch',
  'dashboard',
  'datasource',
  'elasticsearch',
  'grafana',
  'grafana-azure-monitor-datasource',
  'grafana-postgresql-datasource',
  'grafana-pyroscope-datasource',
  'grafana-testdata-datasource',
  'graphite',
  'influxdb',
  'jaeger',
  'loki',
  'mixed',
  'mssql',
  'mysql',
  'opentsdb',
  'parca',
  'phlare',
  'postgres',
  'prometheus',
  'stackdriver',
  'tempo',
  'testdata',
  'zipkin',
]);

export const comesWithGrafana = (type: string): boolean => CORE_DATASOURCES.has(type);

/** The plugins that are installed into a Grafana; undefined where there may be others. */
export function installedPlugins(grafana: Grafana, files: Files): ReadonlySet<string> | undefined {
  const { container } = grafana;
  if (container === undefined || container.service.hasUnknownEnv) return undefined;
  const { service, recipe } = container;
  // A start of its own may install what it likes, and so may a build that is not seen.
  if (service.entrypoint !== undefined || service.command !== undefined) return undefined;
  if (service.build !== undefined && recipe === undefined) return undefined;
  if (container.facts?.role !== 'grafana') return undefined;
  const settings = [
    container.env.get('GF_INSTALL_PLUGINS')?.text,
    serverSetting(container, files, 'plugins', 'preinstall')?.text,
    serverSetting(container, files, 'plugins', 'preinstall_sync')?.text,
  ].filter((text) => text !== undefined);
  if (settings.some(isUnknown)) return undefined;
  const steps = recipe?.runs.map(({ text }) => text).join('\n') ?? '';
  // What a step or a copy brings that is no plugin of the catalogue cannot be told.
  if (/plugins?\b/.test(steps.replace(/grafana[- ]cli\s+(?:--\S+\s+)*plugins\s+install\s+\S+/g, '')))
    return undefined;
  const installed = [...steps.matchAll(/grafana[- ]cli\s+(?:--\S+\s+)*plugins\s+install\s+(\S+)/g)].map(
    (match) => match[1] as string,
  );
  const folder = serverSetting(container, files, 'paths', 'plugins')?.text ?? '/var/lib/grafana/plugins';
  if (recipe?.copies.some(({ target }) => target.startsWith(folder))) return undefined;
  // A folder of plugins that is mounted; the volume for all of Grafana's data holds what was installed into it.
  const isMounted = service.mounts.some(
    ({ target }) => target !== undefined && (target === folder || target.startsWith(`${folder}/`)),
  );
  if (isMounted) return undefined;
  return new Set([...installed, ...settings.flatMap(pluginsIn)]);
}

/** The plugins of a setting: `name`, `name version`, `name@version@address` or `address;name`, with commas between. */
const pluginsIn = (text: string): string[] =>
  text.split(',').flatMap((item) =>
    item
      .trim()
      .split(/[;\s]+/)
      .map((part) => part.split('@')[0] as string),
  );
