import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { BUILT, COUNTED } from './build.ts';
import { type Ran, temporaryFolder } from './program.ts';

/** Longer than the program may take for anything that a repository holds, in milliseconds. */
const LONGEST = 60_000;
/** The memory that it may have at most, in megabytes. */
const MOST_MEMORY = 1024;

export interface BoundedRun extends Ran {
  /** The most memory that the process had at once, in megabytes; undefined when it did not end by itself. */
  readonly peak: number | undefined;
}

/** The user whom permissions hold back, where the tests run as one whom none does. */
const NOBODY = { uid: 65534, gid: 65534 };

/** Whether the tests may start a program as nobody, and nobody may start node. */
export const canBeNobody = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['--version'], { cwd: '/', ...NOBODY }).status === 0;

/** A copy of what runs the program where nobody may read it: the checkout may be in a folder of root's own. */
function programForNobody(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  for (const part of [BUILT, 'wasm/promql.wasm', 'test/support/peak.cjs'])
    cpSync(part, join(folder, part), { recursive: true });
  return folder;
}

/** Runs the command line program with a bound on its time, and measures its memory. */
export function runBounded(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; asNobody?: boolean; longest?: number } = {},
): BoundedRun {
  const program = options.asNobody ? programForNobody() : process.cwd();
  const { status, output } = spawnSync(
    process.execPath,
    ['--require', resolve(program, 'test/support/peak.cjs'), resolve(program, BUILT, 'cli.js'), ...args],
    {
      cwd: options.cwd ?? program,
      // Nobody may not write down which lines were run.
      env: { PATH: process.env.PATH, ...(options.asNobody ? {} : COUNTED), ...options.env },
      ...(options.asNobody ? NOBODY : {}),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: options.longest ?? LONGEST,
      killSignal: 'SIGKILL',
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  const [, stdout = '', stderr = '', kilobytes = ''] = output ?? [];
  const peak = kilobytes ? Number(kilobytes) / 1024 : undefined;
  return { status, stdout: stdout ?? '', stderr: stderr ?? '', peak };
}

/**
 * The program did its work, or said in one line why it could not: no stack trace, no fault of its own, in
 * bounded time and memory.
 */
export function expectGoodEnd(run: BoundedRun): void {
  expect(run.stderr).not.toMatch(/^\s+at /m);
  expect(run.stderr).not.toContain('a fault of its own');
  expect([0, 1, 2]).toContain(run.status);
  if (run.status === 2) expect(run.stderr).toMatch(/^monitoring-check: [^\n]+\n$/);
  expect(run.peak).toBeLessThan(MOST_MEMORY);
}
