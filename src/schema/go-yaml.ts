import type { JsonSchema } from './json-schema.ts';
import * as json from './json-schema.ts';

/**
 * Values as the YAML libraries of Go read them (gopkg.in/yaml.v2 and v3, `decode.go`), with which the
 * Prometheus and Grafana tools read their files: a key without a value is as if it were not there, a
 * number or a truth value is read where a text is wanted, and nothing else is converted.
 */

const { orNull } = json;

/** Any scalar: what is no text is taken as it is written. */
export const text: JsonSchema = orNull(json.text);

/** A text that is not empty. */
export const filledText: JsonSchema = {
  ...json.text,
  minLength: 1,
  'x-expected': 'a text that is not empty',
};

/** Also `yes`, `no`, `on` and `off`, which YAML 1.1 took for truth values; never a text in quotes. */
export const boolean: JsonSchema = {
  type: ['boolean', 'string', 'null'],
  pattern: '^(?:[yY]|[nN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$',
  'x-expected': 'true or false',
};

/** Also with `_` between its digits. A number in quotes is a text. */
export const integer: JsonSchema = {
  type: ['integer', 'string', 'null'],
  pattern: '^[-+]?(?:[0-9]+(?:_[0-9]+)+|0b[01_]+)$',
  'x-expected': 'a whole number',
};
export const unsigned: JsonSchema = { ...integer, minimum: 0, 'x-expected': 'a whole number from 0 on' };
export const positive: JsonSchema = { ...integer, minimum: 1, 'x-expected': 'a whole number from 1 on' };
export const number: JsonSchema = {
  ...integer,
  type: ['number', 'string', 'null'],
  'x-expected': 'a number',
};

/** A duration as Prometheus writes it (prometheus/common, `model.ParseDuration`). */
export const duration: JsonSchema = orNull(json.duration);

/** A duration as Go writes it (`time.ParseDuration`): without days, but with parts such as `1.5h`. */
export const goDuration: JsonSchema = {
  type: ['string', 'null'],
  pattern: '^[-+]?(?:0|(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$',
  'x-expected': 'a duration such as 30s or 1h30m (there is no unit for days)',
};
/** The same where yaml.v2 reads it: a bare number is one of nanoseconds. */
export const goDurationOrNumber: JsonSchema = { ...goDuration, type: ['string', 'number', 'null'] };

/** A size (alecthomas/units, `ParseBase2Bytes`; 0 needs no unit). */
export const bytes: JsonSchema = {
  type: ['string', 'integer', 'null'],
  minimum: 0,
  maximum: 0,
  pattern: '^[-+]?(?:0|(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:B|[KMGTPE]i?B))+)$',
  'x-expected': 'a size with its unit, such as 10MB',
};

/** One of a few values, or none. */
export const oneOf = (...values: string[]): JsonSchema => ({ enum: [...values, null] });

/** One of a few words in small, capital or title letters. */
export const oneWordOf = (...words: string[]): JsonSchema => ({
  enum: [
    ...words,
    ...words.map((word) => word.toUpperCase()),
    ...words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`),
    null,
  ],
  'x-expected': `one of ${words.map((word) => `"${word}"`).join(', ')}`,
});

type Properties = Readonly<Record<string, JsonSchema>>;

/** A struct that is read strictly: its keys and no others. */
export const object = (properties: Properties, more: JsonSchema = {}): JsonSchema =>
  orNull(json.object(properties, more));

/** A struct whose other keys are not checked. */
export const openObject = (properties: Properties, more: JsonSchema = {}): JsonSchema =>
  orNull(json.openObject(properties, more));

/** A map with keys of the user's choice. */
export const map = (values: JsonSchema): JsonSchema => orNull(json.mapOf(values));

/** A list. One value alone is no list of one. */
export const list = (items: JsonSchema, more: JsonSchema = {}): JsonSchema =>
  orNull(json.listOf(items, more));

/** A list of structs, none of them empty: an empty item stands for a missing one. */
export const listOfObjects = (item: JsonSchema, more: JsonSchema = {}): JsonSchema =>
  list({ ...item, type: 'object' }, more);

export const texts: JsonSchema = list(text);
export const textMap: JsonSchema = map(text);
export const anything: JsonSchema = {};
