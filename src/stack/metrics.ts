import { some, type Tri } from '../promql/tri.ts';
import type { Files } from '../repo/files.ts';
import { child, items, type Node, type Place, textOf } from '../repo/node.ts';
import { below } from '../repo/path.ts';
import { isReadable } from '../repo/repository.ts';
import type { Definition } from './code/definition.ts';
import { definitionsIn, isCode } from './code/read.ts';
import { type Container, flagValues } from './container.ts';
import { inspectJar } from './jar.lazy.ts';
import { agentConfig, type JmxAgent, jmxAgents, jmxMetrics } from './jmx.ts';
import { producedBy } from './produced.ts';

/** Something that exposes metrics, as the repository shows it. */
export interface MetricSource {
  /** In words, for a proof. */
  readonly what: string;
  readonly place: Place;
  /** The port that it serves them on; undefined when that is not told. */
  readonly port: number | undefined;
  /** Names of metrics, with `*` for what is not told. */
  readonly names: readonly string[];
  /** Whether `names` is all that it exposes. */
  readonly isComplete: boolean;
  /** Whether the repository itself gives the names, in its code or in the configuration of an exporter. */
  readonly isNamedHere: boolean;
  /** Why it exposes nothing, although it should; undefined for one that works as far as is known. */
  readonly fault: string | undefined;
  /** The definition in the code, for what the code defines. */
  readonly definition?: Definition;
  /** Those of its names that the configuration of an exporter makes counters, with where it does. */
  readonly counters?: ReadonlyMap<string, Place>;
}

/** What a scrape adds by itself to every target (Prometheus documentation, "Automatically generated labels and time series"). */
export const SYNTHETIC = new Set([
  'up',
  'scrape_duration_seconds',
  'scrape_samples_post_metric_relabeling',
  'scrape_samples_scraped',
  'scrape_series_added',
  'scrape_timeout_seconds',
  'scrape_sample_limit',
  'scrape_body_size_bytes',
]);

/** Whether a source exposes a metric. */
export function exposes(source: MetricSource, metric: string): Tri {
  if (source.names.some((name) => nameMatches(name, metric))) return 'yes';
  return source.isComplete ? 'no' : 'maybe';
}

/** Whether any of a service's sources exposes a metric; a service that shows none may expose anything. */
export function anyExposes(sources: readonly MetricSource[], metric: string): Tri {
  return sources.length === 0 ? 'maybe' : some(sources.map((source) => exposes(source, metric)));
}

/** Whether a name with `*` for any text takes a metric's name. */
export function nameMatches(name: string, metric: string): boolean {
  if (!name.includes('*')) return name === metric;
  const parts = name.split('*');
  const [first = ''] = parts;
  if (!metric.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = metric.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = parts.at(-1) as string;
  return metric.length - last.length >= at && metric.endsWith(last);
}

/** Everything in a container that exposes metrics: agents, the image's own, and its code's. */
export function metricSources(container: Container, files: Files, code: CodeIndex): MetricSource[] {
  return [
    ...agentSources(container, files),
    ...statsdSources(container, files),
    ...imageSources(container),
    ...codeSources(container, code),
  ];
}

function agentSources(container: Container, files: Files): MetricSource[] {
  return jmxAgents(container).map((agent) => {
    const config = agentConfig(agent, files);
    const metrics = config && jmxMetrics(config);
    return {
      what: `the JMX exporter agent${agent.port === undefined ? '' : ` on port ${agent.port}`}`,
      place: agent.place,
      port: agent.port,
      names: [
        ...(metrics?.names.map(({ name }) => name) ?? []),
        'jvm_*',
        'jmx_*',
        'process_*',
        'java_lang_*',
      ],
      isComplete: metrics !== undefined && !metrics.hasOthers,
      isNamedHere: true,
      fault: agentFault(agent, files),
      counters: new Map(
        metrics?.names.flatMap(({ name, node, isCounter }): [string, Place][] =>
          isCounter && name.endsWith('_total') && !name.includes('*') ? [[name, { node }]] : [],
        ),
      ),
    };
  });
}

/** Why an agent cannot start, and its JVM with it. */
function agentFault({ jarAt, configAt, jar, config }: JmxAgent, files: Files): string | undefined {
  if (jarAt.state === 'folder') return `the agent's jar ${jar} is a folder`;
  if (jarAt.state === 'missing' && !producedBy(files, jarAt.path)) return `the agent's jar ${jar} is missing`;
  if (configAt.state === 'folder') return `the agent's configuration ${config} is a folder`;
  if (configAt.state === 'missing' && !producedBy(files, configAt.path))
    return `the agent's configuration ${config} is missing`;
  if (jarAt.state !== 'file') return undefined;
  const inspected = inspectJar(files.repo, jarAt.path);
  return inspected.state === 'agent' ? undefined : `the agent's jar ${jarAt.path} is ${inspected.what}`;
}

/** The names of a StatsD exporter's mapping; a metric that no mapping takes keeps its own name. */
function statsdSources(container: Container, files: Files): MetricSource[] {
  if (container.facts?.watches !== 'statsd') return [];
  const path = flagValues(container.args, 'statsd.mapping-config').at(-1)?.text;
  const standing = path?.startsWith('/') ? container.at(path) : undefined;
  if (standing?.state !== 'file') return [];
  const document = files.document(standing.path);
  if (document === undefined) return [];
  const mappings = items(child({ doc: document, index: 0, path: [], value: document.values[0] }, 'mappings'));
  const isComplete = mappings.some(dropsTheRest);
  return mappings.flatMap((node) => {
    const name = textOf(child(node, 'name'));
    if (name === undefined || textOf(child(node, 'action')) === 'drop') return [];
    const pattern = name.replace(/\$\{?\d+\}?/g, '*');
    return [
      {
        what: `the mapping "${name}" of the StatsD exporter`,
        place: { node: child(node, 'name') },
        port: container.facts?.metricsPort,
        names: [pattern, `${pattern}_sum`, `${pattern}_count`, `${pattern}_bucket`],
        isComplete,
        isNamedHere: true,
        fault: undefined,
      },
    ];
  });
}

/** Whether a mapping drops every metric that none before it takes (StatsD exporter documentation, "Matching"). */
const dropsTheRest = (node: Node): boolean =>
  textOf(child(node, 'action')) === 'drop' &&
  (textOf(child(node, 'match_type')) === 'regex'
    ? ['.', '.*', '.+'].includes(textOf(child(node, 'match')) ?? '')
    : textOf(child(node, 'match')) === '*');

function imageSources(container: Container): MetricSource[] {
  const { facts, service } = container;
  if (facts?.metrics === undefined) return [];
  const own = facts.role === 'exporter' && facts.watches ? `the exporter for ${facts.watches}` : 'the image';
  return [
    {
      what: `${own} ${container.image}`,
      place: { node: service.image?.node ?? service.node },
      port: facts.metricsPort,
      names: facts.metrics,
      isComplete: facts.metricsAreAll === true,
      isNamedHere: false,
      fault: undefined,
    },
  ];
}

/** The metrics that the repository's code defines, by file; read when first asked for. */
export interface CodeIndex {
  /** In files below a folder. */
  below(folder: string): readonly {
    path: string;
    definitions: readonly Definition[];
    place: (definition: Definition) => Place;
  }[];
}

/** Tests and generated code define metrics that no service exposes. */
const NO_SERVICE =
  /(?:^|\/)(?:tests?|__tests__|testdata|examples?|vendor|dist|build)\/|(?:_test\.go|\.test\.[jt]sx?|\.spec\.[jt]sx?|(?:^|\/)test_[^/]*\.py)$/;

export function indexCode(files: Files): CodeIndex {
  let found: ReturnType<CodeIndex['below']> | undefined;
  const all = (): ReturnType<CodeIndex['below']> => {
    found ??= files.repo.paths
      .filter((path) => isCode(path) && !NO_SERVICE.test(path))
      .flatMap((path) => {
        const source = files.repo.text(path);
        if (!isReadable(source)) return [];
        const definitions = definitionsIn(source);
        return definitions.length === 0
          ? []
          : [{ path, definitions, place: ({ span }: Definition): Place => ({ source, span }) }];
      });
    return found;
  };
  return { below: (folder) => all().filter(({ path }) => below(folder, path) !== undefined) };
}

/** The definitions in the code that a service is built of, or that is mounted into it. */
function codeSources(container: Container, code: CodeIndex): MetricSource[] {
  const { service, recipe } = container;
  const folders = new Set<string>();
  const context = service.build?.context;
  if (context !== undefined) {
    const copied =
      recipe?.copies.filter(({ isFromElsewhere }) => !isFromElsewhere).flatMap(({ sources }) => sources) ??
      [];
    const inContext = (source: string): string =>
      [context, source.replace(/^\.?\/|\/$|^\.$/g, '')].filter(Boolean).join('/');
    for (const source of copied.length > 0 ? copied : ['.']) folders.add(inContext(source));
  }
  for (const { type, path } of service.mounts)
    if (type === 'bind' && path !== undefined && path !== '') folders.add(path);
  const seen = new Set<string>();
  const sources: MetricSource[] = [];
  for (const folder of folders) {
    for (const { path, definitions, place } of code.below(folder)) {
      if (seen.has(path)) continue;
      seen.add(path);
      for (const definition of definitions) {
        sources.push({
          what: `"${definition.names[0]}" is defined in the code`,
          place: place(definition),
          port: undefined,
          names: definition.names,
          isComplete: false,
          isNamedHere: true,
          fault: undefined,
          definition,
        });
      }
    }
  }
  return sources;
}
