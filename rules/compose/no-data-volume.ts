import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, textOf } from '../../src/repo/node.ts';
import { below } from '../../src/repo/path.ts';
import { isReadable } from '../../src/repo/repository.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { type Container, flagValues } from '../../src/stack/container.ts';
import { configPath } from '../../src/stack/prometheus.ts';
import { composed, type System } from '../../src/stack/system.ts';

const compose = (volumes: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
${volumes}`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;

/** What is lost with the data of each, which have a folder for it. */
const LOST: Readonly<Record<string, string>> = {
  prometheus: 'its series, and with them the history that alerts and dashboards look back on',
  alertmanager: 'silences, and what it has notified of',
  grafana: 'users, preferences and every dashboard that is not provisioned',
  loki: 'its logs',
  tempo: 'its traces',
};

export const rule = defineRule({
  id: 'compose/no-data-volume',
  severity: 'notice',
  summary: 'Prometheus, Alertmanager, Grafana, Loki or Tempo without a volume for its data.',
  why: `The data is in the container, or in a volume without a name that the next container does not get. It is lost when
the container is removed, as \`docker compose down\` does, and with Grafana, Loki and Tempo by each update of the image.`,
  fix: 'Mount a named volume where it keeps its data, and declare it at the top level of the file.',
  bad: {
    files: { 'docker-compose.yml': compose(''), 'prometheus.yml': PROMETHEUS },
    at: ['docker-compose.yml:2:3'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('      - prometheus-data:/prometheus\nvolumes:\n  prometheus-data:\n'),
      'prometheus.yml': PROMETHEUS,
    },
  },
  check({ system, report }) {
    for (const { container } of composed(system)) {
      const { facts, service } = container;
      const lost = facts && LOST[facts.role];
      const folder = dataFolder(container, system);
      if (lost === undefined || folder === undefined || isKept(container, folder)) continue;
      if (keepsElsewhere(container, system)) continue;
      report({
        at: keyOf(service.node),
        message: `"${service.name}" has no volume at "${folder}": docker compose down loses ${lost}`,
        help: `mount a named volume: ${service.name}-data:${folder}`,
      });
    }
  },
});

/** Where a container keeps its data; undefined when that is not known. */
function dataFolder(container: Container, system: System): string | undefined {
  const { facts, args, env } = container;
  const given =
    facts?.role === 'prometheus'
      ? flagValues(args, 'storage.tsdb.path').at(-1)?.text
      : facts?.role === 'alertmanager'
        ? flagValues(args, 'storage.path').at(-1)?.text
        : facts?.role === 'grafana'
          ? env.get('GF_PATHS_DATA')?.text
          : facts?.role === 'loki'
            ? lokiFolder(container, system)
            : undefined;
  if (given !== undefined && isUnknown(given)) return undefined;
  return given?.startsWith('/') ? given.replace(/(?<=.)\/+$/, '') : facts?.data;
}

/** The folder below which Loki keeps everything, as its configuration has it. */
function lokiFolder(container: Container, { files }: System): string | undefined {
  const path = configPath(container);
  const standing = path === undefined ? undefined : container.at(path);
  const config = standing?.state === 'file' ? files.at(standing.path)[0] : undefined;
  return config && textOf(child(config.node, 'common', 'path_prefix'));
}

/** Whether something that outlives the container is mounted where the data is. */
function isKept({ service, facts }: Container, folder: string): boolean {
  return service.mounts.some(({ type, target, isReadOnly, source }) => {
    if (isReadOnly || type === 'config' || type === 'secret') return false;
    if (target === undefined) return true;
    // A volume without a name is made anew with the container; what is kept in memory is meant to be lost.
    if (type === 'volume' && source === undefined) return false;
    const isAbove = below(target, folder) !== undefined;
    // Where Loki and Tempo keep what, their configurations say: any volume may be it.
    const isOwn = facts?.role === 'loki' || facts?.role === 'tempo';
    return isAbove || (isOwn && type === 'volume');
  });
}

/** Whether the data goes to a store outside the container: an object store, or a database. */
function keepsElsewhere(container: Container, { files }: System): boolean {
  const { facts, env, args, service } = container;
  if (service.hasUnknownEnv && facts?.role === 'grafana') return true;
  if (facts?.role === 'grafana')
    return [...env.keys()].some((name) => name === 'GF_DATABASE_TYPE' || name === 'GF_DATABASE_URL');
  if (facts?.role === 'prometheus')
    return args.some(({ text }) => /^--?(?:agent\b|enable-feature=agent|storage\.agent)/.test(text));
  if (facts?.role !== 'loki' && facts?.role !== 'tempo') return false;
  const path = configPath(container);
  const standing = path === undefined ? undefined : container.at(path);
  if (standing?.state !== 'file') return standing?.state !== 'image';
  const text = files.repo.text(standing.path);
  return (
    !isReadable(text) ||
    /\b(?:s3|gcs|azure|swift|alibabacloud|bos|cos)\b\s*:|backend:\s*["']?(?:s3|gcs|azure)|object_store:\s*["']?(?:s3|gcs|azure)/.test(
      text.text,
    )
  );
}
