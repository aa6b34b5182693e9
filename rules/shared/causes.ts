import { membersOf } from '../../src/coverage/paths.ts';
import type { Cause } from '../../src/lint/rule.ts';
import type { Tri } from '../../src/promql/tri.ts';
import { child, entries, exists, items, keyOf, type Node, type Place } from '../../src/repo/node.ts';
import { below, dirname } from '../../src/repo/path.ts';
import { sourceText } from '../../src/repo/text.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container } from '../../src/stack/container.ts';
import { exposes, SYNTHETIC } from '../../src/stack/metrics.ts';
import { misplacedConfig } from '../../src/stack/misplaced.ts';
import { configPath, type Prometheus } from '../../src/stack/prometheus.ts';
import type { Rule } from '../../src/stack/rules.ts';
import type { Stack, System } from '../../src/stack/system.ts';
import type { Server } from '../../src/stack/usages.ts';

/** The files that do not parse, or cannot be read at all. */
export const unreadPaths = ({ files }: System): string[] => [
  ...files.faulty.map(({ source }) => source.file.path),
  ...files.unreadable.map(({ path }) => path),
];

/** What keeps files from being read: they do not parse, are too much to be read, or no text that this user may read. */
export function unreadFiles({ files }: System, paths: Iterable<string>): Cause[] {
  const wanted = new Set(paths);
  const documents = new Set(files.faulty.filter(({ source }) => wanted.has(source.file.path)));
  for (const path of wanted) {
    const document = files.document(path);
    if (document !== undefined) documents.add(document);
  }
  const wrong = [...documents].flatMap(({ source, problems }) =>
    problems.flatMap(({ kind, span }) => (kind === 'duplicate-key' ? [] : [{ source, span }])),
  );
  const unread = files.unreadable.filter(({ path }) => wanted.has(path)).map(({ path }) => startOf(path));
  return [...wrong, ...unread].map((place) => ({ place, by: 'syntax/*' }));
}

/** Where a file is pointed at of which nothing is read. */
export const startOf = (path: string): Place => ({
  source: sourceText(path, ''),
  span: { start: 0, end: 0 },
});

/** The keys that are written twice and whose first value, which nothing reads, has one of some names in it. */
export function hiddenByDoubles(
  system: System,
  paths: Iterable<string>,
  ...names: readonly string[]
): Cause[] {
  return [...new Set(paths)].flatMap((path) => {
    const { source, problems = [] } = system.files.document(path) ?? {};
    return problems.flatMap(({ first, span }): Cause[] =>
      source !== undefined &&
      first !== undefined &&
      names.some((name) => blockAt(source.text, first.start).includes(name))
        ? [{ place: { source, span }, by: 'syntax/duplicate-key' }]
        : [],
    );
  });
}

/** The compose files of a stack. */
export const composeFiles = ({ project, beside }: Stack): string[] =>
  [project, ...beside].flatMap((one) => [...(one?.allPaths ?? [])]);

/** The lines of a key and of what stands below it. */
function blockAt(text: string, start: number): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = start - lineStart;
  const next = new RegExp(`\\n {0,${indent}}[^ \\r\\n#]`).exec(text.slice(start));
  return text.slice(lineStart, next === null ? text.length : start + next.index);
}

/** What keeps a container from reading the configuration of a kind that it is meant to have. */
export function configCauses(
  system: System,
  container: Container | undefined,
  kind: 'prometheus' | 'alertmanager',
): Cause[] {
  const path = container && configPath(container);
  if (container === undefined || path === undefined || isUnknown(path)) return [];
  const standing = container.at(path);
  const misplaced = misplacedConfig(container, kind, system.files);
  const image = container.service.field('image');
  const places = [
    ...(misplaced?.flag ? [misplaced.flag] : []),
    ...(misplaced?.found.map(({ via }) => via) ?? []),
    ...(image ? [{ node: image }] : []),
  ];
  return [
    ...places.map((place): Cause => ({ place, by: `${kind}/config-not-loaded` })),
    ...('via' in standing ? mountCauses(standing.via) : mountsAround(container, path)),
    ...('path' in standing ? unreadFiles(system, [standing.path]) : []),
  ];
}

/** What is wrong with a mount: its source is not there, is of another type, or in a folder that nobody may enter. */
export const mountCauses = (via: Place): Cause[] =>
  ('node' in via ? [via, keyOf(via.node)] : [via]).flatMap((place) =>
    ['compose/*', 'syntax/wrong-kind', 'syntax/unreadable'].map((by) => ({ place, by })),
  );

/** The mounts of a container at, above or below a path. */
export const mountsAround = ({ service }: Container, path: string): Cause[] =>
  service.mounts
    .filter(
      ({ target }) =>
        target !== undefined && (below(target, path) !== undefined || below(path, target) !== undefined),
    )
    .flatMap(({ node }) => mountCauses({ node }));

/** What keeps a Prometheus from rules: the configuration, the entries of rule files, their mounts, and the files. */
export function ruleFileCauses(system: System, prometheus: Prometheus): Cause[] {
  const { container, config, ruleFiles, groups } = prometheus;
  const loaded = [
    ...ruleFiles.flatMap(({ found }) => found.map(({ path }) => path)),
    ...groups.map(({ file }) => file.path),
  ];
  const own = [...loaded, ...(config ? [config.doc.source.path] : [])].map(dirname);
  const beside = unreadPaths(system).filter(
    (path) =>
      loaded.includes(path) ||
      own.includes(dirname(path)) ||
      container?.below('/').found.some((found) => found.path === path),
  );
  const unfound = ruleFiles.filter(({ found }) => found.length === 0);
  return [
    ...configCauses(system, container, 'prometheus'),
    ...unfound.map(({ node }): Cause => ({ place: { node }, by: 'prometheus/rule-files-match-nothing' })),
    ...unfound.flatMap(({ pattern }) => (container ? mountsAround(container, dirname(pattern)) : [])),
    ...unreadFiles(system, beside),
  ];
}

/** Where a step of relabelling is pointed at: its action, or else its first key. */
export function stepPlace(step: Node): Place {
  const action = child(step, 'action');
  const [first] = entries(step);
  return exists(action) || first === undefined ? { node: exists(action) ? action : step } : keyOf(first[1]);
}

/** The relabelling of a Prometheus's jobs, where a step of it may drop everything. */
export const relabelCauses = ({ jobs }: Prometheus): Cause[] =>
  jobs.flatMap(({ node }) =>
    ['relabel_configs', 'metric_relabel_configs'].flatMap((key): Cause[] =>
      items(child(node, key)).map((step) => ({ place: stepPlace(step), by: 'prometheus/invalid-relabel' })),
    ),
  );

/**
 * The services that a Prometheus does not scrape and that expose one of some metrics; or, where none certainly
 * does, the only one that may.
 */
export function unscrapedOwners(
  system: System,
  { stack, prometheus }: Server,
  metrics: readonly string[],
): Cause[] {
  const scraped = new Set(membersOf(stack, prometheus).map(({ container }) => container));
  const asked = metrics.filter((metric) => !SYNTHETIC.has(metric));
  const owns = (container: Container, answers: readonly Tri[]): boolean =>
    system
      .sourcesOf(container)
      .some((source) => asked.some((metric) => answers.includes(exposes(source, metric))));
  const others = stack.containers.filter((container) => !scraped.has(container));
  const certain = others.filter((container) => owns(container, ['yes']));
  const likely = others.filter((container) => owns(container, ['maybe']));
  return (certain.length > 0 ? certain : likely.length === 1 ? likely : []).map(unscraped);
}

const unscraped = ({ service }: Container): Cause => ({
  place: keyOf(service.node),
  by: 'prometheus/unscraped-service',
});

/**
 * What makes a job one that is not scraped: nothing scrapes the service that it is named for, or that exposes
 * the metrics that it is asked for; or its own entry is hidden by another of the same key.
 */
export const deadJobCauses = (
  system: System,
  server: Server,
  job: string,
  metrics: readonly string[],
): Cause[] => [
  ...server.stack.containers.filter((container) => isNamedLike(system, container, job)).map(unscraped),
  ...unscrapedOwners(system, server, metrics),
  ...(server.prometheus.config
    ? hiddenByDoubles(system, [server.prometheus.config.doc.source.path], job)
    : []),
];

/** What is said of intervals where they are written. */
export const intervalFaults = (intervals: readonly Node[]): Cause[] =>
  intervals.flatMap((node) =>
    ['syntax/*', 'prometheus/scrape-interval-long'].flatMap((by): Cause[] => [
      { place: { node }, by },
      { place: keyOf(node), by },
    ]),
  );

/** What makes an alert slower than it is meant to be: an interval that is not read, or only another one of two. */
export const intervalCauses = (system: System, { config }: Prometheus, { node, group }: Rule): Cause[] => [
  ...intervalFaults([child(node, 'for'), child(group.node, 'interval')].filter(exists)),
  ...(config === undefined
    ? []
    : [
        ...intervalFaults(
          ['scrape_interval', 'evaluation_interval']
            .map((key) => child(config, 'global', key))
            .filter(exists),
        ),
        ...hiddenByDoubles(system, [config.doc.source.path], '_interval'),
      ]),
];

/** Where the version of a provisioning file is written, or would be. */
export const versionPlace = (root: Node, list: string): Place =>
  keyOf(exists(child(root, 'apiVersion')) ? child(root, 'apiVersion') : child(root, list));

/** Whether a job may be named for a container: it has a part of its name, or its metrics begin with it. */
function isNamedLike(system: System, container: Container, job: string): boolean {
  const { name } = container.service;
  const prefix = `${job.replace(/\W/g, '_')}_`;
  return (
    name.includes(job) ||
    job.includes(name) ||
    system.sourcesOf(container).some(({ names }) => names.some((metric) => metric.startsWith(prefix)))
  );
}
