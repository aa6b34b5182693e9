import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname as folderOf, join } from 'node:path';
import { readEnv } from '../../repo/env.ts';
import type { Files } from '../../repo/files.ts';
import { child, entries, isFields, items, type Node, textItems } from '../../repo/node.ts';
import { below, dirname, resolvePath } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import type { Environment } from '../../stack/compose/interpolate.ts';
import type { Project } from '../../stack/compose/project.ts';
import type { Workspace } from '../workspace.ts';

/** A file that compose reads while it only reads the project, besides its own. */
interface Read {
  readonly text: string;
  /** The folder from which it counts. */
  readonly folder: string;
}

/** A plain path of the repository: no variable, no address of another machine, nothing absolute. */
const PLAIN = /^(?!github\.com\/)(?:\.{1,2}\/)*[\w.-]+(?:\/[\w.-]+)*$/;

/** Variables of `.env` by which compose itself, or what it stands on, would be steered: they are not handed on. */
const STEERS = /^(?:COMPOSE|DOCKER|BUILDKIT|BUILDX|LD|DYLD|XDG|SSH|GIT)_|^(?:PATH|HOME|TMPDIR)$/i;

/**
 * Lays the files of a project out in a workspace, as docker compose reads them. Undefined where it would read
 * anything else than files that are known here: something outside, something that the network has, or a
 * path that depends on a variable. Files of variables and labels are laid out empty: what they hold changes
 * nothing of what is right, and is nobody's business.
 */
export function layOut(project: Project, files: Files, workspace: Workspace): string[] | undefined {
  const paths = new Set(project.paths);
  const empty = new Set<string>();
  // What a part brings is looked at in its turn.
  for (const path of paths) {
    const root = composeFile(path, files);
    if (root === undefined) return undefined;
    const { parts, variables, folders } = readsOf(root, path, project.folder);
    const others = parts.map(resolved);
    const variableFiles = variables.map(resolved);
    if ([...others, ...variableFiles, ...folders.map(resolved)].includes(undefined)) return undefined;
    for (const other of others) paths.add(other as string);
    for (const other of variableFiles) empty.add(other as string);
  }
  // No file can be another one as well, or where a folder must be.
  const all = [...paths, ...empty];
  const folders = all.map(dirname).concat(project.folder);
  const isFolder = (path: string): boolean => folders.some((folder) => below(path, folder) !== undefined);
  if (all.some(isFolder) || [...empty].some((path) => paths.has(path))) return undefined;
  for (const path of paths) if (workspace.add(path) === undefined) return undefined;
  for (const path of empty) workspace.write(path, '');
  mkdirSync(join(workspace.folder, project.folder), { recursive: true });
  return project.paths.map((path) => join(workspace.folder, path));
}

/** The root of a compose file that is one document without faults. */
function composeFile(path: string, files: Files): Node | undefined {
  const document = files.document(path);
  if (document === undefined || document.problems.length > 0 || document.values.length !== 1)
    return undefined;
  return files.at(path).find(({ kind, isBroken }) => kind === 'compose' && !isBroken)?.node;
}

/** What compose reads because of a file: other parts of the project, files of variables, and folders in which it looks for those. */
function readsOf(
  root: Node,
  path: string,
  base: string,
): { parts: readonly Read[]; variables: readonly Read[]; folders: readonly Read[] } {
  const folder = dirname(path);
  const reads = (node: Node): Read[] => textItems(node).map(({ text }) => ({ text, folder }));
  const includes = items(child(root, 'include'));
  const long = includes.filter(({ value }) => isFields(value));
  const services = entries(child(root, 'services')).map(([, service]) => service);
  // Compose may count from the project's folder, or from that of the file.
  const ofServices = services
    .flatMap((service) => [child(service, 'env_file').value, child(service, 'label_file').value])
    .flatMap(variableFiles)
    .flatMap((text): Read[] => [
      { text, folder },
      { text, folder: base },
    ]);
  return {
    parts: [
      ...includes.flatMap((item) => reads(isFields(item.value) ? child(item, 'path') : item)),
      ...services.flatMap((service) => reads(child(service, 'extends', 'file'))),
    ],
    variables: [...long.flatMap((item) => reads(child(item, 'env_file'))), ...ofServices],
    folders: long.flatMap((item) => reads(child(item, 'project_directory'))),
  };
}

const resolved = ({ text, folder }: Read): string | undefined =>
  PLAIN.test(text) ? resolvePath(folder, text) : undefined;

/** The texts of `env_file` or `label_file`: one, a list, or a list of maps. */
const variableFiles = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item: unknown) => {
    const text = isFields(item) ? item.path : item;
    return typeof text === 'string' ? [text] : [];
  });

/**
 * Writes the variables that compose is given for a project: those that the `.env` beside its first file
 * holds, which are the result, and a value for each that a file demands with `:?`, so that the rest is read
 * as well.
 */
export function writeVariables(project: Project, files: Files, target: string): Environment {
  const source = files.repo.text(project.folder === '' ? '.env' : `${project.folder}/.env`);
  const known = new Map(
    (isReadable(source) ? readEnv(source) : []).flatMap(({ name }): [string, string][] => {
      const value = project.environment.get(name);
      return value === undefined || !/^\w+$/.test(name) || STEERS.test(name) ? [] : [[name, value]];
    }),
  );
  const demanded = new Map<string, string>();
  for (const path of project.allPaths) {
    const text = files.repo.text(path);
    if (!isReadable(text)) continue;
    for (const [, name = ''] of text.text.matchAll(/\$\{([A-Za-z_]\w*):?\?/g))
      if (!known.has(name) && !STEERS.test(name)) demanded.set(name, '1');
  }
  const quoted = (value: string): string => `'${value.replace(/'/g, "\\'")}'`;
  mkdirSync(folderOf(target), { recursive: true });
  writeFileSync(
    target,
    [...known, ...demanded].map(([name, value]) => `${name}=${quoted(value)}\n`).join(''),
    { mode: 0o600 },
  );
  return known;
}
