import type { StatedStack } from '../config/config.ts';
import type { Kind } from '../repo/classify.ts';
import type { File, Files } from '../repo/files.ts';
import { exists, type Node } from '../repo/node.ts';
import type { Alertmanager } from './alertmanager.ts';
import { readAlertmanager } from './alertmanager.ts';
import { groupProjects, type ProjectGroup } from './compose/group.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Project } from './compose/project.ts';
import { type Container, type FoundFile, flagValues, openContainer, type Standing } from './container.ts';
import { type Dashboard, readDashboard } from './dashboard.ts';
import type { Language } from './expression.ts';
import { type Grafana, readGrafana, readLooseGrafana } from './grafana.ts';
import type { Role } from './knowledge/images.ts';
import { type CodeIndex, indexCode, type MetricSource, metricSources } from './metrics.ts';
import { type Address, configPath, type Prometheus, readPrometheus } from './prometheus.ts';
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

  const composed = groups.map((group) =>
    readComposedStack(nameOf(group.project), group, containersOf, files, groupsIn),
  );
  const loose = readLooseStack(composed, files, groupsIn);
  const code: CodeIndex = indexCode(files);
  const sources = new Map<Container, readonly MetricSource[]>();
  const rulePaths = new Set([
    ...files.of('rules').map(({ path }) => path),
    ...composed.flatMap(({ prometheuses }) => prometheuses.flatMap(loadedPaths)),
  ]);
  return {
    files,
    stacks: loose === undefined ? composed : [...composed, loose],
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

/** The repository's paths of the rule files that a Prometheus loads. */
export const loadedPaths = (prometheus: Pick<Prometheus, 'ruleFiles'>): string[] =>
  prometheus.ruleFiles.flatMap(({ found }) => found.map(({ path }) => path));

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
  const stack: Stack = {
    name,
    ...group,
    containers,
    prometheuses: withRole('prometheus').map((container) => {
      const config = configOf(container, 'prometheus', files);
      return withGroups(readPrometheus(container.service.name, config, container, files), groupsIn);
    }),
    // Prometheus and Grafana may be in one project of a stack, and what they need in another.
    alertmanagers: containers
      .filter(({ facts }) => facts?.role === 'alertmanager')
      .map((container) =>
        readAlertmanager(container.service.name, configOf(container, 'alertmanager', files), container),
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

const withGroups = (
  prometheus: Omit<Prometheus, 'groups' | 'relayed'>,
  groupsIn: (path: string) => readonly RuleGroup[],
): Prometheus => ({
  ...prometheus,
  relayed: [],
  groups: [...new Set(loadedPaths(prometheus))].flatMap(groupsIn),
});

/** The configuration that a container reads, or else the only one of its kind that is put into it. */
function configOf(container: Container, kind: Kind, files: Files): Node | undefined {
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
    withGroups(readPrometheus(path, node, undefined, files), groupsIn),
  );
  const alertmanagers = unused('alertmanager').map(({ path, node }) =>
    readAlertmanager(path, node, undefined),
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

/** Resolves a host name as a container of the stack would. */
export function resolveHost(stack: Stack, host: string): HostMeaning {
  if (isUnknown(host)) return { kind: 'outside' };
  const containers = stack.containers.filter(
    ({ service }) => service.hosts.includes(host) || linkedAs(service, host),
  );
  if (containers.length > 0) return { kind: 'containers', containers };
  if (host === 'localhost' || host === '127.0.0.1' || host === '::1' || host === '0.0.0.0')
    return { kind: 'itself' };
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

const isPartial = ({ project, beside }: Stack): boolean =>
  project?.isPartial === true || beside.some((other) => other.isPartial);

/** `links: [service:alias]` and `extra_hosts` give a service's neighbours names of their own. */
function linkedAs(service: Container['service'], host: string): boolean {
  const links = service.field('links');
  return (
    links !== undefined &&
    exists(links) &&
    Array.isArray(links.value) &&
    links.value.some((link) => typeof link === 'string' && link.endsWith(`:${host}`))
  );
}

/** The containers at an address, seen from a container of the stack. */
export function containersAt(
  stack: Stack,
  address: Address | undefined,
  from: Container | undefined,
): readonly Container[] {
  if (address === undefined) return [];
  const meaning = resolveHost(stack, address.host);
  if (meaning.kind === 'containers') return meaning.containers;
  return meaning.kind === 'itself' && from !== undefined ? [from] : [];
}
