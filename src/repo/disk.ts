import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { trackedFiles } from './git.ts';
import { isRefusal } from './programs.ts';

export type EntryType = 'file' | 'directory' | 'other';

export interface Entry {
  readonly type: EntryType;
  /** In bytes; 0 for anything but a file. */
  readonly size: number;
}

/**
 * The files of a repository as they lie there, below one root. Paths are relative to it, with `/`;
 * the root itself is the empty path. Nothing outside the root is ever touched: a link that leads out
 * of it is an entry of type `other`, with no content.
 */
export interface Disk {
  /** The directory on the machine, links resolved; undefined for one that is only in memory. */
  readonly root?: string;
  /** Names in a directory with their types, links not followed (`link`); undefined when it cannot be read. */
  list(path: string): readonly { name: string; type: EntryOrLink }[] | undefined;
  /** What stands at a path, links followed, `other` where this user may not look; undefined where there is nothing. */
  stat(path: string): Entry | undefined;
  /** The first `limit` bytes of a file; undefined when it is no readable file. */
  read(path: string, limit: number): Uint8Array | undefined;
  /** The paths that git has, whatever its ignore files say; undefined where nothing tells. */
  tracked?(): ReadonlySet<string> | undefined;
}

/** Opens a directory of the file system. The caller has made sure that it is one. */
export function openDisk(directory: string): Disk {
  const root = realpathSync.native(directory);
  const absolute = (path: string): string => (path === '' ? root : join(root, path));

  // A path is followed through every link before it is used, so that no part of it leads outside.
  const inside = (path: string): string | undefined => {
    try {
      const real = realpathSync.native(absolute(path));
      return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep) ? real : undefined;
    } catch {
      // Nothing is there, a link goes in a circle, or it may not be looked at: for every caller, no entry.
      return undefined;
    }
  };

  // What stands in a folder that this user may not enter is not missing.
  const isClosed = (path: string): boolean => {
    try {
      realpathSync.native(absolute(path));
      return false;
    } catch (error) {
      return isRefusal(error);
    }
  };

  return {
    root,
    list(path) {
      const real = inside(path);
      if (real === undefined) return undefined;
      try {
        return readdirSync(real, { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          type: entry.isSymbolicLink()
            ? 'link'
            : entry.isFile()
              ? 'file'
              : entry.isDirectory()
                ? 'directory'
                : 'other',
        }));
      } catch {
        // No permission, or it went away meanwhile.
        return undefined;
      }
    },
    stat(path) {
      const real = inside(path);
      if (real === undefined) {
        const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        const name = path.slice(path.lastIndexOf('/') + 1);
        const isLink = this.list(parent)?.some((entry) => entry.name === name && entry.type === 'link');
        return isLink || isClosed(path) ? { type: 'other', size: 0 } : undefined;
      }
      const found = statSync(real, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      if (found.isDirectory()) return { type: 'directory', size: 0 };
      return found.isFile() ? { type: 'file', size: found.size } : { type: 'other', size: 0 };
    },
    read(path, limit) {
      const real = inside(path);
      if (real === undefined) return undefined;
      return readFile(real, limit);
    },
    tracked: () => trackedFiles(root),
  };
}

function readFile(path: string, limit: number): Uint8Array | undefined {
  // A FIFO or a device would block or never end: only what is a file before and after opening is read.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(handle);
    if (size <= limit) return readFileSync(handle);
    const buffer = Buffer.alloc(limit);
    return buffer.subarray(0, readSync(handle, buffer, 0, limit, 0));
  } finally {
    closeSync(handle);
  }
}

/**
 * A repository held in memory: path to content. A path that ends in `/` is an empty directory. `tracked`
 * are files that git has although an ignore file names them.
 */
export function memoryDisk(
  files: Readonly<Record<string, string | Uint8Array>>,
  tracked: readonly string[] = [],
): Disk {
  const contents = new Map<string, Uint8Array>();
  const tree = emptyTree();
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith('/')) tree.addDirectory(path.slice(0, -1));
    else {
      contents.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      tree.add(path, 'file');
    }
  }
  return {
    list: tree.list,
    stat(path) {
      const content = contents.get(path);
      if (content !== undefined) return { type: 'file', size: content.length };
      return tree.list(path) === undefined ? undefined : { type: 'directory', size: 0 };
    },
    read(path, limit) {
      return contents.get(path)?.subarray(0, limit);
    },
    tracked: () => new Set(tracked),
  };
}

type EntryOrLink = EntryType | 'link';

/** The directories that a list of paths makes. */
export interface Tree {
  /** Puts an entry there, and the directories above it. */
  add(path: string, type: EntryOrLink): void;
  addDirectory(path: string): void;
  /** As `Disk.list`. */
  list(path: string): readonly { name: string; type: EntryOrLink }[] | undefined;
}

export function emptyTree(): Tree {
  const directories = new Map<string, Map<string, EntryOrLink>>([['', new Map()]]);
  const addDirectory = (path: string): Map<string, EntryOrLink> => {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const made = new Map<string, EntryOrLink>();
    directories.set(path, made);
    add(path, 'directory');
    return made;
  };
  const add = (path: string, type: EntryOrLink): void => {
    const slash = path.lastIndexOf('/');
    addDirectory(path.slice(0, Math.max(0, slash))).set(path.slice(slash + 1), type);
  };
  return {
    add,
    addDirectory,
    list(path) {
      const names = directories.get(path);
      return names && [...names].map(([name, type]) => ({ name, type }));
    },
  };
}
