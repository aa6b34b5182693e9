import type { Selector } from '../promql/tree.ts';
import { some, type Tri } from '../promql/tri.ts';
import type { System } from '../stack/system.ts';
import type { Server } from '../stack/usages.ts';
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
    scraping = {
      members,
      reach: reachOf(system, prometheus, members),
      isComplete: isComplete({ prometheus, stack }, members),
    };
    servers.set(prometheus, scraping);
  }
  return scraping;
}

function isComplete({ prometheus }: Server, members: readonly Member[]): boolean {
  return (
    prometheus.config !== undefined &&
    prometheus.kind === 'prometheus' &&
    !prometheus.receivesSeries &&
    prometheus.jobs.length > 0 &&
    prometheus.jobs.every(
      ({ isOpen, honorsLabels, metricsPath }) => !isOpen && !honorsLabels && metricsPath !== '/federate',
    ) &&
    // A gateway passes on the series of whatever pushes to it.
    members.every(({ container }) => container?.facts?.role !== 'pushgateway')
  );
}

/** Whether a selector can select anything that a server scrapes. */
export const canSelect = (scraping: Scraping, selector: Selector): Tri =>
  scraping.members.length === 0
    ? 'maybe'
    : some(scraping.members.map((member) => scraping.reach.selector(selector, member)));
