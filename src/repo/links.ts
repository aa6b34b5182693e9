import { closeSync, constants, existsSync, lstatSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '../usage.ts';
import { isWithin } from './programs.ts';

/**
 * Links that lie in a repository are not its user's: whoever wrote the change under review may have put them
 * there, in the place of a file that an option names. None of them is followed out of the repository to read
 * a file, and none at all to write one.
 */

/** The folder that a repository's changes can reach: the root of the one in which a directory lies, or itself. */
export function repositoryRoot(directory: string): string {
  const start = realpathSync.native(directory);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

/** Refuses to read a file that is named in a repository and lies, links followed, somewhere else. */
export function refuseToReadOutside(file: string, root: string, shown: string, option: string): void {
  const path = namedIn(root, file);
  if (path !== undefined && !isWithin(realpathSync.native(path), root))
    throw new UsageError(`${shown} is a link that leads out of the repository, for ${option}`);
}

/** Refuses to write a file that is named in a repository and that a link would put somewhere else. */
export function refuseToWriteThroughLink(file: string, root: string, shown: string): void {
  const path = namedIn(root, file);
  if (path === undefined) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new UsageError(`cannot write ${shown}: it is a link, which may lead anywhere`);
  if (!isWithin(realOf(dirname(path)), root))
    throw new UsageError(`cannot write ${shown}: its folder is a link that leads out of the repository`);
}

/** Writes a file; one that is named in a repository never through a link. */
export function writeWithin(root: string, file: string, shown: string, text: string): void {
  refuseToWriteThroughLink(file, root, shown);
  if (namedIn(root, file) === undefined) {
    writeFileSync(file, text);
    return;
  }
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
  const handle = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o666);
  try {
    writeFileSync(handle, text);
  } finally {
    closeSync(handle);
  }
}

/**
 * The part of a path that lies in a repository, as it is named there; undefined for a path that does not lead into
 * it. Links before that part are the user's own.
 */
function namedIn(root: string, file: string): string | undefined {
  const names = resolve(file).split(sep);
  for (let count = 1; count <= names.length; count++) {
    const folder = names.slice(0, count).join(sep) || sep;
    if (!existsSync(folder)) return undefined;
    const real = realpathSync.native(folder);
    if (isWithin(real, root)) return join(real, ...names.slice(count));
  }
  return undefined;
}

/** Where a path leads, as far as it is there. */
function realOf(path: string): string {
  const names: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found !== undefined && existsSync(folder)) return join(realpathSync.native(folder), ...names);
    // A link that leads nowhere yet would be followed as soon as what it names is made.
    if (found !== undefined || folder === dirname(folder)) return '';
    names.unshift(basename(folder));
  }
}
