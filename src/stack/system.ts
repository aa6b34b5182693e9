import type { StatedStack } from '../config/config.ts';
import { append } from '../multimap.ts';
import { onceOf } from '../once.ts';
import type { Kind } from '../repo/classify.ts';
import type { File, Files } from '../repo/files.ts';
import { entries, type Node, textItems } from '../repo/node.ts';
import { below } from '../repo/path.ts';
import type { Alertmanager } from './alertmanager.ts';
import { readAlertmanager } from './alertmanager.ts';
import { groupProjects, type ProjectGroup } from './compose/group.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Project } from './compose/project.ts';
import {
  type Container,
  type FoundFile,
  flagValues,
  openContainer,
  rewritesFiles,
  type Standing,
} from './container.ts';
import { type Dashboard, readDashboard } from './dashboard.ts';
import type { Language } from './expression.ts';
import { type Grafana, readGrafana, readLooseGrafana } from './grafana.ts';
import type { Role } from './knowledge/images.ts';
import { type CodeIndex, indexCode, type MetricSource, metricSources } from './metrics.ts';
import { isInSharedNetwork, usesHostNetwork } from './network.ts';
import {
  type Address,
  type BarePrometheus,
  configPath,
  type Prometheus,
  type RuleEvaluator,
  readEvaluator,
  readPrometheus,
} from './prometheus.ts';
import { relayedJobs } from './relay.ts';
import { type RuleGroup, readRuleGroups } from './rules.ts';
import { type RuleTestFile, readRuleTests } from './tests.ts';

/** A service that reads a configuration of its own: Loki, Promtail, Tempo, exporters. */
export interface Configured {
  readonly container: Container;
  readonly role: Role;
  /** Where the configuration stands in the container; undefined when that is not told. */
  readonly path: string | undefined;
  readonly standing: Standing;
  readonly file: File | undefined;
}

/** What runs together: the containers of compose projects, and the monitoring that they make up. */
export interface Stack {
  readonly name: string;
  /** Undefined for a Prometheus or Grafana that compose does not run. */
  readonly project: Project | undefined;
  readonly beside: readonly Project[];
  readonly alternatives: readonly Project[];
  readonly containers: readonly Container[];
  readonly prometheuses: readonly Prometheus[];
  readonly alertmanagers: readonly Alertmanager[];
  readonly grafanas: readonly Grafana[];
  readonly configured: readonly Configured[];
}

/** Everything that the repository's files describe, read as one system. */
export interface System {
  readonly files: Files;
  readonly stacks: readonly Stack[];
  /** Every group of every rule file, loaded or not. */
  readonly ruleGroups: readonly RuleGroup[];
  /** Every dashboard, provisioned or not. */
  readonly dashboards: readonly Dashboard[];
  readonly ruleTests: readonly RuleTestFile[];
  /** What exposes metrics in a container. */
  sourcesOf(container: Container): readonly MetricSource[];
}

/** Reads the repository's files as one system. */
export function readSystem(files: Files, stated: readonly StatedStack[] = []): System {
  const groups = groupProjects(
    files,
    stated.map(({ compose }) => compose),
  );
  const nameOf = (project: Project): string =>
    stated.find(({ compose }) => compose.join('\0') === project.paths.join('\0'))?.name ??
    project.paths[0] ??
    '';
  const containers = new Map<Project, readonly Container[]>();
  const containersOf = (project: Project): readonly Container[] => {
    let found = containers.get(project);
    if (found === undefined) {
      found = [...project.services.values()].map((service) => openContainer(service, project, files));
      containers.set(project, found);
    }
    return found;
  };

  const language = ruleLanguages(groups.flatMap(({ project }) => containersOf(project)));
  const ruleGroups = new Map<string, readonly RuleGroup[]>();
  const groupsIn = (path: string): readonly RuleGroup[] => {
    let found = ruleGroups.get(path);
    if (found === undefined) {
      found = files
        .at(path)
        .filter(({ kind, isBroken }) => kind === 'rules' && !isBroken)
        .flatMap((file) => readRuleGroups(file, language(path)));
      ruleGroups.set(path, found);
    }
    return found;
  };

  const stacks = groups.map((group) =>
    readComposedStack(nameOf(group.project), group, containersOf, files, groupsIn),
  );
  const loose = readLooseStack(stacks, files, groupsIn);
  const code: CodeIndex = indexCode(files);
  const sources = new Map<Container, readonly MetricSource[]>();
  const rulePaths = new Set([
    ...files.of('rules').map(({ path }) => path),
    ...stacks.flatMap(({ prometheuses }) => prometheuses.flatMap(loadedPaths)),
  ]);
  return {
    files,
    stacks: loose === undefined ? stacks : [...stacks, loose],
    ruleGroups: [...rulePaths].sort().flatMap(groupsIn),
    dashboards: files
      .of('dashboard')
      .filter(({ isBroken }) => !isBroken)
      .map((file) => readDashboard(file)),
    ruleTests: files
      .of('rule-test')
      .filter(({ isBroken }) => !isBroken)
      .map((file) => readRuleTests(file, files)),
    sourcesOf(container) {
      let found = sources.get(container);
      if (found === undefined) {
        found = metricSources(container, files, code);
        sources.set(container, found);
      }
      return found;
    },
  };
}

/** A service of a stack's own project, as it runs. */
export interface Composed {
  readonly stack: Stack;
  readonly project: Project;
  readonly container: Container;
}

/**
 * Every service of every project, once for each stack that runs it. Those of a project with a broken
 * file are left out: what is missing from it may stand where it cannot be read.
 */
export function composed(system: System): Composed[] {
  const { files } = system;
  return system.stacks.flatMap((stack) => {
    const { project } = stack;
    if (project === undefined || isBroken(project, files)) return [];
    return stack.containers
      .filter(({ service }) => project.services.get(service.name) === service)
      .map((container) => ({ stack, project, container }));
  });
}

const isBroken = ({ allPaths }: Project, files: Files): boolean =>
  [...allPaths].some((path) => files.at(path).some((file) => file.isBroken));

/** The repository's paths of the rule files that a Prometheus, or a vmalert beside it, loads. */
export const loadedPaths = ({
  ruleFiles,
  evaluators,
}: Pick<Prometheus, 'ruleFiles' | 'evaluators'>): string[] =>
  [...ruleFiles, ...evaluators.flatMap((evaluator) => evaluator.ruleFiles)].flatMap(({ found }) =>
    found.map(({ path }) => path),
  );

function readComposedStack(
  name: string,
  group: ProjectGroup,
  containersOf: (project: Project) => readonly Container[],
  files: Files,
  groupsIn: (path: string) => readonly RuleGroup[],
): Stack {
  const containers = [group.project, ...group.beside].flatMap(containersOf);
  const own = containersOf(group.project);
  const withRole = (...roles: Role[]): Container[] =>
    own.filter(({ facts }) => facts !== undefined && roles.includes(facts.role));
  const evaluators = containers
    .filter(({ facts }) => facts?.role === 'vmalert')
    .map((container) => withGroups(readEvaluator(container), groupsIn));
  const stack: Stack = {
    name,
    ...group,
    containers,
    prometheuses: own.filter(scrapes).map((container) => {
      const config = configOf(container, 'prometheus', files);
      const prometheus = readPrometheus(container.service.name, config, container, files);
      return withRules(prometheus, evaluators, groupsIn);
    }),
    // Prometheus and Grafana may be in one project of a stack, and what they need in another.
    alertmanagers: containers
      .filter(({ facts }) => facts?.role === 'alertmanager')
      .map((container) =>
        readAlertmanager(
          container.service.name,
          configOf(container, 'alertmanager', files),
          container,
          files,
        ),
      ),
    grafanas: containers
      .filter(({ facts }) => facts?.role === 'grafana')
      .map((container) => readGrafana(container.service.name, container, files)),
    configured: withRole('loki', 'promtail', 'tempo', 'alloy', 'otel-collector', 'exporter').map(
      (container) => readConfigured(container, files),
    ),
  };
  return {
    ...stack,
    prometheuses: stack.prometheuses.map((prometheus) => ({
      ...prometheus,
      relayed: relayedJobs(stack, prometheus, files),
    })),
  };
}

/** Whether a container scrapes: Prometheus, vmagent, or a VictoriaMetrics that is given targets itself. */
const scrapes = ({ facts, args }: Container): boolean =>
  facts?.role === 'prometheus' || flagValues(args, 'promscrape.config').length > 0;

const withGroups = <Loader extends Pick<RuleEvaluator, 'ruleFiles'>>(
  loader: Loader,
  groupsIn: (path: string) => readonly RuleGroup[],
): Loader & { groups: readonly RuleGroup[] } => ({
  ...loader,
  groups: [...new Set(loader.ruleFiles.flatMap(({ found }) => found.map(({ path }) => path)))].flatMap(
    groupsIn,
  ),
});

const withRules = (
  prometheus: BarePrometheus,
  evaluators: readonly RuleEvaluator[],
  groupsIn: (path: string) => readonly RuleGroup[],
): Prometheus => ({
  ...prometheus,
  evaluators,
  relayed: [],
  groups: [...new Set(loadedPaths({ ...prometheus, evaluators }))].flatMap(groupsIn),
});

/** The configuration that a container reads, or else the only one of its kind that is put into it. */
function configOf(container: Container, kind: Kind, files: Files): Node | undefined {
  // What is mounted is a template then, of which the start makes something else.
  if (rewritesFiles(container)) return undefined;
  const path = configPath(container);
  const standing = path === undefined || isUnknown(path) ? undefined : container.at(path);
  if (standing?.state === 'file') {
    const own = files.at(standing.path).find((file) => file.kind === kind);
    if (own !== undefined) return own.isBroken ? undefined : own.node;
    // Its shape tells nothing, as when it is empty; what reads it says what it is.
    const document = files.document(standing.path);
    const isOther = files.at(standing.path).length > 0;
    return document === undefined || document.problems.length > 0 || isOther
      ? undefined
      : { doc: document, index: 0, path: [], value: document.values[0] };
  }
  if (standing?.state === 'missing' || standing?.state === 'folder') return undefined;
  const mounted = container
    .below('/')
    .found.flatMap((file) => files.at(file.path).filter((other) => other.kind === kind && !other.isBroken));
  return mounted.length === 1 ? mounted[0]?.node : undefined;
}

function readConfigured(container: Container, files: Files): Configured {
  const path = configPath(container);
  const standing: Standing =
    path === undefined || isUnknown(path) ? { state: 'unknown' } : container.at(path);
  const file = standing.state === 'file' ? files.at(standing.path)[0] : undefined;
  return { container, role: container.facts?.role ?? 'app', path, standing, file };
}

/** A Prometheus, Alertmanager or Grafana whose files are here but that no compose file runs. */
function readLooseStack(
  composed: readonly Stack[],
  files: Files,
  groupsIn: (path: string) => readonly RuleGroup[],
): Stack | undefined {
  const used = new Set<string>();
  for (const stack of composed) {
    for (const { config } of [...stack.prometheuses, ...stack.alertmanagers])
      if (config) used.add(config.doc.source.path);
    for (const { container, datasources, dashboards } of stack.grafanas) {
      for (const { node } of datasources) used.add(node.doc.source.path);
      for (const { file } of dashboards) used.add(file.path);
      for (const { path } of container?.below('/').found ?? []) used.add(path);
    }
    for (const { path } of stack.prometheuses.flatMap(({ container }) => container?.below('/').found ?? []))
      used.add(path);
  }
  const unused = (kind: Kind): File[] =>
    files.of(kind).filter(({ path, isBroken }) => !used.has(path) && !isBroken);
  const prometheuses = unused('prometheus').map(({ path, node }) =>
    withRules(readPrometheus(path, node, undefined, files), [], groupsIn),
  );
  const alertmanagers = unused('alertmanager').map(({ path, node }) =>
    readAlertmanager(path, node, undefined, files),
  );
  const grafana = readLooseGrafana(files, used);
  if (prometheuses.length === 0 && alertmanagers.length === 0 && grafana === undefined) return undefined;
  return {
    name: 'without compose',
    project: undefined,
    beside: [],
    alternatives: [],
    containers: [],
    prometheuses,
    alertmanagers,
    grafanas: grafana ? [grafana] : [],
    configured: [],
  };
}

/** Who loads a rule file decides its language: Loki's ruler reads LogQL, vmalert MetricsQL. */
function ruleLanguages(containers: readonly Container[]): (path: string) => Language {
  const languages = new Map<string, Language>();
  for (const container of containers) {
    const found = rulesOfOthers(container);
    for (const { path } of found)
      if (!languages.has(path)) languages.set(path, container.facts?.role === 'loki' ? 'logql' : 'metricsql');
  }
  for (const container of containers) {
    if (container.facts?.role !== 'prometheus') continue;
    for (const { path } of container.below('/etc/prometheus').found) languages.set(path, 'promql');
  }
  return (path) => languages.get(path) ?? 'promql';
}

function rulesOfOthers(container: Container): readonly FoundFile[] {
  if (container.facts?.role === 'vmalert')
    return flagValues(container.args, 'rule').flatMap(({ text }) => container.glob(text).found);
  return container.facts?.role === 'loki' ? container.below('/').found : [];
}

/** What a host name means to a stack. */
export type HostMeaning =
  /** Containers of the stack that bear it. */
  | { readonly kind: 'containers'; readonly containers: readonly Container[] }
  /** The container itself that uses the name. */
  | { readonly kind: 'itself' }
  /** A name of the world outside: an address, a domain, the Docker host, or one that is not known. */
  | { readonly kind: 'outside' }
  /** No service of this stack, but one of another that may be meant. */
  | { readonly kind: 'elsewhere' }
  /** Nothing that the repository knows. */
  | { readonly kind: 'nothing' };

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0']);

/** Resolves a host name as a container of the stack would: `from`, where it is known which. */
export function resolveHost(stack: Stack, host: string, from?: Container): HostMeaning {
  if (isUnknown(host)) return { kind: 'outside' };
  const containers = bearersIn(stack).get(host);
  if (containers !== undefined) return { kind: 'containers', containers };
  if (LOOPBACK.has(host)) return loopback(stack, from);
  if (from !== undefined && (isInSharedNetwork(stack, from) || hasOwnName(from.service, host)))
    return { kind: 'outside' };
  if (
    stack.alternatives.some(({ services }) =>
      [...services.values()].some(({ hosts }) => hosts.includes(host)),
    )
  )
    return { kind: 'elsewhere' };
  if (stack.project === undefined || isPartial(stack)) return { kind: 'outside' };
  if (host.includes('.') || host.includes(':') || /^\d+$/.test(host)) return { kind: 'outside' };
  return { kind: 'nothing' };
}

/** What a container's own address means: itself, and whoever it shares its network with. */
function loopback(stack: Stack, from: Container | undefined): HostMeaning {
  const mode = from?.service.networkMode;
  if (mode === undefined || mode === 'bridge' || mode === 'none') return { kind: 'itself' };
  const shared = /^(?:service|container):(.+)$/.exec(mode)?.[1];
  const containers = stack.containers.filter(
    (other) =>
      other === from ||
      (shared !== undefined && (other.service.hosts.includes(shared) || other.service.networkMode === mode)),
  );
  // On the host's own network anything of the host may listen.
  return shared === undefined || isUnknown(mode) ? { kind: 'outside' } : { kind: 'containers', containers };
}

/** Whether `extra_hosts` or `external_links` give a name to a service alone. */
function hasOwnName(service: Container['service'], host: string): boolean {
  const written = ['extra_hosts', 'external_links'].flatMap((key) => {
    const node = service.field(key);
    if (node === undefined) return [];
    return [...entries(node).map(([name]) => name), ...textItems(node).map(({ text }) => text)];
  });
  return written.some((text) => text.split(/[:=]/).includes(host));
}

const isPartial = ({ project, beside }: Stack): boolean =>
  project?.isPartial === true || beside.some((other) => other.isPartial);

/** The containers of a stack by the names that lead to them. */
const bearersIn = onceOf(({ containers }: Stack): ReadonlyMap<string, readonly Container[]> => {
  const bearers = new Map<string, Container[]>();
  for (const container of containers) {
    const { service } = container;
    for (const host of new Set([...service.hosts, ...linkNames(service)])) append(bearers, host, container);
  }
  return bearers;
});

/** `links: [service:alias]` gives a service's neighbour another name. */
function linkNames(service: Container['service']): string[] {
  const links = service.field('links');
  if (links === undefined || !Array.isArray(links.value)) return [];
  return links.value.flatMap((link) =>
    typeof link === 'string' && link.includes(':') ? link.slice(link.lastIndexOf(':') + 1) : [],
  );
}

/** A Prometheus with the stack that it runs in. */
export interface Placed {
  readonly stack: Stack;
  readonly prometheus: Prometheus;
}

/** Every Prometheus of every stack. One configuration that several stacks load comes once for each. */
export const prometheusesOf = ({ stacks }: System): Placed[] =>
  stacks.flatMap((stack) => stack.prometheuses.map((prometheus) => ({ stack, prometheus })));

/**
 * Every Prometheus by its configuration: what one stack that loads it lacks may be right in another, so
 * that something is wrong with the file only where it is wrong in all of them.
 */
export function prometheusesByConfig(system: System): readonly (readonly Placed[])[] {
  const groups = new Map<unknown, Placed[]>();
  for (const placed of prometheusesOf(system)) {
    const { config } = placed.prometheus;
    const key = config === undefined ? placed : `${config.doc.source.path}\0${config.index}`;
    append(groups, key, placed);
  }
  return [...groups.values()];
}

/** The containers at an address, seen from a container of the stack. */
export function containersAt(
  stack: Stack,
  address: Address | undefined,
  from: Container | undefined,
): readonly Container[] {
  if (address === undefined) return [];
  if (from !== undefined && usesHostNetwork(from) && LOOPBACK.has(address.host))
    return stack.containers.filter((container) => isOnHostAt(container, address.port));
  const meaning = resolveHost(stack, address.host, from);
  if (meaning.kind === 'containers') return meaning.containers;
  return meaning.kind === 'itself' && from !== undefined ? [from] : [];
}

/** Whether a container is reached at a port of the host: one in the host's network, or one that publishes it. */
function isOnHostAt(container: Container, port: number | undefined): boolean {
  if (port === undefined) return false;
  if (usesHostNetwork(container)) return container.facts?.ports.includes(port) === true;
  return container.service.ports.some(
    ({ host }) => host !== undefined && port >= host.from && port <= host.to,
  );
}

/** Whether another container of the stack can write into the folder of the repository that a path lies in. */
export function isWrittenByOthers(stack: Stack, container: Container, path: string): boolean {
  const source = container.service.mounts.find(
    ({ target }) => target !== undefined && below(target, path) !== undefined,
  )?.path;
  return (
    source !== undefined &&
    stack.containers.some(
      (other) =>
        other !== container &&
        other.service.mounts.some((mount) => mount.path === source && !mount.isReadOnly),
    )
  );
}

/** Every Alertmanager that has a configuration, with the stack that it runs in. */
export const alertmanagersIn = ({
  stacks,
}: System): { stack: Stack; alertmanager: Alertmanager; config: Node }[] =>
  stacks.flatMap((stack) =>
    stack.alertmanagers.flatMap((alertmanager) =>
      alertmanager.config === undefined ? [] : [{ stack, alertmanager, config: alertmanager.config }],
    ),
  );
