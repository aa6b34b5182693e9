import { flowDepth } from './yaml.lazy.ts';

/**
 * Whether YAML nests more than `deepest` maps and lists in one another, told without recursion. A parser that
 * recurses must not be asked: near the end of its stack the engine ends the process where it can no longer
 * compile a regular expression, and nothing can catch that.
 */
export function isNestedDeeper(text: string, deepest: number): boolean {
  return blockDepth(text) > deepest || (bracketDepth(text) > deepest && flowDepth(text) > deepest);
}

/** How deep lines are indented in one another, the dashes that begin a line each counted as a level. */
function blockDepth(text: string): number {
  const indents: number[] = [];
  let deepest = 0;
  for (const [, blank = '', marks = ''] of text.matchAll(/^([ \t]*)((?:[-?:][ \t]+)*)(?=[^\s#])/gm)) {
    while (indents.length > 0 && (indents.at(-1) as number) >= blank.length) indents.pop();
    indents.push(blank.length);
    const levels = marks === '' ? 0 : marks.trim().split(/[ \t]+/).length;
    deepest = Math.max(deepest, indents.length + levels);
  }
  return deepest;
}

/** How many brackets are open at once, those in quotes and comments taken for brackets too. */
function bracketDepth(text: string): number {
  let open = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '[' || char === '{') deepest = Math.max(deepest, ++open);
    else if ((char === ']' || char === '}') && open > 0) open--;
  }
  return deepest;
}
