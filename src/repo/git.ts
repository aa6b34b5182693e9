import { spawnSync } from 'node:child_process';
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
 * alone.
 */
export function trackedFiles(root: string): ReadonlySet<string> | undefined {
  const list = askGit(root, ['ls-files', '-z', '--cached']);
  return list && new Set(records(list));
}

/**
 * The files below a directory that are others in the present commit than in another one; undefined where git does not
 * have it. The files themselves are not looked at: git would give those that changed to the filters of its configuration.
 */
export function changedSince(root: string, commit: string): ReadonlySet<string> | undefined {
  const list = askGit(root, [
    'diff',
    '--name-only',
    '--relative',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules',
    '-z',
    commit,
    'HEAD',
    '--',
  ]);
  return list && new Set(records(list));
}

/** Whether a directory lies below the root of a repository that git knows. */
export const isBelowGitRoot = (directory: string): boolean =>
  (text(askGit(directory, ['rev-parse', '--show-prefix'])) ?? '') !== '';

/** An entry of a tree that git has. */
export interface GitEntry {
  /** Relative to the directory that was asked about. */
  readonly path: string;
  readonly type: 'file' | 'link' | 'submodule';
  /** The name of its content. */
  readonly object: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * The commit to compare a directory's present state with: where the present commit branched off from
 * `ref`, or `ref` itself where that is not known, as in a shallow clone. Undefined when there is no such commit.
 */
export function commitSince(root: string, ref: string): string | undefined {
  const name = (revision: string): string | undefined =>
    text(askGit(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]));
  const commit = name(ref);
  if (commit === undefined) return undefined;
  return text(askGit(root, ['merge-base', commit, 'HEAD'])) ?? commit;
}

/** What a commit holds below a directory (git documentation, "git-ls-tree"). */
export function treeAt(root: string, commit: string): GitEntry[] | undefined {
  const list = askGit(root, ['ls-tree', '-r', '-z', '-l', commit]);
  return (
    list &&
    records(list).flatMap((record): GitEntry[] => {
      const match = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(record);
      if (match === null) return [];
      const [, mode, object = '', size, path = ''] = match;
      const type = mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
      return [{ path, type, object, size: size === '-' ? 0 : Number(size) }];
    })
  );
}

/** The contents of objects, in the order in which they were asked for (git documentation, "git-cat-file"). */
export function contentsOf(root: string, objects: readonly string[]): (Uint8Array | undefined)[] {
  const output = askGit(root, ['cat-file', '--batch'], `${objects.join('\n')}\n`);
  let at = 0;
  return objects.map(() => {
    const end = output?.indexOf(10, at) ?? -1;
    if (output === undefined || end === -1) return undefined;
    const size = / (\d+)$/.exec(output.toString('latin1', at, end))?.[1];
    const start = end + 1;
    at = size === undefined ? start : start + Number(size) + 1;
    return size === undefined ? undefined : output.subarray(start, start + Number(size));
  });
}

const text = (output: Buffer | undefined): string | undefined => output?.toString('utf8').trim();

const records = (output: Buffer): string[] =>
  output
    .toString('utf8')
    .split('\0')
    .filter((record) => record !== '');

/**
 * What git says; undefined when there is no git, no repository, or one of another user, which git refuses
 * to read. Nothing of the repository runs: the one program that its own configuration could name for this, a
 * file system monitor, is switched off, and what a partial clone lacks is not fetched.
 */
function askGit(root: string, args: readonly string[], input?: string): Buffer | undefined {
  const git = programPath('git', root);
  if (git === undefined) return undefined;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  for (const name of MISLEADING) delete env[name];
  const { status, stdout } = spawnSync(git, ['-C', root, '-c', 'core.fsmonitor=false', ...args], {
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
    ...(input === undefined ? {} : { input }),
    timeout: LONGEST,
    maxBuffer: 1 << 29,
  });
  return status === 0 ? stdout : undefined;
}
