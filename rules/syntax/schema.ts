import { type Edit, editsOf, quoted, renamed } from '../../src/lint/fix.ts';
import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { KIND_NAMES, type Kind } from '../../src/repo/classify.ts';
import { child, items, keyOf, type Node, type Place } from '../../src/repo/node.ts';
import type { SchemaFault } from '../../src/schema/faults.lazy.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';
import { asWritten, faultsOf } from '../../src/stack/as-meant.ts';
import { UNREADABLE_MEANS } from '../../src/stack/consequence.ts';

const config = (key: string): string => `global:
  ${key}: 15s
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;

export const rule = defineRule({
  id: 'syntax/schema',
  severity: 'error',
  peers: ['pint yaml/parse', 'pint alerts/for', 'dclint service-container-name-regex'],
  summary: 'A file that its tool refuses: an unknown or missing key, or a value of the wrong type.',
  why: `The file is valid YAML or JSON, but not what the tool takes. Prometheus, Alertmanager, Loki, Promtail, Tempo and
Docker Compose then do not start, or keep the configuration that they had; Grafana leaves the thing out.`,
  fix: 'Write the key or the value as the tool has it; the message names what is expected.',
  bad: { files: { 'prometheus.yml': config('scrape_intervall') }, at: ['prometheus.yml:2:3'] },
  good: { files: { 'prometheus.yml': config('scrape_interval') } },
  check({ system, report }) {
    for (const file of system.files.all) {
      const schema = file.isBroken ? undefined : schemaOf(asWritten(file));
      if (schema === undefined) continue;
      const faults = faultsOf(asWritten(file));
      for (const fault of faults) {
        if (fault.kind === 'ignored-key') continue;
        report({
          at: { node: child(schema.node, ...fault.path), part: fault.part },
          message: `${KIND_NAMES[file.kind]} does not take this${STRICT.has(file.kind) ? `, so ${UNREADABLE_MEANS[file.kind]}` : ''}: ${fault.message}`,
          help: isBesideReceivers(file.kind, fault.path)
            ? 'it belongs to a receiver: write it below the name of one, as deep as the name'
            : fault.help,
          fix: mendingOf(schema.node, fault, faults),
          followsFrom: saidElsewhere(schema.node, fault),
        });
      }
    }
  },
});

/** The quotes that a value lacks; the key that an unknown one can only mean, unless another beside it can only mean it too. */
function mendingOf(root: Node, fault: SchemaFault, faults: readonly SchemaFault[]): Edit[] | undefined {
  const { meant, quotes } = fault;
  if (quotes !== undefined) return editsOf(quoted(child(root, ...fault.path), quotes));
  if (meant === undefined) return undefined;
  const parent = fault.path.slice(0, -1).join('\0');
  const rivals = faults.filter(
    (other) => other.meant === meant && other.path.slice(0, -1).join('\0') === parent,
  );
  return rivals.length > 1 ? undefined : [renamed(child(root, ...fault.path), meant)];
}

/** Rules that say of the same fault what comes of it. */
const KNOW_MORE = [
  'alertmanager/incomplete-receiver',
  'alertmanager/no-root-receiver',
  'grafana/api-version',
  'jmx/config-exclusive-keys',
  'promtail/pipeline-stage',
];

function saidElsewhere(root: Node, { path, part, keys }: SchemaFault): Cause[] {
  const node = child(root, ...path);
  const beside = (keys ?? []).map((key) => keyOf(child(root, ...path.slice(0, -1), key)));
  const places: Place[] =
    part === 'key' ? [keyOf(node), ...beside] : [{ node }, keyOf(node), ...integrationsLike(root, path)];
  return KNOW_MORE.flatMap((by) => places.map((place) => ({ place, by })));
}

/** The integrations of every receiver that are of the kind of one: what all of them lack is said once. */
function integrationsLike(root: Node, path: readonly (string | number)[]): Place[] {
  const [list, , kind, ...rest] = path;
  if (list !== 'receivers' || typeof kind !== 'string' || rest.length !== 1) return [];
  return items(child(root, list)).flatMap((receiver) =>
    items(child(receiver, kind)).map((node): Place => ({ node })),
  );
}

/** Kinds of files that their tools refuse as a whole for one key that they do not know. */
const STRICT: ReadonlySet<Kind> = new Set([
  'compose',
  'prometheus',
  'rules',
  'rule-test',
  'alertmanager',
  'loki',
  'promtail',
  'tempo',
  'otel',
]);

/** Whether a key is a receiver's integration that stands at the top of an Alertmanager configuration. */
const isBesideReceivers = (kind: Kind, path: readonly (string | number)[]): boolean =>
  kind === 'alertmanager' && path.length === 1 && /_configs$/.test(String(path[0]));
