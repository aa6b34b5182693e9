import { CORE_SCHEMA, loadAll, mergeTag, YAMLException } from 'js-yaml';

/** Tags, directives, markers, keys that are no plain texts, and other rare things in which readers of YAML differ. */
const NEEDS_CARE =
  /\uFEFF|\t|(?:^|[\s[{,:])![^\s=]|^ *[%?]|^[ -]*:|[[{,]\s*[?:]\s|(?:~|\bnull) *:|^[ -]*[[{].*[\]}] *:|^(?: +---|\.\.\.)|[|>][-+]?\d/im;

/** An anchor with more than a value behind it on its line. */
const ANCHORED_KEY = /[ :,[{-]&\S+ .*:(?:\s|$)/m;

/** Anchors and aliases, and what may be one. */
const ALIAS = /(?:^|[\s[{,:])[&*][^\s,[\]{}]+/gm;

/** Aliases of aliases make a text grow without bound: these few make it at most some hundred times as large. */
const MOST_ALIASES = 16;

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * The values of a YAML text's documents, read several times faster than with places. Undefined for a
 * text that must be read with care, or with which something is wrong: this reader does not say what.
 */
export function quickValues(text: string): unknown[] | undefined {
  if (NEEDS_CARE.test(text) || !hasPlainAliases(text)) return undefined;
  try {
    const values = loadAll(text, { schema: SCHEMA });
    return values.length === 0 ? undefined : values;
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** Whether a text has few aliases, each of something that ends before it: none makes anything a part of itself. */
function hasPlainAliases(text: string): boolean {
  const found = [...text.matchAll(ALIAS)];
  if (found.length === 0) return true;
  if (found.length > MOST_ALIASES || ANCHORED_KEY.test(text)) return false;
  const anchors = new Map<string, number>();
  return found.every(({ 0: written, index }) => {
    const at = index + written.search(/[&*]/);
    const name = text.slice(at + 1, index + written.length);
    if (text[at] === '&') {
      anchors.set(name, at);
      return true;
    }
    const anchor = anchors.get(name);
    return anchor !== undefined && hasDedent(text, anchor, at);
  });
}

/** Whether a line between two places, and before the second one's own, is indented no more than the first one's. */
function hasDedent(text: string, from: number, to: number): boolean {
  const start = text.lastIndexOf('\n', from) + 1;
  const indent = text.slice(start).search(/[^ ]/);
  const lines = text.slice(start, text.lastIndexOf('\n', to) + 1).split('\n');
  return lines.slice(1, -1).some((line) => /^ *[^ #\r]/.test(line) && line.search(/[^ ]/) <= indent);
}
