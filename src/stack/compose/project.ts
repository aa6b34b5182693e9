import { readEnv } from '../../repo/env.ts';
import type { File, Files } from '../../repo/files.ts';
import { child, entries, exists, isFields, items, type Node, textItems, textOf } from '../../repo/node.ts';
import { dirname, resolvePath } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import { type Environment, interpolate, isUnknown } from './interpolate.ts';
import { type Layer, readService, type Service } from './service.ts';

/** What a compose file declares beside its services, by name: each time it is declared. */
export type Resources = ReadonlyMap<string, readonly Node[]>;

/** Compose files that run together as one project. */
export interface Project {
  /** Its files, the lowest first, as `docker compose -f` would be given them. */
  readonly paths: readonly string[];
  /** The folder from which relative paths count. */
  readonly folder: string;
  readonly environment: Environment;
  readonly services: ReadonlyMap<string, Service>;
  readonly networks: Resources;
  readonly volumes: Resources;
  readonly configs: Resources;
  readonly secrets: Resources;
  /** Whether a part of it lies outside the repository, or could not be read: names may be defined there. */
  readonly isPartial: boolean;
  /** Every file that something of it comes from, includes and bases of `extends` among them. */
  readonly allPaths: ReadonlySet<string>;
}

export type ResourceKind = 'networks' | 'volumes' | 'configs' | 'secrets';

interface Draft {
  readonly files: Files;
  readonly layers: Map<string, Layer[]>;
  readonly resources: Record<ResourceKind, Map<string, Node[]>>;
  readonly allPaths: Set<string>;
  isPartial: boolean;
}

/** Reads files as one project, the later ones over the earlier ones. */
export function readProject(paths: readonly string[], files: Files): Project {
  const folder = dirname(paths[0] ?? '');
  const environment = readDotEnv(folder, files);
  const draft: Draft = {
    files,
    layers: new Map(),
    resources: { networks: new Map(), volumes: new Map(), configs: new Map(), secrets: new Map() },
    allPaths: new Set(),
    isPartial: false,
  };
  for (const path of paths) addFile(draft, path, folder, environment);
  const services = new Map(
    [...draft.layers].map(([name, layers]) => [name, readService(name, layers, files)] as const),
  );
  return {
    paths,
    folder,
    environment,
    services,
    ...draft.resources,
    isPartial: draft.isPartial,
    allPaths: draft.allPaths,
  };
}

/** The variables that compose takes from the `.env` beside the first file. */
function readDotEnv(folder: string, files: Files): Environment {
  const text = files.repo.text(folder === '' ? '.env' : `${folder}/.env`);
  const environment = new Map<string, string>();
  if (isReadable(text)) {
    for (const { name, value } of readEnv(text)) environment.set(name, interpolate(value, environment));
  }
  return environment;
}

const composeAt = (files: Files, path: string): File | undefined =>
  files.at(path).find(({ kind }) => kind === 'compose');

function addFile(draft: Draft, path: string, folder: string, environment: Environment): void {
  const file = composeAt(draft.files, path);
  if (file === undefined || file.isBroken) draft.isPartial = true;
  // The second time a file comes, it is included by one that it includes.
  if (file === undefined || draft.allPaths.has(path)) return;
  draft.allPaths.add(path);
  for (const include of includesOf(file.node, dirname(path), environment)) {
    if (include.paths === undefined) {
      draft.isPartial = true;
      continue;
    }
    const inner = readDotEnv(include.folder, draft.files);
    for (const included of include.paths) addFile(draft, included, include.folder, chain(environment, inner));
  }
  for (const [name, node] of entries(child(file.node, 'services'))) {
    const layer: Layer = { node, folder, environment };
    draft.layers.set(name, [
      ...(draft.layers.get(name) ?? []),
      ...baseLayers(draft, layer, path, new Set()),
      layer,
    ]);
  }
  for (const kind of ['networks', 'volumes', 'configs', 'secrets'] as const) {
    for (const [name, node] of entries(child(file.node, kind))) {
      draft.resources[kind].set(name, [...(draft.resources[kind].get(name) ?? []), node]);
    }
  }
}

const chain = (first: Environment, second: Environment): Environment => ({
  get: (name) => first.get(name) ?? second.get(name),
});

/** What a compose file includes; `paths` is undefined where that is not in the repository. */
export function includesOf(
  node: Node,
  folder: string,
  environment: Environment,
): { paths: readonly string[] | undefined; folder: string; node: Node }[] {
  return items(child(node, 'include')).map((item) => {
    const long = isFields(item.value);
    const texts = textItems(long ? child(item, 'path') : item).map(({ text }) =>
      interpolate(text, environment),
    );
    const paths = texts.map((text) =>
      isUnknown(text) || /:\/\/|^\//.test(text) ? undefined : resolvePath(folder, text),
    );
    const known = paths.every((path) => path !== undefined) ? paths : undefined;
    const directory = long ? textOf(child(item, 'project_directory')) : undefined;
    return {
      paths: known,
      folder:
        (directory === undefined ? undefined : resolvePath(folder, directory)) ?? dirname(known?.[0] ?? ''),
      node: item,
    };
  });
}

/** What a service extends: the file, which may be its own, and the service in it. */
export function extendsOf(
  service: Node,
  path: string,
  environment: Environment,
): { path: string | undefined; service: string; node: Node } | undefined {
  const node = child(service, 'extends');
  if (!exists(node)) return undefined;
  const name = textOf(isFields(node.value) ? child(node, 'service') : node);
  if (name === undefined) return undefined;
  const file = textOf(child(node, 'file'));
  const target =
    file === undefined
      ? path
      : isUnknown(interpolate(file, environment))
        ? undefined
        : resolvePath(dirname(path), interpolate(file, environment));
  return { path: target, service: interpolate(name, environment), node };
}

/** The layers that a service stands on by `extends`, the lowest first. */
function baseLayers(draft: Draft, layer: Layer, path: string, seen: ReadonlySet<string>): Layer[] {
  const base = extendsOf(layer.node, path, layer.environment);
  if (base === undefined) return [];
  const key = `${base.path}\0${base.service}`;
  const file = base.path === undefined ? undefined : composeAt(draft.files, base.path);
  const node = file && child(file.node, 'services', base.service);
  if (base.path === undefined || node === undefined || !isFields(node.value) || seen.has(key)) {
    draft.isPartial = true;
    return [];
  }
  draft.allPaths.add(base.path);
  // Relative paths of a base count from the file that it stands in.
  const own: Layer = {
    node,
    folder: base.path === path ? layer.folder : dirname(base.path),
    environment: layer.environment,
  };
  return [...baseLayers(draft, own, base.path, new Set([...seen, key])), own];
}
