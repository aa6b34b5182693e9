import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { Part, Path } from './document.ts';
import { type ScalarStyle, scalarOffsets } from './scalar.ts';
import type { Span } from './text.ts';

/** Where the keys and the texts of a plain YAML text stand, by the events that its values were made of. */
export interface YamlPlaces {
  /** As of a document; undefined where only the reader of whole trees can tell, as of a map or a list. */
  span(index: number, path: Path, part: Part): Span | undefined;
  /** As of a document; `elsewhere` where only the other reader can tell. */
  stringOffsets(index: number, path: Path, value: unknown): Uint32Array | undefined | 'elsewhere';
}

/** A part of the text: the number of its event, and of that of its key. */
interface Found {
  readonly at: number;
  readonly key: number | undefined;
  readonly isExact: boolean;
}

const STYLES: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
};

/** Opens the places of a text that was read as these events. */
export function yamlPlaces(text: string, events: readonly Event[]): YamlPlaces {
  /** For what is opened, the number of the event behind it; and the documents. */
  const ends = new Map<number, number>();
  const documents: number[] = [];
  const open: number[] = [];
  events.forEach(({ type }, at) => {
    if (type === EVENT_ID.POP) ends.set(open.pop() as number, at + 1);
    else if (type === EVENT_ID.DOCUMENT || type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE)
      open.push(at);
    if (type === EVENT_ID.DOCUMENT) documents.push(at);
  });

  const parts = new Map<number, readonly number[]>();
  /** What stands directly in something that is opened: of a map, its keys and values in turn. */
  const partsOf = (at: number): readonly number[] => {
    let found = parts.get(at);
    if (found === undefined) {
      const list: number[] = [];
      const end = (ends.get(at) as number) - 1;
      for (let next = at + 1; next < end; next = ends.get(next) ?? next + 1) list.push(next);
      found = list;
      parts.set(at, found);
    }
    return found;
  };

  const scalar = (at: number): ScalarEvent | undefined => {
    const event = events[at];
    return event?.type === EVENT_ID.SCALAR ? event : undefined;
  };
  /** A key as a name leads to it. */
  const keyText = (at: number): string | undefined => {
    const event = scalar(at);
    return event && getScalarValue(text, event);
  };

  /** What an alias stands for: what last bore the name before it. */
  function resolved(at: number): number {
    const event = events[at];
    if (event?.type !== EVENT_ID.ALIAS) return at;
    const name = text.slice(event.anchorStart, event.anchorEnd);
    for (let before = at - 1; before >= 0; before--) {
      const other = events[before] as Event;
      if ('start' in other || 'valueStart' in other)
        if (text.slice(other.anchorStart, other.anchorEnd) === name && other.anchorStart >= 0) return before;
    }
    return at;
  }

  /** The key and the value of a pair, also of one that a map takes from others by `<<`. */
  function pairIn(map: number, name: string): readonly [number, number] | undefined {
    const list = partsOf(map);
    for (let index = 0; index + 1 < list.length; index += 2) {
      const key = list[index] as number;
      if (keyText(key) === name) return [key, list[index + 1] as number];
    }
    for (let index = 0; index + 1 < list.length; index += 2) {
      if (keyText(list[index] as number) !== '<<') continue;
      const source = list[index + 1] as number;
      const merged = events[source]?.type === EVENT_ID.SEQUENCE ? partsOf(source) : [source];
      for (const one of merged) {
        const other = resolved(one);
        const pair = events[other]?.type === EVENT_ID.MAPPING ? pairIn(other, name) : undefined;
        if (pair !== undefined) return pair;
      }
    }
    return undefined;
  }

  function find(index: number, path: Path): Found | undefined {
    const document = documents[index];
    const root = document === undefined ? undefined : partsOf(document)[0];
    if (root === undefined) return undefined;
    let found: Found = { at: root, key: undefined, isExact: true };
    for (const part of path) {
      const at = resolved(found.at);
      const type = events[at]?.type;
      if (type === EVENT_ID.MAPPING) {
        const pair = pairIn(at, String(part));
        if (pair === undefined) return { ...found, isExact: false };
        const [key, value] = pair;
        found = { at: value, key, isExact: true };
      } else if (type === EVENT_ID.SEQUENCE) {
        const item = partsOf(at)[Number(part)];
        if (item === undefined) return { ...found, isExact: false };
        found = { at: item, key: undefined, isExact: true };
      } else return { ...found, isExact: false };
    }
    return found;
  }

  const isNothing = (at: number): boolean => {
    const event = scalar(at);
    return event?.style === SCALAR_STYLE.PLAIN && event.valueEnd <= event.valueStart;
  };

  /** The stretch of a scalar as it is written, its quotes or its header included. */
  function rangeOf(at: number): Span | undefined {
    const event = scalar(at);
    if (event === undefined || isNothing(at)) return undefined;
    const { valueStart: start, valueEnd: end } = event;
    switch (STYLES[event.style]) {
      case 'plain':
        return { start, end };
      case 'single':
      case 'double':
        return { start: start - 1, end: end + 1 };
      default: {
        const line = text.lastIndexOf('\n', start - 2) + 1;
        // What keeps the lines after it has an end of its own.
        const header = /[|>]-?(?: +#.*)?[ \r]*\n?$/.exec(text.slice(line, start));
        const last = blockEnd(text, start, end, event.indent);
        return header && last !== undefined ? { start: line + header.index, end: last } : undefined;
      }
    }
  }

  return {
    span(index, path, part) {
      const found = find(index, path);
      const wanted = part === 'key' ? (found?.key ?? found?.at) : found?.at;
      const range = wanted === undefined ? undefined : rangeOf(wanted);
      return range && { start: range.start, end: trimmedEnd(text, range) };
    },
    stringOffsets(index, path, value) {
      const found = find(index, path);
      if (found === undefined) return 'elsewhere';
      const range = found.isExact ? rangeOf(found.at) : undefined;
      const style = STYLES[scalar(found.at)?.style ?? -1];
      if (range === undefined || style === undefined || typeof value !== 'string') return 'elsewhere';
      return scalarOffsets(text, range.start, range.end, style, value);
    },
  };
}

/**
 * Where the last line of a block with something in it ends; blank lines behind it are none of it. Undefined
 * where one of them is indented by more than the block, and so is.
 */
function blockEnd(text: string, start: number, end: number, indent: number): number | undefined {
  let last = end;
  while (last > start && /[ \r\n]/.test(text[last - 1] as string)) last--;
  const lineEnd = text.indexOf('\n', last);
  if (lineEnd < 0 || lineEnd >= end) return end;
  const behind = text.slice(lineEnd + 1, end).split('\n');
  return behind.some(({ length }) => length > indent) ? undefined : lineEnd + 1;
}

/** Without the white space after a text. */
function trimmedEnd(text: string, { start, end }: Span): number {
  let last = end;
  while (last > start + 1 && /[ \t\r\n]/.test(text[last - 1] as string)) last--;
  return last;
}
