import { keyOf, type Place } from '../../repo/node.ts';
import type { Container } from '../../stack/container.ts';
import { counted, shortList } from '../../words.ts';
import type { Running } from '../containers.ts';
import { placeOfService, shortened, type Told, toldBy } from './log-place.ts';
import { type Judgement, judgement, type LookFault, type Scene } from './look.ts';

/** How a container is. */
export interface Condition {
  /** `fresh` is well as far as can be told yet; `pending` is not, and may still become so. */
  readonly state: 'ok' | 'fresh' | 'pending' | 'failed';
  /** What it does, as a part of a sentence that follows the service's name. */
  readonly what: string;
}

/** A container that was started again this long ago, in milliseconds, stays. */
const STEADY = 5_000;
/** One that was started for the first time this long ago does: what it lacks, it misses in its first moments. */
const STARTED = 3_000;

/** How a container is; `wasOomKilled` where it was seen killed for its memory before. */
export function conditionOf(container: Running, wasOomKilled: boolean, now: number): Condition {
  const { status, exitCode, error, restarts, isRestarted, startedAt, health } = container;
  const ending = wasOomKilled
    ? 'is killed because it takes more memory than its limit'
    : `ends with exit code ${exitCode}`;
  switch (status) {
    case 'created':
      if (error !== '') return { state: 'failed', what: 'could not be started' };
      return { state: 'pending', what: 'was never started' };
    case 'running':
      if (health === 'starting') return { state: 'pending', what: 'never became healthy' };
      if (health === 'unhealthy') return { state: 'pending', what: 'is unhealthy' };
      if (restarts > 0 && now - startedAt < STEADY)
        return { state: 'pending', what: `${ending} again and again (${counted(restarts, 'restart')})` };
      if (health === 'none' && now - startedAt < STARTED)
        return { state: 'fresh', what: 'has just been started' };
      return { state: 'ok', what: health === 'healthy' ? 'is healthy' : 'is up' };
    case 'restarting':
      return { state: 'pending', what: `${ending} again and again` };
    case 'exited':
      if (exitCode === 0 && !wasOomKilled) return { state: 'ok', what: 'has finished' };
      if (error !== '') return { state: 'failed', what: 'could not be started' };
      return {
        state: isRestarted ? 'pending' : 'failed',
        what: wasOomKilled
          ? 'was killed because it took more memory than its limit'
          : `ended with exit code ${exitCode}`,
      };
    default:
      return { state: 'failed', what: `is ${status}` };
  }
}

/** The services whose containers do not run as they should; before the last look, only those that never will. */
export function failedServices(
  running: readonly Running[],
  oomKilled: ReadonlySet<string>,
  isFinal: boolean,
  now: number,
): Set<string> {
  return new Set(
    running
      .filter((container) => {
        const { state } = conditionOf(container, oomKilled.has(container.service), now);
        return state === 'failed' || (isFinal && state === 'pending');
      })
      .map(({ service }) => service),
  );
}

/**
 * Judges the containers. `logs` are those of the services that failed; what was never started only waits
 * for one of them. `problem` is what compose said when it could not start all of them.
 */
export function judgeContainers(
  scene: Scene,
  oomKilled: ReadonlySet<string>,
  logs: ReadonlyMap<string, string>,
  now: number,
  problem?: string,
): Judgement {
  const { running, chosen, isFinal } = scene;
  const conditions = running.map((container) => ({
    container,
    ...conditionOf(container, oomKilled.has(container.service), now),
  }));
  const made = new Set(running.map(({ service }) => service));
  const missing = [...chosen].filter((service) => !made.has(service));
  const failed = conditions.filter(({ state }) => state === 'failed' || (isFinal && state === 'pending'));
  const faults = failed.flatMap(({ container, what }) => {
    const isWaiting = container.status === 'created' && container.error === '';
    return isWaiting ? [] : faultOf(scene, container, what, logs.get(container.service) ?? '');
  });
  const pending = conditions.filter(({ state }) => state === 'pending' || (state === 'fresh' && !isFinal));
  const waiting = [...failed.filter(({ container }) => container.status === 'created'), ...missing];
  if (isFinal && faults.length === 0 && waiting.length > 0) faults.push(...neverStarted(scene, problem));
  const ok = failed.length === 0 && pending.length === 0 && missing.length === 0;
  const sick = [...new Set([...failed, ...pending].map(({ container }) => container.service)), ...missing];
  return judgement(
    'containers',
    ok,
    ok
      ? `${counted(running.length, 'container')} up`
      : `${shortList(sick.sort().map((service) => `"${service}"`))} of ${counted(chosen.size, 'service')} not up`,
    faults,
    ok || (pending.length === 0 && failed.length > 0),
  );
}

/** Services that nothing keeps from being started but time, or compose itself. */
function neverStarted({ stack, chosen, running }: Scene, problem: string | undefined): LookFault[] {
  const isUp = (name: string): boolean =>
    running.some(({ service, status }) => service === name && status !== 'created');
  const [first, ...others] = stack.containers.filter(
    ({ service }) => chosen.has(service.name) && !isUp(service.name),
  );
  if (first === undefined) return [];
  const names = shortList([first, ...others].map(({ service }) => `"${service.name}"`));
  return [
    {
      kind: 'container-fails',
      at: placeOfService(first),
      message: `${names} ${others.length === 0 ? 'was' : 'were'} never started: ${shortened(problem ?? 'what it waits for did not come')}`,
      help: 'docker compose up says what it waits for; --smoke-timeout gives it more time',
    },
  ];
}

function faultOf(scene: Scene, running: Running, what: string, log: string): LookFault[] {
  const container = scene.stack.containers.find(({ service }) => service.name === running.service);
  if (container === undefined) return [];
  const { service } = container;
  const isKilled = /memory/.test(what);
  const isSick = running.health === 'starting' || running.health === 'unhealthy';
  const told =
    isKilled || isSick
      ? undefined
      : toldBy(running.error === '' ? log : running.error, container, scene.system);
  const words = isSick ? running.healthOutput : (told?.line ?? '');
  return [
    {
      kind: 'container-fails',
      at: placeOf(container, told, isKilled, isSick),
      message: `"${service.name}" ${what}${words === '' ? '' : `: ${shortened(words)}`}`,
      help: isKilled
        ? 'raise its memory limit, or find out what takes the memory'
        : `docker compose logs ${service.name} says more`,
      isSeenWithout: told?.at !== undefined,
      ...(told?.at === undefined
        ? {}
        : { related: [{ at: placeOfService(container), message: `this is "${service.name}"` }] }),
      service: service.name,
    },
  ];
}

function placeOf(container: Container, told: Told | undefined, isKilled: boolean, isSick: boolean): Place {
  const { service } = container;
  if (told?.at !== undefined) return told.at;
  const limit = service.field('mem_limit') ?? service.field('deploy', 'resources', 'limits', 'memory');
  if (isKilled && limit !== undefined) return { node: limit };
  if (isSick && service.healthcheck !== undefined) return keyOf(service.healthcheck.node);
  return placeOfService(container);
}
