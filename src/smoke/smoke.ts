import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { SmokeConfig } from '../config/config.ts';
import { secretHider } from '../lint/mask.ts';
import { refuseToWriteThroughLink, repositoryRoot, writeWithin } from '../repo/links.ts';
import { keyOf } from '../repo/node.ts';
import { placeOfProject } from '../stack/settings.ts';
import type { Stack, System } from '../stack/system.ts';
import { openBinds } from './binds.ts';
import { boot } from './boot.ts';
import { sweep, takeDown, takeDownNow } from './cleanup.ts';
import { inspectContainers } from './containers.ts';
import { type Docker, findDocker } from './docker.ts';
import { type Effective, readEffective } from './effective.ts';
import { makeFolder, removeFolder, sweepFolders } from './folder.ts';
import { holdBack, type Interruption } from './interrupt.ts';
import { alertmanagerPort } from './looks/alertmanager.ts';
import { grafanaPort } from './looks/grafana.ts';
import { shortened } from './looks/log-place.ts';
import type { LookFault } from './looks/look.ts';
import { prometheusPort } from './looks/prometheus.ts';
import { storePort } from './looks/telemetry.ts';
import { bootedModel } from './model.ts';
import { missingNetworks } from './networks.ts';
import { type Fault, notBooted, type SmokeOutcome, type SmokeRequest } from './outcome.ts';
import { outsideReads } from './outside.ts';
import { newRun, type Run } from './ownership.ts';
import { notStarted, type Refusing, refused, rejected } from './refusals.ts';
import { reachesOf } from './safety.ts';
import { type Booted, chooseServices, chooseStack } from './select.ts';
import { warmUp } from './warm-up.ts';
import { longestInterval, type Watched, watch } from './watch.ts';

/** How long cleaning up may take after the boot's own time, in seconds: what is left then is anybody's to remove. */
const SLACK = 300;

/** How much longer than the longest interval is waited for a stack that is up, in seconds. */
const PATIENCE = 90;

/** Boots the stack, looks, and takes everything away again, whatever happens. */
export async function smoke(
  system: System,
  config: SmokeConfig,
  request: SmokeRequest,
): Promise<SmokeOutcome> {
  const reason = whyNever(request);
  if (reason !== undefined) return notBooted(reason, request.isDemanded);
  const booted = chooseStack(system, config);
  if (booted === undefined)
    return notBooted(
      config.compose.length > 0
        ? `smoke.compose names no stack of this repository: ${config.compose.join(', ')}`
        : 'no compose file runs any monitoring',
      request.isDemanded,
    );
  const docker = await findDocker(request.root);
  if (typeof docker === 'string') return notBooted(docker, request.isDemanded);
  await sweep(docker);
  sweepFolders();

  const timeout = request.timeout ?? config.timeout;
  const run = newRun(timeout + SLACK);
  const scratch = makeFolder(run);
  const hold = holdBack(() => {
    takeDownNow(docker, run);
    removeFolder(scratch);
  });
  try {
    return await bootAndLook({ system, config, request, booted, docker, run, scratch, timeout, hold });
  } finally {
    request.onProgress('removing what was made', 0);
    const left = await takeDown(docker, run, hold.isCutShort());
    const folder = removeFolder(scratch);
    for (const what of [left, folder]) if (what !== undefined) request.onProgress(what, 0);
    request.onProgress('', 0);
    hold.release();
  }
}

/** What keeps a boot from being tried at all. */
function whyNever({ isDemanded }: SmokeRequest): string | undefined {
  if (!isDemanded && process.env.GITHUB_EVENT_NAME === 'pull_request_target')
    return 'nothing of a pull request is run under pull_request_target, where the job has the rights of the base';
  return undefined;
}

interface Job {
  readonly system: System;
  readonly config: SmokeConfig;
  readonly request: SmokeRequest;
  readonly booted: Booted;
  readonly docker: Docker;
  readonly run: Run;
  readonly scratch: string;
  /** In seconds. */
  readonly timeout: number;
  readonly hold: Interruption;
}

async function bootAndLook(job: Job): Promise<SmokeOutcome> {
  const { system, config, request, booted, docker, run, scratch, timeout, hold } = job;
  const { stack } = booted;
  const context: Refusing = { system, stack, isDemanded: request.isDemanded };
  const started = Date.now();
  const deadline = started + timeout * 1000;
  const onStep = (what: string): void => request.onProgress(what, (Date.now() - started) / 1000);
  const root = realpathSync(request.root);
  const source = { root, folder: stack.project?.folder ?? '', paths: booted.paths, scratch };
  const wanted = request.services ?? config.services;
  const named = typeof wanted === 'string' ? [] : wanted;

  onStep('reading the configuration');
  const outside = outsideReads(system, stack);
  if (outside.length > 0 && !request.allowsHostAccess) return refused('', outside, context);
  const first = await readEffective(docker, source, config, { withEnvFiles: false, services: named });
  if (typeof first === 'string') return rejected(first, context);
  const chosen = chooseServices(wanted, first.services, stack);
  if (typeof chosen === 'string') return notBooted(chosen, request.isDemanded, { project: first.project });
  if (chosen.size === 0)
    return notBooted('the stack has no service to boot', request.isDemanded, { project: first.project });
  if (!request.allowsHostAccess) {
    const reaches = reachesOf(first, chosen, root, stack.containers);
    if (reaches.length > 0) return refused(first.project, reaches, context);
  }
  const effective = await readEffective(docker, source, config, { withEnvFiles: true, services: named });
  if (typeof effective === 'string') return rejected(effective, context);

  const faults: Fault[] = await missingNetworks(docker, effective, chosen, stack, system);
  const problem = await boot(docker, modelOf(job, root, effective, chosen), {
    project: run.project,
    scratch,
    deadline,
    signal: hold.signal,
    onStep,
  });
  const isCalledOff = hold.signal.aborted;
  if (isCalledOff) return notBooted('it was interrupted', request.isDemanded, { project: effective.project });
  if (problem?.isCutShort) hold.cutShort();
  if (problem !== undefined && problem.why !== 'up')
    return notStarted(problem, effective, faults, run.project, context);
  if (problem !== undefined && (await inspectContainers(docker, run)).length === 0)
    return notStarted(problem, effective, faults, run.project, context);

  onStep('looking');
  const patience = config.patience ?? longestInterval(stack) + PATIENCE;
  const said = problem?.message.replaceAll(run.project, effective.project);
  const options = { system, stack, chosen, config, run, signal: hold.signal, onStep, problem: said };
  const until = (): number => Math.min(deadline, Date.now() + patience * 1000);
  const cold =
    config.warmUp.length > 0
      ? await warmUp(docker, config.warmUp, { run, signal: hold.signal, deadline, onStep })
      : undefined;
  if (cold !== undefined) return notBooted(cold, request.isDemanded, { project: effective.project, faults });
  const watched = await watch(docker, { ...options, until: until() });
  if (hold.signal.aborted)
    return notBooted('it was interrupted', request.isDemanded, { project: effective.project });
  saveLogs(watched, request, secretHider(system.files));
  return {
    project: effective.project,
    isDemanded: request.isDemanded,
    isBooted: true,
    reason: undefined,
    looks: watched.looks,
    series: watched.series,
    faults: [
      ...faults,
      ...watched.faults.map((fault) => withLastLine(fault, watched, stack)),
      ...unsettled(watched, context),
    ],
    logs: [...watched.logs]
      .filter(([, log]) => log !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([service, log]) => ({ service, text: log.split('\n').slice(-SHOWN_LINES).join('\n') })),
  };
}

/** How many lines of a log a report shows. */
const SHOWN_LINES = 30;

function modelOf(
  { system, booted, run, scratch }: Job,
  root: string,
  effective: Effective,
  chosen: ReadonlySet<string>,
) {
  const { stack } = booted;
  const binds = openBinds(root, scratch);
  const git = join(root, '.git');
  const looked = new Map<string, number[]>();
  const look = (service: string, ...ports: number[]): void =>
    void looked.set(service, [...(looked.get(service) ?? []), ...ports]);
  for (const container of stack.containers) {
    const { name } = container.service;
    if (container.facts?.role === 'prometheus') look(name, prometheusPort(container));
    if (container.facts?.role === 'alertmanager') look(name, alertmanagerPort(container));
    if (container.facts?.role === 'grafana') look(name, grafanaPort(container, system.files));
    if (container.facts?.role === 'loki') look(name, storePort(system, container, 'loki'));
    if (container.facts?.role === 'tempo') look(name, storePort(system, container, 'tempo'));
  }
  // Where alerts are sent is asked as it is written, right or wrong.
  for (const { alertmanagers } of stack.prometheuses)
    for (const { targets } of alertmanagers)
      for (const { address } of targets) {
        const to = stack.containers.find(({ service }) => service.hosts.includes(address?.host ?? ''));
        if (to !== undefined && address?.port !== undefined) look(to.service.name, address.port);
      }
  return bootedModel(effective, {
    run,
    chosen,
    looked,
    sourceOf: binds.sourceOf,
    gitFolder: existsSync(git) && statSync(git).isDirectory() ? git : undefined,
    memory: Math.floor(totalmem() / 2),
  });
}

/** What was not well when the time was over, though nothing was found that keeps it from becoming so. */
function unsettled({ looks, faults }: Watched, { stack, system, isDemanded }: Refusing): Fault[] {
  const open = looks.filter(({ ok }) => !ok);
  if (open.length === 0 || faults.length > 0) return [];
  return [
    {
      kind: 'not-ready',
      at: placeOfProject(stack, system),
      message: `the stack was not well when the time was over: ${open.map(({ look, detail }) => `${look} (${detail})`).join(', ')}`,
      help: 'smoke.timeout and smoke.patience give it more time',
      ...(isDemanded ? {} : { severity: 'warning' }),
    },
  ];
}

function withLastLine(fault: LookFault, { logs }: Watched, stack: Stack): Fault {
  const { service, ...rest } = fault;
  const container = stack.containers.find((other) => other.service.name === service);
  const line = service === undefined ? undefined : logs.get(service)?.split('\n').at(-1);
  if (container === undefined || !line || fault.kind === 'container-fails') return rest;
  return {
    ...rest,
    related: [
      ...(rest.related ?? []).filter(
        ({ at: place }) => !('node' in place && place.node === container.service.node),
      ),
      { at: keyOf(container.service.node), message: `"${service}" wrote last: ${shortened(line)}` },
    ],
  };
}

function saveLogs(
  { logs }: Watched,
  { logFolder, root }: SmokeRequest,
  hide: (text: string) => string,
): void {
  if (logFolder === undefined || logs.size === 0) return;
  const files = [...logs].map(([service, log]) => ({
    file: join(logFolder, `${service.replace(/[^\w.-]/g, '_')}.log`),
    log,
  }));
  const repository = repositoryRoot(root);
  for (const { file } of files) refuseToWriteThroughLink(file, repository, file);
  mkdirSync(logFolder, { recursive: true });
  for (const { file, log } of files) writeWithin(repository, file, file, `${hide(log)}\n`);
}
