import { createHash } from 'node:crypto';
import type { Kind } from '../repo/classify.ts';
import type { File, Files } from '../repo/files.ts';
import { child, items, type Node, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Container, FoundFile } from './container.ts';
import { type Dashboard, readDashboard } from './dashboard.ts';
import { type GrafanaAlerting, readGrafanaAlerting } from './grafana-alerting.ts';

/** A provisioned datasource. */
export interface Datasource {
  readonly node: Node;
  readonly name: string;
  /** Fixed, or made from the name as Grafana does; undefined when it holds a variable. */
  readonly uid: string | undefined;
  readonly hasFixedUid: boolean;
  readonly type: string;
  readonly url: string | undefined;
  readonly isDefault: boolean;
}

/** A provider of dashboards. */
export interface Provider {
  readonly node: Node;
  readonly name: string;
  /** In Grafana's container. */
  readonly path: string | undefined;
  readonly pathNode: Node;
  readonly found: readonly FoundFile[];
  readonly isComplete: boolean;
}

/** A Grafana, run by compose or only known by its provisioning files. */
export interface Grafana {
  readonly name: string;
  readonly container: Container | undefined;
  readonly datasources: readonly Datasource[];
  readonly providers: readonly Provider[];
  readonly dashboards: readonly Dashboard[];
  readonly alerting: GrafanaAlerting;
  /** Whether every datasource is known: nobody adds some by hand, or from files that are not here. */
  readonly isComplete: boolean;
}

/** The uid that Grafana makes of a datasource's name when its provisioning gives none. */
export const generatedUid = (name: string): string =>
  `P${createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase()}`;

/** Reads the datasources of a provisioning file. */
export function readDatasources(root: Node): Datasource[] {
  return items(child(root, 'datasources')).flatMap((node) => {
    const name = textOf(child(node, 'name'));
    if (name === undefined) return [];
    const uid = textOf(child(node, 'uid'));
    return [
      {
        node,
        name,
        uid:
          uid === undefined
            ? isUnknown(name)
              ? undefined
              : generatedUid(name)
            : isUnknown(uid)
              ? undefined
              : uid,
        hasFixedUid: uid !== undefined,
        type: textOf(child(node, 'type')) ?? '',
        url: textOf(child(node, 'url')),
        isDefault: child(node, 'isDefault').value === true,
      },
    ];
  });
}

/** Reads the providers of a provisioning file; `below` tells what stands in a folder of Grafana's container. */
export function readProviders(
  root: Node,
  below: (folder: string) => { found: readonly FoundFile[]; isComplete: boolean },
): Provider[] {
  return items(child(root, 'providers')).map((node) => {
    const written = child(node, 'options', 'path');
    const pathNode = written.value === undefined ? child(node, 'folder') : written;
    const path = textOf(written);
    const isKnown = path !== undefined && !isUnknown(path);
    return {
      node,
      name: textOf(child(node, 'name')) ?? '',
      path,
      pathNode,
      ...(isKnown ? below(path.replace(/(?<=.)\/+$/, '')) : { found: [], isComplete: false }),
    };
  });
}

/** Reads the Grafana that a container runs. */
export function readGrafana(name: string, container: Container, files: Files): Grafana {
  const folder = container.env.get('GF_PATHS_PROVISIONING')?.text ?? '/etc/grafana/provisioning';
  const provisioning = (part: string, kind: Kind): { files: File[]; isComplete: boolean } => {
    const views = ['yml', 'yaml', 'json'].map((extension) =>
      container.glob(`${folder}/${part}/*.${extension}`),
    );
    return {
      files: views.flatMap(({ found }) =>
        found.flatMap(({ path }) => files.at(path).filter((file) => file.kind === kind && !file.isBroken)),
      ),
      isComplete: views.every(({ isComplete }) => isComplete),
    };
  };
  const datasources = provisioning('datasources', 'grafana-datasources');
  const providers = provisioning('dashboards', 'grafana-providers').files.flatMap(({ node }) =>
    readProviders(node, (path) => container.below(path)),
  );
  return {
    name,
    container,
    datasources: datasources.files.flatMap(({ node }) => readDatasources(node)),
    providers,
    dashboards: dashboardsOf(providers, files),
    alerting: readGrafanaAlerting(provisioning('alerting', 'grafana-alerting').files),
    isComplete: datasources.isComplete && !isUnknown(folder),
  };
}

/** The Grafana that provisioning files speak of without a container that mounts them. */
export function readLooseGrafana(files: Files, used: ReadonlySet<string>): Grafana | undefined {
  const loose = files.all.filter((file) => !used.has(file.path));
  const datasources = loose.filter(({ kind }) => kind === 'grafana-datasources');
  const dashboards = loose.filter(({ kind, isBroken }) => kind === 'dashboard' && !isBroken);
  const alerting = loose.filter(({ kind, isBroken }) => kind === 'grafana-alerting' && !isBroken);
  if (datasources.length === 0 && dashboards.length === 0 && alerting.length === 0) return undefined;
  return {
    name: 'grafana',
    container: undefined,
    datasources: datasources.flatMap(({ node }) => readDatasources(node)),
    providers: [],
    dashboards: dashboards.map((file) => readDashboard(file)),
    alerting: readGrafanaAlerting(alerting),
    isComplete: false,
  };
}

function dashboardsOf(providers: readonly Provider[], files: Files): Dashboard[] {
  const paths = new Set(
    providers.flatMap(({ found }) => found.map(({ path }) => path)).filter((path) => /\.json$/i.test(path)),
  );
  return [...paths].flatMap((path) =>
    files
      .at(path)
      .filter(({ kind, isBroken }) => kind === 'dashboard' && !isBroken)
      .map((file) => readDashboard(file)),
  );
}

/** What a panel, target or variable names as its datasource. */
export type DatasourceRef =
  /** Grafana's default one. */
  | { readonly by: 'default' }
  | { readonly by: 'uid'; readonly uid: string; readonly type: string | undefined; readonly node: Node }
  | { readonly by: 'name'; readonly name: string; readonly node: Node }
  /** A variable or an input of the dashboard, or one of Grafana's own (`-- Mixed --`, `-- Grafana --`, `__expr__`). */
  | { readonly by: 'variable'; readonly name: string; readonly type: string | undefined; readonly node: Node }
  | { readonly by: 'builtin' };

/** The datasource that a reference means; undefined when none is provisioned for it. */
export function resolveDatasource(grafana: Grafana, ref: DatasourceRef): Datasource | undefined {
  switch (ref.by) {
    case 'default':
      return (
        grafana.datasources.find(({ isDefault }) => isDefault) ??
        (grafana.datasources.length === 1 ? grafana.datasources[0] : undefined)
      );
    case 'uid':
      return (
        grafana.datasources.find(({ uid }) => uid === ref.uid) ??
        grafana.datasources.find(({ name }) => name === ref.uid)
      );
    case 'name':
      return (
        grafana.datasources.find(({ name }) => name === ref.name) ??
        grafana.datasources.find(({ uid }) => uid === ref.name)
      );
    default:
      return undefined;
  }
}
