import * as go from '../go-yaml.ts';
import type { JsonSchema } from '../json-schema.ts';

/**
 * Values in Grafana's provisioning files (Grafana, `pkg/services/provisioning/values/values.go`): each is
 * read as a text in which variables such as `$NAME` and `$__file{…}` are put in, and only then converted.
 * Keys that Grafana does not know do no harm.
 */

export const text = go.text;

export const boolean: JsonSchema = {
  type: ['boolean', 'integer', 'string', 'null'],
  minimum: 0,
  maximum: 1,
  pattern: '\\$|^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$',
  'x-expected': 'true or false',
};

export const integer: JsonSchema = {
  type: ['integer', 'string', 'null'],
  pattern: '\\$|^(?:[-+]?[0-9]+)?$',
  'x-expected': 'a whole number',
};

/** A duration as Prometheus writes it. */
export const duration: JsonSchema = {
  ...go.duration,
  pattern: `\\$|${go.duration.pattern}`,
};

export const textMap = go.map(text);

/** A map in which the values keep their types. */
export const anyMap = go.map(go.anything);
