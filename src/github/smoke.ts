import { join } from 'node:path';
import * as core from '@actions/core';
import { smokeServices, smokeTimeout } from '../arguments.ts';
import type { CheckOptions } from '../check.ts';
import type { SmokeOutcome } from '../smoke/outcome.ts';

/** The boot that the action's inputs ask for. Throws a `UsageError` for a time that is none. */
export function smokeRequest(smoke: string, timeout: string, root: string): Pick<CheckOptions, 'smoke'> {
  if (smoke === 'off' || smoke === 'false') return {};
  const services = smokeServices(smoke);
  const temporary = process.env.RUNNER_TEMP;
  let last = '';
  return {
    smoke: {
      services: services === 'auto' ? undefined : services,
      isDemanded: services !== undefined && services !== 'auto',
      allowsHostAccess: false,
      timeout: smokeTimeout('the input smoke-timeout', timeout),
      root,
      logFolder: temporary ? join(temporary, 'monitoring-check-logs') : undefined,
      onProgress(what, seconds) {
        const step = what.startsWith('waiting') ? 'waiting' : what;
        if (step !== last && step !== '') core.info(`smoke boot, ${Math.round(seconds)} s: ${what}`);
        last = step;
      },
    },
  };
}

/** The last lines of what failed, each service's folded. */
export function showSmoke(smoke: SmokeOutcome | undefined): void {
  for (const { service, text } of smoke?.logs ?? []) {
    core.startGroup(`smoke boot: the last lines of ${service}`);
    // What a container printed must not be taken for a command of the workflow.
    for (const line of text.split('\n'))
      core.info(`  ${line.replace(/::/g, ':\u200b:').replace(/##\[/g, '#\u200b#[')}`);
    core.endGroup();
  }
}
