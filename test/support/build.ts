import { execFileSync } from 'node:child_process';

/** Where the tests find the program's bundles, built from the sources as they are. */
export const BUILT = 'node_modules/.cache/monitoring-check/built';

/** Builds the bundles once before the tests. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', BUILT], { stdio: 'inherit' });
}
