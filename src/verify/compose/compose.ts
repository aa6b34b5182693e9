import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../../repo/files.ts';
import { child, entries, exists, isFields, items, keyOf, type Node, startOf } from '../../repo/node.ts';
import { isWithin, programPath, realPath, safePath } from '../../repo/programs.ts';
import { isReadable } from '../../repo/repository.ts';
import { type Environment, interpolate, isUnknown } from '../../stack/compose/interpolate.ts';
import type { Project, ResourceKind } from '../../stack/compose/project.ts';
import type { Stack, System } from '../../stack/system.ts';
import { lineOf } from '../promtool.ts';
import { runTool } from '../run.ts';
import { temporaryFolder } from '../temporary.ts';
import type { ToolMessage, ToolPart } from '../verification.ts';
import { openWorkspace } from '../workspace.ts';
import { complaintIn, type Subject, subjectOf } from './complaint.ts';
import { layOut, writeVariables } from './copy.ts';

/** A `docker compose` of version 2 or later. */
export interface Compose {
  readonly docker: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The `docker compose` of this machine, never one that the repository brings; undefined where there is none. */
export async function findCompose(root: string | undefined): Promise<Compose | undefined> {
  const docker = programPath('docker', root);
  if (docker === undefined) return undefined;
  const env = environment(root);
  const { status, output } = await runTool(docker, ['compose', 'version', '--short'], { env });
  const version = status === 0 ? /(\d+)\.\d+\.\d+/.exec(output) : null;
  return version === null || Number(version[1]) < 2 ? undefined : { docker, version: version[0], env };
}

/**
 * What docker sees: where its plugins are, unless the repository has a say there; no engine, which it does
 * not need to read files; and none of its ways to fetch parts of a project.
 */
function environment(root: string | undefined): Record<string, string> {
  const { DOCKER_CONFIG } = process.env;
  const own = (folder: string | undefined): string | undefined =>
    folder === undefined || folder === '' || isWithin(realPath(folder), root) ? undefined : folder;
  const config = own(DOCKER_CONFIG);
  return {
    PATH: safePath(root),
    HOME: own(process.env.HOME) ?? '',
    ...(config === undefined ? {} : { DOCKER_CONFIG: config }),
    DOCKER_HOST: 'unix:///nowhere/monitoring-check.sock',
    DOCKER_CLI_HINTS: 'false',
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false',
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false',
  };
}

/** How many run at once: each waits for the disk for some of its time. */
const AT_ONCE = Math.min(4, availableParallelism() + 1);
/** How often compose is asked in one check, at about a tenth of a second each. */
const MOST_RUNS = 40;
/** In milliseconds. */
const LONGEST = 20_000;

/**
 * What `docker compose config` says against each project of the system, without a profile and with each of
 * its profiles. It sees copies of the compose files alone, starts nothing and asks no engine.
 */
export async function askCompose(compose: Compose, system: System): Promise<ToolPart> {
  const workspace = openWorkspace(system.files);
  const scratch = temporaryFolder();
  try {
    const projects = projectsOf(system);
    const complaints: ToolMessage[][] = projects.map(() => []);
    const ran = new Set<string>();
    let left = MOST_RUNS;
    let unread = 0;
    let next = 0;
    const work = async (): Promise<void> => {
      for (let number = next++; number < projects.length; number = next++) {
        const project = projects[number] as Project;
        const paths = layOut(project, system.files, workspace);
        if (paths === undefined) continue;
        const variables = join(scratch.path, String(number), 'variables');
        const known = writeVariables(project, system.files, variables);
        for (const profile of ['', ...profilesOf(project)]) {
          if (left-- <= 0) {
            unread++;
            break;
          }
          const { status, output } = await runTool(
            compose.docker,
            [
              'compose',
              ...['--project-name', 'monitoring-check', '--env-file', variables],
              ...['--project-directory', join(workspace.folder, project.folder)],
              ...paths.flatMap((path) => ['-f', path]),
              ...(profile === '' ? [] : ['--profile', profile]),
              ...['config', '--quiet'],
            ],
            { cwd: workspace.folder, env: compose.env, timeout: LONGEST },
          );
          ran.add(profile === '' ? 'config' : 'config --profile');
          const said = status === 0 || status === undefined ? undefined : complaintIn(output);
          if (said === undefined) continue;
          const message = said.replaceAll(`${workspace.folder}/`, '');
          const found = complaintOf(message, { files: system.files, project, projects, known });
          if (found !== undefined) complaints[number]?.push(found);
          // With a profile there is only more of it.
          if (profile === '' && missingIn(message)?.section !== 'services') break;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return {
      compose: complaints.flat(),
      notices:
        unread === 0
          ? []
          : [
              `docker compose config was not asked of all ${projects.length} compose projects: ${unread} are left out`,
            ],
      tools: { compose: { found: true, version: compose.version, ran: [...ran].sort() } },
    };
  } finally {
    workspace.remove();
    scratch.remove();
  }
}

/** Each project once, whatever runs beside it; those with a Prometheus first. */
function projectsOf({ stacks }: System): Project[] {
  const [first, rest] = [true, false].map((isFirst) =>
    stacks.filter(({ prometheuses }) => prometheuses.length > 0 === isFirst),
  ) as [Stack[], Stack[]];
  const projects = [...first, ...rest].flatMap(({ project }) => project ?? []);
  return [...new Map(projects.map((project) => [project.paths.join('\0'), project])).values()];
}

/** The profiles of a project that are known by name. */
const profilesOf = ({ services }: Project): string[] =>
  [...new Set([...services.values()].flatMap(({ profiles }) => profiles))].filter((profile) =>
    /^[a-zA-Z0-9][\w.-]*$/.test(profile),
  );

const isUnknownKey = (message: string): boolean => /additional properties/.test(message);

/** What a project has not, by a complaint: a name that it does not define, or that its chosen profiles leave out. */
function missingIn(message: string): { section: Section; name: string } | undefined {
  const [, kind, name] =
    /\bundefined (service|network|volume|config|secret) "?([\w.-]+)"?/.exec(message) ?? [];
  return kind === undefined || name === undefined ? undefined : { section: `${kind}s` as Section, name };
}

interface Complaining {
  readonly files: Files;
  readonly project: Project;
  readonly projects: readonly Project[];
  /** The variables that compose was given. */
  readonly known: Environment;
}

/**
 * A complaint with where its cause stands. Undefined where it may hang on something that the repository does
 * not tell: a value, or which profiles and which of its compose files are run together.
 */
function complaintOf(
  message: string,
  { files, project, projects, known }: Complaining,
): ToolMessage | undefined {
  const subject = subjectOf(message);
  const missing = missingIn(message);
  if (missing !== undefined && projects.some((other) => other[missing.section].has(missing.name)))
    return undefined;
  const nodes = nodesOf(subject, { files, project, known });
  if (nodes.some((node) => hangsOnVariable(node.value, known))) return undefined;
  const [, path = '', line] = /^failed to parse (\S+): (?:yaml: )?line (\d+):/.exec(message) ?? [];
  const source = files.repo.text(path);
  if (isReadable(source)) return { place: lineOf(source, Number(line)), message };
  const node = nodes.at(-1);
  if (node === undefined || node.path.length === 0) {
    const first = files.repo.text(project.paths[0] ?? '');
    return isReadable(first) ? { place: startOf(first), message } : undefined;
  }
  const isKey = isUnknownKey(message) || typeof node.value === 'object';
  return { place: isKey && typeof node.path.at(-1) === 'string' ? keyOf(node) : { node }, message };
}

/** What a complaint may be about: what it names, or where it names nothing that is found, all that holds it. */
function nodesOf(
  { section, name, keys, written }: Subject,
  { files, project, known }: Pick<Complaining, 'files' | 'project' | 'known'>,
): Node[] {
  const whole = (): Node[] =>
    [...project.allPaths].flatMap((path) =>
      files.at(path).flatMap(({ kind, node }) => (kind === 'compose' ? node : [])),
    );
  if (section === undefined || !isSection(section)) {
    const named =
      keys.length === 0
        ? []
        : whole()
            .map((root) => child(root, ...keys))
            .filter(exists);
    return named.length > 0 ? named : whole();
  }
  const own =
    section === 'services'
      ? [...project.services.values()]
          .filter((service) => name === undefined || service.name === name)
          .flatMap(({ layers }) => layers.map(({ node }) => node))
      : [...(project[section].get(name ?? '') ?? [])];
  const deepest = own.map((node) => reach(node, keys));
  const far = Math.max(0, ...deepest.map(({ steps }) => steps));
  const reached = deepest.filter(({ steps }) => steps === far).map(({ node }) => node);
  const holding =
    written === undefined
      ? []
      : reached.flatMap((node) => partsOf(node).filter((part) => holds(part, written, known)));
  return holding.length > 0 ? holding : reached.length > 0 ? reached : whole();
}

type Section = 'services' | ResourceKind;
const isSection = (name: string): name is Section =>
  ['services', 'networks', 'volumes', 'configs', 'secrets'].includes(name);

/** The node at the end of a path, as far as it is there; the numbers of a list's items are not in it. */
function reach(node: Node, keys: readonly string[]): { node: Node; steps: number } {
  let steps = 0;
  let at = node;
  for (const key of keys) {
    const next = child(at, /^\d+$/.test(key) && Array.isArray(at.value) ? Number(key) : key);
    if (!exists(next)) break;
    at = next;
    steps++;
  }
  return { node: at, steps };
}

const partsOf = (node: Node): Node[] =>
  Array.isArray(node.value)
    ? items(node)
    : isFields(node.value)
      ? entries(node).map(([, part]) => part)
      : [node];

const holds = (part: Node, written: string, known: Environment): boolean =>
  part.path.at(-1) === written ||
  textsIn(part.value).some((text) => interpolate(text, known).includes(written));

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'number'
      ? [String(value)]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(textsIn)
        : [];

const hangsOnVariable = (value: unknown, known: Environment): boolean =>
  textsIn(value).some((text) => isUnknown(interpolate(text, known)));
