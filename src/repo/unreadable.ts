import type { Document, DocumentProblem } from './document.ts';
import type { SourceText } from './text.ts';

const TOO_DEEP = 'it is nested too deeply to be read';

/** Maps and lists in one another, far more than any tool's configuration has; what works on values recurses. */
export const DEEPEST = 500;

export const DEPTH_PROBLEM: DocumentProblem = {
  kind: 'depth',
  message: TOO_DEEP,
  span: { start: 0, end: 1 },
};

export function depthProblem(error: unknown): DocumentProblem {
  // The parsers recurse, and run out of stack on a depth that no configuration has.
  if (!(error instanceof RangeError)) throw error;
  return DEPTH_PROBLEM;
}

/** Whether a value is nested without reason, or without end, as one is that an alias puts into itself. */
export function isTooDeep(root: unknown): boolean {
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

/** A document of which nothing can be read. */
export function unreadable(source: SourceText, problem: DocumentProblem): Document {
  return {
    source,
    values: [],
    problems: [problem],
    span: () => ({ start: 0, end: Math.min(1, source.text.length) }),
    stringOffsets: () => undefined,
    tag: () => undefined,
  };
}
