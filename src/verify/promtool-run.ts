import { randomBytes } from 'node:crypto';
import { programPath } from '../repo/programs.ts';
import { isUnknown } from '../stack/compose/interpolate.ts';
import { prometheusesOf, type System } from '../stack/system.ts';
import { versionIn } from './promtool-version.ts';
import { runTool, type ToolOutput } from './run.ts';

/** Which promtool to run: one that is found, none, or the one at a path. */
export type ToolChoice = 'auto' | 'off' | { readonly path: string };

/** A program that was brought, or why it could not be, in a part of a sentence. */
export type Fetched = { readonly command: string } | { readonly problem: string };

/** A promtool that was found. */
export interface Promtool {
  /** A program of this machine, or the one inside an image that the stack runs. */
  readonly from: { readonly command: string } | { readonly image: string; readonly docker: string };
  readonly version: string;
}

/**
 * Finds a promtool: the one that is asked for, else the one of this machine, else the one in the image
 * that the compose file runs, where that image is here already: none is pulled. Undefined where there is none.
 */
export async function findPromtool(
  choice: Exclude<ToolChoice, 'off'>,
  system: System,
): Promise<Promtool | undefined> {
  const { root } = system.files.repo;
  const command = choice === 'auto' ? programPath('promtool', root) : choice.path;
  const version = command && versionIn(await runTool(command, ['--version']), 'promtool');
  if (command !== undefined && version !== undefined) return { from: { command }, version };
  const docker = programPath('docker', root);
  if (choice !== 'auto' || docker === undefined) return undefined;
  for (const image of prometheusImages(system)) {
    const here = await runTool(docker, ['image', 'inspect', '--format', '{{.Id}}', image], {
      env: dockerEnv(),
    });
    if (here.status !== 0) continue;
    const inside = versionIn(await runInImage({ image, docker }, ['--version'], {}), 'promtool');
    if (inside !== undefined) return { from: { image, docker }, version: inside };
  }
  return undefined;
}

/** The promtool that was brought here, or why there is none, in a part of a sentence. */
export async function fetchedPromtool(
  fetch: () => Promise<Fetched>,
): Promise<Promtool | { readonly problem: string }> {
  const fetched = await fetch();
  if ('problem' in fetched) return fetched;
  const { command } = fetched;
  const ran = await runTool(command, ['--version']);
  const version = versionIn(ran, 'promtool');
  return version === undefined
    ? { problem: `the one that was fetched does not run here (${ran.problem ?? `status ${ran.status}`})` }
    : { from: { command }, version };
}

/** The images of the Prometheus servers that compose runs, as they are written there. */
function prometheusImages(system: System): string[] {
  const images = prometheusesOf(system).flatMap(({ prometheus: { container } }) =>
    container?.facts?.role === 'prometheus' ? (container.service.image?.text ?? []) : [],
  );
  // A name that begins with a dash would be an option.
  return [...new Set(images)].filter((image) => !isUnknown(image) && /^[a-z0-9]/i.test(image));
}

/** Runs a promtool on files of a private folder, which it sees at the same path. */
export function runPromtool(
  { from }: Pick<Promtool, 'from'>,
  args: readonly string[],
  options: { readonly folder: string; readonly timeout?: number },
): Promise<ToolOutput> {
  if ('image' in from) return runInImage(from, args, options);
  const { folder, timeout } = options;
  // promtool keeps its series in a folder of its own there, and leaves it behind when it is ended.
  return runTool(from.command, args, {
    cwd: folder,
    env: { TMPDIR: folder },
    ...(timeout ? { timeout } : {}),
  });
}

async function runInImage(
  { image, docker }: { readonly image: string; readonly docker: string },
  args: readonly string[],
  { folder, timeout }: { readonly folder?: string; readonly timeout?: number },
): Promise<ToolOutput> {
  const name = `monitoring-check-${randomBytes(8).toString('hex')}`;
  const { getuid, getgid } = process;
  const user = getuid && getgid ? ['--user', `${getuid()}:${getgid()}`] : [];
  const mount = folder === undefined ? [] : ['--volume', `${folder}:${folder}:ro`, '--workdir', folder];
  const isolated = ['--rm', '--pull', 'never', '--network', 'none', '--read-only', '--tmpfs', '/tmp'];
  const result = await runTool(
    docker,
    ['run', '--name', name, ...isolated, ...user, ...mount, '--entrypoint', 'promtool', image, ...args],
    { env: dockerEnv(), ...(timeout ? { timeout } : {}) },
  );
  // A client that is ended leaves its container running.
  if (result.problem !== undefined) await runTool(docker, ['rm', '--force', name], { env: dockerEnv() });
  return result;
}

/** What tells docker where its daemon is. */
const dockerEnv = (): Record<string, string> =>
  Object.fromEntries(
    [
      'DOCKER_HOST',
      'DOCKER_CONTEXT',
      'DOCKER_CONFIG',
      'DOCKER_TLS_VERIFY',
      'DOCKER_CERT_PATH',
      'XDG_RUNTIME_DIR',
    ]
      .map((name) => [name, process.env[name]] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
