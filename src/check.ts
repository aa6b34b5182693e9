import { RULES } from '../rules/index.ts';
import {
  CONFIG_NAMES,
  type Config,
  DEFAULT_CONFIG,
  type Preset,
  readConfig,
  type SeverityOrOff,
} from './config/config.ts';
import { type Chain, chainsOf, withoutSecrets, withRoutes, withTests } from './coverage/chain.ts';
import { hiderOf, secretHider } from './lint/mask.ts';
import type { Rule } from './lint/rule.ts';
import { lint } from './lint/run.ts';
import type { Disk } from './repo/disk.ts';
import { readFiles } from './repo/files.ts';
import { locate } from './repo/node.ts';
import { openRepository } from './repo/repository.ts';
import { decodeText, type SourceText, sourceText } from './repo/text.ts';
import type { CheckResult } from './result.ts';
import { masked, type SmokeOutcome, type SmokeRequest } from './smoke/outcome.ts';
import { smoke } from './smoke/smoke.ts';
import { asMeant } from './stack/as-meant.ts';
import { readSystem, type System } from './stack/system.ts';
import { UsageError } from './usage.ts';
import { provedToFire } from './verify/drill/drill.ts';
import { confirmedRoutes } from './verify/routes.ts';
import { NOT_VERIFIED, type Verification } from './verify/verification.ts';
import { type Tools, verify } from './verify/verify.ts';

export interface CheckOptions {
  readonly disk: Disk;
  /** The configuration's text, where an option names its file; otherwise it is looked for in the root. */
  readonly config: SourceText | undefined;
  readonly preset: Preset | undefined;
  /** Severities of rules, over those of the configuration. */
  readonly severities: ReadonlyMap<string, SeverityOrOff>;
  /** Today's date, as 2027-01-31. */
  readonly today: string;
  /** The smoke boot that is asked for; undefined for none. */
  readonly smoke?: SmokeRequest;
  /** Whether the boot alone is reported: what the files prove is left out. */
  readonly isSmokeAlone?: boolean;
  /** The rules to run; all of them unless a test asks for one. */
  readonly rules?: readonly Rule[];
  /** Called with the time of each part of the work, in milliseconds. */
  readonly onTimed?: (part: string, milliseconds: number) => void;
}

/** The whole job: read the repository, understand it as one system, prove each path, ask the tools, run the rules. */
export async function check(options: CheckOptions, tools: Tools): Promise<CheckResult> {
  const understood = understand(options);
  const verification = await verify(understood.system, tools, options.onTimed);
  const outcome = await bootIfAsked(understood, options);
  return judge(understood, verification, outcome, options);
}

/** The same without any outside tool. */
export const checkStatically = (options: CheckOptions): CheckResult =>
  judge(understand(options), NOT_VERIFIED, undefined, options);

async function bootIfAsked(
  { system, config }: Understood,
  options: CheckOptions,
): Promise<SmokeOutcome | undefined> {
  if (options.smoke === undefined) return undefined;
  const start = performance.now();
  const outcome = await smoke(system, config.smoke, options.smoke);
  options.onTimed?.('smoke', performance.now() - start);
  return masked(outcome, secretHider(system.files));
}

interface Understood {
  readonly config: Config;
  readonly system: System;
  readonly chains: readonly Chain[];
}

function understand(options: CheckOptions): Understood {
  const config = loadConfig(options);
  const repo = timed(options, 'walk', () => openRepository(options.disk, config.exclude));
  const files = timed(options, 'read', () => readFiles(repo));
  const system = timed(options, 'understand', () => readSystem(asMeant(files), config.stacks));
  return { config, system, chains: timed(options, 'prove', () => chainsOf(system, config)) };
}

function judge(
  understood: Understood,
  verification: Verification,
  outcome: SmokeOutcome | undefined,
  options: CheckOptions,
): CheckResult {
  const { config, system } = understood;
  const { onTimed } = options;
  const tested = withTests(understood.chains, provedToFire(verification.drill ?? []));
  const chains = withRoutes(tested, confirmedRoutes(verification.routes));
  const { findings, suppressed } = timed(options, 'lint', () =>
    lint(
      { system, chains, config, verification, smoke: outcome },
      {
        rules: options.rules ?? RULES,
        severities: options.severities,
        today: options.today,
        ...(onTimed ? { onTimed: (rule: string, time: number) => onTimed(`rule ${rule}`, time) } : {}),
      },
    ),
  );
  const hide = hiderOf(system.files);
  const files = new Set(system.files.all.map(({ path }) => path)).size;
  return {
    files,
    config,
    system,
    chains: options.isSmokeAlone === true ? [] : withoutSecrets(chains, hide),
    findings,
    suppressed,
    tools: verification.tools,
    drill: drillWithoutSecrets(verification.drill, hide),
    judge: verification.judge,
    notices: [
      ...verification.notices.map(hide),
      ...(outcome?.reason === undefined ? [] : [`smoke boot not done: ${outcome.reason}`]),
    ],
    smoke: outcome,
  };
}

/** What the drill says, as it may be shown: promtool fills annotations with the values of labels. */
function drillWithoutSecrets(
  drill: Verification['drill'],
  hide: (text: string) => string,
): Verification['drill'] {
  if (drill === null) return null;
  return drill.map((one) => ({
    ...one,
    ...(one.reason === undefined ? {} : { reason: hide(one.reason) }),
    ...(one.verdict === undefined
      ? {}
      : {
          verdict: {
            ...one.verdict,
            annotations: new Map([...one.verdict.annotations].map(([name, text]) => [name, hide(text)])),
          },
        }),
  }));
}

function timed<Result>({ onTimed }: CheckOptions, part: string, work: () => Result): Result {
  const start = performance.now();
  const result = work();
  onTimed?.(part, performance.now() - start);
  return result;
}

function loadConfig({ disk, config: given, preset }: CheckOptions): Config {
  const source = given ?? findConfig(disk);
  const { config, problems } = source ? readConfig(source) : { config: DEFAULT_CONFIG, problems: [] };
  const [problem] = problems;
  if (problem !== undefined) {
    const { file, start } = locate(problem.place);
    throw new UsageError(
      `${file}:${start.line}:${start.column}: ${problem.message}${problem.help ? ` (${problem.help})` : ''}`,
    );
  }
  return preset === undefined ? config : { ...config, preset };
}

/** Of a configuration, in bytes. */
const LARGEST_CONFIG = 1024 * 1024;

function findConfig(disk: Disk): SourceText | undefined {
  for (const name of CONFIG_NAMES) {
    const entry = disk.stat(name);
    const bytes = entry?.type === 'file' ? disk.read(name, LARGEST_CONFIG) : undefined;
    if (entry === undefined || bytes === undefined) continue;
    if (entry.size > LARGEST_CONFIG) throw new UsageError(`${name} is larger than 1 MB`);
    const text = decodeText(bytes);
    if (typeof text !== 'string') throw new UsageError(`${name} is ${text.noText}`);
    return sourceText(name, text);
  }
  return undefined;
}
