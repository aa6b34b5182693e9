import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { BUILT, COUNTED } from './build.ts';
import type { Repository } from './check.ts';
import { writeRepository } from './fixtures.ts';

/** Where the programs that the tests run keep their compiled code. */
const CODE = resolve('node_modules/.cache/monitoring-check/code');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line program. */
export function monitoringCheck(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Ran {
  const program = resolve(BUILT, 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: options.cwd ?? process.cwd(),
    // What a test sees is worked out anew, unless it asks.
    env: {
      PATH: process.env.PATH,
      ...COUNTED,
      MONITORING_CHECK_CACHE: CODE,
      MONITORING_CHECK_MEMORY: 'off',
      ...options.env,
    },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

/** The inputs as a runner gives them. Nothing is booted unless a test asks for it: whether a stack is there depends on the machine. */
const asVariables = (inputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ smoke: 'off', ...inputs }).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]),
  );

/** Runs the action as a runner would, with inputs as environment variables. */
export function runAction(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(BUILT, 'action.js')], {
    env: { PATH: process.env.PATH, ...COUNTED, ...env, ...asVariables(inputs) },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The same while the test itself goes on, as where it is the server that the action asks; by another bundle where one is given. */
export function runActionAside(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  bundle = 'action.js',
): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [resolve(BUILT, bundle)],
      {
        env: { PATH: process.env.PATH, ...COUNTED, ...env, ...asVariables(inputs) },
        maxBuffer: 64 * 1024 * 1024,
      },
      (_, stdout, stderr) => done({ status: child.exitCode, stdout, stderr }),
    );
  });
}

/** A folder with the given files, gone after the test; tests that run side by side give their own `finished`. */
export function temporaryFolder(
  files: Repository = {},
  finished: (clean: () => void) => void = onTestFinished,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-'));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  writeRepository(folder, files);
  return folder;
}
