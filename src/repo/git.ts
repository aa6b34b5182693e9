import { execFileSync } from 'node:child_process';
import { programPath } from './programs.ts';

/** Variables by which git can be pointed at another repository than the one it is asked about. */
const MISLEADING = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
];

/** Longer than git needs for its longest lists, in milliseconds. */
const LONGEST = 20_000;

/**
 * The files below a directory that git has, relative to it; undefined when there is no git, or no
 * repository of which it lists files (git documentation, "git-ls-files"). The list is read from the index
 * alone. Nothing of the repository runs: the one program that its own configuration could name for
 * this, a file system monitor, is switched off, and what a partial clone lacks is not fetched.
 */
export function trackedFiles(root: string): ReadonlySet<string> | undefined {
  const git = programPath('git', root);
  if (git === undefined) return undefined;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  for (const name of MISLEADING) delete env[name];
  try {
    const list = execFileSync(git, ['-C', root, '-c', 'core.fsmonitor=false', 'ls-files', '-z', '--cached'], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LONGEST,
      maxBuffer: 1 << 28,
    });
    return new Set(list.split('\0').filter((path) => path !== ''));
  } catch {
    // No repository, or one of another user, which git refuses to read: nothing is known.
    return undefined;
  }
}
