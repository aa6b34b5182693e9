import { createHash } from 'node:crypto';
import type { Kind } from '../repo/classify.ts';
import type { File, Files } from '../repo/files.ts';
import { child, items, type Node, type Place, textOf } from '../repo/node.ts';
import { basename, below, dirname } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';
import { type Environment, interpolate, isUnknown, NO_ENVIRONMENT } from './compose/interpolate.ts';
import type { Container, FoundFile } from './container.ts';
import { type Dashboard, languageOf, readDashboard } from './dashboard.ts';
import type { Language } from './expression.ts';
import { type GrafanaAlerting, readGrafanaAlerting } from './grafana-alerting.ts';
import { readIni } from './ini.ts';
import type { Stack } from './system.ts';

/** A provisioned datasource. */
export interface Datasource {
  readonly node: Node;
  readonly name: string;
  /** Fixed, or made from the name as Grafana does; undefined when it holds a variable. */
  readonly uid: string | undefined;
  readonly hasFixedUid: boolean;
  readonly type: string;
  /** With the container's variables put in. */
  readonly url: string | undefined;
  /** Who fetches from `url`: Grafana itself, or the reader's browser. */
  readonly access: 'proxy' | 'direct';
  readonly isDefault: boolean;
  /** The organisation in Grafana that it belongs to. */
  readonly org: string;
}

/** A provider of dashboards. */
export interface Provider {
  readonly node: Node;
  readonly name: string;
  /** In Grafana's container. */
  readonly path: string | undefined;
  readonly pathNode: Node;
  /** The folder in Grafana that its dashboards go to; empty for the one at the top. */
  readonly folder: string;
  /** Whether each folder of files becomes one in Grafana, in the place of `folder`. */
  readonly foldersFromFiles: boolean;
  /** The organisation in Grafana that its dashboards belong to. */
  readonly org: string;
  readonly found: readonly FoundFile[];
  readonly isComplete: boolean;
}

/** A file that a provider takes for a dashboard. */
export interface LoadedFile {
  readonly provider: Provider;
  readonly file: FoundFile;
  /** The folder in Grafana that it goes to. */
  readonly folder: string;
  /** Undefined for one that Grafana cannot load. */
  readonly dashboard: Dashboard | undefined;
}

/** A Grafana, run by compose or only known by its provisioning files. */
export interface Grafana {
  readonly name: string;
  readonly container: Container | undefined;
  readonly datasources: readonly Datasource[];
  readonly providers: readonly Provider[];
  /** What the providers load, file by file; two providers may load the same. */
  readonly loaded: readonly LoadedFile[];
  readonly dashboards: readonly Dashboard[];
  readonly alerting: GrafanaAlerting;
  /** Whether every datasource is known: nobody adds some by hand, or from files that are not here. */
  readonly isComplete: boolean;
}

/** The uid that Grafana makes of a datasource's name when its provisioning gives none. */
export const generatedUid = (name: string): string =>
  `P${createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase()}`;

/** Reads the datasources of a provisioning file; Grafana puts variables of its environment in. */
export function readDatasources(root: Node, environment: Environment = NO_ENVIRONMENT): Datasource[] {
  return items(child(root, 'datasources')).flatMap((node) => {
    const text = (key: string): string | undefined => {
      const written = textOf(child(node, key));
      return written === undefined ? undefined : interpolate(written, environment);
    };
    const name = text('name');
    if (name === undefined) return [];
    const uid = text('uid') || undefined;
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
        type: text('type') ?? '',
        url: text('url'),
        access: text('access') === 'direct' ? 'direct' : 'proxy',
        isDefault: child(node, 'isDefault').value === true,
        org: text('orgId') ?? '1',
      },
    ];
  });
}

/** Reads the providers of a provisioning file; `below` tells what stands in a folder of Grafana's container. */
export function readProviders(
  root: Node,
  below: (folder: string) => { found: readonly FoundFile[]; isComplete: boolean },
  environment: Environment = NO_ENVIRONMENT,
): Provider[] {
  return items(child(root, 'providers')).map((node) => {
    const options = child(node, 'options');
    const written = child(options, 'path');
    // `folder` is the old name of `path`.
    const pathNode = written.value === undefined ? child(options, 'folder') : written;
    const text = textOf(pathNode);
    const path = text === undefined ? undefined : interpolate(text, environment);
    const isKnown = path !== undefined && !isUnknown(path);
    return {
      node,
      name: textOf(child(node, 'name')) ?? '',
      path,
      pathNode,
      folder: textOf(child(node, 'folder')) ?? '',
      foldersFromFiles: child(options, 'foldersFromFilesStructure').value === true,
      org: textOf(child(node, 'orgId')) ?? '1',
      ...(isKnown ? below(absolutePath(path)) : { found: [], isComplete: false }),
    };
  });
}

/** Where Grafana's images have it; relative paths of its configuration count from there. */
const HOME = '/usr/share/grafana';

/** A path of Grafana's container, absolute and without a slash at its end. */
export const absolutePath = (path: string): string =>
  (path.startsWith('/') ? path : `${HOME}/${path.replace(/^\.\//, '')}`).replace(/(?<=.)\/+$/, '');

/** A setting of Grafana's server. */
export interface ServerSetting {
  readonly text: string;
  readonly place: Place;
}

/**
 * A setting of the server in a container: `GF_SECTION_KEY` of its environment, else its configuration
 * file (Grafana documentation, "Configure Grafana"). Undefined where neither sets it.
 */
export function serverSetting(
  container: Container,
  files: Files,
  section: string,
  key: string,
): ServerSetting | undefined {
  const variable = `GF_${section}_${key}`.toUpperCase().replace(/[.-]/g, '_');
  const own = container.env.get(variable);
  if (own !== undefined) return own;
  const path = container.env.get('GF_PATHS_CONFIG')?.text ?? '/etc/grafana/grafana.ini';
  const standing = isUnknown(path) ? undefined : container.at(path);
  const source = standing?.state === 'file' ? files.repo.text(standing.path) : undefined;
  if (source === undefined || !isReadable(source)) return undefined;
  const found = readIni(source).get(`${section}.${key}`);
  return found && { text: found.value, place: { source, span: found.span } };
}

/** The variables that Grafana puts into provisioning files, as far as they are known. */
export const environmentIn = (container: Container): Environment => ({
  get(name) {
    const value = container.env.get(name)?.text;
    return value === undefined || isUnknown(value) ? undefined : value;
  },
});

/** The folder that a Grafana's provisioning files are in. */
export const provisioningFolder = (container: Container, files: Files): string =>
  absolutePath(serverSetting(container, files, 'paths', 'provisioning')?.text ?? '/etc/grafana/provisioning');

/** Reads the Grafana that a container runs. */
export function readGrafana(name: string, container: Container, files: Files): Grafana {
  const folder = provisioningFolder(container, files);
  const environment = environmentIn(container);
  const provisioning = (
    part: string,
    kind: Kind,
    extensions: readonly string[],
  ): { files: File[]; isComplete: boolean } => {
    const views = extensions.map((extension) => container.glob(`${folder}/${part}/*.${extension}`));
    return {
      files: views.flatMap(({ found }) =>
        found.flatMap(({ path }) => files.at(path).filter((file) => file.kind === kind && !file.isBroken)),
      ),
      isComplete: views.every(({ isComplete }) => isComplete),
    };
  };
  const datasources = provisioning('datasources', 'grafana-datasources', ['yml', 'yaml']);
  const providers = provisioning('dashboards', 'grafana-providers', ['yml', 'yaml']).files.flatMap(
    ({ node }) => readProviders(node, (path) => container.below(path), environment),
  );
  const alerting = provisioning('alerting', 'grafana-alerting', ['yml', 'yaml', 'json']);
  const loaded = loadedFiles(providers, files);
  return {
    name,
    container,
    datasources: datasources.files.flatMap(({ node }) => readDatasources(node, environment)),
    providers,
    loaded,
    dashboards: withoutDoubles([
      ...loaded.flatMap(({ dashboard }) => dashboard ?? []),
      ...homeDashboard(container, files),
    ]),
    alerting: readGrafanaAlerting(alerting.files),
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
    loaded: [],
    dashboards: dashboards.map((file) => readDashboard(file)),
    alerting: readGrafanaAlerting(alerting),
    isComplete: false,
  };
}

/**
 * The files that providers take for dashboards: those that end in `.json`, at any depth, but not in
 * hidden folders. In a folder structure, the last folder gives its name to the one in Grafana.
 */
function loadedFiles(providers: readonly Provider[], files: Files): LoadedFile[] {
  const read = new Map<string, Dashboard | undefined>();
  return providers.flatMap((provider) =>
    provider.found.flatMap((file): LoadedFile[] => {
      const root = absolutePath(provider.path ?? '');
      const inner = below(root, file.target) ?? '';
      if (!/\.json$/.test(file.target) || /(?:^|\/)\.[^/]*\//.test(inner)) return [];
      if (!read.has(file.path)) read.set(file.path, dashboardIn(file.path, files));
      const parent = dirname(inner);
      const folder = provider.foldersFromFiles ? basename(parent) : provider.folder;
      return [{ provider, file, folder, dashboard: read.get(file.path) }];
    }),
  );
}

/** A file as Grafana loads it: an export that wraps the dashboard in an envelope has no title, and is none. */
function dashboardIn(path: string, files: Files): Dashboard | undefined {
  const file = files.at(path).find(({ kind }) => kind === 'dashboard');
  return file === undefined || file.isBroken || file.node.path.length > 0 ? undefined : readDashboard(file);
}

/** The dashboard that greets everybody, where a setting names one of the repository. */
function homeDashboard(container: Container, files: Files): Dashboard[] {
  const path = serverSetting(container, files, 'dashboards', 'default_home_dashboard_path')?.text;
  const standing = path === undefined || isUnknown(path) ? undefined : container.at(absolutePath(path));
  const dashboard = standing?.state === 'file' ? dashboardIn(standing.path, files) : undefined;
  return dashboard ? [dashboard] : [];
}

function withoutDoubles(dashboards: readonly Dashboard[]): Dashboard[] {
  const seen = new Set<string>();
  return dashboards.filter(({ file }) => !seen.has(file.path) && seen.add(file.path));
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
      // A type without a uid is a reference to the default one.
      if (ref.uid === '') return resolveDatasource(grafana, { by: 'default' });
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

/**
 * The datasource that a reference of a dashboard means, also through a variable that chooses among those of
 * one type, of which there is only one. Undefined where none, or more than one, may be meant.
 */
export function datasourceOf(
  grafana: Grafana,
  dashboard: Dashboard,
  ref: DatasourceRef,
): Datasource | undefined {
  if (ref.by !== 'variable') return resolveDatasource(grafana, ref);
  const type = chosenType(dashboard, ref.name);
  const candidates = grafana.datasources.filter((datasource) => datasource.type === type);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** The type of the datasources that a variable or an input of a dashboard chooses among. */
export const chosenType = (dashboard: Dashboard, name: string): string | undefined =>
  dashboard.variables.find((variable) => variable.name === name && variable.type === 'datasource')
    ?.datasourceType ?? dashboard.inputs.get(name);

/** The language of what is sent to a datasource: by the type that the reference names, or the one that it leads to. */
export function languageFor(
  grafana: Grafana | undefined,
  dashboard: Dashboard,
  ref: DatasourceRef,
): Language {
  if (ref.by === 'builtin') return 'other';
  const own = languageOf('type' in ref ? ref.type : undefined);
  if (own !== 'unknown') return own;
  const chosen = ref.by === 'variable' ? chosenType(dashboard, ref.name) : undefined;
  return languageOf(chosen ?? (grafana && datasourceOf(grafana, dashboard, ref)?.type));
}

const loadedPaths = new WeakMap<Grafana, ReadonlySet<string>>();

function pathsLoadedBy(grafana: Grafana): ReadonlySet<string> {
  let paths = loadedPaths.get(grafana);
  if (paths === undefined) {
    paths = new Set(grafana.dashboards.map(({ file }) => file.path));
    loadedPaths.set(grafana, paths);
  }
  return paths;
}

/** The Grafanas that load a dashboard, each in its stack. */
export const loadersOf = (
  stacks: readonly Stack[],
  { file }: Dashboard,
): { readonly stack: Stack; readonly grafana: Grafana }[] =>
  stacks.flatMap((stack) =>
    stack.grafanas
      .filter((grafana) => pathsLoadedBy(grafana).has(file.path))
      .map((grafana) => ({ stack, grafana })),
  );
