import { printable, withoutCommands } from './report/text.ts';

/** Where a command writes, and what can be shown there. */
export interface Terminal {
  write(text: string): void;
  error(text: string): void;
  /** Writes over the last line that it wrote; undefined where nobody looks on. */
  readonly progress: ((text: string) => void) | undefined;
  /** Columns; those of a wide page where there is no terminal. */
  readonly width: number;
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
    // What is said may hold names of the repository's, which must steer neither the terminal nor a runner.
    error: (text) => void stderr.write(withoutCommands(printable(text))),
    progress:
      stderr.isTTY && env.TERM !== 'dumb' && !env.CI
        ? (text) => void stderr.write(`\r\u001b[K${text.slice(0, stderr.columns - 1)}`)
        : undefined,
    width: stdout.isTTY ? stdout.columns : 100,
    color(asked) {
      if (asked !== undefined) return asked;
      if (env.NO_COLOR) return false;
      if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
      return stdout.isTTY === true && env.TERM !== 'dumb';
    },
  };
}
