import { existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';

/**
 * Where a program of the machine's stands, by the folders of PATH: never one that the repository brings, nor
 * one in a folder that PATH names relative to where the program was started. Undefined when there is none.
 */
export function programPath(name: string, root: string | undefined): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder) || isWithin(folder, root)) continue;
    const path = join(folder, file);
    if (isFile(path) && !isWithin(realpathSync.native(path), root)) return path;
  }
  return undefined;
}

/** Whether a file is there, as far as this user may look: PATH may name folders of somebody else. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Whether an error of the file system says that this user may not look. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');

/** The folders of PATH from which `programPath` takes programs, as PATH has them. */
export const safePath = (root: string | undefined): string =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !isWithin(realPath(folder), root))
    .join(delimiter);

/** Where a path of the machine's leads, as far as it is there. */
export const realPath = (folder: string): string =>
  existsSync(folder) ? realpathSync.native(folder) : folder;

export const isWithin = (path: string, root: string | undefined): boolean =>
  root !== undefined && (path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
