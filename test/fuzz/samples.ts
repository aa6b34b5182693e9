import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../rules/index.ts';
import { parseJson, parseYaml } from '../../src/repo/document.ts';
import { isFields } from '../../src/repo/node.ts';
import { decodeText, sourceText } from '../../src/repo/text.ts';

/** A real file, or a text out of one. */
export interface Sample {
  readonly path: string;
  readonly content: Uint8Array;
}

const READ =
  /(?:\.(?:ya?ml|json|rules|env|ini|alloy|py|go|java|kt|rs|js|ts|toml|gradle|xml|cfg|conf)|(?:^|\/)(?:Dockerfile[^/]*|\.env[^/]*|Makefile|\.gitignore))$/;

/** The files below folders that anything here reads, those that are larger than `largest` bytes left out. */
export function samplesBelow(roots: readonly string[], largest: number): Sample[] {
  const found: Sample[] = [];
  for (const root of roots) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !READ.test(path)) continue;
      const content = readFileSync(path);
      if (content.length <= largest) found.push({ path: path.slice(root.length + 1), content });
    }
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** The files of the rules' examples: small, and of every kind that a rule reads. */
export const exampleFiles = (): Sample[] =>
  RULES.flatMap(({ bad, good }) =>
    [...Object.entries(bad.files), ...Object.entries(good.files)]
      .filter(([path]) => READ.test(path))
      .map(([path, text]) => ({ path, content: Buffer.from(text) })),
  );

/** Every text that stands in YAML and JSON files, with the keys that lead to it, the nearest first. */
export function textsIn(
  samples: readonly Sample[],
): { readonly keys: readonly string[]; readonly text: string }[] {
  const found: { keys: readonly string[]; text: string }[] = [];
  const collect = (value: unknown, keys: readonly string[]): void => {
    if (typeof value === 'string') found.push({ keys, text: value });
    else if (Array.isArray(value)) for (const item of value) collect(item, keys);
    else if (isFields(value))
      for (const [key, inner] of Object.entries(value)) collect(inner, [key, ...keys]);
  };
  for (const { path, content } of samples) {
    if (!/\.(?:ya?ml|json|rules)$/.test(path)) continue;
    const text = decodeText(content);
    if (typeof text !== 'string') continue;
    const source = sourceText(path, text);
    for (const value of (path.endsWith('.json') ? parseJson(source) : parseYaml(source)).values)
      collect(value, []);
  }
  return found;
}
