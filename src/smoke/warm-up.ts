import type { WarmUp } from '../config/config.ts';
import { inspectContainers } from './containers.ts';
import type { Docker } from './docker.ts';
import type { Run } from './ownership.ts';

/** How long is waited before a command is tried again, in milliseconds. */
const BETWEEN = 1_000;

/**
 * Runs the commands that bring traffic, each in its service's container: a command of the repository's
 * never runs on this machine itself. A text says which one failed to the end.
 */
export async function warmUp(
  docker: Docker,
  commands: readonly WarmUp[],
  {
    run,
    signal,
    deadline,
    onStep,
  }: { run: Run; signal: AbortSignal; deadline: number; onStep: (what: string) => void },
): Promise<string | undefined> {
  for (const { service, command } of commands) {
    onStep(`warming up "${service}"`);
    for (let tries = 0; ; tries++) {
      const container = (await inspectContainers(docker, run)).find((other) => other.service === service);
      if (container === undefined) return `there is no container of "${service}" to warm up`;
      const { status, output } = await docker.run(['exec', container.id, ...command], {
        signal,
        isApart: true,
      });
      if (status === 0) break;
      // The service may need a moment until it takes any traffic.
      if (tries >= 15 || Date.now() > deadline || signal.aborted)
        return `the warm-up of "${service}" fails: ${output.trim().split('\n').at(-1)?.slice(0, 200) || `status ${status}`}`;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN));
    }
  }
  return undefined;
}
