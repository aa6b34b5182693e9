import { type JsonSchema, listOf, mapOf, openObject, orNull, when } from '../json-schema.ts';

/**
 * The `spec` of a dashboard in the second schema (Grafana, `apps/dashboard/kinds`, `v2alpha1` to `v2`):
 * elements by name, a layout that refers to them, and variables, each of a kind with its own `spec`.
 */

const text: JsonSchema = { type: ['string', 'null'] };
const number: JsonSchema = { type: ['number', 'null'] };
const filled: JsonSchema = { type: 'string', minLength: 1, 'x-expected': 'a text that is not empty' };

/** A value that says of which kind it is. */
const kinds = (specs: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  openObject(
    { kind: { type: 'string', enum: Object.keys(specs) }, spec: { type: 'object' } },
    {
      required: ['kind', 'spec'],
      allOf: Object.entries(specs).map(([kind, spec]) =>
        when({ properties: { kind: { const: kind } }, required: ['kind'] }, { properties: { spec } }),
      ),
    },
  );

const query = kinds({
  PanelQuery: openObject({
    refId: text,
    query: openObject({ kind: text, spec: { type: ['object', 'null'] } }),
  }),
});

const panel = openObject(
  {
    id: number,
    title: text,
    data: kinds({ QueryGroup: openObject({ queries: orNull(listOf(query)) }) }),
    vizConfig: openObject({ kind: text, group: text, spec: { type: ['object', 'null'] } }),
  },
  { required: ['data', 'vizConfig'] },
);

const reference = openObject({ kind: text, name: filled }, { required: ['name'] });

const layout = kinds({
  GridLayout: openObject({
    items: orNull(
      listOf(
        openObject({
          kind: text,
          spec: openObject({ x: number, y: number, width: number, height: number, element: reference }),
        }),
      ),
    ),
  }),
  AutoGridLayout: openObject({
    items: orNull(listOf(openObject({ spec: openObject({ element: reference }) }))),
  }),
  ResponsiveGridLayout: { type: 'object' },
  RowsLayout: openObject({
    rows: orNull(
      listOf(openObject({ spec: openObject({ title: text, layout: { $ref: '#/$defs/layout' } }) })),
    ),
  }),
  TabsLayout: openObject({
    tabs: orNull(
      listOf(openObject({ spec: openObject({ title: text, layout: { $ref: '#/$defs/layout' } }) })),
    ),
  }),
});

const variable = openObject(
  {
    kind: filled,
    spec: openObject({ name: filled }, { required: ['name'] }),
  },
  { required: ['kind', 'spec'] },
);

export const dashboardV2Schema: JsonSchema = {
  title: 'Grafana dashboard, second schema',
  $defs: { layout },
  ...openObject(
    {
      title: filled,
      elements: mapOf(
        kinds({
          Panel: panel,
          LibraryPanel: openObject({ libraryPanel: openObject({ name: text, uid: text }) }),
        }),
      ),
      layout: { $ref: '#/$defs/layout' },
      variables: orNull(listOf(variable)),
      annotations: orNull(listOf(openObject({ kind: text, spec: { type: ['object', 'null'] } }))),
      timeSettings: { type: ['object', 'null'] },
      tags: orNull(listOf({ type: 'string' })),
      links: { type: ['array', 'null'] },
    },
    { required: ['title', 'elements', 'layout'] },
  ),
};
