import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { COMMANDS } from '../arguments.ts';
import { UsageError } from '../usage.ts';
import { nearest } from '../words.ts';

/** The absolute path of a folder that a command was given. Throws a `UsageError` where there is none. */
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
