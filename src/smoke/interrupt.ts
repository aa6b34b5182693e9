const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What ends a boot early. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Whether something was ended in the middle of its work. */
  isCutShort(): boolean;
  /** Notes that something was, for another reason than a signal. */
  cutShort(): void;
  /** Stops listening. A process that was told to end meanwhile ends now, by the same signal. */
  release(): void;
}

/**
 * Makes the process wait with ending until what it made is taken away. `atExit` is what is done when it
 * ends nevertheless, as by an error that nobody caught.
 */
export function holdBack(atExit: () => void): Interruption {
  const controller = new AbortController();
  let told: NodeJS.Signals | undefined;
  let isCut = false;
  const hold = (signal: NodeJS.Signals): void => {
    told ??= signal;
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, hold);
  process.once('exit', atExit);
  return {
    signal: controller.signal,
    isCutShort: () => isCut || controller.signal.aborted,
    cutShort() {
      isCut = true;
    },
    release() {
      for (const signal of SIGNALS) process.off(signal, hold);
      process.off('exit', atExit);
      if (told !== undefined) process.kill(process.pid, told);
    },
  };
}
