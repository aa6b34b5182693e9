import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolOutput } from '../verify/run.ts';
import type { Docker } from './docker.ts';
import { fields, type JsonObject, text } from './json.ts';

/** Why a stack could not be started: what it is made of could not be had, which is not the stack's own sickness. */
export interface NotStarted {
  readonly why: 'pull' | 'build' | 'up';
  /** The service whose image it is; undefined for what concerns the whole project. */
  readonly service: string | undefined;
  /** In Docker's words. */
  readonly message: string;
  /** Whether it was ended, and did not fail by itself. */
  readonly isCutShort: boolean;
}

export interface BootOptions {
  readonly project: string;
  /** The boot's own folder. */
  readonly scratch: string;
  /** When it must be up, in milliseconds since 1970. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

/**
 * Gets the images, and starts the stack. Undefined where its containers were made, whether they stay up
 * or not.
 */
export async function boot(
  docker: Docker,
  model: JsonObject,
  options: BootOptions,
): Promise<NotStarted | undefined> {
  const file = join(options.scratch, 'compose.json');
  writeFileSync(file, JSON.stringify(model), { mode: 0o600 });
  const services = Object.entries(fields(model.services)).map(([name, service]) => ({
    name,
    ...fields(service),
  }));
  const compose = (...args: string[]): Promise<ToolOutput> =>
    docker.run(
      [
        'compose',
        '--project-directory',
        options.scratch,
        '-p',
        options.project,
        '-f',
        file,
        '--progress',
        'plain',
        ...args,
      ],
      // No file of variables lies there, so that nothing is put in a second time.
      { cwd: options.scratch, timeout: left(options), signal: options.signal, isApart: true },
    );

  const pulled = new Map<string, Promise<NotStarted | undefined>>();
  const built = services.filter((service) => 'build' in service);
  for (const service of services) {
    const image = text('image' in service ? (service.image as string) : undefined);
    if ('build' in service || image === undefined) continue;
    if (!pulled.has(image)) pulled.set(image, pull(docker, image, service.name, options));
  }
  for (const problem of await Promise.all(pulled.values())) if (problem !== undefined) return problem;
  for (const { name } of built) {
    options.onStep(`building "${name}"`);
    const output = await compose('build', name);
    if (output.status !== 0)
      return { why: 'build', service: name, message: buildError(output), isCutShort: isCut(output) };
  }

  options.onStep('starting');
  const up = await compose('up', '--detach', '--no-build', '--quiet-pull', '--no-color');
  return up.status === 0
    ? undefined
    : { why: 'up', service: undefined, message: upError(up), isCutShort: isCut(up) };
}

const left = ({ deadline }: BootOptions): number => Math.max(1_000, deadline - Date.now());

async function pull(
  docker: Docker,
  image: string,
  service: string,
  options: BootOptions,
): Promise<NotStarted | undefined> {
  const here = await docker.run(['image', 'inspect', '--format', '{{.Id}}', image], {
    signal: options.signal,
  });
  if (here.status === 0) return undefined;
  options.onStep(`pulling ${image}`);
  const output = await docker.run(['pull', '--quiet', image], {
    timeout: left(options),
    signal: options.signal,
    isApart: true,
  });
  return output.status === 0
    ? undefined
    : { why: 'pull', service, message: lastWords(output), isCutShort: isCut(output) };
}

const isCut = ({ status }: ToolOutput): boolean => status === undefined;

/** The last line that a failed command printed, without what it was said by. */
function lastWords({ output, problem }: ToolOutput): string {
  if (problem !== undefined) return problem;
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'it failed and said nothing').replace(/^Error response from daemon: /, '').trim();
}

/** What a build failed at: the last line of the failing step, before BuildKit repeats the Dockerfile. */
function buildError(output: ToolOutput): string {
  const step = /process "([^"]+)" did not complete successfully: (exit code: \d+)/.exec(output.output);
  if (step !== null) return `"${step[1]}" ended with ${step[2]?.replace(': ', ' ')}`;
  return lastWords(output).replace(/^(?:failed to solve: |target \S+: )+/, '');
}

/** What compose could not do: its last line about an error, without the generated names of containers. */
function upError(output: ToolOutput): string {
  const lines = output.output
    .split('\n')
    .filter((line) => /error|fail|unhealthy|didn't complete|could not/i.test(line));
  return (
    output.problem ?? (lines.at(-1)?.trim() || lastWords(output)).replace(/^Error response from daemon: /, '')
  );
}
