import {
  COLLECTION_STYLE,
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  mergeTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';

/** Markers, explicit keys and other rare things in which readers of YAML differ. */
const NEEDS_CARE = /\uFEFF|\t|^ *[%?]|^[ -]*:|[[{,]\s*[?:]\s|^(?: +---|\.\.\.)/m;

/** Aliases of aliases make a text grow without bound: these few make it at most some hundred times as large. */
const MOST_ALIASES = 16;

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** What was read of a YAML text. */
export interface PlainYaml {
  /** One for each document. */
  readonly values: readonly unknown[];
  /** What the values were made of. */
  readonly events: readonly Event[];
}

/**
 * Reads the usual kind of YAML, several times faster than a reader that makes a tree of it. Undefined for
 * a text that must be read with care, or with which something is wrong: this reader does not say what.
 */
export function readPlainYaml(text: string): PlainYaml | undefined {
  if (NEEDS_CARE.test(text)) return undefined;
  try {
    const options = { schema: SCHEMA, filename: '', maxDepth: 1000 };
    const events = parseEvents(text, options);
    if (!isPlain(events, text)) return undefined;
    const values = constructFromEvents(events, { ...options, source: text });
    return values.length === 0 ? undefined : { values, events };
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** A collection that is open, whether its next part is a key, and the name of its anchor. */
interface Open {
  readonly isMap: boolean;
  isKey: boolean;
  readonly anchor: string | undefined;
}

/**
 * Whether keys are plain texts, there are no tags, and aliases are few, each of something that ended
 * before it: none makes anything a part of itself.
 */
function isPlain(events: readonly Event[], text: string): boolean {
  const open: Open[] = [];
  let aliases = 0;
  for (const event of events) {
    const parent = open.at(-1);
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    if (event.type === EVENT_ID.DOCUMENT) {
      if (event.directives.length > 0) return false;
      open.push({ isMap: false, isKey: false, anchor: undefined });
      continue;
    }
    const isKey = parent?.isMap === true && parent.isKey;
    if (parent !== undefined) parent.isKey = !parent.isKey;
    const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.ALIAS) {
      if (isKey || ++aliases > MOST_ALIASES || open.some((outer) => outer.anchor === anchor)) return false;
      continue;
    }
    if (event.tagStart >= 0) return false;
    if (event.type === EVENT_ID.SCALAR) {
      const { style, valueStart, valueEnd } = event;
      if ((isKey && anchor !== undefined) || isCounted(event, text)) return false;
      if (isKey && style === SCALAR_STYLE.PLAIN && !isText(text.slice(valueStart, valueEnd))) return false;
      continue;
    }
    if (isKey) return false;
    const isMap = event.type === EVENT_ID.MAPPING;
    // To other readers, an anchor in a line with a key is the key's.
    if (isMap && anchor !== undefined && event.style === COLLECTION_STYLE.BLOCK) {
      if (!text.slice(event.anchorEnd, event.start).includes('\n')) return false;
    }
    open.push({ isMap, isKey: isMap, anchor });
  }
  return true;
}

const NULL = /^(?:~|null)?$/i;
const TRUTH = /^(?:true|false)$/i;
const NUMBER = /^[-+]?(?:0o[0-7]+|0x[\da-f]+|\.inf|\.nan|(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?)$/i;

/** Whether a plain key is, as a name, what is written. */
function isText(key: string): boolean {
  if (NUMBER.test(key)) return String(Number(key)) === key;
  return TRUTH.test(key) ? key === key.toLowerCase() : !NULL.test(key);
}

/** Whether a block says how far it is indented, which readers take differently at the end of a text. */
function isCounted({ style, valueStart }: ScalarEvent, text: string): boolean {
  if (style !== SCALAR_STYLE.LITERAL_BLOCK && style !== SCALAR_STYLE.FOLDED_BLOCK) return false;
  const header = text.slice(text.lastIndexOf('\n', valueStart - 2) + 1, valueStart);
  return /[|>][-+]?\d/.test(header);
}
