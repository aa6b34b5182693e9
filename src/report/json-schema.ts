import { boolean, integer, type JsonSchema, listOf, object, oneOf, string } from '../schema/json-schema.ts';
import { LOOKS } from '../smoke/outcome.ts';

const count: JsonSchema = { ...integer, minimum: 0 };
const position: JsonSchema = { ...integer, minimum: 1 };
const every = (
  properties: Readonly<Record<string, JsonSchema>>,
  ...optional: readonly string[]
): JsonSchema =>
  object(properties, { required: Object.keys(properties).filter((key) => !optional.includes(key)) });

const place = { file: string, line: position, column: position };
const link = every(
  {
    ok: boolean,
    required: boolean,
    proof: listOf(every({ file: string, line: position, what: string })),
    gap: {
      ...string,
      description: 'Why not, when not ok; it begins with "unknown:" where the repository does not tell.',
    },
  },
  'gap',
);
const tool = every({ found: boolean, version: { type: ['string', 'null'] }, ran: listOf(string) });

const drill = every({
  alerts: listOf(
    every({
      name: string,
      file: string,
      line: position,
      result: oneOf('fires', 'cannot-fire', 'not-invertible'),
      reason: { type: ['string', 'null'] },
      firesAfterSeconds: { type: ['number', 'null'], minimum: 0 },
      quietOnHealthy: { type: ['boolean', 'null'] },
    }),
  ),
});

/** The schema of the JSON report, version 1. */
export const reportSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'monitoring-check report',
  ...every({
    version: { const: 1 },
    root: { const: '.' },
    files: { ...count, description: 'How many files of known kinds there are.' },
    summary: every({ error: count, warning: count, notice: count, suppressed: count }),
    findings: listOf(
      every(
        {
          rule: { ...string, pattern: '^[a-z-]+/[a-z0-9-]+$' },
          severity: oneOf('error', 'warning', 'notice'),
          confidence: oneOf('high', 'medium', 'low'),
          message: string,
          help: { type: ['string', 'null'] },
          ...place,
          endLine: position,
          endColumn: position,
          related: listOf(every({ message: string, ...place })),
          fix: {
            ...every({
              edits: listOf(every({ ...place, endLine: position, endColumn: position, text: string })),
            }),
            description: 'The one right mending, where there is exactly one.',
          },
        },
        'fix',
      ),
    ),
    paths: listOf(
      every({
        name: string,
        inferred: boolean,
        links: every({ exposed: link, scraped: link, alerted: link, tested: link, routed: link, seen: link }),
        alerts: listOf(
          every({
            name: string,
            severity: { type: ['string', 'null'] },
            detectWithinSeconds: { type: 'number', minimum: 0 },
            notifyWithinSeconds: { type: ['number', 'null'], minimum: 0 },
          }),
        ),
      }),
    ),
    tools: every({ promtool: tool, amtool: tool, compose: tool }),
    drill: {
      ...drill,
      type: ['object', 'null'],
      description: 'What the fire drill found; null when it was not run.',
    },
    smoke: {
      ...every({
        project: { ...string, description: 'As compose names it; empty where there is none to boot.' },
        booted: boolean,
        reason: { type: ['string', 'null'], description: 'Why it was not booted.' },
        looks: listOf(every({ look: oneOf(...LOOKS), ok: boolean, detail: string })),
        series: listOf(
          every({
            selector: { ...string, description: 'Without the matchers that hold a variable of Grafana.' },
            file: string,
            line: position,
            present: boolean,
          }),
        ),
      }),
      type: ['object', 'null'],
      description: 'What the smoke boot found; null when it was not run.',
    },
  }),
};
