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

/** A single edit as a fix, where there is one. */
export const editsOf = (edit: Edit | undefined): Edit[] | undefined => edit && [edit];

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
