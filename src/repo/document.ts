import { getNodeValue, type Node as JsonNode, type ParseError, parseTree } from 'jsonc-parser';
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  Scalar,
  visit,
  type Document as YamlDocument,
  type Node as YamlNode,
} from 'yaml';
import { explainJson } from './json-problem.ts';
import { type ScalarStyle, scalarOffsets } from './scalar.ts';
import type { SourceText, Span } from './text.ts';
import { isNestedDeeper } from './yaml-depth.ts';
import { explainYaml, repeatedKeys } from './yaml-problem.ts';

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

/** More aliases than a person writes make a document that grows without bound when it is read. */
const MOST_ALIASES = 2000;

const TOO_LARGE = 'its aliases make it too large to be read';

const TOO_DEEP = 'it is nested too deeply to be read';

/** Maps and lists in one another, far more than any tool's configuration has; what works on values recurses. */
const DEEPEST = 500;

/** Parses YAML, with anchors, aliases and merge keys. Never throws; what is wrong is in `problems`. */
export function parseYaml(source: SourceText): Document {
  if (isNestedDeeper(source.text, DEEPEST)) return unreadable(source, DEPTH_PROBLEM);
  let documents: YamlDocument.Parsed[];
  try {
    documents = parseDocuments(source.text);
    if (documents.some(({ errors }) => errors.some(({ code }) => MAY_BE_LAYOUT.has(code)))) {
      const joined = parseDocuments(joinFlowLines(joinQuotedLines(source.text)));
      if (joined.every(({ errors }) => errors.every(({ code }) => code === 'DUPLICATE_KEY')))
        documents = joined;
    }
  } catch (error) {
    return unreadable(source, depthProblem(error));
  }

  const problems: DocumentProblem[] = [];
  const values: unknown[] = [];
  for (const document of documents) {
    if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) {
      values.push(undefined);
      problems.push(DEPTH_PROBLEM);
      continue;
    }
    try {
      problems.push(...yamlProblems(document, source.text, documents));
      const { value, problems: others } = plainValue(document);
      const isDeep = isTooDeep(value);
      values.push(isDeep ? undefined : value);
      problems.push(...others, ...(isDeep ? [DEPTH_PROBLEM] : []));
    } catch (error) {
      values.push(undefined);
      problems.push(depthProblem(error));
    }
  }

  const nodeAt = (index: number, path: Path): Found => findYaml(documents[index], path);
  return {
    source,
    values,
    problems,
    span(index, path, part) {
      const { node, pair } = nodeAt(index, path);
      const wanted = part === 'key' && pair !== undefined && isNode(pair.key) ? pair.key : node;
      const range = wanted?.range ?? documents[index]?.contents?.range ?? [0, 0, 0];
      return trimmedSpan(source.text, range[0], range[1]);
    },
    stringOffsets(index, path) {
      const { node, exact } = nodeAt(index, path);
      if (!exact || !isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined;
      return scalarOffsets(source.text, node.range[0], node.range[1], styleOf(node), node.value);
    },
    tag: (index, path) => {
      const { node, exact } = nodeAt(index, path);
      return exact ? node?.tag : undefined;
    },
  };
}

/** The first thing that does not parse, as what follows is mostly its consequence, and every repeated key. */
function yamlProblems(
  document: YamlDocument.Parsed,
  text: string,
  documents: readonly YamlDocument.Parsed[],
): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  if (broken !== undefined) problems.push({ kind: 'syntax', ...explainYaml(broken, text, documents) });
  const repeated = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const keys = repeated.length > 0 ? repeatedKeys(document) : undefined;
  for (const { pos } of repeated) {
    const known = keys?.get(pos[0]);
    problems.push({
      kind: 'duplicate-key',
      message: known === undefined ? 'a key is written twice' : `the key "${known.key}" is written twice`,
      span: { start: pos[0], end: Math.max(pos[0] + 1, pos[1]) },
      ...(known === undefined ? {} : { first: known.first }),
    });
  }
  return problems;
}

function plainValue(document: YamlDocument.Parsed): { value: unknown; problems: DocumentProblem[] } {
  const read = (): unknown => document.toJS({ maxAliasCount: MOST_ALIASES });
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (error instanceof RangeError) throw error;
  }
  const problems = withoutDanglers(document);
  try {
    return { value: read(), problems };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const span = { start: document.contents?.range?.[0] ?? 0, end: document.contents?.range?.[1] ?? 0 };
    return { value: undefined, problems: [...problems, { kind: 'aliases', message: TOO_LARGE, span }] };
  }
}

/** Takes away aliases of anchors that nothing sets, and merges of what is no map, so that the rest can be read. */
function withoutDanglers(document: YamlDocument.Parsed): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const anchors = new Map<string, YamlNode>();
  const isMergeable = (node: unknown): boolean =>
    isMap(isAlias(node) ? anchors.get(node.source) : node) || (isSeq(node) && node.items.every(isMergeable));
  const spanOf = (node: unknown): Span => {
    const [start = 0, end = 1] = (isNode(node) && node.range) || [];
    return { start, end: Math.max(start + 1, end) };
  };
  visit(document, {
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Alias(_key, alias) {
      if (anchors.has(alias.source)) return undefined;
      problems.push({
        kind: 'syntax',
        message: `no anchor "&${alias.source}" stands before this alias`,
        help: 'set the anchor, or quote the value if it is no alias',
        span: spanOf(alias),
      });
      const nothing = new Scalar(null);
      nothing.range = alias.range ?? null;
      return nothing;
    },
    Pair(_key, pair) {
      if (keyText(pair) !== '<<' || isMergeable(pair.value)) return undefined;
      const { key, value } = pair;
      const dangling = isAlias(value) && !anchors.has(value.source) ? value.source : undefined;
      problems.push({
        kind: 'syntax',
        message:
          dangling === undefined
            ? 'what "<<" merges is no map'
            : `no anchor "&${dangling}" stands before this alias`,
        help: dangling === undefined ? 'name the anchor of a map, such as "<<: *defaults"' : 'set the anchor',
        span: spanOf(value ?? key),
      });
      return visit.REMOVE;
    },
  });
  return problems;
}

function parseDocuments(text: string): YamlDocument.Parsed[] {
  const parsed = parseAllDocuments(text, { merge: true, prettyErrors: false, logLevel: 'silent' });
  return Array.isArray(parsed) ? parsed : [];
}

/** Errors that the layout of quoted values and of brackets may make, which other parsers do not mind. */
const MAY_BE_LAYOUT: ReadonlySet<string> = new Set(['MISSING_CHAR', 'BAD_INDENT', 'MULTILINE_IMPLICIT_KEY']);

/**
 * The text with the lines of each list or map in brackets put into one, its comments blanked, its length
 * kept: the same libraries take such lines at any column.
 */
function joinFlowLines(text: string): string {
  const opening = /^([ ]*(?:- +)*(?:[\w./-]+: +)?)[[{]/gm;
  let result = '';
  let from = 0;
  let unclosed = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const start = match.index + (match[1] as string).length;
    const end = flowEnd(text, start);
    if (end === undefined) {
      // Each of these was searched for up to the end of the text.
      if (++unclosed === MOST_UNCLOSED) break;
      continue;
    }
    const blank = (part: string): string => ' '.repeat(part.length);
    result += text.slice(from, start);
    result += text
      .slice(start, end)
      .replace(/"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|(?<=\s)#[^\r\n]*|[\r\n]/g, (part) =>
        /^["']/.test(part) ? part : blank(part),
      );
    from = end;
    opening.lastIndex = end;
  }
  return result + text.slice(from);
}

/** After so many brackets that nothing closes, a text is not one whose layout alone is wrong. */
const MOST_UNCLOSED = 50;

/** Behind the bracket that closes the one at `start`; undefined when none does. */
function flowEnd(text: string, start: number): number | undefined {
  // A quote that nothing closes reaches to the end: it is not searched from again.
  const token = /"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|(?<=\s)#[^\r\n]*|[[\]{}]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === '[' || found === '{') depth++;
    else if ((found === ']' || found === '}') && --depth === 0) return match.index + 1;
  }
  return undefined;
}

/**
 * The text with the lines of each quoted value put into one, its length kept. Go's and C's YAML
 * libraries, which Prometheus and Docker use, let such lines begin at any column; the specification,
 * and the parser here, want them indented.
 */
const joinQuotedLines = (text: string): string =>
  text.replace(
    /^[ ]*(?:- +)*[\w./-]+: +(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*')(?=\s*(?:#.*)?$)/gm,
    (quoted) => quoted.replace(/[\r\n]/g, ' '),
  );

interface Found {
  readonly node: YamlNode | undefined;
  readonly pair: Pair | undefined;
  /** False when only an ancestor was found. */
  readonly exact: boolean;
}

function findYaml(document: YamlDocument.Parsed | undefined, path: Path): Found {
  let node: YamlNode | undefined = document?.contents ?? undefined;
  let pair: Pair | undefined;
  for (const key of path) {
    const container: YamlNode | undefined = isAlias(node) && document ? node.resolve(document) : node;
    if (isMap(container)) {
      const found = findPair(document, container, String(key));
      if (found === undefined) return { node, pair, exact: false };
      pair = found;
      // A key without a value has none to point at: its key stands for it.
      node = isNode(found.value) ? found.value : isNode(found.key) ? found.key : node;
    } else if (isSeq(container)) {
      const item: unknown = container.items[Number(key)];
      if (!isNode(item)) return { node, pair, exact: false };
      pair = undefined;
      node = item;
    } else {
      return { node, pair, exact: false };
    }
  }
  return { node, pair, exact: true };
}

function findPair(document: YamlDocument.Parsed | undefined, map: YamlNode, key: string): Pair | undefined {
  if (!isMap(map)) return undefined;
  // Of a key that is written twice, the last one is what is read.
  const own = map.items.findLast((item) => isPair(item) && keyText(item) === key);
  if (own !== undefined) return own;
  for (const item of map.items) {
    if (keyText(item) !== '<<') continue;
    const merged = isSeq(item.value) ? item.value.items : [item.value];
    for (const source of merged) {
      const resolved = isAlias(source) && document ? source.resolve(document) : source;
      const found = isMap(resolved) ? findPair(document, resolved, key) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A key as the plain value has it; undefined for a map or a list, to which no name leads. */
function keyText({ key }: Pair): string | undefined {
  if (isAlias(key)) return `*${key.source}`;
  if (isNode(key) && !isScalar(key)) return undefined;
  const value = isScalar(key) ? key.value : key;
  // A merge key's value is a symbol.
  if (typeof value === 'symbol') return '<<';
  return value === null || value === undefined ? '' : String(value);
}

function styleOf(scalar: Scalar): ScalarStyle {
  switch (scalar.type) {
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'BLOCK_FOLDED':
      return 'folded';
    case 'QUOTE_SINGLE':
      return 'single';
    case 'QUOTE_DOUBLE':
      return 'double';
    default:
      return 'plain';
  }
}

/** Parses JSON. Never throws; what is wrong is in `problems`. Positions are worked out on demand. */
export function parseJson(source: SourceText): Document {
  let value: unknown;
  try {
    value = JSON.parse(source.text);
  } catch (error) {
    return error instanceof RangeError ? unreadable(source, depthProblem(error)) : brokenJson(source);
  }
  if (isTooDeep(value)) return unreadable(source, DEPTH_PROBLEM);
  let tree: JsonNode | undefined;
  const root = (): JsonNode | undefined => {
    tree ??= parseTree(source.text);
    return tree;
  };
  const problems = countKeys(value) === countWrittenKeys(source.text) ? [] : duplicateKeys(root());
  return {
    source,
    values: [value],
    problems,
    span(_index, path, part) {
      const { node, exact } = findJson(root(), path);
      const pair = node?.parent?.type === 'property' ? node.parent : undefined;
      const wanted = exact && part === 'key' ? (pair?.children?.[0] ?? node) : node;
      return wanted ? { start: wanted.offset, end: wanted.offset + wanted.length } : { start: 0, end: 1 };
    },
    stringOffsets(_index, path) {
      const { node, exact } = findJson(root(), path);
      if (!exact || node?.type !== 'string' || typeof node.value !== 'string') return undefined;
      return scalarOffsets(source.text, node.offset, node.offset + node.length, 'double', node.value);
    },
    tag: () => undefined,
  };
}

function findJson(root: JsonNode | undefined, path: Path): { node: JsonNode | undefined; exact: boolean } {
  let node = root;
  for (const key of path) {
    const children: readonly JsonNode[] = node?.children ?? [];
    const next =
      node?.type === 'array'
        ? children[Number(key)]
        : // Of a key that is written twice, the last one is what is read.
          children.findLast((property) => property.children?.[0]?.value === String(key))?.children?.[1];
    if (next === undefined) return { node, exact: false };
    node = next;
  }
  return { node, exact: node !== undefined };
}

/** JSON that does not parse: what it holds as far as that can be told, so that it is known what it was to be. */
function brokenJson(source: SourceText): Document {
  const errors: ParseError[] = [];
  let tree: JsonNode | undefined;
  let value: unknown;
  try {
    tree = parseTree(source.text, errors, { allowTrailingComma: false, disallowComments: true });
    value = tree && getNodeValue(tree);
  } catch (error) {
    return unreadable(source, depthProblem(error));
  }
  if (isTooDeep(value)) return unreadable(source, DEPTH_PROBLEM);
  const problem: DocumentProblem = { kind: 'syntax', ...explainJson(source.text, errors[0]) };
  return {
    ...unreadable(source, problem),
    values: [value],
    span(_index, path) {
      const { node } = findJson(tree, path);
      return node ? { start: node.offset, end: node.offset + node.length } : { start: 0, end: 1 };
    },
  };
}

/** Numbers of keys in a parsed value; less than were written when some were written twice. */
function countKeys(value: unknown): number {
  let count = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const item of Object.values(next)) {
        count++;
        open.push(item);
      }
    }
  }
  return count;
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

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

function duplicateKeys(root: JsonNode | undefined): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const open: JsonNode[] = root ? [root] : [];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const seen = new Map<unknown, Span>();
    for (const child of node.children ?? []) {
      const key = child.type === 'property' ? child.children?.[0] : undefined;
      const first = key && seen.get(key.value);
      const span = key && { start: key.offset, end: key.offset + key.length };
      if (first !== undefined && span !== undefined) {
        const message = `the key "${key?.value}" is written twice`;
        problems.push({ kind: 'duplicate-key', message, span, first });
      } else if (key !== undefined && span !== undefined) {
        seen.set(key.value, span);
      }
      open.push(child);
    }
  }
  return problems.sort((a, b) => a.span.start - b.span.start);
}

const DEPTH_PROBLEM: DocumentProblem = { kind: 'depth', message: TOO_DEEP, span: { start: 0, end: 1 } };

function depthProblem(error: unknown): DocumentProblem {
  // The parsers recurse, and run out of stack on a depth that no configuration has.
  if (!(error instanceof RangeError)) throw error;
  return DEPTH_PROBLEM;
}

/** Whether a value is nested without reason, or without end, as one is that an alias puts into itself. */
function isTooDeep(root: unknown): boolean {
  // Aliases make one object a part of many others: its height is worked out once.
  const heights = new Map<object, number>();
  const heightOf = (value: unknown, depth: number): number => {
    if (typeof value !== 'object' || value === null) return 0;
    if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
    const known = heights.get(value);
    if (known !== undefined) return known;
    heights.set(value, Number.POSITIVE_INFINITY);
    let height = 0;
    for (const item of Array.isArray(value) ? value : Object.values(value)) {
      if (typeof item === 'object' && item !== null) height = Math.max(height, heightOf(item, depth + 1));
      if (height === Number.POSITIVE_INFINITY) return height;
    }
    heights.set(value, height + 1);
    return height + 1;
  };
  return heightOf(root, 1) > DEEPEST;
}

function unreadable(source: SourceText, problem: DocumentProblem): Document {
  return {
    source,
    values: [],
    problems: [problem],
    span: () => ({ start: 0, end: Math.min(1, source.text.length) }),
    stringOffsets: () => undefined,
    tag: () => undefined,
  };
}

/** A block's range includes the white space after it; what is pointed at ends with its text. */
function trimmedSpan(text: string, start: number, end: number): Span {
  let last = Math.min(end, text.length);
  while (last > start + 1 && /[ \t\r\n]/.test(text[last - 1] as string)) last--;
  return { start, end: Math.max(last, start) };
}
