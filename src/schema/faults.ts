import type { ErrorObject } from 'ajv';
import type { Part, Path } from '../repo/document.ts';
import { child, type Node } from '../repo/node.ts';
import { nearest } from '../words.ts';
import * as validators from './generated/validators.js';
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
  /** The key that is missing. */
  readonly key?: string;
  /** The key that an unknown one most likely means. */
  readonly suggestion?: string | undefined;
}

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
    const value = child(node, ...fault.path).value;
    if (fault.kind === 'value' && typeof value === 'string' && isUnknown(value)) continue;
    const key = `${fault.path.join('\0')}\0${fault.message}`;
    if (seen.has(key)) continue;
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
    ({ kind, path, key }) => kind !== 'missing-key' || !meant.has([...path, key].join('\0')),
  );
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
  const subject =
    path.length === 0 ? 'the file' : `"${path.findLast((part) => typeof part === 'string') ?? path.at(-1)}"`;

  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys(schema.properties ?? {});
      const close = nearest(key, known);
      return {
        kind: 'unknown-key',
        suggestion: close,
        path: [...path, key],
        part: 'key',
        message: `unknown key "${key}"${path.length === 0 ? '' : ` in ${subject}`}`,
        help:
          close === undefined
            ? known.length <= 12
              ? `known keys: ${known.join(', ')}`
              : undefined
            : `did you mean "${close}"?`,
      };
    }
    case 'required': {
      const key = String(params.missingProperty);
      return {
        kind: 'missing-key',
        key,
        path,
        part: 'value',
        message: `${subject} has no "${key}"`,
        help: undefined,
      };
    }
    case 'enum':
    case 'const': {
      const allowed = error.keyword === 'const' ? [params.allowedValue] : (params.allowedValues as unknown[]);
      const value = child(node, ...path).value;
      const close = typeof value === 'string' ? nearest(value, allowed.map(String)) : undefined;
      return {
        kind: 'value',
        path,
        part: 'value',
        message: `${subject} is ${show(value)}, and must be ${schema['x-expected'] ?? `one of ${allowed.map(show).join(', ')}`}`,
        help: close === undefined ? undefined : `did you mean "${close}"?`,
      };
    }
    default: {
      const value = child(node, ...path).value;
      return {
        kind: 'value',
        path,
        part: 'value',
        message: `${subject} is ${show(value)}, and must be ${expected(error, schema)}`,
        help: undefined,
      };
    }
  }
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
    case 'minLength':
    case 'minProperties':
      return 'no empty one';
    default:
      return error.message ?? 'something else';
  }
}

/** A value in few words. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = String(value);
  return typeof value === 'string' ? `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"` : text;
}
