import { append } from '../multimap.ts';
import { onceOf } from '../once.ts';
import type { Selector } from '../promql/tree.ts';
import { some, type Tri } from '../promql/tri.ts';
import { child, exists, type Node, type Place } from '../repo/node.ts';
import type { Prometheus, ScrapeJob } from '../stack/prometheus.ts';
import type { RuleGroup } from '../stack/rules.ts';
import type { System } from '../stack/system.ts';
import type { Server, Usage } from '../stack/usages.ts';
import { type Member, membersOf } from './paths.ts';
import { type Reach, reachOf } from './reach.ts';

/** What a Prometheus scrapes, and what selectors can reach of it. */
export interface Scraping {
  readonly members: readonly Member[];
  readonly reach: Reach;
  /**
   * Whether series come from nowhere but the members: no discovery, no file that is not here, no
   * federation, nothing that is pushed or read from elsewhere.
   */
  readonly isComplete: boolean;
  /** The same of the names of metrics, which honor_labels leaves alone. */
  readonly hasAllNames: boolean;
}

const known = new WeakMap<System, Map<Server['prometheus'], Scraping>>();

/** What a server of the system scrapes. Worked out once. */
export function scrapingOf(system: System, { prometheus, stack }: Server): Scraping {
  let servers = known.get(system);
  if (servers === undefined) {
    servers = new Map();
    known.set(system, servers);
  }
  let scraping = servers.get(prometheus);
  if (scraping === undefined) {
    const members = membersOf(stack, prometheus);
    const names = hasAllNames({ prometheus, stack }, members);
    scraping = {
      members,
      reach: reachOf(system, prometheus, members),
      isComplete: names && prometheus.jobs.every((job) => keepsLabels(job, members, system)),
      hasAllNames: names,
    };
    servers.set(prometheus, scraping);
  }
  return scraping;
}

/** Whether a job's series bear the labels that Prometheus gives them, whatever the targets say of themselves. */
const keepsLabels = (job: ScrapeJob, members: readonly Member[], system: System): boolean =>
  !job.honorsLabels || members.every((member) => member.job !== job || labelsItself(member, system));

function hasAllNames({ prometheus }: Server, members: readonly Member[]): boolean {
  return (
    prometheus.config !== undefined &&
    prometheus.kind === 'prometheus' &&
    !prometheus.receivesSeries &&
    prometheus.jobs.length > 0 &&
    prometheus.jobs.every(({ isOpen, metricsPath }) => !isOpen && metricsPath !== '/federate') &&
    // A gateway passes on the series of whatever pushes to it.
    members.every(({ container }) => container?.facts?.role !== 'pushgateway')
  );
}

/**
 * Whether the code of a target tells all the labels of what it defines, and none of them takes the place
 * of those by which Prometheus knows the target: then honoring its labels changes nothing of these.
 */
function labelsItself({ container }: Member, system: System): boolean {
  if (container?.service.build === undefined) return false;
  const defined = system.sourcesOf(container).flatMap(({ definition }) => definition ?? []);
  return (
    defined.length > 0 &&
    defined.every(
      ({ labels }) => labels !== undefined && !labels.includes('job') && !labels.includes('instance'),
    )
  );
}

/** Whether a selector can select anything that a server scrapes. */
export const canSelect = (scraping: Scraping, selector: Selector): Tri =>
  scraping.members.length === 0
    ? 'maybe'
    : some(scraping.members.map((member) => scraping.reach.selector(selector, member)));

/** Something that makes samples at an interval: a scrape job, or a group of recording rules. */
export interface Sampling {
  /** In seconds. */
  readonly interval: number;
  /** In words: `the job "api" is scraped`. */
  readonly what: string;
  readonly place: Place;
  /** Where the interval is written, if it is. */
  readonly setAt: Node;
}

/** The groups of a Prometheus that record a metric, by the metric's name. */
const groupsRecording = onceOf(({ groups }: Prometheus): ReadonlyMap<string, readonly RuleGroup[]> => {
  const recording = new Map<string, RuleGroup[]>();
  for (const group of groups) {
    const names = group.rules.flatMap(({ kind, name }) => (kind === 'record' ? name : []));
    for (const name of new Set(names)) append(recording, name, group);
  }
  return recording;
});

/**
 * How often the series of a selector get a sample: the jobs that certainly bring some, or else those that
 * may; empty where that is not known.
 */
export function samplingOf(system: System, usage: Pick<Usage, 'servers'>, selector: Selector): Sampling[] {
  return usage.servers.flatMap((server): Sampling[] => {
    const { prometheus } = server;
    const recorded = groupsRecording(prometheus).get(selector.name ?? '');
    if (recorded !== undefined)
      return recorded.map((group) => ({
        interval: group.interval ?? prometheus.evaluationInterval,
        what: `the group "${group.name}", which records it, is evaluated`,
        place: { node: child(group.node, 'name') },
        setAt: intervalNode(group.node, 'interval', prometheus, 'evaluation_interval'),
      }));
    const scraping = scrapingOf(system, server);
    // What a gateway or discovery brings beside may come more often.
    if (!scraping.isComplete) return [];
    const answers = scraping.reach.candidates(selector).map((member) => ({
      member,
      answer: scraping.reach.selector(selector, member),
    }));
    const best = answers.some(({ answer }) => answer === 'yes') ? 'yes' : 'maybe';
    const jobs = new Set(answers.filter(({ answer }) => answer === best).map(({ member }) => member.job));
    const samplings = [...jobs].map((job) => ({
      interval: job.interval,
      what: `the job "${job.name}" is scraped`,
      place: { node: child(job.node, 'job_name') },
      setAt: intervalNode(job.node, 'scrape_interval', prometheus, 'scrape_interval'),
    }));
    // Of jobs that only may bring it, the fastest might.
    const fastest = samplings.reduce<Sampling | undefined>(
      (least, one) => (least === undefined || one.interval < least.interval ? one : least),
      undefined,
    );
    if (best === 'yes') return samplings;
    const what =
      samplings.length > 1 ? `even the fastest job of "${prometheus.name}" is scraped` : fastest?.what;
    return fastest && what !== undefined ? [{ ...fastest, what }] : [];
  });
}

/** An interval of one's own, or the configuration's for all that have none. */
function intervalNode(node: Node, key: string, { config }: Prometheus, global: string): Node {
  const own = child(node, key);
  return exists(own) || config === undefined ? own : child(config, 'global', global);
}
