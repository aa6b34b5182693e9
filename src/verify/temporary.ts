import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A private folder for what a tool reads and writes; gone when it is removed, or when the process ends. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'monitoring-check-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  // A run that is interrupted leaves nothing behind either.
  process.once('exit', remove);
  return {
    path,
    remove() {
      process.off('exit', remove);
      remove();
    },
  };
}
