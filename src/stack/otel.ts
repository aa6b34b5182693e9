import type { Files } from '../repo/files.ts';
import { child, entries, exists, isFields, type Node, textItems, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import { type Container, flagValues } from './container.ts';
import { type Receiver, readReceivers } from './receivers.ts';
import type { Stack, System } from './system.ts';
import { isAtLeast, versionOf } from './version.ts';

/** The kinds of components of a collector, as its configuration names them. */
export const COMPONENT_KINDS = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;
export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** A pipeline's list of components of one kind. */
export interface PipelineStep {
  readonly kind: 'receivers' | 'processors' | 'exporters';
  readonly components: readonly { readonly id: string; readonly node: Node }[];
}

export interface Pipeline {
  /** As `traces` or `metrics/internal`. */
  readonly name: string;
  readonly node: Node;
  readonly steps: readonly PipelineStep[];
}

/** An OpenTelemetry collector, as its configuration files together tell (OpenTelemetry documentation, "Configuration"). */
export interface Collector {
  readonly container: Container | undefined;
  readonly stack: Stack | undefined;
  /** Its files' roots, the lowest first: maps are merged, lists replaced. */
  readonly layers: readonly Node[];
  /** Whether these are all of its configuration. */
  readonly isComplete: boolean;
  readonly pipelines: readonly Pipeline[];
  /** `service.extensions`. */
  readonly extensions: readonly { readonly id: string; readonly node: Node }[];
  /** Those that a pipeline uses. */
  readonly receivers: readonly Receiver[];
}

/** Every collector of the system: once for each container, then the configurations that no container reads. */
export function collectors(system: System): Collector[] {
  const seen = new Set<Container>();
  const read = new Set<string>();
  const found: Collector[] = [];
  for (const stack of system.stacks) {
    for (const { container, role } of stack.configured) {
      if (role !== 'otel-collector' || seen.has(container)) continue;
      seen.add(container);
      const collector = collectorIn(stack, container, system.files);
      for (const { doc } of collector.layers) read.add(doc.source.path);
      found.push(collector);
    }
  }
  for (const { path, node, isBroken } of system.files.of('otel')) {
    // A file that no container reads may be one of several that are read together.
    if (!isBroken && !read.has(path)) found.push(readCollector([node], false, undefined, undefined));
  }
  return found;
}

/** The collector that a container runs. */
export function collectorIn(stack: Stack, container: Container, files: Files): Collector {
  const { layers, isComplete } = layersOf(container, files);
  return readCollector(layers, isComplete, container, stack);
}

function layersOf(container: Container, files: Files): { layers: Node[]; isComplete: boolean } {
  const flags = flagValues(container.args, 'config').map(({ text }) => text);
  const fallback = container.facts?.config === undefined ? [] : [container.facts.config];
  const layers: Node[] = [];
  let isComplete = flagValues(container.args, 'set').length === 0;
  for (const flag of flags.length > 0 ? flags : fallback) {
    const path = flag.replace(/^file:/, '');
    const standing = isUnknown(path) || !path.startsWith('/') ? undefined : container.at(path);
    const document = standing?.state === 'file' ? files.document(standing.path) : undefined;
    const isRead = document !== undefined && document.problems.length === 0;
    if (isRead && isFields(document.values[0]))
      layers.push({ doc: document, index: 0, path: [], value: document.values[0] });
    else if (!isRead || document.values[0] !== null) isComplete = false;
  }
  return { layers, isComplete: isComplete && layers.length > 0 };
}

/** Reads a collector from its files, the lowest first. */
export function readCollector(
  layers: readonly Node[],
  isComplete: boolean,
  container: Container | undefined,
  stack: Stack | undefined,
): Collector {
  const pipelines = readPipelines(layers);
  const used = new Set(
    pipelines.flatMap(({ steps }) =>
      steps.flatMap(({ kind, components }) => (kind === 'receivers' ? components.map(({ id }) => id) : [])),
    ),
  );
  // Images of the collector carry its version without the leading 1.
  const isLocal = container !== undefined && isAtLeast(versionOf(container), 0, 104);
  const receivers = new Map<string, Receiver[]>();
  for (const layer of layers) {
    for (const receiver of readReceivers(child(layer, 'receivers'), isLocal)) {
      if (!used.has(receiver.name)) continue;
      const others = (receivers.get(receiver.name) ?? []).filter(
        (other) => other.protocol !== receiver.protocol,
      );
      receivers.set(receiver.name, [...others, receiver]);
    }
  }
  return {
    container,
    stack,
    layers,
    isComplete,
    pipelines,
    extensions: lastList(layers, ['service', 'extensions']),
    receivers: [...receivers.values()].flat(),
  };
}

function readPipelines(layers: readonly Node[]): Pipeline[] {
  const nodes = new Map<string, Node>();
  for (const layer of layers)
    for (const [name, node] of entries(child(layer, 'service', 'pipelines'))) nodes.set(name, node);
  return [...nodes].map(([name, node]) => ({
    name,
    node,
    steps: (['receivers', 'processors', 'exporters'] as const).map((kind) => ({
      kind,
      components: lastList(layers, ['service', 'pipelines', name, kind]),
    })),
  }));
}

function lastList(layers: readonly Node[], keys: readonly string[]): { id: string; node: Node }[] {
  const last = layers.map((layer) => child(layer, ...keys)).findLast(exists);
  return last && Array.isArray(last.value)
    ? textItems(last).map(({ text, node }) => ({ id: text, node }))
    : [];
}

/** Where a component is configured, in the last file that does so. */
export function componentNode(collector: Collector, kind: ComponentKind, id: string): Node | undefined {
  return collector.layers.map((layer) => child(layer, kind, id)).findLast((node) => exists(node));
}

/** The names of the components of a kind that are configured. */
export const componentIds = (collector: Collector, kind: ComponentKind): string[] => [
  ...new Set(collector.layers.flatMap((layer) => entries(child(layer, kind)).map(([id]) => id))),
];

/** The exporters that pipelines use, with where they send. */
export function exporters(
  collector: Collector,
): { id: string; type: string; node: Node; endpoint: { text: string; node: Node } | undefined }[] {
  const used = new Set(
    collector.pipelines.flatMap(({ steps }) =>
      steps.flatMap(({ kind, components }) => (kind === 'exporters' ? components.map(({ id }) => id) : [])),
    ),
  );
  return [...used].flatMap((id) => {
    const node = componentNode(collector, 'exporters', id);
    if (node === undefined) return [];
    const endpoint = child(node, 'endpoint');
    const text = textOf(endpoint);
    return [
      {
        id,
        // `otlp_http` is the newer name of `otlphttp`.
        type: (id.split('/')[0] as string).replaceAll('_', ''),
        node,
        endpoint: text === undefined ? undefined : { text, node: endpoint },
      },
    ];
  });
}
