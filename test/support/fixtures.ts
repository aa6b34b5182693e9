import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Repository } from './check.ts';

/** The healthy reference stacks. */
export const FIXTURES = [
  'debezium-lab',
  'kafnus',
  'k2-market-data',
  'airflow-langgraph',
  'thought-processor',
];

const BROKEN = 'fixtures/broken';

/** Files of a variant's folder that are about it, and not part of the repository that it shows. */
const EXPECTED = 'expected.txt';
const REMOVED = 'removed.txt';
const BASED_ON = 'based-on.txt';
const TOOLS = 'tools.txt';

/** The files of a reference stack. */
export const fixtureFiles = (name: string): Repository => readTree(join('fixtures', name));

/** How a repository differs from a fixture: a file's new content, an edit of it, or `undefined` for one that is gone. */
export type Changes = Readonly<Record<string, string | Uint8Array | ((text: string) => string) | undefined>>;

/** A reference stack with something changed in it. An edit that changes nothing is a mistake of the test. */
export function fixtureWith(name: string, changes: Changes): Repository {
  const files: Record<string, string | Uint8Array> = { ...fixtureFiles(name) };
  for (const [path, change] of Object.entries(changes)) {
    if (change === undefined) delete files[path];
    else if (typeof change !== 'function') files[path] = change;
    else {
      const before = textOf(files[path]);
      const after = change(before);
      if (after === before) throw new Error(`the change of ${path} changes nothing`);
      files[path] = after;
    }
  }
  return files;
}

/** Every broken variant, as `fixture/variant`. */
export const variants = (): string[] =>
  readdirSync(BROKEN)
    .flatMap((fixture) => readdirSync(join(BROKEN, fixture)).map((variant) => `${fixture}/${variant}`))
    .sort();

/**
 * A broken variant as a whole repository: the healthy fixture, or the variant that `based-on.txt` names, with
 * the variant's files over it. A file `.keep` stands for an empty folder, which takes the place of a file of that name, and `removed.txt` lists
 * files and folders that are not there.
 */
export function variantFiles(variant: string): Repository {
  const [fixture = ''] = variant.split('/');
  const over = readTree(join(BROKEN, variant));
  const removed = linesOf(textOf(over[REMOVED]));
  const [base] = linesOf(textOf(over[BASED_ON]));
  const files: Record<string, string | Uint8Array> = {
    ...(base === undefined ? fixtureFiles(fixture) : variantFiles(`${fixture}/${base}`)),
  };
  for (const gone of removed) {
    const paths = Object.keys(files).filter((path) => path === gone || path.startsWith(`${gone}/`));
    if (paths.length === 0) throw new Error(`${variant} removes ${gone}, which ${fixture} does not have`);
    for (const path of paths) delete files[path];
  }
  for (const [path, content] of Object.entries(over)) {
    if ([EXPECTED, REMOVED, TOOLS, BASED_ON].includes(path)) continue;
    if (path.endsWith('/.keep')) {
      const folder = path.slice(0, -'/.keep'.length);
      delete files[folder];
      files[`${folder}/`] = '';
    } else files[path] = content;
  }
  return files;
}

/** Where the findings stand that a variant must show, one a line: `severity rule file:line:column message`. */
export const expectedPath = (variant: string): string => join(BROKEN, variant, EXPECTED);

export const expectedFindings = (variant: string): string[] => linesOf(readIfThere(expectedPath(variant)));

/** The tools without which a variant's fault cannot be seen, such as promtool; usually none. */
export const neededTools = (variant: string): string[] => linesOf(readIfThere(join(BROKEN, variant, TOOLS)));

/** Writes a repository to a folder. */
export function writeRepository(folder: string, files: Repository): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(folder, path), content);
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

const textOf = (content: string | Uint8Array | undefined): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content ?? new Uint8Array());

/** The files below a folder: texts as text, anything else as bytes. */
function readTree(folder: string): Repository {
  const files: Record<string, string | Uint8Array> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    files[path.slice(folder.length + 1).replaceAll('\\', '/')] = Buffer.from(text).equals(bytes)
      ? text
      : bytes;
  }
  return files;
}
