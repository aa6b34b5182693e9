import { spawnSync } from 'node:child_process';
import type { Docker } from './docker.ts';
import { fields, type Json, list, text } from './json.ts';
import { isAbandoned, RUN_LABEL, type Run } from './ownership.ts';

/** What Docker keeps, in the order in which it can be taken away, with the command that does. */
const KINDS = [
  { list: ['ps', '-a', '-q', '--no-trunc'], remove: ['rm', '-f', '-v'] },
  { list: ['network', 'ls', '-q', '--no-trunc'], remove: ['network', 'rm'] },
  { list: ['volume', 'ls', '-q'], remove: ['volume', 'rm', '-f'] },
  { list: ['image', 'ls', '-q', '--no-trunc'], remove: ['rmi', '-f'] },
] as const;

/** How often taking away is tried: a network goes only when the last container has left it. */
const TRIES = 4;

/** Takes away everything that a boot made; the result says in a line what could not be, and is undefined when all went. */
export async function takeDown(docker: Docker, { id }: Pick<Run, 'id'>): Promise<string | undefined> {
  const filter = ['--filter', `label=${RUN_LABEL}=${id}`];
  let left = '';
  for (let round = 0; round < TRIES; round++) {
    left = '';
    for (const kind of KINDS) {
      const found = await docker.run([...kind.list, ...filter], { isOutputOnly: true, isApart: true });
      const ids = [...new Set(found.output.split('\n').filter((line) => line !== ''))];
      if (found.status === 0 && ids.length === 0) continue;
      const gone = await docker.run([...kind.remove, ...ids], { isApart: true });
      if (found.status !== 0 || gone.status !== 0) left = gone.output.trim().split('\n').at(-1) ?? '';
    }
    if (left === '') return undefined;
    await new Promise((resolve) => setTimeout(resolve, 500 * (round + 1)));
  }
  return `what ${RUN_LABEL}=${id} labels could not all be removed: ${left}`;
}

/** The same when the process ends at once, and nothing can be waited for. */
export function takeDownNow(docker: Docker, { id }: Pick<Run, 'id'>): void {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...docker.env };
  const filter = ['--filter', `label=${RUN_LABEL}=${id}`];
  for (const kind of KINDS) {
    const { stdout } = spawnSync('docker', [...kind.list, ...filter], { env, encoding: 'utf8' });
    const ids = [...new Set(stdout.split('\n').filter((line) => line !== ''))];
    if (ids.length > 0) spawnSync('docker', [...kind.remove, ...ids], { env, stdio: 'ignore' });
  }
}

/** Takes away what boots left behind that were killed outright; the result is how many there were. */
export async function sweep(docker: Docker): Promise<number> {
  const abandoned = new Set<string>();
  for (const [kind, ...words] of [
    ['ps', '-a'],
    ['network', 'ls'],
    ['volume', 'ls'],
    ['image', 'ls'],
  ] as const) {
    const found = await docker.run([kind, ...words, '-q', '--filter', `label=${RUN_LABEL}`], {
      isOutputOnly: true,
    });
    const ids = [...new Set(found.output.split('\n').filter((line) => line !== ''))];
    if (ids.length === 0) continue;
    const type = kind === 'ps' ? 'container' : kind;
    const details = await docker.json([type, 'inspect', ...ids]);
    for (const item of list(details)) {
      const labels = labelsOf(item);
      const run = labels[RUN_LABEL];
      if (run !== undefined && isAbandoned(labels)) abandoned.add(run);
    }
  }
  for (const id of abandoned) await takeDown(docker, { id });
  return abandoned.size;
}

const labelsOf = (item: Json): Record<string, string> => {
  const labels = fields(fields(item).Labels ?? fields(fields(item).Config).Labels);
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => {
      const written = text(value);
      return written === undefined ? [] : [[key, written]];
    }),
  );
};
