import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, type Place, textOf } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { flagValues } from '../../src/stack/container.ts';
import { type Loki, lokis, type SchemaPeriod } from '../../src/stack/loki.ts';
import { isAtLeast, versionOf } from '../../src/stack/version.ts';

const files = (schema: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  loki:
    image: grafana/loki:3.4.2
    volumes:
      - ./loki.yml:/etc/loki/local-config.yaml:ro
`,
  'loki.yml': `auth_enabled: false
common:
  path_prefix: /loki
  storage:
    filesystem:
      chunks_directory: /loki/chunks
      rules_directory: /loki/rules
schema_config:
  configs:
    - from: "2024-04-01"
      store: tsdb
      object_store: filesystem
      schema: ${schema}
      index: { prefix: index_, period: 24h }
`,
});

export const rule = defineRule({
  id: 'loki/schema',
  severity: 'error',
  summary: 'A storage schema that this Loki refuses.',
  why: `Loki checks its schema when it starts, and does not start with one that it does not take: periods out of order, an
index of other than 24 hours, or, since version 3, a schema before v13 while structured metadata is on.`,
  fix: `Correct the period that is marked. A schema cannot be changed for logs that are stored: add a new period that
begins in the future, with \`store: tsdb\` and \`schema: v13\`; until then set \`allow_structured_metadata: false\`.`,
  bad: { files: files('v12'), at: ['loki.yml:13:15'] },
  good: { files: files('v13') },
  check({ system, report }) {
    for (const loki of lokis(system)) {
      for (const { at, what, help } of faults(loki)) {
        report({
          at,
          message: `${loki.container?.service.name ?? 'Loki'} does not start with this schema: ${what}`,
          help,
          related: loki.container
            ? [{ at: keyOf(loki.container.service.node), message: 'this Loki reads it' }]
            : [],
        });
      }
    }
  },
});

interface Fault {
  readonly at: Place;
  readonly what: string;
  readonly help: string;
}

/** Stores whose index is kept in files of one day each. */
const SHIPPED = new Set(['tsdb', 'boltdb-shipper']);
/** The schemas that Loki has had since its first version of 2021. */
const SCHEMA = /^v(?:9|1[0-4])$/;

function faults(loki: Loki): Fault[] {
  const found = loki.schema.flatMap((period, index) => ofPeriod(period, loki.schema[index - 1]));
  return found.length > 0 ? found : structuredMetadata(loki);
}

function ofPeriod({ node, from, store, schema, indexPeriod }: SchemaPeriod, before?: SchemaPeriod): Fault[] {
  const found: Fault[] = [];
  if (from !== undefined && before?.from !== undefined && from <= before.from)
    found.push({
      at: { node: child(node, 'from') },
      what: `the period from ${from} follows the one from ${before.from}, and must begin later`,
      help: 'put the periods in the order of their dates',
    });
  if (store !== undefined && SHIPPED.has(store) && indexPeriod !== undefined && !isDay(indexPeriod))
    found.push({
      at: { node: child(node, 'index', 'period') },
      what: `the index of ${store} has a period of ${indexPeriod}, and must have 24h`,
      help: 'write period: 24h',
    });
  if (schema !== undefined && !isUnknown(schema) && !SCHEMA.test(schema))
    found.push({
      at: { node: child(node, 'schema') },
      what: `there is no schema "${schema}"`,
      help: 'write v13, the newest that every Loki 3 has',
    });
  return found;
}

const isDay = (period: string): boolean =>
  isUnknown(period) || /^(?:24h|1d|1440m|86400s)(?:0m)?(?:0s)?$/.test(period);

/** Since version 3, structured metadata is on by default, and needs the newer schema and index. */
function structuredMetadata({ config, container, schema }: Loki): Fault[] {
  if (config === undefined || container === undefined || !isAtLeast(versionOf(container), 3)) return [];
  const flag = flagValues(container.args, 'validation.allow-structured-metadata').at(-1)?.text;
  const allowed = flag ?? textOf(child(config, 'limits_config', 'allow_structured_metadata'));
  if (allowed !== undefined && allowed !== 'true') return [];
  const isOld = ({ store, schema: version }: SchemaPeriod): boolean =>
    (version !== undefined && /^v(?:9|1[0-2])$/.test(version)) ||
    (store !== undefined && store !== 'tsdb' && !isUnknown(store));
  // Which period counts depends on the date; where all are old, it does not.
  const last = schema.at(-1);
  if (last === undefined || !schema.every(isOld)) return [];
  const key = last.store === 'tsdb' || last.store === undefined ? 'schema' : 'store';
  const written = key === 'schema' ? last.schema : last.store;
  return [
    {
      at: { node: child(last.node, key) },
      what: `structured metadata is on since version 3, and needs ${key === 'schema' ? 'schema v13' : 'the store tsdb'}, not ${written}`,
      help: 'add a period with store: tsdb and schema: v13, or set limits_config.allow_structured_metadata: false',
    },
  ];
}
