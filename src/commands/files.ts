import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { COMMANDS } from '../arguments.ts';
import { readBaseline } from '../lint/baseline.ts';
import type { FixedFile } from '../lint/fix.ts';
import type { Known } from '../lint/known.ts';
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
export function refuseMissingFolder(file: string | undefined): void {
  if (file !== undefined && !existsSync(dirname(resolve(file))))
    throw new UsageError(`no such directory: ${dirname(file)}, for --format`);
}

export function readConfigFile(path: string): SourceText {
  const text = decodeText(readGivenFile(path, '--config'));
  if (typeof text !== 'string') throw new UsageError(`${path} is ${text.noText}, for --config`);
  return sourceText(basename(path), text);
}

export function readBaselineFile(path: string): Known {
  return readBaseline(new TextDecoder().decode(readGivenFile(path, '--baseline')), path);
}

const HINTS: Record<'--config' | '--baseline', string> = {
  '--config': '',
  '--baseline': '; --write-baseline makes it',
};

/** What is in a file that an option names. A FIFO or a device is none: reading one may never end. */
export function readGivenFile(path: string, option: '--config' | '--baseline'): Uint8Array {
  const file = resolve(path);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`no such file: ${path}, for ${option}${HINTS[option]}`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${path}, for ${option}: ${codeOf(error)}`);
  }
}

/** Writes a report's file. */
export function writeReport(file: string, text: string): void {
  write(file, file, text);
}

/** Writes mended files over the old ones. */
export function writeFixes(directory: string, files: ReadonlyMap<string, FixedFile>): void {
  const root = realpathSync(directory);
  for (const [path, { after }] of files) {
    // A link may lead out of the folder: what it leads to is not the repository's.
    const file = realpathSync(join(directory, path));
    if (file.startsWith(root + sep)) write(file, path, after);
  }
}

function write(file: string, shown: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${shown}: ${codeOf(error)}`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
