import type { Labels } from '../promql/labels.ts';
import { parseLogQuery } from '../promql/logql.ts';
import {
  child,
  entries,
  exists,
  isFields,
  items,
  type Node,
  textEntries,
  textItems,
  textOf,
} from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import { type Program, programs } from './configured.ts';
import { flagValues } from './container.ts';
import { readRelabels, relabel } from './relabel.ts';
import type { System } from './system.ts';

/** A Loki that Promtail pushes to. */
export interface PushClient {
  readonly node: Node;
  readonly url: string;
  readonly urlNode: Node;
  readonly tenant: string | undefined;
}

/** The logs of one group of targets of a scrape configuration. */
export interface LogStream {
  readonly job: string;
  /** The group of targets, or the scrape configuration. */
  readonly node: Node;
  /** The labels that arrive at Loki; undefined values are unknown, and may be none. */
  readonly labels: Labels;
  /** The files that are read, as `__path__` says; undefined for logs that come otherwise. */
  readonly path: { readonly text: string; readonly node: Node } | undefined;
}

/** A stage of a pipeline. */
export interface Stage {
  readonly name: string;
  /** Its settings; the key of the stage is theirs. */
  readonly node: Node;
}

/** Promtail, as its configuration tells (Loki documentation, "Configure Promtail"). */
export interface Promtail extends Program {
  readonly clients: readonly PushClient[];
  readonly streams: readonly LogStream[];
  /** Every stage of every pipeline, those inside `match` too. */
  readonly stages: readonly Stage[];
}

/** Every Promtail of the system. */
export const promtails = (system: System): Promtail[] =>
  programs(system, 'promtail', 'promtail').map(readPromtail);

/** Reads what is asked of a Promtail. */
export function readPromtail(program: Program): Promtail {
  const { config, container } = program;
  if (config === undefined) return { ...program, clients: [], streams: [], stages: [] };
  const clientNodes = [
    ...(isFields(child(config, 'client').value) ? [child(config, 'client')] : []),
    ...items(child(config, 'clients')),
  ];
  const flags = container?.args ?? [];
  const isOpen =
    flagValues(flags, 'client.external-labels').length > 0 || config.doc.source.text.includes('%{');
  const external = clientNodes.map((node) => labelsAt(child(node, 'external_labels')));
  const scrapes = items(child(config, 'scrape_configs'));
  return {
    ...program,
    clients: clientNodes.flatMap((node) => {
      const urlNode = child(node, 'url');
      const url = textOf(urlNode);
      return url === undefined ? [] : [{ node, url, urlNode, tenant: textOf(child(node, 'tenant_id')) }];
    }),
    streams: scrapes.flatMap((scrape) => readStreams(scrape, external, isOpen)),
    stages: scrapes.flatMap((scrape) => stagesIn(child(scrape, 'pipeline_stages'))),
  };
}

/** Labels that are written down; a value with a variable is unknown. */
const labelsAt = (node: Node): Map<string, string | undefined> =>
  new Map([...textEntries(node)].map(([name, { text }]) => [name, isUnknown(text) ? undefined : text]));

/** Every stage of a pipeline, in order, each before those inside it. */
export function stagesIn(pipeline: Node): Stage[] {
  return items(pipeline).flatMap((item) =>
    entries(item).flatMap(([name, node]): Stage[] => [
      { name, node },
      ...(name === 'match' ? stagesIn(child(node, 'stages')) : []),
    ]),
  );
}

/** Ways of getting logs that bring labels of their own, which no file here tells. */
const BRINGS_LABELS = ['loki_push_api', 'push_config'];
/** Ways of getting logs that set labels by their own settings only. */
const SOURCES = [
  'journal',
  'syslog',
  'gelf',
  'kafka',
  'windows_events',
  'cloudflare',
  'gcplog',
  'heroku_drain',
  'azure_event_hubs',
];

function readStreams(
  scrape: Node,
  external: readonly ReadonlyMap<string, string | undefined>[],
  isOpen: boolean,
): LogStream[] {
  const job = textOf(child(scrape, 'job_name')) ?? '';
  const steps = readRelabels(child(scrape, 'relabel_configs'));
  // A label that is made of what is discovered has a name that nobody wrote down.
  const namesOthers = steps.some(
    ({ action, targetLabel }) => action === 'labelmap' || targetLabel?.includes('$') === true,
  );
  const stages = stagesIn(child(scrape, 'pipeline_stages'));
  const stream = (
    node: Node,
    own: ReadonlyMap<string, string | undefined>,
    isDiscovered: boolean,
    path: LogStream['path'],
  ): LogStream => {
    const { labels } = relabel({ values: own, isClosed: !isDiscovered }, steps);
    const values = new Map(labels.values);
    for (const name of values.keys()) if (name.startsWith('__')) values.delete(name);
    if (path !== undefined) values.set('filename', undefined);
    applyStages(values, stages);
    for (const more of external)
      for (const [name, value] of more) values.set(name, external.length > 1 ? undefined : value);
    const isClosed = !isOpen && !(isDiscovered && namesOthers) && !packsUnknown(stages);
    return { job, node, path, labels: { values, isClosed } };
  };

  const found = items(child(scrape, 'static_configs')).map((group) => {
    const own = labelsAt(child(group, 'labels'));
    const node = child(group, 'labels', '__path__');
    const text = textOf(node);
    return stream(group, own, false, text === undefined ? undefined : { text, node });
  });
  for (const [key, node] of entries(scrape)) {
    if (/_sd_configs?$/.test(key)) found.push(stream(node, new Map(), true, undefined));
    else if (SOURCES.includes(key))
      found.push(stream(node, labelsAt(child(node, 'labels')), true, undefined));
    else if (BRINGS_LABELS.includes(key)) {
      const { labels, ...rest } = stream(node, labelsAt(child(node, 'labels')), true, undefined);
      found.push({ ...rest, labels: { ...labels, isClosed: false } });
    }
  }
  return found;
}

/** Whether a pipeline may set labels that no file names. */
const packsUnknown = (stages: readonly Stage[]): boolean =>
  stages.some(({ name }) => name === 'geoip' || name === 'cloudflare');

/** What the stages make of a stream's labels: those that they set have values that are not known. */
function applyStages(values: Map<string, string | undefined>, stages: readonly Stage[]): void {
  for (const { name, node } of stages) {
    switch (name) {
      case 'labels':
        for (const [label] of entries(node)) values.set(label, undefined);
        break;
      case 'static_labels':
        // In a `match` it is set for some lines only.
        for (const [label, { text }] of textEntries(node))
          values.set(label, isUnknown(text) || isInMatch(node) ? undefined : text);
        break;
      case 'docker':
      case 'cri':
        values.set('stream', undefined);
        break;
      case 'labeldrop':
        for (const { text } of textItems(node)) if (!isInMatch(node)) values.delete(text);
        break;
      case 'labelallow': {
        const allowed = new Set(textItems(node).map(({ text }) => text));
        if (exists(node) && !isInMatch(node))
          for (const label of values.keys()) if (!allowed.has(label)) values.delete(label);
        break;
      }
      case 'pack':
        for (const { text } of textItems(child(node, 'labels'))) if (!isInMatch(node)) values.delete(text);
        break;
    }
  }
}

const isInMatch = ({ path }: Node): boolean => path.includes('match');

/** The stages that Promtail knows (Loki documentation, "Promtail pipeline stages"). */
export const STAGES: readonly string[] = [
  'cri',
  'decolorize',
  'docker',
  'drop',
  'eventlogmessage',
  'geoip',
  'json',
  'labelallow',
  'labeldrop',
  'labels',
  'limit',
  'logfmt',
  'match',
  'metrics',
  'multiline',
  'non_indexed_labels',
  'output',
  'pack',
  'pipeline',
  'regex',
  'replace',
  'sampling',
  'static_labels',
  'structured_metadata',
  'template',
  'tenant',
  'timestamp',
];

/** The stream selector of a `match` stage; undefined where there is none, or it does not parse. */
export const matchSelector = (node: Node): ReturnType<typeof parseLogQuery> | undefined => {
  const text = textOf(child(node, 'selector'));
  return text === undefined || isUnknown(text) ? undefined : parseLogQuery(text);
};
