import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SmokeConfig } from '../config/config.ts';
import type { ToolOutput } from '../verify/run.ts';
import type { Docker } from './docker.ts';
import { at, fields, type JsonObject, list, parseJson, text } from './json.ts';
import type { Choosable } from './select.ts';

/** A service as `docker compose config` prints it. */
export interface EffectiveService extends Choosable {
  readonly name: string;
  readonly value: JsonObject;
}

/** The whole configuration of a project, with every override, variable and file of variables put in. */
export interface Effective {
  readonly project: string;
  readonly services: ReadonlyMap<string, EffectiveService>;
  readonly value: JsonObject;
}

/** What `docker compose` is given to read a project. */
export interface ComposeSource {
  /** The repository's folder, absolute. */
  readonly root: string;
  /** The folder from which the project's relative paths count, in the repository. */
  readonly folder: string;
  /** Compose files in the repository, the lowest first. */
  readonly paths: readonly string[];
  /** A folder for generated files. */
  readonly scratch: string;
}

/** From here on, reading a project does not read the files of variables that its services name. */
const LEAVES_ENV_FILES: readonly [number, number] = [2, 33];

/**
 * The configuration that `docker compose` would run. Files of variables that services name are left
 * unread where `docker compose` can: what they hold is not known to be this repository's yet. A text is
 * what compose says against it.
 */
export async function readEffective(
  docker: Docker,
  source: ComposeSource,
  config: SmokeConfig,
  options: { readonly withEnvFiles: boolean; readonly services: readonly string[] },
): Promise<Effective | string> {
  const [major = 0, minor = 0] = docker.version.split('.').map(Number);
  const canLeave =
    major > LEAVES_ENV_FILES[0] || (major === LEAVES_ENV_FILES[0] && minor >= LEAVES_ENV_FILES[1]);
  const printed = await docker.run(
    [
      'compose',
      ...composeOptions(source, config),
      'config',
      '--format',
      'json',
      ...(options.withEnvFiles || !canLeave ? [] : ['--no-env-resolution']),
      ...options.services,
    ],
    { cwd: source.root, isOutputOnly: true, isApart: true },
  );
  if (printed.status !== 0) return complaint(await explained(docker, source, config, options.services));
  const value = fields(parseJson(printed.output));
  const services = Object.entries(fields(value.services)).map(
    ([name, service]): [string, EffectiveService] => [
      name,
      { name, value: fields(service), dependsOn: dependenciesOf(fields(service)) },
    ],
  );
  return { project: text(value.name) ?? '', services: new Map(services), value };
}

/** The same again for what it says on standard error. */
const explained = (
  docker: Docker,
  source: ComposeSource,
  config: SmokeConfig,
  services: readonly string[],
): Promise<ToolOutput> =>
  docker.run(['compose', ...composeOptions(source, config), 'config', '--quiet', ...services], {
    cwd: source.root,
    isApart: true,
  });

/** The last line that compose prints, without its marks of time and level. */
function complaint({ output, problem }: ToolOutput): string {
  const last = output.trim().split('\n').at(-1) ?? '';
  return problem === undefined ? last.replace(/^time=\S+ level=\w+ msg=/, '') : `docker compose ${problem}`;
}

function composeOptions(source: ComposeSource, config: SmokeConfig): string[] {
  const folder = join(source.root, source.folder);
  const own = join(folder, '.env');
  const variables: string[] = [];
  if (config.env.size > 0) {
    const given = join(source.scratch, 'smoke.env');
    const quoted = (value: string): string => `'${value.replace(/'/g, "\\'")}'`;
    writeFileSync(given, [...config.env].map(([name, value]) => `${name}=${quoted(value)}\n`).join(''), {
      mode: 0o600,
    });
    // The repository's own file comes last, and wins: only what is missing is filled in.
    variables.push('--env-file', given, ...(existsSync(own) ? ['--env-file', own] : []));
  }
  return [
    '--project-directory',
    folder,
    ...source.paths.flatMap((path) => ['-f', join(source.root, path)]),
    ...variables,
    ...config.profiles.flatMap((profile) => ['--profile', profile]),
  ];
}

function dependenciesOf(service: JsonObject): string[] {
  const shared = ['network_mode', 'ipc', 'pid'].flatMap((key) => {
    const other = /^service:(.+)$/.exec(text(service[key]) ?? '')?.[1];
    return other === undefined ? [] : [other];
  });
  const links = list(service.links).flatMap((link) => text(link)?.split(':')[0] ?? []);
  const volumes = list(service.volumes_from).flatMap((from) => text(from)?.split(':')[0] ?? []);
  const waited = Object.entries(fields(service.depends_on))
    .filter(([, value]) => at(value, 'required') !== false)
    .map(([name]) => name);
  return [...new Set([...waited, ...shared, ...links, ...volumes])];
}
