/** The part of JSON Schema (draft 2020-12) that the schemas here are written in, with keywords of our own. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly uniqueItems?: boolean;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  /** What is expected, in words that follow "must be", where the other keywords say it badly. */
  readonly 'x-expected'?: string;
  /** Keys of a map of names that has patterns for them: what a mistyped one may have meant. */
  readonly 'x-names'?: readonly string[];
  /**
   * The newest version of the tool refuses the key or does not read it: what it does, and what to write
   * instead, in words that follow the key.
   */
  readonly 'x-ignored'?: string;
  /** The first version that does what `x-ignored` says, such as `3.0`. */
  readonly 'x-ignored-since'?: string;
  /** Groups of keys of which one at most may be set. A key that is written without a value is not. */
  readonly 'x-at-most-one'?: readonly (readonly string[])[];
  /** Groups of keys of which one at least must be set; `x-expected` may say where else one may be. */
  readonly 'x-at-least-one'?: readonly (readonly string[])[];
}

type SchemaType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** The names of our own keywords that say something and check nothing. */
export const ANNOTATIONS = ['x-expected', 'x-names', 'x-ignored-since'];

type Properties = Readonly<Record<string, JsonSchema>>;

/** A map with these keys and no others. */
export const object = (properties: Properties, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});

/** A map with these keys among others that are not checked. */
export const openObject = (properties: Properties, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
});

/** A map with keys of the user's choice. */
export const mapOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });

export const listOf = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'array',
  items,
  ...more,
});

/** A text, or anything that YAML reads as a number or truth value where a text is meant. */
export const text: JsonSchema = { type: ['string', 'number', 'boolean'], 'x-expected': 'a text' };
export const string: JsonSchema = { type: 'string' };
export const boolean: JsonSchema = { type: 'boolean' };
export const integer: JsonSchema = { type: 'integer' };
export const number: JsonSchema = { type: 'number' };
export const anything: JsonSchema = {};
/** One of a few values. */
export const oneOf = (...values: string[]): JsonSchema => ({ enum: values });
/** A Prometheus duration such as `1m30s`. The only number without a unit is 0. */
export const duration: JsonSchema = {
  type: ['string', 'integer'],
  minimum: 0,
  maximum: 0,
  pattern: '^(?:0|(?:[0-9]+y)?(?:[0-9]+w)?(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?)$',
  minLength: 1,
  'x-expected': 'a duration such as 30s or 5m',
};
/** What holds of a value that this holds of, as one of `allOf`. */
export const when = (condition: JsonSchema, consequence: JsonSchema, otherwise?: JsonSchema): JsonSchema => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: consequence,
  ...(otherwise && { else: otherwise }),
});
/** The value of a key is one of these. */
export const hasValue = (key: string, ...values: string[]): JsonSchema => ({
  properties: { [key]: { enum: values } },
  required: [key],
});
/** Nothing: the key has no place here, for this reason. Written without a value, it does no harm. */
export const leftOut = (why: string): JsonSchema => ({
  type: ['object', 'array', 'string', 'null'],
  maxProperties: 0,
  maxItems: 0,
  maxLength: 0,
  'x-expected': `left out: ${why}`,
});
/**
 * A key that only versions before this one read. The words say what the newer ones do; where one key has taken its
 * place they end with `write KEY`, where nothing has with `leave it out`.
 */
export const ignored = (since: string, words: string, schema: JsonSchema = {}): JsonSchema => ({
  ...schema,
  'x-ignored': words,
  'x-ignored-since': since,
});
/** The same value, or nothing: `key:` without a value. */
export const orNull = (schema: JsonSchema): JsonSchema =>
  schema.type === undefined
    ? schema
    : {
        ...schema,
        type: [...(Array.isArray(schema.type) ? schema.type : [schema.type]), 'null'] as SchemaType[],
      };
