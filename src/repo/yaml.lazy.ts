import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  parseAllDocuments,
  Scalar,
  stringify,
  visit,
  type Document as YamlDocument,
  type Node as YamlNode,
} from 'yaml';
import type { Document, DocumentProblem, Path } from './document.ts';
import { type ScalarStyle, scalarOffsets } from './scalar.ts';
import type { SourceText, Span } from './text.ts';
import { DEPTH_PROBLEM, depthProblem, isTooDeep, unreadable } from './unreadable.ts';
import { explainYaml, repeatedKeys } from './yaml-problem.ts';

/** More aliases than a person writes make a document that grows without bound when it is read. */
const MOST_ALIASES = 2000;

const TOO_LARGE = 'its aliases make it too large to be read';

/** Reads YAML with the place of everything in it, and what is wrong with it. */
export function readYaml(source: SourceText): Document {
  let documents: YamlDocument.Parsed[];
  try {
    documents = parseDocuments(source.text);
    if (documents.some(({ errors }) => errors.some(({ code }) => MAY_BE_LAYOUT.has(code)))) {
      const joined = parseDocuments(joinFlowLines(joinQuotedLines(source.text)));
      if (joined.every(({ errors }) => errors.length === 0)) documents = joined;
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
      if (!source.text.includes('!')) return undefined;
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
  const [broken] = document.errors;
  if (broken !== undefined) problems.push({ kind: 'syntax', ...explainYaml(broken, text, documents) });
  for (const { key, start, first } of repeatedKeys(document)) {
    problems.push({
      kind: 'duplicate-key',
      message: `the key "${key}" is written twice`,
      span: { start, end: start + 1 },
      first,
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
  const parsed = parseAllDocuments(text, {
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
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
  // Of a key that is written twice, the last is the one that is read.
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

/** A block's range includes the white space after it; what is pointed at ends with its text. */
function trimmedSpan(text: string, start: number, end: number): Span {
  let last = Math.min(end, text.length);
  while (last > start + 1 && /[ \t\r\n]/.test(text[last - 1] as string)) last--;
  return { start, end: Math.max(last, start) };
}

/** How many brackets of lists and maps are open at once. */
export function flowDepth(text: string): number {
  let open = 0;
  let deepest = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++open);
    else if (token === ']' || token === '}') open = Math.max(0, open - 1);
  }
  return deepest;
}

/** A value as YAML. */
export const yamlText = (value: unknown): string => stringify(value, { lineWidth: 0 });
