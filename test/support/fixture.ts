import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a reference stack, as a repository that a test can change. */
export function fixtureFiles(name: string): Record<string, string> {
  const root = join(process.cwd(), 'fixtures', name);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => join(parentPath, file));
  return Object.fromEntries(
    paths.map((path) => [path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

/** A repository with one file's text changed; the text must be there. */
export function changed(
  files: Readonly<Record<string, string>>,
  path: string,
  from: string,
  to: string,
): Record<string, string> {
  const text = files[path];
  if (text === undefined || !text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  return { ...files, [path]: text.replace(from, to) };
}
