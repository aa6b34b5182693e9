import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, memoryDisk, openDisk } from '../../src/repo/disk.ts';

/** The healthy reference stacks. */
export const FIXTURES = [
  'debezium-lab',
  'kafnus',
  'k2-market-data',
  'airflow-langgraph',
  'thought-processor',
];

const BROKEN = 'fixtures/broken';

/** Every broken variant, as `fixture/variant`. */
export const variants = (): string[] =>
  existsSync(BROKEN)
    ? readdirSync(BROKEN)
        .flatMap((fixture) => readdirSync(join(BROKEN, fixture)).map((variant) => `${fixture}/${variant}`))
        .sort()
    : [];

/** Files of a variant's folder that are about it, and not part of the repository that it shows. */
const ABOUT = ['expected.txt', 'removed.txt'];

/**
 * A broken variant as a whole repository: the healthy fixture with the variant's files over it. A folder
 * takes the place of a file of that name, and `removed.txt` lists what is not there.
 */
export function variantDisk(variant: string): Disk {
  const [fixture = ''] = variant.split('/');
  const over = readTree(join(BROKEN, variant));
  const removed = new TextDecoder()
    .decode(over.get('removed.txt') ?? new Uint8Array())
    .split('\n')
    .filter(Boolean);
  const files = readTree(join('fixtures', fixture));
  for (const path of [...files.keys()]) {
    const isReplaced = [...over.keys()].some((other) => other.startsWith(`${path}/`));
    const isRemoved = removed.some((gone) => path === gone || path.startsWith(`${gone}/`));
    if (isReplaced || isRemoved) files.delete(path);
  }
  for (const [path, content] of over) {
    if (ABOUT.includes(path)) continue;
    // git keeps no empty folder: `.keep` stands for one.
    if (path.endsWith('/.keep')) files.set(path.slice(0, -'.keep'.length), new Uint8Array());
    else files.set(path, content);
  }
  return memoryDisk(Object.fromEntries(files));
}

/** The findings that a variant must show, one a line: `severity rule file:line:column message`. */
export const expectedFindings = (variant: string): string[] =>
  readFileSync(join(BROKEN, variant, 'expected.txt'), 'utf8')
    .split('\n')
    .filter(Boolean);

function readTree(folder: string): Map<string, Uint8Array> {
  const disk = openDisk(folder);
  const files = new Map<string, Uint8Array>();
  const walk = (path: string): void => {
    for (const { name, type } of disk.list(path) ?? []) {
      const inner = path === '' ? name : `${path}/${name}`;
      if (type === 'directory') walk(inner);
      else files.set(inner, disk.read(inner, Number.MAX_SAFE_INTEGER) ?? new Uint8Array());
    }
  };
  walk('');
  return files;
}
