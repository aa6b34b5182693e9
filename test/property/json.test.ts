import fc from 'fast-check';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { expect, test } from 'vitest';
import type { Path } from '../../src/repo/document.ts';
import { jsonPlaces } from '../../src/repo/json-places.ts';
import { holds } from '../support/property.ts';

/** A value as JSON, with little or much white space. */
const text = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'))
  .map(([value, space]) => JSON.stringify(value, undefined, space).replace(/\n/g, '\r\n'));

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const parts = value as Record<string | number, unknown>;
  return [path, ...keys.flatMap((key) => pathsIn(parts[key], [...path, key]))];
}

test('everything in a JSON text stands where a parser that makes a tree of it says', () => {
  holds(text, (json) => {
    const root = parseTree(json);
    const { span } = jsonPlaces(json);
    if (root === undefined) throw new Error('the text is no JSON');
    for (const path of pathsIn(JSON.parse(json))) {
      const node = findNodeAtLocation(root, [...path]);
      if (node === undefined) throw new Error(`nothing stands at ${path.join()}`);
      const [key] = node.parent?.type === 'property' ? (node.parent.children ?? []) : [];
      expect(span(path, 'value')).toEqual({ start: node.offset, end: node.offset + node.length });
      expect(span([...path, 'nothing here', 7], 'key')).toEqual(span(path, 'value'));
      const at = key ?? node;
      expect(span(path, 'key')).toEqual({ start: at.offset, end: at.offset + at.length });
    }
  });
});

test('of a key that is written twice, what is read is what is pointed at', () => {
  const json = '{"a": 1, "a": [true]}';
  const { span } = jsonPlaces(json);
  expect(span(['a'], 'key')).toEqual({ start: 9, end: 12 });
  expect(span(['a', 0], 'value')).toEqual({ start: 15, end: 19 });
});
