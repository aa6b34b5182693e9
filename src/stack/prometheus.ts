import { durationSeconds, secondsAt } from '../promql/duration.ts';
import { type Labels, labelValue } from '../promql/labels.ts';
import type { Tri } from '../promql/tri.ts';
import type { Files } from '../repo/files.ts';
import {
  child,
  entries,
  items,
  type Node,
  type Place,
  textEntries,
  textItems,
  textOf,
} from '../repo/node.ts';
import { basename, dirname, resolvePath } from '../repo/path.ts';
import { isUnknown } from './compose/interpolate.ts';
import {
  type Container,
  type FoundFile,
  type FoundFiles,
  flagValues,
  globMatcher,
  type Standing,
} from './container.ts';
import { type Relabel, readRelabels, relabel } from './relabel.ts';
import type { RelayedJob } from './relay.ts';
import type { RuleGroup } from './rules.ts';

/** An address that is scraped, or that alerts are sent to. */
export interface Target {
  /** The text that names it. */
  readonly node: Node;
  /** As written. */
  readonly text: string;
  /** Where it is really reached, after relabelling; undefined when that is not known. */
  readonly address: Address | undefined;
  /** The labels that its series get, after relabelling. */
  readonly labels: Labels;
  /** Whether relabelling keeps it. */
  readonly kept: Tri;
}

export interface Address {
  readonly host: string;
  /** Undefined where it is left to the scheme's default. */
  readonly port: number | undefined;
}

export interface ScrapeJob {
  readonly node: Node;
  readonly name: string;
  /** In seconds. */
  readonly interval: number;
  readonly scheme: string;
  readonly metricsPath: string;
  readonly honorsLabels: boolean;
  readonly targets: readonly Target[];
  /** Whether service discovery finds targets that no file names. */
  readonly isOpen: boolean;
  readonly metricRelabels: readonly Relabel[];
}

/** An entry of `rule_files`. */
export interface RuleFileEntry {
  readonly node: Node;
  readonly pattern: string;
  readonly found: readonly FoundFile[];
  readonly isComplete: boolean;
}

export interface AlertmanagerEntry {
  readonly node: Node;
  readonly targets: readonly Target[];
  readonly isOpen: boolean;
}

/** A vmalert: it evaluates rules over what a Prometheus or vmagent of its stack scrapes, and sends the alerts itself. */
export interface RuleEvaluator {
  readonly container: Container;
  /** What its `-rule` flags name. */
  readonly ruleFiles: readonly (FoundFiles & { readonly place: Place; readonly pattern: string })[];
  readonly groups: readonly RuleGroup[];
  /** Where its `-notifier.url` flags lead. */
  readonly notifiers: readonly { readonly place: Place; readonly address: Address | undefined }[];
  /** Whether a file or discovery tells it of other Alertmanagers. */
  readonly isOpen: boolean;
  /** How often it evaluates a group that does not say so itself, in seconds. */
  readonly interval: number;
}

/** An entry of `remote_write`, or vmagent's flag of that name. */
export interface RemoteWrite {
  readonly place: Place;
  readonly address: Address | undefined;
}

/** A Prometheus, run by compose or only known by its configuration. */
export interface Prometheus {
  readonly name: string;
  readonly kind: 'prometheus' | 'vmagent';
  readonly container: Container | undefined;
  /** Its configuration; undefined when it cannot be told which it reads. */
  readonly config: Node | undefined;
  /** In seconds. */
  readonly scrapeInterval: number;
  /** In seconds. */
  readonly evaluationInterval: number;
  readonly jobs: readonly ScrapeJob[];
  /** What agents scrape for it: OpenTelemetry collectors and Alloy. */
  readonly relayed: readonly RelayedJob[];
  readonly ruleFiles: readonly RuleFileEntry[];
  /** The groups of the rule files that it loads, and of those that its evaluators load. */
  readonly groups: readonly RuleGroup[];
  readonly alertmanagers: readonly AlertmanagerEntry[];
  readonly evaluators: readonly RuleEvaluator[];
  readonly remoteWrites: readonly RemoteWrite[];
  readonly externalLabels: ReadonlyMap<string, { text: string; node: Node }>;
  readonly features: ReadonlySet<string>;
  /** Whether series can also arrive without being scraped: remote write, OTLP or remote read. */
  readonly receivesSeries: boolean;
}

/** The files that a configuration can refer to: those of its container, or those beside it. */
export interface FileView {
  at(path: string): Standing;
  glob(pattern: string): FoundFiles;
}

/** Prometheus's default for both intervals, in seconds. */
const DEFAULT_INTERVAL = 60;

/** A Prometheus without what others load and scrape for it. */
export type BarePrometheus = Omit<Prometheus, 'groups' | 'evaluators' | 'relayed'>;

/**
 * Reads a Prometheus configuration. Its rules and what agents scrape for it are put in by the caller, who
 * knows who else is there.
 */
export function readPrometheus(
  name: string,
  config: Node | undefined,
  container: Container | undefined,
  files: Files,
): BarePrometheus {
  const view = config && viewFrom(config, container, files);
  const global = config && child(config, 'global');
  const scrapeInterval = (global && secondsAt(child(global, 'scrape_interval'))) ?? DEFAULT_INTERVAL;
  const args = container?.args ?? [];
  const feature = flagValues(args, 'enable-feature').flatMap(({ text }) => text.split(','));
  return {
    name,
    kind: container?.facts?.configFlags?.includes('promscrape.config') ? 'vmagent' : 'prometheus',
    container,
    config,
    scrapeInterval,
    evaluationInterval: (global && secondsAt(child(global, 'evaluation_interval'))) ?? DEFAULT_INTERVAL,
    jobs: config && view ? readJobs(config, scrapeInterval, view, files) : [],
    ruleFiles:
      config && view
        ? textItems(child(config, 'rule_files')).map(({ text, node }) => ({
            node,
            pattern: text,
            ...view.glob(text),
          }))
        : [],
    alertmanagers:
      config && view
        ? items(child(config, 'alerting', 'alertmanagers')).map((node) =>
            readAlertmanagerEntry(node, view, files),
          )
        : [],
    remoteWrites: readRemoteWrites(config, args),
    externalLabels: global ? textEntries(child(global, 'external_labels')) : new Map(),
    features: new Set(feature),
    receivesSeries:
      feature.some((text) => text.includes('remote-write-receiver') || text.includes('otlp')) ||
      flagValues(args, 'web.enable-remote-write-receiver').length > 0 ||
      flagValues(args, 'web.enable-otlp-receiver').length > 0 ||
      (config !== undefined &&
        (child(config, 'otlp').value !== undefined || child(config, 'remote_read').value !== undefined)),
  };
}

function readRemoteWrites(config: Node | undefined, args: Container['args']): RemoteWrite[] {
  const entries = config === undefined ? [] : items(child(config, 'remote_write'));
  return [
    ...entries.map((entry) => {
      const url = child(entry, 'url');
      return { place: { node: url }, address: parseAddress(textOf(url) ?? '') };
    }),
    ...flagValues(args, 'remoteWrite.url').map(({ text, place }) => ({ place, address: parseAddress(text) })),
  ];
}

/** vmalert's own `-evaluationInterval`, in seconds (VictoriaMetrics documentation, "vmalert", "Flags"). */
const VMALERT_INTERVAL = 60;

/** Reads a vmalert from its flags. Its rules are put in by the caller. */
export function readEvaluator(container: Container): Omit<RuleEvaluator, 'groups'> {
  const { args } = container;
  const interval = flagValues(args, 'evaluationInterval').at(-1)?.text;
  return {
    container,
    ruleFiles: flagValues(args, 'rule').map(({ text, place }) => ({
      place,
      pattern: text,
      // Addresses of rules, and folders at any depth, are more than a glob of files.
      ...(isUnknown(text) || /:\/\/|\*\*/.test(text)
        ? { found: [], isComplete: false }
        : container.glob(text.replace(/^"(.*)"$/, '$1'))),
    })),
    notifiers: flagValues(args, 'notifier.url').flatMap(({ text, place }) =>
      text.split(',').map((url) => ({ place, address: parseAddress(url) })),
    ),
    isOpen: flagValues(args, 'notifier.config').length > 0 || flagValues(args, 'envflag.enable').length > 0,
    interval: (interval === undefined ? undefined : durationSeconds(interval)) ?? VMALERT_INTERVAL,
  };
}

/** How often a group is evaluated, in seconds: its own interval, or that of whoever loads it. */
export function evaluationIntervalOf(prometheus: Prometheus, group: RuleGroup): number {
  const evaluator = prometheus.evaluators.find(({ groups }) => groups.includes(group));
  return group.interval ?? evaluator?.interval ?? prometheus.evaluationInterval;
}

/** The path of the configuration that a container reads, by its flags or its image's default. */
export function configPath(container: Container): string | undefined {
  const flag = container.facts?.configFlags?.flatMap((name) => flagValues(container.args, name)).at(-1)?.text;
  return flag || container.facts?.config;
}

/** The files that a configuration can refer to. */
export const viewFrom = (config: Node, container: Container | undefined, files: Files): FileView =>
  container ? besideInContainer(container) : besideInRepository(config, files);

/** What a configuration in a container can refer to: relative paths count from its folder. */
function besideInContainer(container: Container): FileView {
  const folder = dirname(configPath(container) ?? '/etc/prometheus/prometheus.yml');
  const absolute = (path: string): string => resolvePath(folder, path) ?? path;
  return {
    at: (path) => (isUnknown(path) ? { state: 'unknown' } : container.at(absolute(path))),
    glob: (pattern) =>
      isUnknown(pattern) ? { found: [], isComplete: false } : container.glob(absolute(pattern)),
  };
}

/** Names of folders in which a configuration itself usually stands. */
const OWN_FOLDER = /^(?:|etc|conf|config|prometheus|alertmanager)$/;

/** A Prometheus that compose does not run: relative paths count from its file, absolute ones are somewhere. */
function besideInRepository(config: Node, files: Files): FileView {
  const folder = dirname(config.doc.source.path);
  const via: Place = { node: config };
  return {
    at(path) {
      const inside = path.startsWith('/') || isUnknown(path) ? undefined : resolvePath(folder, path);
      const type = inside === undefined ? undefined : files.repo.entry(inside)?.type;
      if (inside === undefined || type === undefined || type === 'other') return { state: 'unknown' };
      return { state: type === 'file' ? 'file' : 'folder', path: inside, via };
    },
    glob(pattern) {
      if (isUnknown(pattern)) return { found: [], isComplete: false };
      // Of an absolute pattern as much of its end as there is: /etc/prometheus/rules/*.yml is rules/*.yml.
      const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
      for (let start = 0; start < (pattern.startsWith('/') ? parts.length : 1); start++) {
        // A bare `*.yml` is what is left of the configuration's own folder, and not of one beside it.
        if (
          start === parts.length - 1 &&
          /[*?[]/.test(parts.at(-1) ?? '') &&
          !OWN_FOLDER.test(parts[start - 1] ?? '')
        )
          break;
        const wanted = resolvePath(folder, parts.slice(start).join('/'));
        const matches = wanted === undefined ? () => false : globMatcher(wanted);
        const found = files.repo.paths
          .filter((path) => matches(path) && path !== config.doc.source.path)
          .map((path) => ({ target: path, path, via }));
        if (found.length > 0) return { found, isComplete: false };
      }
      return { found: [], isComplete: false };
    },
  };
}

function readJobs(config: Node, scrapeInterval: number, view: FileView, files: Files): ScrapeJob[] {
  const fragments = textItems(child(config, 'scrape_config_files')).flatMap(({ text }) =>
    view.glob(text).found.flatMap(({ path }) => {
      const document = files.document(path);
      return document ? [{ doc: document, index: 0, path: [], value: document.values[0] } as Node] : [];
    }),
  );
  return [config, ...fragments].flatMap((root) =>
    items(child(root, 'scrape_configs')).map((node) => readJob(node, scrapeInterval, view, files)),
  );
}

function readJob(node: Node, scrapeInterval: number, view: FileView, files: Files): ScrapeJob {
  const name = textOf(child(node, 'job_name')) ?? '';
  const metricsPath = textOf(child(node, 'metrics_path')) ?? '/metrics';
  const scheme = textOf(child(node, 'scheme')) ?? 'http';
  const base = new Map<string, string | undefined>([
    ['job', isUnknown(name) ? undefined : name],
    ['__metrics_path__', metricsPath],
    ['__scheme__', scheme],
  ]);
  for (const [key, value] of entries(child(node, 'params')))
    base.set(`__param_${key}`, textItems(value)[0]?.text);
  return {
    node,
    name,
    interval: secondsAt(child(node, 'scrape_interval')) ?? scrapeInterval,
    scheme,
    metricsPath,
    honorsLabels: child(node, 'honor_labels').value === true,
    ...readTargets(node, base, readRelabels(child(node, 'relabel_configs')), view, files),
    metricRelabels: readRelabels(child(node, 'metric_relabel_configs')),
  };
}

function readAlertmanagerEntry(node: Node, view: FileView, files: Files): AlertmanagerEntry {
  return { node, ...readTargets(node, new Map(), readRelabels(child(node, 'relabel_configs')), view, files) };
}

/** Service discovery that finds targets elsewhere than in a file. */
const isDiscovery = (key: string): boolean =>
  /_sd_configs?$/.test(key) && key !== 'file_sd_configs' && key !== 'dns_sd_configs';

function readTargets(
  node: Node,
  base: ReadonlyMap<string, string | undefined>,
  steps: readonly Relabel[],
  view: FileView,
  files: Files,
): { targets: Target[]; isOpen: boolean } {
  let isOpen = entries(node).some(([key]) => isDiscovery(key));
  const groups = items(child(node, 'static_configs'));
  for (const source of items(child(node, 'file_sd_configs'))) {
    for (const { text } of textItems(child(source, 'files'))) {
      const { found, isComplete } = view.glob(text);
      if (!isComplete || found.length === 0) isOpen = true;
      for (const { path } of found) {
        const document = files.document(path);
        if (document) groups.push(...items({ doc: document, index: 0, path: [], value: document.values[0] }));
      }
    }
  }
  const targets = groups.flatMap((group) => {
    const labels = new Map(base);
    for (const [key, { text }] of textEntries(child(group, 'labels')))
      labels.set(key, isUnknown(text) ? undefined : text);
    return textItems(child(group, 'targets')).map(({ text, node: item }) =>
      readTarget(item, text, labels, steps),
    );
  });
  for (const source of items(child(node, 'dns_sd_configs'))) {
    const port = textOf(child(source, 'port'));
    for (const { text, node: item } of textItems(child(source, 'names'))) {
      // `tasks.NAME` is how a swarm's DNS names every container of a service.
      if (port === undefined) isOpen = true;
      else targets.push(readTarget(item, `${text.replace(/^tasks\./, '')}:${port}`, new Map(base), steps));
    }
  }
  return { targets, isOpen };
}

function readTarget(
  node: Node,
  text: string,
  base: ReadonlyMap<string, string | undefined>,
  steps: readonly Relabel[],
): Target {
  const values = new Map(base);
  values.set('__address__', isUnknown(text) ? undefined : text);
  const { labels, kept } = relabel({ values, isClosed: true }, steps);
  const address = labelValue(labels, '__address__');
  const final = new Map(labels.values);
  if (!final.has('instance')) final.set('instance', address);
  for (const key of final.keys()) if (key.startsWith('__')) final.delete(key);
  return {
    node,
    text,
    address: address === undefined ? undefined : parseAddress(address),
    labels: { values: final, isClosed: labels.isClosed },
    kept,
  };
}

/** Reads `host:port`, `[v6]:port` or a URL; undefined when it is none of these. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:https?:\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/\s]+)(?::(\d+))?(?:\/.*)?$/.exec(text);
  if (match === null || isUnknown(text)) return undefined;
  const [, host = '', port] = match;
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port) };
}

/** Whether a file's name is that of a fragment or template that somebody renames before use. */
export const isExample = (path: string): boolean =>
  /\.(?:example|sample|dist|template)$/.test(basename(path));
