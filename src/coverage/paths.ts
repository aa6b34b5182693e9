import type { Config, DeclaredPath } from '../config/config.ts';
import { append } from '../multimap.ts';
import { onceOf } from '../once.ts';
import { parseQuery } from '../promql/parse.ts';
import type { Selector } from '../promql/tree.ts';
import type { Node } from '../repo/node.ts';
import type { Container } from '../stack/container.ts';
import type { Role } from '../stack/knowledge/images.ts';
import { type Prometheus, parseAddress, type ScrapeJob, type Target } from '../stack/prometheus.ts';
import { containersAt, type Stack, type System } from '../stack/system.ts';

/** Something of a path that is scraped: the target, and the container behind it where compose runs one. */
export interface Member {
  readonly prometheus: Prometheus;
  readonly job: ScrapeJob;
  readonly target: Target;
  readonly container: Container | undefined;
}

/** A declared series of a path. */
export interface PathSeries {
  readonly node: Node;
  readonly text: string;
  readonly selectors: readonly Selector[];
}

/** Something whose failure somebody must be told of. */
export interface CriticalPath {
  readonly name: string;
  readonly declared: DeclaredPath | undefined;
  readonly stack: Stack;
  readonly prometheus: Prometheus;
  readonly members: readonly Member[];
  readonly series: readonly PathSeries[];
  /** Services and jobs that the path declares and that nothing scrapes, or that do not exist. */
  readonly missing: readonly {
    readonly kind: 'service' | 'job';
    readonly name: string;
    readonly node: Node;
    readonly exists: boolean;
  }[];
}

/** Roles that belong to the monitoring itself: nobody is told of them by default. */
const INFRASTRUCTURE: ReadonlySet<Role> = new Set([
  'prometheus',
  'vmalert',
  'alertmanager',
  'grafana',
  'loki',
  'promtail',
  'tempo',
  'alloy',
  'otel-collector',
  'pushgateway',
  'storage',
]);

/** Exporters of what others do, not of a thing that can break: containers at large, and probes. */
const LENSES: ReadonlySet<string> = new Set(['containers', 'probes']);

/** The critical paths of the system: those that the configuration declares, or else one for each scraped service. */
export function criticalPaths(system: System, config: Config): CriticalPath[] {
  if (config.paths.length > 0)
    return config.paths.flatMap((declared) => declaredPath(declared, system) ?? []);
  const paths = system.stacks.flatMap((stack) =>
    stack.prometheuses.flatMap((prometheus) => inferredPaths(stack, prometheus)),
  );
  return withoutDoubles(paths);
}

const membersIn = onceOf((_prometheus: Prometheus) => new Map<Stack, readonly Member[]>());

/**
 * Every target of a Prometheus's jobs, and of those that agents scrape for it, with the containers behind them.
 * What is known of a member is kept with it: the same ones come each time.
 */
export function membersOf(stack: Stack, prometheus: Prometheus): readonly Member[] {
  const known = membersIn(prometheus);
  const members = known.get(stack) ?? readMembers(stack, prometheus);
  known.set(stack, members);
  return members;
}

function readMembers(stack: Stack, prometheus: Prometheus): Member[] {
  const own = prometheus.jobs.map((job) => ({ job, from: prometheus.container }));
  return [...own, ...prometheus.relayed].flatMap(({ job, from }) =>
    job.targets.flatMap((target) => {
      if (target.kept === 'no') return [];
      const containers = containersBehind(stack, from, target);
      const found: (Container | undefined)[] = containers.length > 0 ? [...containers] : [undefined];
      return found.map((container) => ({ prometheus, job, target, container }));
    }),
  );
}

/** The containers that a target shows: of one that is probed from outside, not the probe's. */
function containersBehind(stack: Stack, from: Container | undefined, target: Target): readonly Container[] {
  const scraped = containersAt(stack, target.address, from);
  if (scraped[0]?.facts?.watches !== 'probes') return scraped;
  return containersAt(stack, parseAddress(target.text), from);
}

function inferredPaths(stack: Stack, prometheus: Prometheus): CriticalPath[] {
  const byName = new Map<string, Member[]>();
  for (const member of membersOf(stack, prometheus)) {
    const name = member.container && subjectOf(member.container, stack, member.job);
    if (name !== undefined) append(byName, name, member);
  }
  return [...byName].map(([name, members]) => ({
    name,
    declared: undefined,
    stack,
    prometheus,
    members,
    series: [],
    missing: [],
  }));
}

/** What a scraped container says something of: itself, or what an exporter watches; undefined for monitoring itself. */
function subjectOf(container: Container, stack: Stack, job: ScrapeJob): string | undefined {
  const { facts, service } = container;
  if (facts === undefined) return service.name;
  if (INFRASTRUCTURE.has(facts.role)) return undefined;
  const { watches } = facts;
  if (watches === undefined) return service.name;
  if (LENSES.has(watches)) return undefined;
  // What sends to a gateway of metrics is known by the job's name at best.
  if (facts.metricsAreAll !== true) return job.name;
  const watched = stack.containers.find(
    (other) => other !== container && other.facts?.role !== 'exporter' && isNamed(other, watches),
  );
  return watched?.service.name ?? watches.replace(/^the /, '');
}

/** Whether a container is a kind of thing, by its image's or its service's name. */
const isNamed = ({ image, service }: Container, thing: string): boolean =>
  (image ?? '').split('/').at(-1) === thing || service.name.split(/[-_.]/).includes(thing);

/** Stacks that share files show the same path more than once. */
function withoutDoubles(paths: readonly CriticalPath[]): CriticalPath[] {
  const seen = new Set<string>();
  return paths.filter(({ name, prometheus, members }) => {
    const config = prometheus.config?.doc.source.path ?? prometheus.name;
    const key = [name, config, ...members.map(({ target }) => target.text)].join('\0');
    return !seen.has(key) && seen.add(key);
  });
}

function declaredPath(declared: DeclaredPath, system: System): CriticalPath | undefined {
  const candidates = system.stacks.flatMap((stack) =>
    stack.prometheuses.map((prometheus) => ({ stack, prometheus })),
  );
  const scored = candidates.map((candidate) => withMembers(declared, candidate.stack, candidate.prometheus));
  // Of several Prometheus servers the one that knows most of what the path names.
  const unknown = ({ missing }: CriticalPath): number => missing.filter(({ exists }) => !exists).length;
  return scored.sort(
    (a, b) =>
      a.missing.length - b.missing.length || unknown(a) - unknown(b) || b.members.length - a.members.length,
  )[0];
}

function withMembers(declared: DeclaredPath, stack: Stack, prometheus: Prometheus): CriticalPath {
  const all = membersOf(stack, prometheus);
  const services = new Set(declared.services.map(({ text }) => text));
  const jobs = new Set(declared.jobs.map(({ text }) => text));
  const inServices = (member: Member): boolean =>
    member.container !== undefined && services.has(member.container.service.name);
  const inJobs = (member: Member): boolean => jobs.has(member.job.name);
  const members = all.filter((member) => {
    if (services.size > 0 && jobs.size > 0) return inServices(member) && inJobs(member);
    return services.size > 0 ? inServices(member) : jobs.size > 0 ? inJobs(member) : true;
  });
  const names = new Set(stack.containers.map(({ service }) => service.name));
  const relayed = prometheus.relayed.map(({ job }) => job);
  return {
    name: declared.name,
    declared,
    stack,
    prometheus,
    members,
    series: declared.series.map(({ text, node }) => ({ text, node, selectors: parseQuery(text).selectors })),
    missing: [
      ...declared.services
        .filter(({ text }) => !all.some((member) => member.container?.service.name === text))
        .map(({ text, node }) => ({ kind: 'service' as const, name: text, node, exists: names.has(text) })),
      ...declared.jobs
        .filter(({ text }) => ![...prometheus.jobs, ...relayed].some(({ name }) => name === text))
        .map(({ text, node }) => ({ kind: 'job' as const, name: text, node, exists: false })),
    ],
  };
}
