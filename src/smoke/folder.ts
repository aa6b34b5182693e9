import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fields, parseJson, text } from './json.ts';
import { isAbandoned, type Run } from './ownership.ts';

const PREFIX = 'monitoring-check-boot-';
const OWNER = 'owner.json';

/** Makes the folder in which a boot keeps what it generates and copies. */
export function makeFolder(run: Run): string {
  const folder = join(tmpdir(), `${PREFIX}${run.id}`);
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, OWNER), JSON.stringify(run.labels));
  return folder;
}

/** Removes it. Undefined when it is gone; else why not, in a line: containers may have written there as root. */
export function removeFolder(folder: string): string | undefined {
  try {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return `${folder} could not be removed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Removes the folders of boots that were killed outright. */
export function sweepFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const labels = Object.fromEntries(
      Object.entries(fields(parseJson(readOwner(folder)))).map(([key, value]) => [key, text(value) ?? '']),
    );
    if (Object.keys(labels).length > 0 && isAbandoned(labels)) removeFolder(folder);
  }
}

function readOwner(folder: string): string {
  try {
    return readFileSync(join(folder, OWNER), 'utf8');
  } catch {
    // Its maker has not written it yet, or somebody else owns it: not ours to remove.
    return '';
  }
}
