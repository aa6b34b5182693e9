import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../rules/index.ts';
import { checkFiles, oneLine, type Repository } from './check.ts';

/** How a variant differs from its fixture: a file's new content, an edit of it, or `undefined` for one that is gone. */
export type Changes = Readonly<Record<string, string | Uint8Array | ((text: string) => string) | undefined>>;

/** The files of a reference stack. */
export function fixtureFiles(name: string): Record<string, string | Uint8Array> {
  const root = join('fixtures', name);
  const files: Record<string, string | Uint8Array> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(root.length + 1)] = readFileSync(path);
  }
  return files;
}

/** A reference stack with something changed in it. An edit that changes nothing is a mistake of the test. */
export function variantOf(name: string, changes: Changes): Repository {
  const files = fixtureFiles(name);
  for (const [path, change] of Object.entries(changes)) {
    if (change === undefined) delete files[path];
    else if (typeof change !== 'function') files[path] = change;
    else {
      const before = new TextDecoder().decode(files[path] as Uint8Array);
      const after = change(before);
      if (after === before) throw new Error(`the change of ${path} changes nothing`);
      files[path] = after;
    }
  }
  return files;
}

/** The findings on a variant by the rules of some areas, in one line each. */
export function foundIn(files: Repository, ...areas: readonly string[]): string[] {
  const rules = RULES.filter(({ id }) => areas.some((area) => id === area || id.startsWith(`${area}/`)));
  return checkFiles(files, { rules })
    .findings.filter(({ rule }) => rules.some(({ id }) => id === rule))
    .map(oneLine);
}
