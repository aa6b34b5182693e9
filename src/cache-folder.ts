import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder in which something is kept between runs: `MONITORING_CHECK_CACHE`,
 * or one of the user's own for caches. Undefined where it is switched off, and in CI, where the next run
 * is mostly on another machine. Any file in it may be deleted at any time.
 */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: string = process.platform): string | undefined {
  const asked = env.MONITORING_CHECK_CACHE;
  if (asked === 'off' || (asked === undefined && env.CI)) return undefined;
  if (asked) return resolve(asked);
  const home = homedir();
  const caches =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : env.XDG_CACHE_HOME || join(home, '.cache');
  return join(caches, 'monitoring-check');
}

/** Whether nobody else can write to a folder: what is kept in it would be theirs to choose. */
export function isOwn(folder: string): boolean {
  if (process.getuid === undefined) return true;
  const { uid, mode } = statSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}
