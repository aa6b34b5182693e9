import { mkdirSync, writeFileSync } from 'node:fs';
import { Ajv, type CodeKeywordDefinition, type ValidateFunction } from 'ajv';
import { _Code } from 'ajv/dist/compile/codegen/code.js';
import {
  _,
  type Code,
  getProperty,
  type Name,
  nil,
  operators,
  stringify,
} from 'ajv/dist/compile/codegen/index.js';
import { resolveRef, SchemaEnv } from 'ajv/dist/compile/index.js';
import ajvNames from 'ajv/dist/compile/names.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { getValidate } from 'ajv/dist/vocabularies/core/ref.js';
import { build } from 'esbuild';
import { ANNOTATIONS, type JsonSchema } from '../src/schema/json-schema.ts';
import { SCHEMAS } from '../src/schema/schemas.ts';

/** The names of variables in generated code; Node gives a CommonJS module's exports as its default one. */
const scope = (ajvNames as unknown as { default: typeof ajvNames }).default;

/** Compiles the schemas to plain functions, so that no run of the program compiles any. */
const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: true,
  strictTypes: false,
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
ajv.addKeyword(keyTable());

/** A keyword that counts which of a few keys are set: one without a value, or with an empty text, is not. */
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

/** For each map, its keys and where the schema of each one's value is; undefined where anything goes. */
const keyTables: KeyTable[] = [];

interface KeyTable {
  readonly keys: Readonly<Record<string, string | undefined>>;
  /** Other keys are taken where they begin with this; undefined when all are, empty when none is. */
  readonly others: string | undefined;
}

/**
 * What `properties` and `additionalProperties: false` do, from a table of keys and functions: ajv's own
 * keywords write a stretch of code for each key, which makes ten times the code.
 */
function keyTable(): CodeKeywordDefinition {
  return {
    keyword: 'x-keys',
    type: 'object',
    schemaType: 'number',
    code(context) {
      const { gen, data, it } = context;
      const { keys, others } = keyTables[context.schema as number] as KeyTable;
      const rows = Object.entries(keys).map(([key, reference]) => {
        if (reference === undefined) return _`${key}: 0,`;
        const part = resolveRef.call(it.self, it.schemaEnv.root, it.baseId, reference);
        if (!(part instanceof SchemaEnv)) throw new Error(`${reference} is no schema`);
        return _`${key}: ${getValidate(context, part)},`;
      });
      const table = _`{__proto__: null, ${rows.reduce((left, right) => _`${left}${right}`, nil)}}`;
      const check = gen.scopeValue('func', { ref: checkKeys, code: new _Code(checkKeys.toString()) });
      const path = _`${scope.instancePath} + ${it.errorPath}`;
      const found = gen.const(
        'found',
        _`${check}(${table}, ${others ?? null}, ${data}, ${path}, ${scope.rootData})`,
      );
      context.result(_`${found} === null`, undefined, () => {
        gen.assign(
          scope.vErrors,
          _`${scope.vErrors} === null ? ${found} : ${scope.vErrors}.concat(${found})`,
        );
        gen.assign(scope.errors, _`${scope.vErrors}.length`);
      });
    },
  };
}

/** Part of the generated code: the errors of a map's values, and of keys that it may not have. */
function checkKeys(
  table: Record<string, 0 | ValidateFunction>,
  others: string | null,
  data: Record<string, unknown>,
  instancePath: string,
  rootData: Record<string, unknown>,
): object[] | null {
  let errors: object[] | null = null;
  for (const key in data) {
    const check = table[key];
    let found: object[] | undefined | null;
    if (check) {
      const path = `${instancePath}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      const place = {
        instancePath: path,
        parentData: data,
        parentDataProperty: key,
        rootData,
        dynamicAnchors: {},
      };
      if (!check(data[key], place)) found = check.errors;
    } else if (check === undefined && (others === '' || (others && !key.startsWith(others)))) {
      const params = { additionalProperty: key, known: Object.keys(table) };
      found = [{ keyword: 'additionalProperties', instancePath, schemaPath: '', params, parentSchema: {} }];
    }
    if (found) errors = errors ? errors.concat(found) : found;
  }
  return errors;
}

const isEmpty = (schema: JsonSchema): boolean => Object.keys(schema).length === 0;

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
    const { properties, $schema: _draft, ...rest } = schema;
    if (properties === undefined) return mapParts(rest, inner);
    const { additionalProperties, patternProperties, ...open } = rest;
    const entries = Object.entries(properties);
    const keys = entries.map(([key, part]) => [key, isEmpty(part) ? undefined : reference(part)]);
    const patterns = Object.keys(patternProperties ?? {});
    const isPrefixed = patterns.length === 1 && patterns[0] === '^x-';
    const isClosed = additionalProperties === false && (patterns.length === 0 || isPrefixed);
    const others = isClosed ? (isPrefixed ? 'x-' : '') : undefined;
    const table = keyTables.push({ keys: Object.fromEntries(keys), others }) - 1;
    return {
      ...mapParts(isClosed ? open : rest, inner),
      // The keys that `additionalProperties` is not about.
      ...(!isClosed &&
        additionalProperties !== undefined && {
          properties: Object.fromEntries(entries.map(([key]) => [key, {}])),
        }),
      'x-keys': table,
    } as JsonSchema;
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
const generate = standaloneCode as unknown as (ajv: Ajv, names: Record<string, string>) => string;
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
  metafile: true,
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
// Whose they are, for the licence notices and the bill of materials.
const helpers = Object.keys(bundled.metafile.inputs).flatMap(
  (path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
);
writeFileSync('src/schema/generated/packages.json', `${JSON.stringify([...new Set(helpers)].sort())}\n`);
