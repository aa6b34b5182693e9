import type { Part, Path } from './document.ts';
import { scalarOffsets } from './scalar.ts';
import type { Span } from './text.ts';

/** Where the parts of a JSON text stand. */
export interface JsonPlaces {
  /** As of a document. */
  span(path: Path, part: Part): Span;
  /** As of a document; undefined where the path leads to no string. */
  stringOffsets(path: Path, value: unknown): Uint32Array | undefined;
}

/** What stands directly in a map or a list: by its key or its index, with the key's own place. */
type Parts = ReadonlyMap<string | number, { readonly value: Span; readonly key: Span | undefined }>;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Opens the places of a text that is JSON. Only what is asked for is looked into, and each map or list on
 * the way once: a dashboard is as long as it is asked about in few places.
 */
export function jsonPlaces(text: string): JsonPlaces {
  const known = new Map<number, Parts>();

  const skipBlank = (from: number): number => {
    let at = from;
    while (text.charCodeAt(at) <= 32) at++;
    return at;
  };
  /** Behind the quote that closes the string which begins at `from`. */
  const skipString = (from: number): number => {
    let end = text.indexOf('"', from + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    return end + 1;
  };
  const skipValue = (from: number): number => {
    const first = text.charCodeAt(from);
    if (first === QUOTE) return skipString(from);
    let at = from;
    for (let depth = 0; at < text.length; at++) {
      const char = text[at];
      if (char === '"') at = skipString(at) - 1;
      else if (char === '{' || char === '[') depth++;
      else if (char === '}' || char === ']') {
        if (--depth <= 0) return depth < 0 ? at : at + 1;
      } else if (depth === 0 && (char === ',' || text.charCodeAt(at) <= 32)) return at;
    }
    return at;
  };

  /** What stands in the map or list that begins at `start`. */
  const partsAt = (start: number): Parts => {
    let parts = known.get(start);
    if (parts === undefined) {
      parts = readParts(start);
      known.set(start, parts);
    }
    return parts;
  };
  function readParts(start: number): Parts {
    const parts = new Map<string | number, { value: Span; key: Span | undefined }>();
    const isMap = text[start] === '{';
    let at = skipBlank(start + 1);
    for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
      let key: Span | undefined;
      if (isMap) {
        key = { start: at, end: skipString(at) };
        at = skipBlank(skipBlank(key.end) + 1);
      }
      const value = { start: at, end: skipValue(at) };
      const name = key === undefined ? index : keyText(key);
      // Of a key that is written twice, the last is the one that is read.
      parts.set(name, { value, key });
      at = skipBlank(value.end);
      if (text[at] === ',') at = skipBlank(at + 1);
    }
    return parts;
  }
  const keyText = ({ start, end }: Span): string => {
    const written = text.slice(start, end);
    return written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
  };

  function find(path: Path): { value: Span; key: Span | undefined; isExact: boolean } {
    const start = skipBlank(0);
    let found: { value: Span; key: Span | undefined } = {
      value: { start, end: skipValue(start) },
      key: undefined,
    };
    for (const part of path) {
      const opening = text[found.value.start];
      const name = opening === '[' ? Number(part) : opening === '{' ? String(part) : undefined;
      const inner = name === undefined ? undefined : partsAt(found.value.start).get(name);
      if (inner === undefined) return { ...found, isExact: false };
      found = inner;
    }
    return { ...found, isExact: true };
  }

  return {
    span(path, part) {
      const { value, key, isExact } = find(path);
      return isExact && part === 'key' ? (key ?? value) : value;
    },
    stringOffsets(path, value) {
      const { value: span, isExact } = find(path);
      if (!isExact || typeof value !== 'string') return undefined;
      return scalarOffsets(text, span.start, span.end, 'double', value);
    },
  };
}

/** Whether a character is escaped: an odd number of backslashes stands before it. */
export function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - 1 - before) % 2 === 1;
}
