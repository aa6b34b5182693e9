import { resolve } from 'node:path';
import { RULES } from '../../rules/index.ts';
import type { SmokeArguments } from '../arguments.ts';
import type { CheckOptions } from '../check.ts';
import type { CheckResult } from '../result.ts';
import { isRefused, type SmokeOutcome } from '../smoke/outcome.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';

/** The part of a check's options that asks for a boot. By itself, a boot is judged by its own rules alone. */
export function smokeOptions(
  asked: SmokeArguments | undefined,
  root: string,
  terminal: Terminal,
): Pick<CheckOptions, 'smoke' | 'rules' | 'isSmokeAlone'> {
  if (asked === undefined) return {};
  const { services, isDemanded, isAlone, allowsHostAccess, timeout, logs } = asked;
  return {
    smoke: {
      services,
      isDemanded,
      allowsHostAccess,
      timeout,
      root,
      logFolder: logs === undefined ? undefined : resolve(logs),
      onProgress: progressOn(terminal),
    },
    ...(isAlone ? { rules: RULES.filter(({ id }) => id.startsWith('smoke/')), isSmokeAlone: true } : {}),
  };
}

/** A check of another tree, which is not booted: what runs is this one. */
export function withoutSmoke(options: CheckOptions): CheckOptions {
  const { smoke: _, ...rest } = options;
  return rest;
}

/** Ends the run where a boot was asked for, was not done, and no finding says more. */
export function refuseSilently({ smoke, findings }: CheckResult): void {
  if (isRefused(smoke) && !findings.some(({ rule }) => rule.startsWith('smoke/')))
    throw new UsageError(`smoke boot not done: ${smoke.reason}`);
}

/** Says why a boot that was asked for was not done, after the report that has its findings; the result is the exit status. */
export function refusal({ reason }: SmokeOutcome, terminal: Terminal): number {
  terminal.error(`monitoring-check: smoke boot not done: ${reason}\n`);
  return 2;
}

/** Shows what is being done: on a terminal in one line that changes, elsewhere in a line for each step. */
function progressOn({ progress, error }: Terminal): (what: string, seconds: number) => void {
  let last = '';
  return (what, seconds) => {
    if (progress !== undefined) progress(what === '' ? '' : `${Math.round(seconds)} s  ${what}`);
    else if (what !== last && what !== '' && !what.startsWith('waiting')) error(`smoke: ${what}\n`);
    last = what;
  };
}
