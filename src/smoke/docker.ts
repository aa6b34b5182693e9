import { existsSync } from 'node:fs';
import { programPath } from '../repo/programs.ts';
import { type RunOptions, runTool, type ToolOutput } from '../verify/run.ts';
import { type Json, parseJson } from './json.ts';

/** A Docker engine of this machine with `docker compose`. */
export interface Docker {
  /** Where the command stands. */
  readonly program: string;
  /** The version of `docker compose`, as `2.40.3`. */
  readonly version: string;
  run(args: readonly string[], options?: RunOptions): Promise<ToolOutput>;
  /** The JSON that a command prints; undefined where it fails or prints none. */
  json(args: readonly string[], options?: RunOptions): Promise<Json | undefined>;
  /** What a command needs to reach the same engine when it is run by other means. */
  readonly env: Readonly<Record<string, string>>;
}

/** The first `docker compose` that a boot works with: it knows `include`, and prints its configuration as JSON. */
const OLDEST: readonly [number, number] = [2, 20];

/**
 * Finds the Docker engine that this machine uses by default. A text says in one line why there is none
 * that a stack can be booted with. A `docker` that lies in the repository is not taken for one.
 */
export async function findDocker(root: string): Promise<Docker | string> {
  const program = programPath('docker', root);
  if (program === undefined) return 'there is no docker command on this machine';
  const { DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG } = process.env;
  const chosen = {
    ...(DOCKER_HOST ? { DOCKER_HOST } : {}),
    ...(DOCKER_CONTEXT ? { DOCKER_CONTEXT } : {}),
    ...(DOCKER_CONFIG ? { DOCKER_CONFIG } : {}),
  };
  const context = await runTool(program, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
    env: chosen,
    isOutputOnly: true,
  });
  const endpoint = DOCKER_HOST || context.output.trim() || 'unix:///var/run/docker.sock';
  if (!/^(?:unix|npipe):/.test(endpoint))
    return `the Docker engine is that of another machine (${endpoint}), where this folder's files are not: unset DOCKER_HOST`;
  const env = { DOCKER_HOST: endpoint, ...(DOCKER_CONFIG ? { DOCKER_CONFIG } : {}) };

  const engine = await runTool(program, ['version', '--format', '{{.Server.Version}}'], { env });
  if (engine.status !== 0) return engineProblem(endpoint, engine.output);
  const compose = await runTool(program, ['compose', 'version', '--short'], { env });
  const version = /(\d+)\.(\d+)\.\d+/.exec(compose.output);
  if (compose.status !== 0 || version === null)
    return 'docker has no compose: install the plugin "docker compose", version 2';
  const [number, major, minor] = version;
  if (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]))
    return `docker compose is ${number}, and a boot needs ${OLDEST.join('.')} or later`;

  const run: Docker['run'] = (args, options = {}) =>
    runTool(program, args, { ...options, env: { ...env, ...options.env } });
  return {
    program,
    version: number,
    env,
    run,
    async json(args, options) {
      const { status, output } = await run(args, { isOutputOnly: true, ...options });
      return status === 0 ? parseJson(output) : undefined;
    },
  };
}

function engineProblem(endpoint: string, output: string): string {
  const socket = endpoint.replace(/^unix:\/\//, '');
  if (/permission denied/i.test(output))
    return `no permission to use the Docker engine at ${socket}: add this user to the group that owns it`;
  const rootless = `${process.env.XDG_RUNTIME_DIR ?? ''}/docker.sock`;
  if (process.env.XDG_RUNTIME_DIR && endpoint !== `unix://${rootless}` && existsSync(rootless))
    return `no Docker engine answers at ${socket}, but a rootless one has its socket at ${rootless}: set DOCKER_HOST=unix://${rootless}`;
  return `no Docker engine answers at ${socket}: is it started?`;
}
