import { execFileSync } from 'node:child_process';

/** Where the tests find the program's bundles, built from the sources as they are. */
export const BUILT = 'node_modules/.cache/monitoring-check/built';

/** What a program that a test runs is given, so that its lines count where somebody counts them. */
export const COUNTED: Readonly<Record<string, string>> =
  process.env.LINES_OF_PROGRAMS === undefined ? {} : { NODE_V8_COVERAGE: process.env.LINES_OF_PROGRAMS };

/** Builds the bundles once before the tests. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', BUILT], { stdio: 'inherit' });
}
