import { mkdirSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  _,
  type Code,
  getProperty,
  type Name,
  operators,
  stringify,
} from 'ajv/dist/compile/codegen/index.js';
import { resolveRef, SchemaEnv } from 'ajv/dist/compile/index.js';
import ajvNames from 'ajv/dist/compile/names.js';
import { getErrorPath, Type } from 'ajv/dist/compile/util.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import type { CodeKeywordDefinition } from 'ajv/dist/types/index.js';
import { getValidate } from 'ajv/dist/vocabularies/core/ref.js';
import { build } from 'esbuild';
import { ANNOTATIONS, type JsonSchema } from '../src/schema/json-schema.ts';
import { SCHEMAS } from '../src/schema/schemas.ts';

/** The names of variables in generated code; Node gives a CommonJS module's exports as its default one. */
const scope = (ajvNames as unknown as { default: typeof ajvNames }).default;

/** Compiles the schemas to plain functions, so that no run of the program compiles any. */
const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  inlineRefs: false,
  messages: false,
  code: { source: true, esm: true, lines: false },
});
ajv.addVocabulary(ANNOTATIONS);
ajv.addKeyword({
  keyword: 'x-ignored',
  schemaType: 'string',
  error: { message: '' },
  code: (context) => context.fail(_`true`),
});
ajv.addKeyword(keyGroups('x-at-most-one', (set) => _`${set.reduce(sum)} > 1`));
ajv.addKeyword(keyGroups('x-at-least-one', (set) => _`${set.reduce(sum)} === 0`));
ajv.addKeyword(propertyTable());

/** A keyword that counts which of a few keys are set: a key without a value, or with an empty text, is not. */
function keyGroups(keyword: string, fails: (set: Code[]) => Code): CodeKeywordDefinition {
  return {
    keyword,
    type: 'object',
    schemaType: 'array',
    error: { message: '', params: ({ params }) => _`{keys: ${params.keys}}` },
    code(context) {
      for (const keys of context.schema as string[][]) {
        context.setParams({ keys: stringify(keys) });
        context.fail(fails(keys.map((key) => isSet(context.data, key))));
      }
    },
  };
}

function isSet(data: Name, key: string): Code {
  return _`((${data}${getProperty(key)} ?? "") === "" ? 0 : 1)`;
}

function sum(left: Code, right: Code): Code {
  return _`${left} ${operators.ADD} ${right}`;
}

/**
 * What `properties` does, from a table of keys and functions: ajv's own keyword writes a stretch of code
 * for each key, which makes ten times the code.
 */
function propertyTable(): CodeKeywordDefinition {
  return {
    keyword: 'x-properties',
    type: 'object',
    schemaType: 'object',
    code(context) {
      const { gen, data, it } = context;
      const rows = Object.entries(context.schema as Record<string, string>).map(([key, reference]) => {
        const part = resolveRef.call(it.self, it.schemaEnv.root, it.baseId, reference);
        if (!(part instanceof SchemaEnv)) throw new Error(`${reference} is no schema`);
        return _`${key}: ${getValidate(context, part)},`;
      });
      const table = gen.const(
        'table',
        _`{__proto__: null, ${rows.reduce((left, right) => _`${left}${right}`)}}`,
      );
      gen.forIn('key', data, (key) => {
        const check = gen.const('check', _`${table}[${key}]`);
        const place = _`{
          instancePath: ${scope.instancePath} + ${it.errorPath} + ${getErrorPath(key, Type.Str)},
          parentData: ${data}, parentDataProperty: ${key}, rootData: ${scope.rootData}, dynamicAnchors: {}
        }`;
        gen.if(_`${check} !== undefined && !${check}(${data}[${key}], ${place})`, () => {
          const found = _`${check}.errors`;
          gen.assign(
            scope.vErrors,
            _`${scope.vErrors} === null ? ${found} : ${scope.vErrors}.concat(${found})`,
          );
          gen.assign(scope.errors, _`${scope.vErrors}.length`);
        });
      });
    },
  };
}

/** The schema with the schemas directly inside it replaced. */
function mapParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const all = (parts: object): object =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part as JsonSchema)]));
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (['properties', 'patternProperties'].includes(key)) return [key, all(value)];
      if (['anyOf', 'oneOf', 'allOf'].includes(key)) return [key, (value as JsonSchema[]).map(change)];
      const isPart = ['items', 'additionalProperties', 'not', 'if', 'then', 'else'].includes(key);
      return [key, isPart && typeof value === 'object' ? change(value as JsonSchema) : value];
    }),
  );
}

/**
 * The schemas, with the parts that are values of keys or stand in several places put into one schema
 * that all refer to: each is compiled once, however often it is used.
 */
function share(schemas: Readonly<Record<string, JsonSchema>>): JsonSchema[] {
  const $defs: Record<string, JsonSchema> = {};
  const uses = new Map<string, number>();
  const count = (part: JsonSchema): JsonSchema => {
    const text = JSON.stringify(part);
    uses.set(text, (uses.get(text) ?? 0) + 1);
    return mapParts(part, count);
  };
  const everything = Object.entries(schemas).flatMap(([name, { $defs = {}, ...schema }]) => [
    [name, local(name, schema)] as const,
    ...Object.entries($defs).map(([key, part]) => [`shared/${name}-${key}`, local(name, part)] as const),
  ]);
  for (const [, schema] of everything) count(schema);

  const references = new Map<string, string>();
  const reference = (part: JsonSchema): string => {
    if (part.$ref !== undefined) return part.$ref;
    const text = JSON.stringify(part);
    let found = references.get(text);
    if (found === undefined) {
      const name = `p${references.size}`;
      found = `shared#/$defs/${name}`;
      references.set(text, found);
      $defs[name] = compact(part);
    }
    return found;
  };
  const inner = (part: JsonSchema): JsonSchema => {
    const text = JSON.stringify(part);
    // A part of a condition has no type of its own: it cannot stand alone.
    const isShared = part.type !== undefined && (uses.get(text) ?? 0) > 1 && text.length > 80;
    return isShared ? { $ref: reference(part) } : compact(part);
  };
  const compact = (schema: JsonSchema): JsonSchema => {
    const { properties, ...rest } = schema;
    const changed = mapParts(rest, inner);
    if (properties === undefined) return changed;
    const checked = Object.entries(properties).filter(([, part]) => Object.keys(part).length > 0);
    return {
      ...changed,
      properties: Object.fromEntries(Object.keys(properties).map((key) => [key, {}])),
      ...(checked.length > 0 && {
        'x-properties': Object.fromEntries(checked.map(([key, part]) => [key, reference(part)])),
      }),
    };
  };
  const result: JsonSchema[] = [];
  for (const [name, schema] of everything) {
    if (name.startsWith('shared/')) $defs[name.slice('shared/'.length)] = compact(schema);
    else result.push({ ...compact(schema), $id: name });
  }
  return [{ $id: 'shared', $defs }, ...result];
}

/** A schema that refers to definitions of its own where they are shared. */
function local(name: string, schema: JsonSchema): JsonSchema {
  const changed = mapParts(schema, (part) => local(name, part));
  const { $ref } = changed;
  return $ref?.startsWith('#/$defs/')
    ? { ...changed, $ref: `shared#/$defs/${name}-${$ref.slice('#/$defs/'.length)}` }
    : changed;
}

const names = Object.keys(SCHEMAS);
for (const schema of share(SCHEMAS)) ajv.addSchema(schema);
const generate = standaloneCode as unknown as (ajv: Ajv2020, names: Record<string, string>) => string;
const code = generate(ajv, Object.fromEntries(names.map((name) => [name.replace(/-/g, '_'), name])));

// The generated code requires a few of ajv's helpers: they are put into the same file.
mkdirSync('src/schema/generated', { recursive: true });
const bundled = await build({
  stdin: { contents: code, resolveDir: process.cwd(), loader: 'js' },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  charset: 'utf8',
});
writeFileSync(
  'src/schema/generated/validators.d.ts',
  `// Generated by scripts/schemas.ts from src/schema/schemas.ts.
import type { ErrorObject } from 'ajv';
type Validator = { (value: unknown): boolean; errors?: ErrorObject[] | null };
${names.map((name) => `export const ${name.replace(/-/g, '_')}: Validator;`).join('\n')}
`,
);
writeFileSync(
  'src/schema/generated/validators.js',
  `// Generated by scripts/schemas.ts from src/schema/schemas.ts.\n${bundled.outputFiles[0]?.text}`,
);
