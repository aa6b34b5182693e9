import { durationSeconds } from '../promql/duration.ts';
import type { Labels } from '../promql/labels.ts';
import type { Files } from '../repo/files.ts';
import { child, items, type Node, roots, textOf } from '../repo/node.ts';
import { alloyDocument, alloyFiles, blocksNamed, referencesIn } from './alloy.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Container } from './container.ts';
import { parseEndpoint } from './endpoints.ts';
import { collectorIn, componentNode, exporters, type Pipeline } from './otel.ts';
import {
  type Address,
  type Prometheus,
  parseAddress,
  readPrometheus,
  type ScrapeJob,
  type Target,
} from './prometheus.ts';
import { containersAt, type Stack } from './system.ts';

/** A job of an agent that scrapes for a Prometheus: an OpenTelemetry collector, or Alloy. */
export interface RelayedJob {
  readonly job: ScrapeJob;
  /** The agent: localhost is its own. */
  readonly from: Container;
}

/** The jobs of a stack's agents whose series end up in a Prometheus: written to it, or scraped by it. */
export function relayedJobs(stack: Stack, prometheus: Prometheus, files: Files): RelayedJob[] {
  return stack.containers.flatMap((container) => {
    if (container.facts?.role === 'otel-collector') return collectorJobs(stack, prometheus, container, files);
    return container.facts?.role === 'alloy' ? alloyJobs(stack, prometheus, container, files) : [];
  });
}

/** Whether an address that an agent writes to is a Prometheus's. */
function writesTo(stack: Stack, prometheus: Prometheus, agent: Container, text: string | undefined): boolean {
  const endpoint = text === undefined ? undefined : parseEndpoint(text);
  const address: Address | undefined = endpoint && { host: endpoint.host, port: endpoint.port };
  return (
    prometheus.container !== undefined && containersAt(stack, address, agent).includes(prometheus.container)
  );
}

function collectorJobs(
  stack: Stack,
  prometheus: Prometheus,
  container: Container,
  files: Files,
): RelayedJob[] {
  const collector = collectorIn(stack, container, files);
  const all = exporters(collector);
  const written = all.filter(
    ({ type, endpoint }) =>
      (type === 'prometheusremotewrite' || type === 'otlphttp') &&
      writesTo(stack, prometheus, container, endpoint?.text),
  );
  const scraped = all.flatMap(({ id, type, endpoint }) => {
    const port = endpoint && /:(\d+)$/.exec(endpoint.text)?.[1];
    const job =
      type === 'prometheus' && port ? jobReaching(stack, prometheus, container, Number(port)) : undefined;
    return job ? [{ id, job }] : [];
  });
  return collector.pipelines.flatMap((pipeline) => {
    const ids = idsOf(pipeline, 'exporters');
    const jobs = idsOf(pipeline, 'receivers').flatMap((id) => {
      const node = id.split('/')[0] === 'prometheus' ? componentNode(collector, 'receivers', id) : undefined;
      return node ? readPrometheus(id, child(node, 'config'), container, files).jobs.map(withoutEscapes) : [];
    });
    if (written.some(({ id }) => ids.includes(id))) return jobs.map((job) => ({ job, from: container }));
    return scraped
      .filter(({ id }) => ids.includes(id))
      .flatMap(({ job: outer }) => jobs.map((job) => ({ job: scrapedBy(job, outer), from: container })));
  });
}

const idsOf = (pipeline: Pipeline, wanted: 'receivers' | 'exporters'): string[] =>
  pipeline.steps.flatMap(({ kind, components }) => (kind === wanted ? components.map(({ id }) => id) : []));

/** The job by which a Prometheus scrapes a port of an agent. */
function jobReaching(
  stack: Stack,
  prometheus: Prometheus,
  agent: Container,
  port: number,
): ScrapeJob | undefined {
  return prometheus.jobs.find(({ targets }) =>
    targets.some(
      ({ address }) =>
        address?.port === port && containersAt(stack, address, prometheus.container).includes(agent),
    ),
  );
}

/**
 * A collector's files write a dollar as two. What relabelling with one of these makes of labels is left
 * unknown.
 */
function withoutEscapes(job: ScrapeJob): ScrapeJob {
  const isEscaped = (value: unknown): boolean => JSON.stringify(value ?? null).includes('$$');
  const targets = isEscaped(child(job.node, 'relabel_configs').value)
    ? job.targets.map((target) => ({
        ...target,
        kept: 'maybe' as const,
        labels: unknownLabels(target.labels),
      }))
    : job.targets;
  return { ...job, targets, metricRelabels: job.metricRelabels.filter(({ node }) => !isEscaped(node.value)) };
}

const unknownLabels = ({ values }: Labels): Labels => ({
  values: new Map([...values.keys()].map((name) => [name, undefined])),
  isClosed: false,
});

/** A job whose series a Prometheus scrapes from the agent: the agent's own job and instance are moved aside. */
function scrapedBy(job: ScrapeJob, outer: ScrapeJob): ScrapeJob {
  const [target] = outer.targets;
  return {
    ...job,
    interval: Math.max(job.interval, outer.interval),
    honorsLabels: outer.honorsLabels,
    metricRelabels: [...job.metricRelabels, ...outer.metricRelabels],
    targets: job.targets.map((inner) => {
      if (outer.honorsLabels || target === undefined) return inner;
      const values = new Map(inner.labels.values);
      for (const [name, value] of target.labels.values) {
        if (values.has(name)) values.set(`exported_${name}`, values.get(name));
        values.set(name, value);
      }
      return { ...inner, labels: { values, isClosed: false } };
    }),
  };
}

/** Alloy's own default, in seconds (Alloy documentation, `prometheus.scrape`). */
const ALLOY_INTERVAL = 60;

function alloyJobs(stack: Stack, prometheus: Prometheus, container: Container, files: Files): RelayedJob[] {
  const { files: read } = alloyFiles(container, files);
  const writers = new Set(
    read.flatMap((file) =>
      blocksNamed(file, 'prometheus.remote_write')
        .filter(({ blocks }) =>
          blocks.some(
            ({ name, attributes }) =>
              name === 'endpoint' && writesTo(stack, prometheus, container, attributes.get('url')?.text),
          ),
        )
        .map(({ label }) => label),
    ),
  );
  return read.flatMap((file) => {
    const [root] = roots(alloyDocument(file));
    return file.blocks.flatMap((block, index): RelayedJob[] => {
      // What goes through other components first may be changed there, and is not followed.
      const isWritten = referencesIn(block.attributes.get('forward_to')).some(
        ({ name, label }) => name === 'prometheus.remote_write' && writers.has(label),
      );
      if (block.name !== 'prometheus.scrape' || !isWritten || root === undefined) return [];
      return [
        { job: alloyJob(child(root, index), `prometheus.scrape.${block.label ?? ''}`), from: container },
      ];
    });
  });
}

function alloyJob(node: Node, fallback: string): ScrapeJob {
  const value = (key: string): string | undefined => textOf(child(node, 'attributes', key));
  const name = value('job_name') ?? fallback;
  const targets = child(node, 'attributes', 'targets');
  const read = items(targets).map((item) => alloyTarget(item, name));
  return {
    node,
    name,
    interval: durationSeconds(value('scrape_interval') ?? '') ?? ALLOY_INTERVAL,
    metricsPath: value('metrics_path') ?? '/metrics',
    scheme: value('scheme') ?? 'http',
    honorsLabels: value('honor_labels') === 'true',
    targets: read.flatMap((target) => target ?? []),
    isOpen: !Array.isArray(targets.value) || read.some((target) => target === undefined),
    metricRelabels: [],
  };
}

/** A target that is written out; undefined for an expression. */
function alloyTarget(node: Node, job: string): Target | undefined {
  const address = child(node, '__address__');
  const text = textOf(address);
  if (text === undefined || isUnknown(text)) return undefined;
  const values = new Map<string, string | undefined>([
    ['job', job],
    ['instance', text],
  ]);
  for (const key of Object.keys(node.value as object))
    if (!key.startsWith('__')) values.set(key, textOf(child(node, key)));
  return {
    node: address,
    text,
    address: parseAddress(text),
    labels: { values, isClosed: true },
    kept: 'yes',
  };
}
