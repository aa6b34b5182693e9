import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { BUILT, COUNTED } from './build.ts';
import type { Ran } from './program.ts';

/** Longer than the program may take for anything that a repository holds, in milliseconds. */
const LONGEST = 60_000;
/** The memory that it may have at most, in megabytes. */
const MOST_MEMORY = 1024;

export interface BoundedRun extends Ran {
  /** The most memory that the process had at once, in megabytes; undefined when it did not end by itself. */
  readonly peak: number | undefined;
}

/** Runs the command line program with a bound on its time, and measures its memory. */
export function runBounded(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): BoundedRun {
  const { status, output } = spawnSync(
    process.execPath,
    ['--require', resolve('test/support/peak.cjs'), resolve(BUILT, 'cli.js'), ...args],
    {
      cwd: options.cwd ?? process.cwd(),
      env: { PATH: process.env.PATH, ...COUNTED, ...options.env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: LONGEST,
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
