import type { ErrorObject } from 'ajv';
import type { Part, Path } from '../repo/document.ts';
import { child, isFields, type Node } from '../repo/node.ts';
import { listed, nearest, onlyNear } from '../words.ts';
import * as compiled from './generated/validators.js';
import type { JsonSchema } from './json-schema.ts';

/** How a value breaks its schema. */
export interface SchemaFault {
  readonly kind: 'unknown-key' | 'missing-key' | 'value' | 'ignored-key';
  /** From the checked node on. */
  readonly path: Path;
  readonly part: Part;
  /** Says the key, what is wrong and what is expected. */
  readonly message: string;
  readonly help: string | undefined;
  /** The key that is missing, those of which one is, or those that exclude one another. */
  readonly keys?: readonly string[];
  /** The key that an unknown one most likely means. */
  readonly suggestion?: string | undefined;
  /** The key that an unknown one can only mean, so that it may be read as that. */
  readonly meant?: string | undefined;
  /** Whether the value is right but for quotes, which are missing, or are too many. */
  readonly quotes?: 'missing' | 'too many' | undefined;
  /** The first version of the tool that no longer reads the key. */
  readonly since?: string | undefined;
  /** The key that has taken the place of one that is no longer read; `''` where nothing has. */
  readonly instead?: string | undefined;
}

/** Every compiled schema, by its name. */
const validators = { ...compiled };

export type SchemaName = keyof typeof validators;

/**
 * Checks a value against a schema. A value that `isUnknown` takes, such as a variable that is put in
 * later, is never wrong, whatever its type should be.
 */
export function schemaFaults(
  name: SchemaName,
  node: Node,
  isUnknown: (text: string) => boolean,
): SchemaFault[] {
  const validate = validators[name];
  if (validate(node.value)) return [];
  const faults: SchemaFault[] = [];
  const seen = new Set<string>();
  for (const error of decisive(validate.errors ?? [])) {
    const fault = describe(error, node);
    const key = `${fault.path.join('\0')}\0${fault.message}`;
    if (seen.has(key) || isExcused(fault, node, isUnknown)) continue;
    seen.add(key);
    faults.push(fault);
  }
  // A mistyped key is not also a missing one.
  const meant = new Set(
    faults.flatMap(({ path, suggestion }) =>
      suggestion === undefined ? [] : [[...path.slice(0, -1), suggestion].join('\0')],
    ),
  );
  return faults.filter(
    ({ kind, path, keys = [] }) =>
      kind !== 'missing-key' || !keys.some((key) => meant.has([...path, key].join('\0'))),
  );
}

/** Whether what is written is not what the tool will read, so that nothing can be said of it. */
function isExcused(fault: SchemaFault, node: Node, isUnknown: (text: string) => boolean): boolean {
  if (fault.kind === 'unknown-key') return isUnknown(String(fault.path.at(-1)));
  const { value } = child(node, ...fault.path);
  if (fault.kind === 'value' && typeof value === 'string' && isUnknown(value)) return true;
  // What YAML tags as binary is a text to the tools.
  if (value instanceof Uint8Array) return true;
  // Compose takes what is tagged with it out of the files that it merges.
  const path = [...node.path, ...fault.path];
  return path.some((_, index) => node.doc.tag(node.index, path.slice(0, index + 1)) === '!reset');
}

/**
 * The errors that say what is wrong: of alternatives that all failed, those of the one that was meant,
 * when it can be told, or else only that none of them fits.
 */
function decisive(errors: readonly ErrorObject[]): ErrorObject[] {
  let result = errors.filter(({ keyword }) => keyword !== 'if');
  for (const choice of errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')) {
    const inside = result.filter(({ schemaPath }) => schemaPath.startsWith(`${choice.schemaPath}/`));
    const branches = new Map<string, ErrorObject[]>();
    for (const error of inside) {
      const branch = error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] as string;
      branches.set(branch, [...(branches.get(branch) ?? []), error]);
    }
    const meant = [...branches.values()].filter(
      (branch) =>
        !branch.some(
          ({ keyword, instancePath }) =>
            instancePath === choice.instancePath &&
            (keyword === 'type' || keyword === 'enum' || keyword === 'const'),
        ),
    );
    const dropped = new Set(
      meant.length === 1 ? [choice, ...inside.filter((error) => !meant[0]?.includes(error))] : inside,
    );
    result = result.filter((error) => !dropped.has(error));
  }
  return result;
}

function describe(error: ErrorObject, node: Node): SchemaFault {
  const path = pathOf(error.instancePath, node);
  const schema = error.parentSchema as JsonSchema;
  const params = error.params as Record<string, unknown>;
  const subject = subjectOf(path, node);
  const { value } = child(node, ...path);

  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known =
        (params.known as string[] | undefined) ?? schema['x-names'] ?? Object.keys(schema.properties ?? {});
      const close = nearest(key, known);
      const where = path.length === 0 ? '' : ` in ${subject}`;
      return {
        kind: 'unknown-key',
        suggestion: close,
        meant: onlyNear(
          key,
          known.filter((other) => !isFields(value) || !Object.hasOwn(value, other)),
        ),
        path: [...path, key],
        part: 'key',
        message: known.length === 0 ? `"${key}" is no valid name${where}` : `unknown key "${key}"${where}`,
        help: close === undefined ? knownKeys(known) : `did you mean "${close}"?`,
      };
    }
    case 'required': {
      const key = String(params.missingProperty);
      const message = `${subject} has no "${key}"`;
      return { kind: 'missing-key', keys: [key], path, part: 'value', message, help: undefined };
    }
    case 'x-at-least-one': {
      const keys = params.keys as string[];
      const none =
        keys.length === 1
          ? `no "${keys[0]}"`
          : keys.length === 2
            ? `neither ${listed(quoted(keys), 'nor')}`
            : `none of ${quoted(keys).join(', ')}`;
      const also = schema['x-expected'] === undefined ? '' : `, and ${schema['x-expected']}`;
      const message = `${subject} has ${none}${also}`;
      return { kind: 'missing-key', keys, path, part: 'value', message, help: undefined };
    }
    case 'x-at-most-one': {
      const set = (params.keys as string[]).filter((key) => (child(node, ...path, key).value ?? '') !== '');
      return {
        kind: 'value',
        keys: set,
        path: [...path, set[1] as string],
        part: 'key',
        message: `${subject} has ${set.length === 2 ? 'both ' : ''}${listed(quoted(set))}: only one of them may be set`,
        help: undefined,
      };
    }
    case 'x-ignored':
      return {
        kind: 'ignored-key',
        path,
        part: 'key',
        message: `${subject} ${schema['x-ignored']}`,
        help: undefined,
        since: schema['x-ignored-since'],
        instead: insteadOf(schema['x-ignored'] ?? ''),
      };
    case 'enum':
    case 'const': {
      const values = error.keyword === 'const' ? [params.allowedValue] : (params.allowedValues as unknown[]);
      const allowed = values.filter((word) => word !== null && word !== '');
      const close = typeof value === 'string' ? nearest(value, allowed.map(String)) : undefined;
      return {
        kind: 'value',
        path,
        part: 'value',
        message: `${subject} is ${show(value)}, and must be ${schema['x-expected'] ?? among(allowed)}`,
        help: close === undefined ? undefined : `did you mean "${close}"?`,
      };
    }
    default:
      return {
        kind: 'value',
        path,
        part: 'value',
        message: `${subject} is ${show(value)}, and must be ${expected(error, schema)}`,
        help: remedy(value, schema),
        quotes: quotesOf(value, schema),
      };
  }
}

const quoted = (words: readonly string[]): string[] => words.map((word) => `"${word}"`);

const among = (values: readonly unknown[]): string =>
  values.length === 1 ? show(values[0]) : `one of ${values.map(show).join(', ')}`;

const knownKeys = (keys: readonly string[]): string | undefined =>
  keys.length === 0 || keys.length > 12 ? undefined : `known keys: ${keys.join(', ')}`;

/** What to do about a value of the wrong type, where that is plain. */
function remedy(value: unknown, schema: JsonSchema): string | undefined {
  const quotes = quotesOf(value, schema);
  if (quotes === 'too many') return 'write it without quotes';
  if (quotes === 'missing') return `write it in quotes: "${value}"`;
  const wants = wantedBy(schema);
  return typeof value === 'string' && wants('array') && !wants('string') && value.length <= 60
    ? `write it as a list: [${quote(value)}]`
    : undefined;
}

/** Which quotes make a value of the wrong type right. */
function quotesOf(value: unknown, schema: JsonSchema): SchemaFault['quotes'] {
  const wants = wantedBy(schema);
  if (typeof value === 'string') {
    const isBoolean = wants('boolean') && (value === 'true' || value === 'false');
    const isNumber = wants('integer', 'number') && /^-?\d+(?:\.\d+)?$/.test(value);
    return (isBoolean || isNumber) && schema.maximum !== 0 ? 'too many' : undefined;
  }
  const isText = wants('string') && (schema['x-expected'] ?? 'a text').startsWith('a text');
  return isText && (typeof value === 'number' || typeof value === 'boolean') ? 'missing' : undefined;
}

/** Whether a schema takes values of one of some types. */
const wantedBy =
  (schema: JsonSchema) =>
  (...names: readonly string[]): boolean => {
    const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type];
    return names.some((name) => types.includes(name));
  };

const quote = (text: string): string =>
  text.includes('"') ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;

/** Keys that tell one item of a list from another. */
const NAMES = ['name', 'job_name', 'alert', 'record', 'alertname', 'uid', 'title', 'receiver', 'match'];

/** What a value is called: by its key, or by its name and the key of the list that it is in. */
function subjectOf(path: Path, node: Node): string {
  const key = path.findLast((part) => typeof part === 'string');
  if (path.length === 0) return 'the file';
  if (key === undefined) return 'an item';
  if (typeof path.at(-1) === 'string') return `"${key}"`;
  const name = NAMES.map((word) => child(node, ...path, word).value).find(
    (word) => typeof word === 'string' && word !== '',
  );
  return name === undefined ? `an item of "${key}"` : `${show(name)} of "${key}"`;
}

/** A JSON pointer as a path: list items by number. */
function pathOf(pointer: string, node: Node): Path {
  let { value } = node;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replace(/~1/g, '/').replace(/~0/g, '~');
      const isList = Array.isArray(value);
      value = (value as Record<string, unknown> | undefined)?.[key];
      return isList ? Number(key) : key;
    });
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

function expected(error: ErrorObject, schema: JsonSchema): string {
  if (schema['x-expected'] !== undefined) return schema['x-expected'];
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'type': {
      const types = Array.isArray(params.type) ? (params.type as string[]) : [String(params.type)];
      return types
        .filter((type) => type !== 'null')
        .map((type) => TYPE_WORDS[type] ?? type)
        .join(' or ');
    }
    case 'minimum':
    case 'maximum':
      return `${error.keyword === 'minimum' ? 'at least' : 'at most'} ${String(params.limit)}`;
    case 'minItems':
      return 'a list of at least one item';
    case 'minLength':
      return 'a text that is not empty';
    case 'minProperties':
      return 'a map of at least one key';
    case 'maxProperties':
      return `a map of at most ${String(params.limit)} ${params.limit === 1 ? 'key' : 'keys'}`;
    default:
      return 'something else';
  }
}

/** A value in few words. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  const text = String(value);
  return typeof value === 'string' ? `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"` : text;
}

/** What the words of an `ignored` key say to write in its place; undefined where a value is what is wrong. */
function insteadOf(words: string): string | undefined {
  if (/^is \S+, which /.test(words)) return undefined;
  return words.endsWith(': leave it out') ? '' : /: write ([a-z_]+)$/.exec(words)?.[1];
}
