import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { COMMANDS } from '../arguments.ts';
import { readBaseline } from '../lint/baseline.ts';
import type { FixedFile } from '../lint/fix.ts';
import type { Known } from '../lint/known.ts';
import { refuseToReadOutside, refuseToWriteThroughLink, repositoryRoot, writeWithin } from '../repo/links.ts';
import { isWithin } from '../repo/programs.ts';
import { decodeText, type SourceText, sourceText } from '../repo/text.ts';
import { UsageError } from '../usage.ts';
import { nearest } from '../words.ts';

/** The files and folders that options name. What cannot be read or written is a `UsageError` in one line. */

/** The absolute path of a folder that a command was given. */
export function existingDirectory(given: string): string {
  const directory = resolve(given);
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) {
    const close = nearest(given, COMMANDS);
    const hint = close === undefined ? '' : `; did you mean the command ${close}?`;
    throw new UsageError(`no such directory: ${given}${hint}`);
  }
  if (!found.isDirectory()) throw new UsageError(`${given} is not a directory`);
  return directory;
}

/** A report that could not be written is refused before the work for it. */
export function refuseToWrite(file: string | undefined, directory: string): void {
  if (file === undefined) return;
  if (!existsSync(dirname(resolve(file))))
    throw new UsageError(`no such directory: ${dirname(file)}, for --format`);
  refuseToWriteThroughLink(file, repositoryRoot(directory), file);
}

/** Reads the configuration that an option names, for a check of a directory. */
export function readConfigFile(path: string, directory: string): SourceText {
  const text = decodeText(readGivenFile(path, '--config', directory));
  if (typeof text !== 'string') throw new UsageError(`${path} is ${text.noText}, for --config`);
  return sourceText(basename(path), text);
}

/** Reads the baseline that an option names, for a check of a directory. */
export function readBaselineFile(path: string, directory: string): Known {
  return readBaseline(new TextDecoder().decode(readGivenFile(path, '--baseline', directory)), path);
}

const HINTS: Record<'--config' | '--baseline', string> = {
  '--config': '',
  '--baseline': '; --write-baseline makes it',
};

/** No configuration and no baseline that somebody has is larger, in megabytes. */
const LARGEST: Record<'--config' | '--baseline', number> = { '--config': 1, '--baseline': 64 };

/**
 * What is in a file that an option names, for a check of a directory. A FIFO or a device is none: reading one may
 * never end.
 */
export function readGivenFile(
  path: string,
  option: '--config' | '--baseline',
  directory: string,
): Uint8Array {
  const file = resolve(path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new UsageError(`no such file: ${path}, for ${option}${HINTS[option]}`);
  refuseToReadOutside(file, repositoryRoot(directory), path, option);
  if (found.size > LARGEST[option] * 1024 * 1024)
    throw new UsageError(`${path} is larger than ${LARGEST[option]} MB, for ${option}`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${path}, for ${option}: ${codeOf(error)}`);
  }
}

/** Writes a file that is asked for, such as a report of a check of a directory. */
export function writeReport(file: string, text: string, directory: string): void {
  write(file, () => writeWithin(repositoryRoot(directory), file, file, text));
}

/** Writes mended files over the old ones. One that somebody has changed since it was read is left as it is. */
export function writeFixes(directory: string, files: ReadonlyMap<string, FixedFile>): void {
  const root = realpathSync.native(directory);
  for (const [path, fixed] of files) {
    // A link may lead out of the folder: what it leads to is not the repository's.
    const file = realpathSync.native(join(directory, path));
    if (isWithin(file, root)) write(path, () => replace(file, path, fixed));
  }
}

/** Looks at what is there and writes over it through one handle, so that nothing can be put there in between. */
function replace(file: string, shown: string, { before, after }: FixedFile): void {
  const { O_RDWR, O_NOFOLLOW = 0 } = constants;
  const handle = openSync(file, O_RDWR | O_NOFOLLOW);
  try {
    if (!readFileSync(handle).equals(Buffer.from(before)))
      throw new UsageError(`${shown} has changed since it was read and is left as it is`);
    ftruncateSync(handle);
    const bytes = Buffer.from(after);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at, at);
  } finally {
    closeSync(handle);
  }
}

function write(shown: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write ${shown}: ${codeOf(error)}`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
