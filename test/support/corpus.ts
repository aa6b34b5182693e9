import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, type Entry, openDisk } from '../../src/repo/disk.ts';
import { dirname, resolvePath } from '../../src/repo/path.ts';

const ROOT = join(process.cwd(), '../shared/corpus');

/** Whether the corpus of real repositories stands beside the project. Tests that read it skip without it. */
export const hasCorpus = existsSync(ROOT);

export const corpusPath = (...parts: string[]): string => join(ROOT, ...parts);

/** The rows of one of the corpus's JSON Lines files. */
export function corpusRows<Row>(...parts: string[]): Row[] {
  return readFileSync(corpusPath(...parts), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The folders of the corpus: one for each repository. */
export const corpusFolders = (): string[] =>
  readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'promql')
    .map(({ name }) => name);

/**
 * A repository of the corpus as its own machine has it: the corpus holds data files only, and lists what
 * compose files mount besides; these files and folders are there, with contents that are not known. So are
 * those that git ignores: the scripts that make them, and the ignore files, are not in the corpus. Its
 * `.env` files are stored as `.env.example`.
 */
export function corpusDisk(folder: string): Disk {
  const disk = openDisk(corpusPath(folder));
  const present = new Map<string, Entry>();
  for (const line of readFileSync(corpusPath('BIND_MOUNTS.tsv'), 'utf8').split('\n').slice(1)) {
    const [owner, composeFile = '', , , source = '', , kind] = line.split('\t');
    if (owner !== folder || !/^(?:file|dir|MISSING-gitignored)$/.test(kind ?? '')) continue;
    const path = resolvePath(dirname(composeFile), source);
    if (path === undefined || disk.stat(path) !== undefined) continue;
    const isFolder = kind === 'dir' || (kind !== 'file' && !/\.\w+$/.test(path));
    present.set(path, { type: isFolder ? 'directory' : 'file', size: 1024 * 1024 });
    for (let parent = dirname(path); parent !== ''; parent = dirname(parent)) {
      if (disk.stat(parent) === undefined) present.set(parent, { type: 'directory', size: 0 });
    }
  }
  const stored = (path: string): string =>
    /(?:^|\/)\.env$/.test(path) && disk.stat(path) === undefined ? `${path}.example` : path;
  return {
    list: (path) => (present.has(path) ? [] : disk.list(path)),
    stat: (path) => disk.stat(stored(path)) ?? present.get(path),
    read: (path, limit) => disk.read(stored(path), limit),
  };
}
