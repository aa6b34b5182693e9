import type { Container } from '../../stack/container.ts';
import type { Stack, System } from '../../stack/system.ts';
import type { Running } from '../containers.ts';
import type { Fault, Look, LookName } from '../outcome.ts';

/** What is looked at: the stack as the files describe it, and as it runs now. */
export interface Scene {
  readonly system: System;
  readonly stack: Stack;
  readonly running: readonly Running[];
  /** Services that were to be booted. */
  readonly chosen: ReadonlySet<string>;
  /** Services whose containers do not run as they should: what follows from that is not found again. */
  readonly failed: ReadonlySet<string>;
  /** Whether this is the last look: what is not there now does not come. */
  readonly isFinal: boolean;
}

/** What a look gives. */
export interface Judgement {
  readonly look: Look;
  /** With the service whose log tells more, where there is one. */
  readonly faults: readonly LookFault[];
  /** Whether looking again could give something else. */
  readonly isSettled: boolean;
}

export interface LookFault extends Fault {
  readonly service?: string;
}

export const judgement = (
  look: LookName,
  ok: boolean,
  detail: string,
  faults: readonly LookFault[] = [],
  isSettled = ok,
): Judgement => ({ look: { look, ok, detail }, faults, isSettled });

/** The running containers of a service; it may have several. */
export const runningAs = ({ running }: Scene, { service }: Container): Running | undefined =>
  running.find((other) => other.service === service.name);

/** Whether a container was to be booted, and runs. */
export const isUp = (scene: Scene, container: Container | undefined): container is Container =>
  container !== undefined &&
  scene.chosen.has(container.service.name) &&
  !scene.failed.has(container.service.name);
