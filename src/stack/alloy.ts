import type { Document, Path } from '../repo/document.ts';
import type { Files } from '../repo/files.ts';
import { isReadable } from '../repo/repository.ts';
import type { SourceText, Span } from '../repo/text.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Container } from './container.ts';

/**
 * Alloy's configuration language (Alloy documentation, "Configuration syntax"): attributes and nested
 * blocks. Values that are no literals stay as text: what they evaluate to is not known here.
 */

/** A value as it is written. */
export interface AlloyValue {
  readonly span: Span;
  /** The text of a string without escapes, or of a number or truth value; undefined for anything else. */
  readonly text: string | undefined;
  /** The items of a list. */
  readonly items: readonly AlloyValue[] | undefined;
  /** The fields of an object. */
  readonly fields: ReadonlyMap<string, AlloyValue> | undefined;
  /** The text of an expression, such as `loki.write.default.receiver`. */
  readonly expression: string;
}

/** A block: `name "label" { … }`. */
export interface AlloyBlock {
  /** As `prometheus.scrape`. */
  readonly name: string;
  readonly label: string | undefined;
  /** Its name and label. */
  readonly span: Span;
  readonly attributes: ReadonlyMap<string, AlloyValue>;
  readonly blocks: readonly AlloyBlock[];
}

/** A file of Alloy's language; `isComplete` is false where something in it could not be read. */
export interface AlloyFile {
  readonly source: SourceText;
  readonly blocks: readonly AlloyBlock[];
  readonly isComplete: boolean;
}

/** Deeper nesting is nothing that a person writes. */
const DEEPEST = 50;

/** Reads a file. Never throws: what it cannot read it leaves out. */
export function readAlloy(source: SourceText): AlloyFile {
  return { source, ...readBlocks(source.text) };
}

/** What an expression names: a component's label, as `prometheus.remote_write` and `default`. */
export const referencesIn = (value: AlloyValue | undefined): { name: string; label: string }[] =>
  [
    ...(value?.expression ?? '').matchAll(
      /\b([a-z_]\w*(?:\.[a-z_]\w*)*)\.([A-Za-z_]\w*)\.(?:receiver|output|input|targets)\b/g,
    ),
  ].map(([, name = '', label = '']) => ({ name, label }));

/** The blocks of a name, as `loki.write`. */
export const blocksNamed = ({ blocks }: Pick<AlloyFile, 'blocks'>, name: string): AlloyBlock[] =>
  blocks.filter((block) => block.name === name);

interface Body {
  readonly attributes: Map<string, AlloyValue>;
  readonly blocks: AlloyBlock[];
}

function readBlocks(text: string): { blocks: readonly AlloyBlock[]; isComplete: boolean } {
  let at = 0;
  let isComplete = true;
  const { blocks } = body(0);
  return { blocks, isComplete: isComplete && at >= text.length };

  function body(depth: number): Body {
    const attributes = new Map<string, AlloyValue>();
    const blocks: AlloyBlock[] = [];
    for (;;) {
      skip();
      if (at >= text.length || text[at] === '}') return { attributes, blocks };
      const start = at;
      const name = take(/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y);
      if (name === undefined || depth > DEEPEST) {
        giveUp();
        return { attributes, blocks };
      }
      skipBlank();
      if (text[at] === '=') {
        at++;
        attributes.set(name, value(depth));
        continue;
      }
      const label = take(/"(?:[^"\\\n]|\\.)*"/y);
      const end = label === undefined ? start + name.length : at;
      skipBlank();
      if (text[at] !== '{') {
        giveUp();
        return { attributes, blocks };
      }
      at++;
      const inside = body(depth + 1);
      if (text[at] === '}') at++;
      else isComplete = false;
      blocks.push({ name, label: label?.slice(1, -1), span: { start, end }, ...inside });
    }
  }

  function value(depth: number): AlloyValue {
    skip();
    const start = at;
    const first = operand(depth);
    const end = at;
    skipBlank();
    // An operator, a call or an access after it makes an expression of it.
    const goesOn = /[+\-*%<>=!&|^.([]|\/(?![/*])/y;
    goesOn.lastIndex = at;
    if (first !== undefined && !goesOn.test(text))
      return { ...first, span: { start, end }, expression: text.slice(start, end) };
    restOfExpression();
    const span = { start, end: Math.max(at, start + 1) };
    return {
      span,
      text: undefined,
      items: undefined,
      fields: undefined,
      expression: text.slice(start, at).trim(),
    };
  }

  function operand(depth: number): Pick<AlloyValue, 'text' | 'items' | 'fields'> | undefined {
    const nothing = { text: undefined, items: undefined, fields: undefined };
    const string = take(/"(?:[^"\\\n]|\\.)*"/y);
    if (string !== undefined) return { ...nothing, text: unquoted(string) };
    const raw = take(/`[^`]*`/y);
    if (raw !== undefined) return { ...nothing, text: raw.slice(1, -1) };
    const plain = take(/(?:true|false|null|-?\d[\w.]*)(?![\w.])/y);
    if (plain !== undefined) return { ...nothing, text: plain };
    if (depth > DEEPEST) return undefined;
    if (text[at] === '[') {
      const items: AlloyValue[] = [];
      list(']', () => items.push(value(depth + 1)));
      return { ...nothing, items };
    }
    if (text[at] === '{') {
      const fields = new Map<string, AlloyValue>();
      list('}', () => {
        const key = take(/"(?:[^"\\\n]|\\.)*"|[A-Za-z_]\w*/y);
        skipBlank();
        if (key === undefined || text[at] !== '=') return giveUp();
        at++;
        fields.set(key.startsWith('"') ? unquoted(key) : key, value(depth + 1));
      });
      return { ...nothing, fields };
    }
    return undefined;
  }

  function list(close: string, item: () => void): void {
    at++;
    for (;;) {
      skip();
      if (at >= text.length) {
        isComplete = false;
        return;
      }
      if (text[at] === close) {
        at++;
        return;
      }
      const before = at;
      item();
      skip();
      if (text[at] === ',') at++;
      else if (at === before) giveUp();
    }
  }

  /** Goes to where an expression ends: the line's end, or what closes the list around it. */
  function restOfExpression(): void {
    let depth = 0;
    while (at < text.length) {
      const quoted = take(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/y);
      if (quoted !== undefined) continue;
      const char = text[at] as string;
      if (depth === 0 && /[\n,\])}]/.test(char)) return;
      if (/[([{]/.test(char)) depth++;
      else if (/[)\]}]/.test(char)) depth--;
      at++;
    }
  }

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at += match[0].length;
    return match[0];
  }

  function skipBlank(): void {
    take(/[ \t]+/y);
  }

  function skip(): void {
    take(/(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y);
  }

  function giveUp(): void {
    isComplete = false;
    at = text.length;
  }
}

const unquoted = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/\\(n|t|r|.)/g, (_, char: string) =>
      char === 'n' ? '\n' : char === 't' ? '\t' : char === 'r' ? '\r' : char,
    );

/** The files that an Alloy in a container runs (`alloy run PATH`), and whether these are all. */
export function alloyFiles(
  container: Container,
  files: Files,
): { readonly files: readonly AlloyFile[]; readonly isComplete: boolean } {
  const words = container.args.map(({ text }) => text);
  const run = words.indexOf('run');
  const given = run < 0 ? undefined : words.slice(run + 1).find((word) => word.startsWith('/'));
  const path = given ?? container.facts?.config;
  const standing = path === undefined || isUnknown(path) ? undefined : container.at(path);
  const paths =
    standing?.state === 'file'
      ? [standing.path]
      : standing?.state === 'folder'
        ? files.repo.filesBelow(standing.path).filter((file) => file.endsWith('.alloy'))
        : [];
  const read = paths.flatMap((file) => {
    const source = files.repo.text(file);
    return isReadable(source) ? [readAlloy(source)] : [];
  });
  // An import brings blocks from elsewhere.
  const isWhole = read.every(
    ({ blocks, isComplete }) => isComplete && !blocks.some(({ name }) => name.startsWith('import.')),
  );
  return { files: read, isComplete: read.length > 0 && read.length === paths.length && isWhole };
}

/**
 * A file as a document, so that its values have nodes like those of YAML: a list of blocks, each with
 * `name`, `label`, `attributes` and `blocks`. Expressions have no value.
 */
export function alloyDocument({ source, blocks }: AlloyFile): Document {
  const plainValue = (value: AlloyValue): unknown => {
    if (value.items !== undefined) return value.items.map(plainValue);
    if (value.fields !== undefined)
      return Object.fromEntries([...value.fields].map(([key, inside]) => [key, plainValue(inside)]));
    return value.text;
  };
  const blockValue = (block: AlloyBlock): unknown => ({
    name: block.name,
    label: block.label,
    attributes: Object.fromEntries([...block.attributes].map(([key, value]) => [key, plainValue(value)])),
    blocks: block.blocks.map(blockValue),
  });
  return {
    source,
    values: [blocks.map(blockValue)],
    problems: [],
    span: (_index, path) => spanAt(blocks, path) ?? { start: 0, end: 1 },
    stringOffsets: () => undefined,
    tag: () => undefined,
  };
}

/** Where the value at a path of the document stands: of a block, its name. */
function spanAt(blocks: readonly AlloyBlock[], path: Path): Span | undefined {
  const block = blocks[Number(path[0])];
  if (block === undefined || path.length < 2) return block?.span;
  if (path[1] === 'blocks') return spanAt(block.blocks, path.slice(2)) ?? block.span;
  let value = path[1] === 'attributes' ? block.attributes.get(String(path[2])) : undefined;
  for (const key of path.slice(3))
    value = value?.items?.[Number(key)] ?? value?.fields?.get(String(key)) ?? value;
  return value?.span ?? block.span;
}
