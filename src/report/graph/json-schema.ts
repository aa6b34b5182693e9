import { LINKS } from '../../config/config.ts';
import {
  boolean,
  integer,
  type JsonSchema,
  listOf,
  object,
  oneOf,
  string,
} from '../../schema/json-schema.ts';
import { KIND_NAMES } from './model.ts';

const whole = (properties: Readonly<Record<string, JsonSchema>>, description?: string): JsonSchema => ({
  ...object(properties, { required: Object.keys(properties) }),
  ...(description === undefined ? {} : { description }),
});
const orNothing: JsonSchema = { type: ['string', 'null'] };
const place = { file: string, line: { ...integer, minimum: 1 } };
const places: JsonSchema = { ...listOf(whole(place)), description: 'The lines that prove it.' };
const state: JsonSchema = {
  ...oneOf('ok', 'broken', 'unknown'),
  description:
    '"broken" where a link is missing that must hold, "unknown" where the repository does not tell.',
};

/** The schema of `graph --format json`, version 1. */
export const graphSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'monitoring-check graph',
  ...whole({
    version: { const: 1 },
    stacks: listOf(
      whole(
        {
          name: string,
          nodes: listOf(
            whole({
              id: {
                ...string,
                description: 'Unique among all stacks, and the same for the same repository.',
              },
              kind: oneOf(...Object.keys(KIND_NAMES)),
              name: string,
              detail: orNothing,
              state,
              places,
              items: {
                ...listOf(
                  whole({
                    name: string,
                    detail: orNothing,
                    place: { anyOf: [whole(place), { type: 'null' }] },
                  }),
                ),
                description: "A rule file's alerts, a job's targets, a dashboard's panels.",
              },
            }),
          ),
          edges: {
            ...listOf(
              whole({
                from: string,
                to: string,
                kind: oneOf(
                  'exposes',
                  'scrapes',
                  'sends',
                  'loads',
                  'tests',
                  'alerts',
                  'routes',
                  'reads',
                  'shows',
                ),
                state,
                what: { ...string, description: 'What proves it, or what is missing.' },
                places,
              }),
            ),
            description:
              'From what is watched to who is told; some lead back, as from a Grafana that is scraped itself.',
          },
        },
        'What runs together.',
      ),
    ),
    paths: listOf(
      whole({
        name: string,
        inferred: boolean,
        covered: boolean,
        links: listOf(
          whole({
            name: oneOf(...LINKS),
            mark: {
              ...oneOf('proved', 'gap', 'open', 'unknown'),
              description: '"gap" where it must hold and does not, "open" where it need not hold.',
            },
            proof: listOf(whole({ what: string, ...place })),
            gap: orNothing,
            nodes: {
              ...listOf(string),
              description: 'The nodes that it is about, those of what is missing among them.',
            },
          }),
        ),
      }),
    ),
  }),
};
