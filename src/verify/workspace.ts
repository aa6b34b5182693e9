import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onceEach } from '../once.ts';
import type { Files } from '../repo/files.ts';
import { isReadable } from '../repo/repository.ts';
import { temporaryFolder } from './temporary.ts';

/**
 * A private folder in which tools see copies of the repository's files, at the same paths: whatever a
 * tool does, it does it there.
 */
export interface Workspace {
  readonly folder: string;
  /** Copies a file of the repository; the result is its path, undefined when it is no text. */
  add(path: string): string | undefined;
  /** Writes a text at a path of the repository's. */
  write(path: string, text: string): string;
  /** The repository's path of a file in the folder. */
  original(path: string): string;
  remove(): void;
}

export function openWorkspace(files: Files): Workspace {
  const { path: folder, remove } = temporaryFolder();
  const write = (path: string, text: string): string => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, { mode: 0o600 });
    return target;
  };
  return {
    folder,
    write,
    // Written once: a tool may be reading it when another one asks for it.
    add: onceEach((path) => {
      const text = files.repo.text(path);
      return isReadable(text) ? write(path, text.text) : undefined;
    }),
    original: (path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path),
    remove,
  };
}
