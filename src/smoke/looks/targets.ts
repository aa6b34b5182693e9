import { child, exists, type Place } from '../../repo/node.ts';
import type { Role } from '../../stack/knowledge/images.ts';
import { type Prometheus, parseAddress, type ScrapeJob, type Target } from '../../stack/prometheus.ts';
import { containersAt, resolveHost } from '../../stack/system.ts';
import { counted } from '../../words.ts';
import { ask } from '../http.lazy.ts';
import { at, type Json, list, text } from '../json.ts';
import { placeOfService } from './log-place.ts';
import { isUp, type Judgement, judgement, type LookFault, type Scene } from './look.ts';
import { type AskedPrometheus, askedPrometheuses } from './prometheus.ts';

/** A target as Prometheus scrapes it. */
export interface ScrapedTarget {
  readonly job: string;
  /** As its configuration names it. */
  readonly address: string;
  readonly url: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly error: string;
}

/** What is known of the targets of one Prometheus. */
export interface TargetsSeen {
  readonly asked: Pick<AskedPrometheus, 'prometheus' | 'container'>;
  readonly targets: readonly ScrapedTarget[];
}

/** Reads Prometheus's answer on its targets (Prometheus documentation, "HTTP API", "Targets"). */
export const readTargets = (answer: Json | undefined): ScrapedTarget[] =>
  list(at(answer, 'data', 'activeTargets')).map((target) => ({
    job: text(at(target, 'scrapePool')) ?? '',
    address: text(at(target, 'discoveredLabels', '__address__')) ?? '',
    url: text(at(target, 'scrapeUrl')) ?? '',
    health: (text(at(target, 'health')) ?? 'unknown') as ScrapedTarget['health'],
    error: text(at(target, 'lastError')) ?? '',
  }));

/** Asks each Prometheus for its targets. */
export async function askTargets(scene: Scene): Promise<TargetsSeen[]> {
  return Promise.all(
    askedPrometheuses(scene).map(async (asked) => {
      const answer = await ask(`${asked.url}/api/v1/targets?state=active`);
      return { asked, targets: readTargets(answer?.json) };
    }),
  );
}

/** Targets whose service was not booted, or lies outside, or is found sick already, are not held against anybody. */
export function judgeTargets(scene: Scene, seen: readonly TargetsSeen[]): Judgement | undefined {
  const all = seen.flatMap(({ asked, targets }) =>
    targets.map((target) => ({ target, ...asked, why: whyNotHeld(scene, asked.prometheus, target) })),
  );
  const expected = seen.some(({ asked }) => asked.prometheus.jobs.some(({ targets }) => targets.length > 0));
  if (seen.length === 0 || (all.length === 0 && !expected)) return undefined;
  const held = all.filter(({ why }) => why === undefined);
  const down = held.filter(({ target }) => target.health === 'down');
  const waiting = held.filter(({ target }) => target.health === 'unknown');
  const up = all.filter(({ target }) => target.health === 'up');
  const left = all.filter(({ why }) => why === 'not-booted').length;
  const ok = all.length > 0 && up.length + left === all.length;
  const faults = scene.isFinal
    ? down.map(({ target, prometheus }) => faultOf(scene, prometheus, target))
    : [];
  return judgement(
    'targets',
    ok,
    `${up.length} of ${counted(all.length, 'target')} up${left === 0 ? '' : `, ${left} not part of the boot`}`,
    faults,
    all.length > 0 && down.length === 0 && waiting.length === 0,
  );
}

/** Jobs that bring nothing, or not all: with a target that is down, or one that is no part of the boot. */
export function silentJobs(
  scene: Scene,
  { asked, targets }: TargetsSeen,
): ReadonlyMap<ScrapeJob, 'sick' | 'not-booted'> {
  const silent = new Map<ScrapeJob, 'sick' | 'not-booted'>();
  for (const job of asked.prometheus.jobs) {
    const own = targets.filter((target) => target.job === job.name);
    const reasons = own
      .filter(({ health }) => health !== 'up')
      .map((target) => whyNotHeld(scene, asked.prometheus, target) ?? 'sick');
    if (reasons.includes('sick')) silent.set(job, 'sick');
    else if (own.length === 0 || reasons.length > 0 || tellsOfOthers(scene, asked.prometheus, job))
      silent.set(job, 'not-booted');
  }
  return silent;
}

/** Whether a job's targets tell of what others do, of whom some are no part of the boot. */
function tellsOfOthers({ stack, chosen }: Scene, prometheus: Prometheus, job: ScrapeJob): boolean {
  if (stack.containers.every(({ service }) => chosen.has(service.name))) return false;
  return job.targets
    .flatMap(({ address }) => containersAt(stack, address, prometheus.container))
    .some(({ facts }) => {
      if (facts?.role === 'exporter') return facts.watches !== 'the host' && facts.watches !== 'containers';
      return facts !== undefined && RELAYS.has(facts.role);
    });
}

/** Programs that serve what others send them. */
const RELAYS: ReadonlySet<Role> = new Set(['pushgateway', 'otel-collector', 'alloy']);

/** Why a target that is not up is not held against it: what it belongs to is not part of the boot, or is found sick itself. */
function whyNotHeld(
  scene: Scene,
  prometheus: Prometheus,
  target: ScrapedTarget,
): 'not-booted' | 'sick' | undefined {
  if (target.health === 'up') return undefined;
  const address = parseAddress(target.url);
  if (address === undefined) return 'not-booted';
  const services = containersAt(scene.stack, address, prometheus.container);
  if (services.length === 0) {
    const meaning = resolveHost(scene.stack, address.host, prometheus.container);
    return meaning.kind === 'outside' ? 'not-booted' : undefined;
  }
  if (services.some((container) => isUp(scene, container))) return undefined;
  return services.some(({ service }) => scene.failed.has(service.name)) ? 'sick' : 'not-booted';
}

function faultOf(scene: Scene, prometheus: Prometheus, target: ScrapedTarget): LookFault {
  const written = targetOf(prometheus, target);
  const [container] = containersAt(scene.stack, parseAddress(target.url), prometheus.container);
  return {
    kind: 'target-down',
    at: written?.place ?? placeOfConfig(prometheus),
    message: `Prometheus cannot scrape "${target.address}" of the job "${target.job}": ${plainError(target.error)}`,
    help:
      container === undefined
        ? 'write the name of a service of this stack and the port that it serves metrics on'
        : `"${container.service.name}" is up: see what it serves at ${pathOf(target.url)}, and on which port`,
    isSeenWithout: true,
    ...(container === undefined
      ? {}
      : {
          related: [{ at: placeOfService(container), message: `this is "${container.service.name}"` }],
          service: container.service.name,
        }),
  };
}

const pathOf = (url: string): string => /^[a-z]+:\/\/[^/]+(\/[^?]*)?/.exec(url)?.[1] ?? '/';

/** Where the configuration names a target. */
function targetOf(
  { jobs }: Prometheus,
  scraped: ScrapedTarget,
): { place: Place; target: Target | undefined } | undefined {
  const job = jobs.find(({ name }) => name === scraped.job);
  if (job === undefined) return undefined;
  const target =
    job.targets.find(({ text: written }) => written === scraped.address) ??
    job.targets.find(({ text: written }) => scraped.url.includes(written));
  const name = child(job.node, 'job_name');
  return { place: { node: target?.node ?? (exists(name) ? name : job.node) }, target };
}

function placeOfConfig({ config, container }: Prometheus): Place {
  if (config !== undefined) return { node: child(config, 'scrape_configs') };
  if (container === undefined) throw new Error('a Prometheus that was asked runs in a container');
  return placeOfService(container);
}

/** A scrape's error without the addresses that Docker gave, which are others at each boot. */
export const plainError = (error: string): string =>
  (error || 'it was never scraped')
    .replace(/^(?:Get|Post) "[^"]*": /, '')
    .replace(/\bdial tcp(?: [\d.:[\]a-f]+)?: /, '')
    .replace(/\blookup (\S+) on [\d.:]+: /, 'lookup $1: ')
    .replace(/\b(?:read|write) tcp [\d.:]+->[\d.:]+: /, '')
    .slice(0, 300);
