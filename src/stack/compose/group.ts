import { readEnv } from '../../repo/env.ts';
import type { File, Files } from '../../repo/files.ts';
import { child, entries, isFields } from '../../repo/node.ts';
import { basename, below, dirname, resolvePath } from '../../repo/path.ts';
import { isReadable } from '../../repo/repository.ts';
import { WITH_COMMANDS } from './commands.ts';
import { NO_ENVIRONMENT } from './interpolate.ts';
import { extendsOf, includesOf, type Project, readProject } from './project.ts';

/** A project, and the projects that may run beside it and make one system with it. */
export interface ProjectGroup {
  readonly project: Project;
  readonly beside: readonly Project[];
  /** Projects near it that are other forms of it, such as `.dev` and `.prod`; their names may be meant. */
  readonly alternatives: readonly Project[];
}

const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDE_NAMES = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/**
 * Finds out which compose files run together: the default file with its override, files that are named
 * together (`COMPOSE_FILE`, `-f` in scripts, workflows and documents), files that only add to another
 * one, and each other file by itself. `stated` are the lists of the user's own configuration.
 */
export function groupProjects(files: Files, stated: readonly (readonly string[])[]): ProjectGroup[] {
  const composeFiles = new Map(files.of('compose').map((file) => [file.path, file]));
  const used = new Set<string>();
  const lists: string[][] = [];
  const add = (list: readonly string[]): void => {
    const present = list.filter((path) => composeFiles.has(path));
    if (present.length === 0 || lists.some((other) => other.join('\0') === present.join('\0'))) return;
    lists.push(present);
    for (const path of present) used.add(path);
  };

  for (const list of stated) add(list);
  for (const list of listsInEnvFiles(files)) add(list);
  for (const list of listsInCommands(files)) if (list.length > 1) add(list);
  for (const folder of new Set([...composeFiles.keys()].map(dirname))) {
    const at = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    const main = DEFAULT_NAMES.map(at).find((path) => composeFiles.has(path));
    if (main !== undefined) add([main, ...OVERRIDE_NAMES.map(at).filter((path) => composeFiles.has(path))]);
  }
  const bases = baseFiles([...composeFiles.values()]);
  const rest = [...composeFiles.values()].filter(({ path }) => !used.has(path) && !bases.has(path));
  for (const file of rest.filter((other) => !isOverlay(other))) add([file.path]);
  for (const file of rest.filter(isOverlay)) {
    const under = overlaid(file, lists, composeFiles);
    if (under !== undefined) add([...under, file.path]);
  }
  const projects = lists.map((list) => readProject(list, files));
  return projects.map((project) => ({
    project,
    beside: projects.filter((other) => other !== project && runsBeside(project, other)),
    alternatives: projects.filter(
      (other) => other !== project && isNear(project, other) && !runsBeside(project, other),
    ),
  }));
}

/** Files that others extend or include: parts, which nobody runs by themselves. */
function baseFiles(composeFiles: readonly File[]): Set<string> {
  const bases = new Set<string>();
  for (const { node, path } of composeFiles) {
    for (const { paths } of includesOf(node, dirname(path), NO_ENVIRONMENT))
      for (const base of paths ?? []) bases.add(base);
    for (const [, service] of entries(child(node, 'services'))) {
      const base = extendsOf(service, path, NO_ENVIRONMENT)?.path;
      if (base !== undefined && base !== path) bases.add(base);
    }
  }
  return bases;
}

/** Services that a file changes but does not define: they have nothing to run. */
const bareServices = ({ node }: File): string[] =>
  entries(child(node, 'services'))
    .filter(
      ([, service]) =>
        !isFields(service.value) ||
        !('image' in service.value || 'build' in service.value || 'extends' in service.value),
    )
    .map(([name]) => name);

const isOverlay = (file: File): boolean => bareServices(file).length > 0;

/** The files that an overlay goes on top of: the nearest list that defines every service which it changes. */
function overlaid(
  file: File,
  lists: readonly string[][],
  composeFiles: ReadonlyMap<string, File>,
): readonly string[] | undefined {
  const wanted = bareServices(file);
  const candidates = lists.filter((list) => {
    const names = new Set(
      list.flatMap((path) =>
        entries(child((composeFiles.get(path) as File).node, 'services')).map(([name]) => name),
      ),
    );
    return !list.includes(file.path) && wanted.every((name) => names.has(name));
  });
  const closeness = (list: readonly string[]): number => {
    const first = list[0] as string;
    if (dirname(first) !== dirname(file.path)) return -1;
    let shared = 0;
    while (shared < first.length && first[shared] === file.path[shared]) shared++;
    return shared;
  };
  const near = candidates.filter((list) => isBelowOther(dirname(list[0] as string), dirname(file.path)));
  return near.sort((a, b) => closeness(b) - closeness(a) || a.length - b.length)[0];
}

const isBelowOther = (folder: string, other: string): boolean =>
  below(folder, other) !== undefined || below(other, folder) !== undefined;

const isNear = (project: Project, other: Project): boolean => isBelowOther(project.folder, other.folder);

/** Whether two projects can run at once as parts of one system: no service in both, and something that joins them. */
function runsBeside(project: Project, other: Project): boolean {
  if (
    project.paths.some((path) => other.allPaths.has(path)) ||
    other.paths.some((path) => project.allPaths.has(path))
  )
    return false;
  for (const name of project.services.keys()) if (other.services.has(name)) return false;
  if (project.folder === other.folder) return true;
  const shared = externalNetworks(project);
  return [...externalNetworks(other)].some((name) => shared.has(name));
}

/** The networks by which a project meets others: those made outside it, and those that it makes under a fixed name. */
function externalNetworks({ networks }: Project): Set<string> {
  const names = new Set<string>();
  for (const [name, nodes] of networks) {
    for (const node of nodes) {
      if (!isFields(node.value)) continue;
      const { external, name: fixed } = node.value;
      const given = isFields(external) ? external.name : fixed;
      if (external !== undefined && external !== false) names.add(typeof given === 'string' ? given : name);
      else if (typeof fixed === 'string') names.add(fixed);
    }
  }
  return names;
}

function listsInEnvFiles(files: Files): string[][] {
  return files.repo.paths
    .filter((path) => /(?:^|\/)\.env$/.test(path))
    .flatMap((path) => {
      const text = files.repo.text(path);
      const variables = isReadable(text) ? readEnv(text) : [];
      const value = variables.find(({ name }) => name === 'COMPOSE_FILE')?.value;
      const separator = variables.find(({ name }) => name === 'COMPOSE_PATH_SEPARATOR')?.value ?? ':';
      return value ? [value.split(separator).flatMap((part) => resolvePath(dirname(path), part) ?? [])] : [];
    });
}

/** The lists of `-f` files of every `docker compose` command that the repository writes down. */
function listsInCommands(files: Files): string[][] {
  const lists: string[][] = [];
  for (const path of files.repo.paths) {
    if (!WITH_COMMANDS.test(path)) continue;
    const text = files.repo.text(path);
    if (!isReadable(text) || !/docker[- ]compose/.test(text.text)) continue;
    const joined = text.text.replace(/\\\r?\n\s*/g, ' ');
    for (const [, options = ''] of joined.matchAll(
      /docker[- ]compose((?:[ \t]+(?:-f|--file|-p|--project-name|--profile|--env-file)[ =][^\s"'`]+|[ \t]+["'][^"'\n]*["'])+)/g,
    )) {
      const names = [...options.matchAll(/(?:-f|--file)[ =]["']?([^\s"'`]+)/g)].map(
        (match) => match[1] as string,
      );
      const found = names.map((name) =>
        firstPresent(files, [dirname(path), '', dirname(dirname(path))], name),
      );
      if (found.every((name) => name !== undefined)) lists.push(found);
    }
  }
  return lists;
}

function firstPresent(files: Files, folders: readonly string[], name: string): string | undefined {
  // `$DIR/file.yml`: the variable is most often the script's own folder.
  const plain = name.replace(/^\$(?:\{\w+\}|\w+)\//, '');
  for (const folder of folders) {
    const path = resolvePath(folder, plain);
    if (path !== undefined && files.repo.entry(path)?.type === 'file' && basename(path) !== '') return path;
  }
  return undefined;
}
