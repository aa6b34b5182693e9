import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Path } from '../../src/repo/document.ts';
import { sourceText } from '../../src/repo/text.ts';
import { readYaml } from '../../src/repo/yaml.lazy.ts';
import { yamlPlaces } from '../../src/repo/yaml-places.ts';
import { readPlainYaml } from '../../src/repo/yaml-values.ts';
import { corpusPath, hasCorpus } from '../support/corpus.ts';
import { holds } from '../support/property.ts';

/** Lines of YAML, plain and odd, that texts are put together from. */
const LINES =
  String.raw`a: 1|b: [1, 2]|- x|- k: v|c: {d: e}|? k|: v|"q": 's'|k: >-|t|u|: x|~: y|null: z|1: z|1.0: z|0x1F: z
true: t|- - z|---|...|# c|&a x: y|k: &a v|m: *a|<<: *a|base: &a|p: 1|{a: b}: c|[a]: c|k: "x|y"|k:|k: !!str 1|k : v|"a":b
{"a":1,}|[a,]|[,a]|{a, b}|k: - v|k: [|k: "|k: '|k: 012|k: 0o17|k: .inf|k: -.INF|k: .NaN|k: +1|k: 1e3|k: 1_000|k: yes
k: Null|k: 2020-01-01|k: a #b|k: a#b|k: @x|k: %x|-|k: "\x41\n"|__proto__: x|k: a: b|- [a, [b]]|k: []|k: {}|k: -0|"": x
9999999999999999999: a|k: 9999999999999999999|k: *b|%YAML 1.1|k: [a: b]|k: {a: b, <<: *a}|<<: [*a, *a]|<<: {x: y}`
    .split(/[|\n]/)
    .concat('k: |', 'k: |+', 'k: |2', '\ta: b', '\uFEFFa: b', 'k: \u2028x', 'k: a\r', '');

const text = fc
  .array(fc.tuple(fc.nat({ max: 4 }), fc.constantFrom(...LINES)), { maxLength: 8 })
  .map((lines) => lines.map(([indent, line]) => `${' '.repeat(indent)}${line}\n`).join(''));

const yamlBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));

/** The ways to everything in a value. */
function pathsIn(value: unknown, path: Path = [], seen: readonly unknown[] = []): Path[] {
  if (typeof value !== 'object' || value === null || seen.includes(value)) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const inner = keys.flatMap((key) =>
    pathsIn((value as Record<string | number, unknown>)[key], [...path, key], [...seen, value]),
  );
  return [path, ...inner];
}

/** Both readers have the same values, and the quicker one the same places where it has any. */
function agrees(yaml: string): void {
  const quick = readPlainYaml(yaml);
  if (quick === undefined) return;
  const careful = readYaml(sourceText('file.yml', yaml));
  expect(careful.problems).toEqual([]);
  expect(quick.values).toStrictEqual(careful.values);
  const places = yamlPlaces(yaml, quick.events);
  quick.values.forEach((root, index) => {
    for (const path of [...pathsIn(root), ['nothing'], ['a', 'nothing', 0]]) {
      for (const part of ['key', 'value'] as const) {
        const span = places.span(index, path, part);
        if (span !== undefined)
          expect({ path, part, ...span }).toEqual({ path, part, ...careful.span(index, path, part) });
      }
      const value = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)?.[key], root);
      const offsets = places.stringOffsets(index, path, value);
      if (offsets !== 'elsewhere')
        expect({ path, offsets }).toEqual({ path, offsets: careful.stringOffsets(index, path) });
    }
  });
}

test('what is read quickly is read alike, and without a fault, by the reader that knows the places', () => {
  holds(text, agrees);
});

test.skipIf(!hasCorpus)('so are real files, cut and put together', { timeout: 180_000 }, () => {
  const texts = yamlBelow(corpusPath());
  for (const yaml of texts) agrees(yaml);
  const at = fc.nat({ max: 1000 });
  const pick = fc.constantFrom(...texts.filter(({ length }) => length < 8000));
  const mixed = fc.tuple(pick, at, text, pick, at).map(([one, from, line, two, to]) => {
    const [start, end] = [Math.floor((one.length * from) / 1000), Math.floor((two.length * to) / 1000)];
    return one.slice(Math.max(0, start - 600), start) + line + two.slice(end, end + 400);
  });
  holds(mixed, agrees);
});

test('the YAML of the reference stacks is read alike, nearly all of it quickly', { timeout: 60_000 }, () => {
  const texts = yamlBelow('fixtures');
  for (const yaml of texts) agrees(yaml);
  const quick = texts.filter((yaml) => readPlainYaml(yaml) !== undefined);
  expect(quick.length / texts.length).toBeGreaterThan(0.9);
});
