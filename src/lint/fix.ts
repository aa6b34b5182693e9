import { exists, keyOf, type Location, locate, type Node, type Place, spanOf } from '../repo/node.ts';
import type { Span } from '../repo/text.ts';
import type { Finding } from './finding.ts';

/** A change of one stretch of a file. */
export interface Edit {
  readonly at: Place;
  /** What stands there instead, as the file writes it. */
  readonly text: string;
}

/** An edit whose place is worked out. */
export interface ResolvedEdit extends Location {
  /** In the whole file's text. */
  readonly span: Span;
  readonly text: string;
}

/** Works out where edits are; undefined where one is within a text that stands elsewhere, as that of an alias. */
export function resolveEdits(edits: readonly Edit[]): ResolvedEdit[] | undefined {
  if (!edits.every(({ at }) => isWrittenThere(at))) return undefined;
  return edits.map(({ at, text }) => {
    const source = 'node' in at ? at.node.doc.source : at.source;
    const { start, end } = spanOf(at);
    const span = { start: source.fileOffset(start), end: source.fileOffset(end) };
    return { ...locate(at), span, text };
  });
}

const isWrittenThere = (at: Place): boolean =>
  !('node' in at) ||
  at.range === undefined ||
  at.node.doc.stringOffsets(at.node.index, at.node.path) !== undefined;

/** The edit that gives a key another name, in quotes where it has them: JSON wants them. */
export function renamed(node: Node, name: string): Edit {
  const at = keyOf(node);
  const quote = /["']?/y.exec(node.doc.source.text.slice(spanOf(at).start))?.[0] ?? '';
  return { at, text: `${quote}${name}${quote}` };
}

/**
 * The edit that takes out a key with its value, when they have their lines to themselves; undefined when
 * something else stands there, as in a flow map, or when an anchor would be lost.
 */
export function removalOf(node: Node): Edit | undefined {
  if (!exists(node)) return undefined;
  const { source } = node.doc;
  const { text } = source;
  const from = spanOf(keyOf(node)).start;
  const to = spanOf({ node }).end;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?:\r?\n|$)/.exec(text.slice(to));
  if (text.slice(start, from).trim() !== '' || rest === null || text.slice(from, to).includes('&'))
    return undefined;
  // In JSON the comma before the last key would be left.
  if (/^\s*[}\]]/.test(text.slice(to + rest[0].length))) return undefined;
  return { at: { source, span: { start, end: to + rest[0].length } }, text: '' };
}

/**
 * The edit that takes out an item of a list that is not its first; undefined when a comment would be lost, or what
 * stands in its line besides.
 */
export function itemRemovalOf(node: Node): Edit | undefined {
  const index = node.path.at(-1);
  if (typeof index !== 'number' || index === 0 || !exists(node)) return undefined;
  const { source } = node.doc;
  const { text } = source;
  const { start, end } = spanOf({ node });
  const before = spanOf({ node: { ...node, path: [...node.path.slice(0, -1), index - 1] } });
  if (/^\s*,\s*$/.test(text.slice(before.end, start)))
    return { at: { source, span: { start: before.end, end } }, text: '' };
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  if (!/^ *- +$/.test(text.slice(line, start)) || rest === null || text.slice(start, end).includes('\n'))
    return undefined;
  return { at: { source, span: { start: line, end: end + rest[0].length } }, text: '' };
}

/**
 * The edit that writes another key below one of a block map whose value stands in its line; undefined where it does
 * not, and in a text that stands in another one, whose indentation it would need.
 */
export function addedBelow(node: Node, line: string): Edit | undefined {
  const { source } = node.doc;
  const { text } = source;
  const { start } = spanOf(keyOf(node));
  const { end } = spanOf({ node });
  const lead = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(end));
  if (!exists(node) || source.file !== source || rest === null) return undefined;
  if (!/^ *(?:- +)*$/.test(lead) || text.slice(start, end).includes('\n')) return undefined;
  const at = end + rest[0].length;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return {
    at: { source, span: { start: at, end: at } },
    text: `${lineEnd}${' '.repeat(lead.length)}${line}`,
  };
}

/** The edit that puts a value in quotes, or takes it out of them; undefined for one that is written in another way. */
export function quoted(node: Node, quotes: 'missing' | 'too many'): Edit | undefined {
  const { start, end } = spanOf({ node });
  const written = /^(["']?)([\w.+-]+)\1$/.exec(node.doc.source.text.slice(start, end));
  const [, quote, inside = ''] = written ?? [];
  if (written === null || (quote === '') !== (quotes === 'missing')) return undefined;
  return { at: { node }, text: quotes === 'missing' ? `"${inside}"` : inside };
}

/** A single edit as a fix, where there is one. */
export const editsOf = (edit: Edit | undefined): Edit[] | undefined => edit && [edit];

/** Edits that mend only together, as a fix where there are all of them. */
export const allOf = (edits: readonly (Edit | undefined)[]): Edit[] | undefined => {
  const there = edits.filter((edit) => edit !== undefined);
  return there.length === edits.length && there.length > 0 ? there : undefined;
};

/** A file's text before and after its fixes. */
export interface FixedFile {
  readonly before: string;
  readonly after: string;
}

/**
 * Applies the findings' fixes, each whole or not at all: one that touches what another has changed waits for
 * the next time. `readText` gives a file's text, undefined for one that is not to be changed.
 */
export function applyFixes(
  findings: readonly Finding[],
  readText: (file: string) => string | undefined,
): { readonly files: ReadonlyMap<string, FixedFile>; readonly fixed: readonly Finding[] } {
  const taken = new Map<string, ResolvedEdit[]>();
  const fixed: Finding[] = [];
  for (const finding of findings) {
    const edits = finding.fix ?? [];
    const isFree = edits.every(
      (edit) =>
        readText(edit.file) !== undefined &&
        !(taken.get(edit.file) ?? []).some((other) => overlap(other.span, edit.span)),
    );
    if (edits.length === 0 || !isFree) continue;
    for (const edit of edits) taken.set(edit.file, [...(taken.get(edit.file) ?? []), edit]);
    fixed.push(finding);
  }
  const files = new Map<string, FixedFile>();
  for (const [file, edits] of taken) {
    const before = readText(file) ?? '';
    files.set(file, { before, after: edited(before, edits) });
  }
  return { files, fixed };
}

/** Whether two stretches share a character, or are at one place. */
const overlap = (a: Span, b: Span): boolean =>
  (a.start < b.end && b.start < a.end) || a.start === b.start || a.end === b.end;

function edited(text: string, edits: readonly ResolvedEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: inserted } of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    result += text.slice(at, span.start) + inserted;
    at = span.end;
  }
  return result + text.slice(at);
}
