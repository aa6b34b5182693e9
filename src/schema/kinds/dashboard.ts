import { type JsonSchema, listOf, openObject, orNull } from '../json-schema.ts';

/**
 * Dashboards as Grafana's front end and its provisioning read them (Grafana,
 * `kinds/dashboard/dashboard_kind.cue`, `public/app/features/dashboard`, and
 * `pkg/services/provisioning/dashboards/file_reader.go`). Grafana has read many forms over the years and
 * takes almost anything: only what it cannot show, or does not save, is a fault.
 */

const text: JsonSchema = { type: ['string', 'null'] };
const number: JsonSchema = { type: ['number', 'null'] };
const boolean: JsonSchema = { type: ['boolean', 'null'] };
const integer: JsonSchema = { type: ['integer', 'null'] };

/** By name, or by uid and type. */
const datasource: JsonSchema = {
  type: ['string', 'object', 'null'],
  properties: { uid: text, type: text },
  'x-expected': 'a name, or a map with uid and type',
};

const target = openObject({ refId: text, datasource, expr: text, hide: boolean });

const gridPos = openObject({ x: number, y: number, w: number, h: number });

const panel: JsonSchema = openObject({
  id: integer,
  type: text,
  title: text,
  description: text,
  datasource,
  gridPos: orNull(gridPos),
  targets: orNull(listOf(target)),
  fieldConfig: orNull(
    openObject({
      defaults: { type: ['object', 'null'] },
      overrides: { type: ['array', 'null'] },
    }),
  ),
  options: { type: ['object', 'null'] },
  transformations: { type: ['array', 'null'] },
  repeat: text,
  collapsed: boolean,
  panels: orNull(listOf({ $ref: '#/$defs/panel' })),
});

const variable = openObject(
  {
    name: { type: 'string', 'x-expected': 'a text' },
    type: { type: 'string', minLength: 1, 'x-expected': 'a text that is not empty' },
    datasource,
    query: { type: ['string', 'object', 'number', 'null'], 'x-expected': 'a text or a map' },
    regex: text,
    multi: boolean,
    includeAll: boolean,
    options: { type: ['array', 'null'] },
    current: { type: ['object', 'null'] },
  },
  { required: ['name', 'type'] },
);

export const dashboardSchema: JsonSchema = {
  title: 'Grafana dashboard',
  $defs: { panel },
  ...openObject(
    {
      id: integer,
      uid: {
        type: ['string', 'null'],
        maxLength: 40,
        pattern: '^[a-zA-Z0-9_-]*$',
        'x-expected': 'a text of at most 40 letters, digits, "-" and "_"',
      },
      title: { type: 'string', minLength: 1, 'x-expected': 'a text that is not empty' },
      tags: orNull(listOf({ type: 'string' })),
      // Grafana's migrations read a number that is written as a text, too.
      schemaVersion: {
        type: ['integer', 'string', 'null'],
        pattern: '^[0-9]+$',
        'x-expected': 'a whole number',
      },
      version: integer,
      editable: boolean,
      refresh: { type: ['string', 'boolean', 'null'], 'x-expected': 'an interval such as "30s", or false' },
      time: orNull(openObject({ from: text, to: text })),
      timepicker: { type: ['object', 'null'] },
      panels: orNull(listOf({ $ref: '#/$defs/panel' })),
      rows: orNull(listOf(openObject({ title: text, panels: orNull(listOf({ $ref: '#/$defs/panel' })) }))),
      templating: orNull(openObject({ list: orNull(listOf(variable)) })),
      annotations: orNull(openObject({ list: orNull(listOf(openObject({ name: text, datasource }))) })),
      links: { type: ['array', 'null'] },
      __inputs: { type: ['array', 'null'] },
    },
    { required: ['title'] },
  ),
};
