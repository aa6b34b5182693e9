import { chmodSync, cpSync, lchownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** The most that is copied of what one mount shows, in bytes. */
const LARGEST_COPY = 64 * 1024 * 1024;

/** Where the boot mounts the repository's files from. */
export interface Binds {
  /** The source to mount in place of one of the repository's. */
  sourceOf(source: string, isReadOnly: boolean): string;
  /** Sources that were too large to copy: containers see an empty folder there. */
  readonly left: readonly string[];
}

/**
 * Keeps containers from writing into the repository. What is mounted for writing is copied to the boot's
 * own folder. What is missing is missing there as well, and Docker makes a folder of it, as it would.
 */
export function openBinds(root: string, scratch: string): Binds {
  const copies = new Map<string, string>();
  const left: string[] = [];
  return {
    left,
    sourceOf(source, isReadOnly) {
      const inner = isWithin(root, source);
      if (inner === undefined) return source;
      const found = statSync(source, { throwIfNoEntry: false });
      if (found !== undefined && isReadOnly) return source;
      const known = copies.get(source);
      if (known !== undefined) return known;
      // One folder for each: a mount of a folder and one of a file in it are different copies.
      const copy = join(scratch, 'mounts', String(copies.size), inner === '' ? 'root' : inner);
      copies.set(source, copy);
      mkdirSync(dirname(copy), { recursive: true });
      if (found === undefined) return copy;
      const isFolder = found.isDirectory();
      if (sizeOf(source, LARGEST_COPY) > LARGEST_COPY) {
        left.push(source);
        if (isFolder) mkdirSync(copy);
      } else {
        // A token of the job may stand in a git folder.
        cpSync(source, copy, {
          recursive: true,
          filter: (path) => !path.endsWith(`${sep}.git`),
          preserveTimestamps: true,
          verbatimSymlinks: true,
        });
      }
      if (isFolder) chmodSync(copy, found.mode & 0o7777);
      if (process.getuid?.() === 0) lchownSync(copy, found.uid, found.gid);
      return copy;
    },
  };
}

/** The path of one within the other, without a slash at its start; undefined where it is not inside. */
export function isWithin(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}

/** The size of a file, or of all files below a folder, in bytes, counted until it is more than `bound`. */
function sizeOf(path: string, bound: number): number {
  let size = 0;
  const open = [path];
  for (let next = open.pop(); next !== undefined && size <= bound; next = open.pop()) {
    const found = statSync(next, { throwIfNoEntry: false });
    if (found?.isFile()) size += found.size;
    if (found?.isDirectory())
      for (const entry of readdirSync(next, { withFileTypes: true }))
        if (!entry.isSymbolicLink()) open.push(join(next, entry.name));
  }
  return size;
}
