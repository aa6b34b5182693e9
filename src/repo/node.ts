import type { Document, Part, Path } from './document.ts';
import type { Position, SourceText, Span } from './text.ts';

/** A value in a document, with the way to it: enough to say, when it is needed, where it stands. */
export interface Node {
  readonly doc: Document;
  /** Which of the file's YAML documents. */
  readonly index: number;
  readonly path: Path;
  /** Undefined where the path leads to nothing. */
  readonly value: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The roots of a file's documents. */
export const roots = (doc: Document): Node[] =>
  doc.values.map((value, index) => ({ doc, index, path: [], value }));

/** The value below a node, by its keys; its value is undefined where there is none. */
export function child(node: Node, ...keys: readonly (string | number)[]): Node {
  let { value } = node;
  for (const key of keys) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isFields(value) && Object.hasOwn(value, key)) value = value[key];
    else value = undefined;
  }
  return { doc: node.doc, index: node.index, path: [...node.path, ...keys], value };
}

/** Whether anything is written there; `key:` without a value is. */
export const exists = (node: Node): boolean => node.value !== undefined;

/** The items of a list, empty for anything else. */
export function items(node: Node): Node[] {
  return Array.isArray(node.value) ? node.value.map((_, index) => child(node, index)) : [];
}

/** The fields of a map, empty for anything else. */
export function entries(node: Node): [string, Node][] {
  return isFields(node.value) ? Object.keys(node.value).map((key) => [key, child(node, key)]) : [];
}

/** A longer string is no value that a person wrote, in UTF-16 units: whatever looks into it may take its square of time. */
const LONGEST_VALUE = 32_768;

/** A string, or a number or truth value as it would be written; undefined for anything else, and for what is far too long. */
export function textOf(node: Node): string | undefined {
  const { value } = node;
  if (typeof value === 'string') return value.length > LONGEST_VALUE ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A list of texts, or one text for a list of one, with their nodes. */
export function textItems(node: Node): { text: string; node: Node }[] {
  const nodes = Array.isArray(node.value) ? items(node) : [node];
  return nodes.flatMap((item) => {
    const text = textOf(item);
    return text === undefined ? [] : [{ text, node: item }];
  });
}

/** A map of texts; what is no text is left out. */
export function textEntries(node: Node): Map<string, { text: string; node: Node }> {
  const found = new Map<string, { text: string; node: Node }>();
  for (const [key, value] of entries(node)) {
    const text = textOf(value);
    if (text !== undefined) found.set(key, { text, node: value });
  }
  return found;
}

/** Something that a finding can point at. */
export type Place =
  | {
      readonly node: Node;
      readonly part?: Part;
      /** A stretch of the string's value, mapped through the way in which the file writes it. */
      readonly range?: Span;
    }
  | { readonly source: SourceText; readonly span: Span };

/** The key under which a value stands. */
export const keyOf = (node: Node): Place => ({ node, part: 'key' });

/** A stretch of a string's value. */
export const within = (node: Node, range: Span): Place => ({ node, range });

/** The first line of a file, for what concerns it as a whole. */
export const startOf = (source: SourceText): Place => ({
  source,
  span: { start: 0, end: firstLineEnd(source.text) },
});

/** A whole file, for whatever is said of it anywhere. */
export const wholeOf = (source: SourceText): Place => ({
  source,
  span: { start: 0, end: source.text.length },
});

const firstLineEnd = (text: string): number => {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text.length : end;
};

/** A stretch of a file, as it is reported. */
export interface Location {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Where a place is. */
export function locate(place: Place): Location {
  const source = 'node' in place ? place.node.doc.source : place.source;
  const { start, end } = spanOf(place);
  return { file: source.path, start: source.position(start), end: source.position(end) };
}

/** The stretch of the place's own source text. */
export function spanOf(place: Place): Span {
  if (!('node' in place)) return place.span;
  const { node, part = 'value', range } = place;
  if (range !== undefined) {
    const offsets = node.doc.stringOffsets(node.index, node.path);
    if (offsets !== undefined) {
      const start = offsets[Math.min(range.start, offsets.length - 1)] as number;
      const last = offsets[Math.min(Math.max(range.end - 1, range.start), offsets.length - 1)] as number;
      return { start, end: Math.max(last, start) + 1 };
    }
  }
  return node.doc.span(node.index, node.path, part);
}
