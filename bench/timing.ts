import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const PROGRAM = resolve(process.env.MONITORING_CHECK_PROGRAM ?? 'dist/cli.js');

/** The static check alone: a promtool that is found would be measured against itself. */
export const STATIC: readonly string[] = ['--promtool', 'off'];

/** What the program is told about what it keeps between runs. */
export type Kept =
  /** Its code as compiled; no run is remembered. */
  | 'code'
  /** Nothing, as on a machine that is set up anew for each run. */
  | 'nothing'
  /** Also what a run on the same files found. */
  | 'runs';

const KEPT: Readonly<Record<Kept, NodeJS.ProcessEnv>> = {
  code: { MONITORING_CHECK_MEMORY: 'off' },
  nothing: { MONITORING_CHECK_CACHE: 'off' },
  runs: {},
};

/** Milliseconds of one run of a command, whatever it finds. */
export function time(
  command: string,
  args: readonly string[],
  cwd?: string,
  env?: NodeJS.ProcessEnv,
): number {
  const start = performance.now();
  const { error, status, signal } = spawnSync(command, args, {
    stdio: 'ignore',
    ...(cwd === undefined ? {} : { cwd }),
    // In CI it keeps nothing: here it is told what it keeps.
    env: { ...process.env, CI: '', ...env },
  });
  if (error) throw error;
  if (signal !== null || status === null || status > 3)
    throw new Error(`${command} ended with ${signal ?? status}`);
  return performance.now() - start;
}

/** Milliseconds of one static check of a folder. */
export const check = (folder: string, kept: Kept): number =>
  time(process.execPath, [PROGRAM, 'check', folder, ...STATIC], undefined, KEPT[kept]);

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** What two sides took, and the median of the ratios of each pair. */
export interface Comparison {
  readonly own: number;
  readonly other: number;
  readonly ratio: number;
}

/** Runs both sides alternately, so that whatever else the machine does falls on both; medians of some pairs. */
export function compare(ours: () => number, theirs: () => number, pairs = 7): Comparison {
  ours();
  theirs();
  const measured = Array.from({ length: pairs }, () => [ours(), theirs()] as const);
  return {
    own: median(measured.map(([own]) => own)),
    other: median(measured.map(([, other]) => other)),
    ratio: median(measured.map(([own, other]) => own / other)),
  };
}

/** What a run of a program used, together with all that it started. */
export interface Usage {
  readonly output: string;
  readonly seconds: number;
  /** Of processor time. */
  readonly busySeconds: number;
  /** At most, at any moment. */
  readonly megabytes: number;
}

/** Runs a program and watches what it uses. Linux alone. */
export async function watch(args: readonly string[]): Promise<Usage> {
  const start = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  let [bytes, ticks] = [0, 0];
  const timer = setInterval(() => {
    const used = usageOf(child.pid as number);
    bytes = Math.max(bytes, used.bytes);
    ticks = Math.max(ticks, used.ticks);
  }, 50);
  await once(child, 'close');
  clearInterval(timer);
  const seconds = (performance.now() - start) / 1000;
  return { output, seconds, busySeconds: ticks / 100, megabytes: bytes / 2 ** 20 };
}

/** What a process and those that it started use now, as Linux tells (proc(5)): bytes of memory, clock ticks so far. */
function usageOf(root: number): { bytes: number; ticks: number } {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = text
          .slice(text.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        // Its parent, its own time and that of children that have ended, and the pages that it holds.
        const [, parent = 0] = fields;
        const ticks = fields.slice(11, 15).reduce((sum, one) => sum + one, 0);
        return [{ id: Number(name), parent, ticks, bytes: (fields[21] ?? 0) * 4096 }];
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // It has ended meanwhile.
        if (code === 'ENOENT' || code === 'ESRCH') return [];
        throw error;
      }
    });
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { id, parent } of rows) if (found.has(parent)) found.add(id);
  }
  const own = rows.filter(({ id }) => found.has(id));
  return {
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    ticks: own.reduce((sum, { ticks }) => sum + ticks, 0),
  };
}
