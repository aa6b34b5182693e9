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
const TRIES = 5;
/** How long the engine may take to finish what a command that was ended had asked of it, in milliseconds. */
const AFTERMATH = 1_500;

/**
 * Takes away everything that a boot made; the result says in a line what could not be, and is undefined
 * when all went. Where a command of the boot was cut short, the engine may still be finishing what that
 * asked for: then it is looked again until nothing more comes.
 */
export async function takeDown(
  docker: Docker,
  { id }: Pick<Run, 'id'>,
  isCutShort = false,
): Promise<string | undefined> {
  let left: string | undefined;
  let quiet = isCutShort ? 2 : 1;
  for (let round = 0; round < TRIES && quiet > 0; round++) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, isCutShort ? AFTERMATH : 500 * round));
    const { found, problem } = await removeOnce(docker, id);
    left = problem;
    if (problem === undefined && (!found || !isCutShort || round === 0)) quiet--;
  }
  return left === undefined ? undefined : `what ${RUN_LABEL}=${id} labels could not all be removed: ${left}`;
}

async function removeOnce(
  docker: Docker,
  id: string,
): Promise<{ readonly found: boolean; readonly problem: string | undefined }> {
  const filter = ['--filter', `label=${RUN_LABEL}=${id}`];
  let isFound = false;
  let problem: string | undefined;
  for (const kind of KINDS) {
    const listed = await docker.run([...kind.list, ...filter], { isOutputOnly: true, isApart: true });
    const ids = [...new Set(listed.output.split('\n').filter((line) => line !== ''))];
    if (listed.status !== 0) problem = listed.problem ?? 'the engine does not tell what there is';
    if (ids.length === 0) continue;
    isFound = true;
    const gone = await docker.run([...kind.remove, ...ids], { isApart: true });
    if (gone.status !== 0) problem = gone.output.trim().split('\n').at(-1) ?? '';
  }
  return { found: isFound, problem };
}

/** The same when the process ends at once, and nothing can be waited for. */
export function takeDownNow(docker: Docker, { id }: Pick<Run, 'id'>): void {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...docker.env };
  const filter = ['--filter', `label=${RUN_LABEL}=${id}`];
  for (const kind of KINDS) {
    const { stdout } = spawnSync(docker.program, [...kind.list, ...filter], { env, encoding: 'utf8' });
    const ids = [...new Set(stdout.split('\n').filter((line) => line !== ''))];
    if (ids.length > 0) spawnSync(docker.program, [...kind.remove, ...ids], { env, stdio: 'ignore' });
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
