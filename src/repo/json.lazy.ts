import { getNodeValue, type Node as JsonNode, type ParseError, parseTree } from 'jsonc-parser';
import type { Document, DocumentProblem, Path } from './document.ts';
import { explainJson } from './json-problem.ts';
import type { SourceText, Span } from './text.ts';
import { DEPTH_PROBLEM, depthProblem, isTooDeep, unreadable } from './unreadable.ts';

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
export function brokenJson(source: SourceText): Document {
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

/** Keys that a valid JSON text writes twice in one map. */
export function duplicateKeys(text: string): DocumentProblem[] {
  const root = parseTree(text);
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
