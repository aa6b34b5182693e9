/** Where a command writes, and what can be shown there. */
export interface Terminal {
  write(text: string): void;
  error(text: string): void;
  /** Columns; those of a wide page where there is no terminal. */
  readonly width: number;
  /** Whether what is written to the error output is seen at once, on a screen. */
  readonly isInteractive: boolean;
  /** Whether to colour: what was asked, else what the terminal and the environment say. */
  color(asked: boolean | undefined): boolean;
}

/** The process's own output. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that goes away early, such as `head`, is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    isInteractive: process.stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI,
    width: stdout.isTTY ? stdout.columns : 100,
    color(asked) {
      if (asked !== undefined) return asked;
      if (env.NO_COLOR) return false;
      if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
      return stdout.isTTY === true && env.TERM !== 'dumb';
    },
  };
}
