import type { SmokeConfig } from '../config/config.ts';
import type { Stack, System } from '../stack/system.ts';
import { inspectContainers, lastLines, type Running } from './containers.ts';
import type { Docker } from './docker.ts';
import { askAlertmanagers, judgeAlertmanagers } from './looks/alertmanager.ts';
import { failedServices, judgeContainers } from './looks/containers.ts';
import { askGrafanas, judgeDashboards, judgeDatasources, judgeGrafana } from './looks/grafana.ts';
import type { Judgement, LookFault, Scene } from './looks/look.ts';
import { askedPrometheuses, lookAtPrometheus } from './looks/prometheus.ts';
import { askRules, judgeRules } from './looks/rules.ts';
import { askSeries, judgeSeries, selectorsAsked } from './looks/series.ts';
import { askTargets, judgeTargets } from './looks/targets.ts';
import { lookAtStore } from './looks/telemetry.ts';
import type { Look, SeriesLook } from './outcome.ts';
import type { Run } from './ownership.ts';

export interface WatchOptions {
  readonly system: System;
  readonly stack: Stack;
  readonly chosen: ReadonlySet<string>;
  readonly config: SmokeConfig;
  readonly run: Run;
  /** When the last look is taken, in milliseconds since 1970. */
  readonly until: number;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
  /** What compose said when it could not start every container. */
  readonly problem: string | undefined;
}

export interface Watched {
  readonly looks: readonly Look[];
  readonly series: readonly SeriesLook[];
  readonly faults: readonly LookFault[];
  /** The last lines of the containers that a fault speaks of. */
  readonly logs: ReadonlyMap<string, string>;
}

/** The first wait between two looks, in milliseconds, and the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 2_000;
/** A rule that is evaluated less often than this is not waited for a second time, in seconds. */
const LONGEST_EVALUATION = 30;
/** How much is read of a log to tell what went wrong, in lines. */
const LOG_LINES = 200;

/** Looks again and again, less and less often, until all is well or no more time is left. */
export async function watch(docker: Docker, options: WatchOptions): Promise<Watched> {
  const oomKilled = new Set<string>();
  let wait = FIRST_WAIT;
  for (;;) {
    const isFinal = Date.now() >= options.until || options.signal.aborted;
    const running = await inspectContainers(docker, options.run);
    for (const { service, isOomKilled } of running) if (isOomKilled) oomKilled.add(service);
    const seen = await lookOnce(docker, options, running, oomKilled, isFinal);
    const open = seen.judgements.filter(({ isSettled }) => !isSettled);
    // Of a container that has failed for good nothing better comes: the rest is waited for as long as it may.
    if (isFinal) return withLogs(docker, running, seen);
    if (open.length === 0) {
      // A rule that was evaluated before its series came had nothing to fail on: every one is evaluated once more.
      const evaluation = Math.min(LONGEST_EVALUATION, longestEvaluation(options.stack)) * 1000;
      if (evaluation > 0) options.onStep('waiting: every rule is evaluated once more');
      await sleep(Math.min(evaluation, Math.max(0, options.until - Date.now())), options.signal);
      const last = await lookOnce(docker, options, running, oomKilled, true);
      return withLogs(docker, running, last);
    }
    options.onStep(`waiting: ${open.map(({ look }) => `${look.look} (${look.detail})`).join('; ')}`);
    await sleep(Math.min(wait, Math.max(0, options.until - Date.now())), options.signal);
    wait = Math.min(LONGEST_WAIT, wait * 1.5);
  }
}

interface Seen {
  readonly judgements: readonly Judgement[];
  readonly series: readonly SeriesLook[];
  readonly logs: Map<string, string>;
}

async function lookOnce(
  docker: Docker,
  { system, stack, chosen, config, problem }: WatchOptions,
  running: readonly Running[],
  oomKilled: ReadonlySet<string>,
  isFinal: boolean,
): Promise<Seen> {
  const now = Date.now();
  const failed = failedServices(running, oomKilled, isFinal, now);
  const scene: Scene = { system, stack, running, chosen, failed, isFinal };
  const logs = new Map<string, string>();
  for (const container of running)
    if (failed.has(container.service))
      logs.set(container.service, await lastLines(docker, container, LOG_LINES));
  const prometheuses = askedPrometheuses(scene);
  const [prometheus, targets, rules, alertmanagers, grafanas, loki, tempo] = await Promise.all([
    lookAtPrometheus(scene),
    askTargets(scene),
    askRules(scene),
    askAlertmanagers(scene),
    askGrafanas(scene),
    lookAtStore(scene, 'loki'),
    lookAtStore(scene, 'tempo'),
  ]);
  const selectors = selectorsAsked(scene, prometheuses);
  const series = judgeSeries(scene, selectors, await askSeries(selectors), targets, config);
  const judgements = [
    judgeContainers(scene, oomKilled, logs, now, problem),
    prometheus,
    judgeTargets(scene, targets),
    judgeRules(scene, rules),
    judgeAlertmanagers(alertmanagers),
    judgeGrafana(grafanas),
    judgeDatasources(scene, grafanas),
    judgeDashboards(grafanas),
    loki,
    tempo,
    series,
  ].filter((one) => one !== undefined);
  return { judgements, series: series?.series ?? [], logs };
}

/** Adds the logs of the services that faults speak of. */
async function withLogs(
  docker: Docker,
  running: readonly Running[],
  { judgements, series, logs }: Seen,
): Promise<Watched> {
  const faults = judgements.flatMap((one) => one.faults);
  for (const { service } of faults) {
    const container = running.find((other) => other.service === service);
    if (service !== undefined && container !== undefined && !logs.has(service))
      logs.set(service, await lastLines(docker, container, LOG_LINES));
  }
  return { looks: judgements.map(({ look }) => look), series, faults, logs };
}

const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });

/** How long anything of the stack takes to happen for the second time, in seconds: scrapes and evaluations. */
export function longestInterval(stack: Stack): number {
  const intervals = stack.prometheuses.flatMap(({ jobs, groups, evaluationInterval }) => [
    ...jobs.map(({ interval }) => interval),
    ...groups.map(({ interval }) => interval ?? evaluationInterval),
  ]);
  return Math.max(0, ...intervals);
}

/** How often the rules of a stack are evaluated at the least, in seconds; 0 where there are none. */
const longestEvaluation = (stack: Stack): number =>
  Math.max(
    0,
    ...stack.prometheuses.flatMap(({ groups, evaluationInterval }) =>
      groups.map(({ interval }) => interval ?? evaluationInterval),
    ),
  );
