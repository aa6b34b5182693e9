import { brokenJson, duplicateKeys } from './json.lazy.ts';
import { isEscaped, type JsonPlaces, jsonPlaces } from './json-places.ts';
import type { SourceText, Span } from './text.ts';
import { DEEPEST, DEPTH_PROBLEM, depthProblem, unreadable } from './unreadable.ts';
import { readYaml } from './yaml.lazy.ts';
import { isNestedDeeper } from './yaml-depth.ts';
import { type YamlPlaces, yamlPlaces } from './yaml-places.ts';
import { readPlainYaml } from './yaml-values.ts';

/** Keys and indices that lead from a document's root to a value. */
export type Path = readonly (string | number)[];

/** Which part of a pair of key and value is meant. */
export type Part = 'key' | 'value';

/** What is wrong with a text as YAML or JSON. */
export interface DocumentProblem {
  readonly kind: 'syntax' | 'duplicate-key' | 'aliases' | 'depth';
  /** As a sentence's end, for somebody who does not know the parser. */
  readonly message: string;
  readonly help?: string;
  /** The cause. */
  readonly span: Span;
  /** Where the key was written first, of one that is written twice. */
  readonly first?: Span;
}

/** A parsed file: plain values, and on demand where each of them stands. */
export interface Document {
  readonly source: SourceText;
  /** One per YAML document; JSON has one. Empty where nothing could be read. */
  readonly values: readonly unknown[];
  readonly problems: readonly DocumentProblem[];
  /**
   * Where the value at a path stands, or its key. A path that does not exist gives its nearest
   * ancestor's place.
   */
  span(index: number, path: Path, part: Part): Span;
  /** Maps offsets inside the string at a path to offsets in the source; undefined when it is no string. */
  stringOffsets(index: number, path: Path): Uint32Array | undefined;
  /** The YAML tag written before the value at a path, such as `!reset`. */
  tag(index: number, path: Path): string | undefined;
}

/** Parses YAML, with anchors, aliases and merge keys. Never throws; what is wrong is in `problems`. */
export function parseYaml(source: SourceText): Document {
  if (isNestedDeeper(source.text, DEEPEST)) return unreadable(source, DEPTH_PROBLEM);
  const plain = readPlainYaml(source.text);
  if (plain === undefined) return readYaml(source);
  let known: YamlPlaces | undefined;
  const places = (): YamlPlaces => {
    known ??= yamlPlaces(source.text, plain.events);
    return known;
  };
  let read: Document | undefined;
  const whole = (): Document => {
    read ??= readYaml(source);
    return read;
  };
  return {
    source,
    values: plain.values,
    problems: [],
    span: (index, path, part) => places().span(index, path, part) ?? whole().span(index, path, part),
    stringOffsets(index, path) {
      const offsets = places().stringOffsets(index, path, valueAt(plain.values[index], path));
      return offsets === 'elsewhere' ? whole().stringOffsets(index, path) : offsets;
    },
    // What has tags is not read so.
    tag: () => undefined,
  };
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
  return value;
}

/** Parses JSON. Never throws; what is wrong is in `problems`. Positions are worked out on demand. */
export function parseJson(source: SourceText): Document {
  let value: unknown;
  try {
    value = JSON.parse(source.text);
  } catch (error) {
    return error instanceof RangeError ? unreadable(source, depthProblem(error)) : brokenJson(source);
  }
  const keys = countKeys(value);
  if (keys === undefined) return unreadable(source, DEPTH_PROBLEM);
  let known: JsonPlaces | undefined;
  const places = (): JsonPlaces => {
    known ??= jsonPlaces(source.text);
    return known;
  };
  return {
    source,
    values: [value],
    problems: keys === countWrittenKeys(source.text) ? [] : duplicateKeys(source.text),
    span: (_index, path, part) => places().span(path, part),
    stringOffsets: (_index, path) => places().stringOffsets(path, valueAt(value, path)),
    tag: () => undefined,
  };
}

/**
 * How many keys a parsed value has, less than were written where some were written twice; undefined for one
 * that is nested too deeply.
 */
function countKeys(root: unknown): number | undefined {
  const countIn = (value: object, depth: number): number => {
    if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
    let count = 0;
    if (Array.isArray(value)) {
      for (const item of value)
        if (typeof item === 'object' && item !== null) count += countIn(item, depth + 1);
    } else {
      for (const key in value) {
        count++;
        const item: unknown = (value as Readonly<Record<string, unknown>>)[key];
        if (typeof item === 'object' && item !== null) count += countIn(item, depth + 1);
      }
    }
    return count;
  };
  const count = typeof root === 'object' && root !== null ? countIn(root, 1) : 0;
  return Number.isFinite(count) ? count : undefined;
}

/** How many keys valid JSON writes: its strings that a colon follows. */
function countWrittenKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    do {
      at = text.indexOf('"', at + 1);
    } while (at > 0 && isEscaped(text, at));
    if (at < 0) break;
    at++;
    while (text.charCodeAt(at) <= 32) at++;
    if (text[at] === ':') count++;
  }
  return count;
}
