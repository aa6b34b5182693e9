import { type Disk, emptyTree } from './disk.ts';
import { contentsOf, type GitEntry, treeAt } from './git.ts';
import { dirname, resolvePath } from './path.ts';

/** Files up to this size are read together with their neighbours, in bytes. */
const SMALL = 1 << 20;

/** More links than this on the way to a file are a circle. */
const MOST_LINKS = 40;

/**
 * A directory as a commit has it; undefined when git does not tell. The checkout is not touched: files are
 * read from git's objects, those of one directory at once.
 */
export function openCommit(root: string, commit: string): Disk | undefined {
  const entries = treeAt(root, commit);
  if (entries === undefined) return undefined;
  const tree = emptyTree();
  const files = new Map<string, GitEntry>();
  const neighbours = new Map<string, GitEntry[]>();
  for (const entry of entries) {
    if (entry.type === 'submodule') tree.addDirectory(entry.path);
    else {
      tree.add(entry.path, entry.type);
      files.set(entry.path, entry);
      const folder = dirname(entry.path);
      const beside = neighbours.get(folder);
      if (beside === undefined) neighbours.set(folder, [entry]);
      else beside.push(entry);
    }
  }
  const contents = new Map<string, Uint8Array | undefined>();

  const content = (entry: GitEntry): Uint8Array | undefined => {
    if (!contents.has(entry.object)) {
      const together = (neighbours.get(dirname(entry.path)) ?? []).filter(
        (other) => other === entry || (other.size <= SMALL && !contents.has(other.object)),
      );
      const read = contentsOf(
        root,
        together.map(({ object }) => object),
      );
      together.forEach((other, index) => {
        contents.set(other.object, read[index]);
      });
    }
    return contents.get(entry.object);
  };

  /** Where a path leads, links followed; undefined where it leads nowhere, or out of the directory. */
  const follow = (path: string, left = MOST_LINKS): string | undefined => {
    const parts = path.split('/');
    for (let count = 1; count <= parts.length; count++) {
      const prefix = parts.slice(0, count).join('/');
      const entry = files.get(prefix);
      if (entry?.type !== 'link') continue;
      const target = new TextDecoder().decode(content(entry) ?? new Uint8Array());
      if (target === '' || target.startsWith('/') || left === 0) return undefined;
      const inside = resolvePath(dirname(prefix), [target, ...parts.slice(count)].join('/'));
      return inside === undefined ? undefined : follow(inside, left - 1);
    }
    return path;
  };

  return {
    list(path) {
      const real = follow(path);
      return real === undefined ? undefined : tree.list(real);
    },
    stat(path) {
      const real = follow(path);
      if (real === undefined) return { type: 'other', size: 0 };
      const entry = files.get(real);
      if (entry !== undefined) return { type: 'file', size: entry.size };
      return tree.list(real) === undefined ? undefined : { type: 'directory', size: 0 };
    },
    read(path, limit) {
      const real = follow(path);
      const entry = real === undefined ? undefined : files.get(real);
      return entry && content(entry)?.subarray(0, limit);
    },
    tracked: () => new Set(files.keys()),
  };
}
