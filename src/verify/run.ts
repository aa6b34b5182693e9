import { spawn } from 'node:child_process';

/** What a tool printed, and how it ended. */
export interface ToolOutput {
  /** Undefined when it did not end by itself. */
  readonly status: number | undefined;
  readonly output: string;
  /** Why there is no status: it could not be started, took too long, or printed without end. */
  readonly problem: string | undefined;
}

/** A tool that takes longer than this is ended, in milliseconds. */
const LONGEST = 60_000;
/** A tool that prints more than this is ended, in UTF-16 units. */
const MOST_OUTPUT = 8 * 1024 * 1024;

/**
 * Runs a program with its arguments as they are, never through a shell, in a bare environment: no tool
 * is given what the job's environment holds.
 */
export function runTool(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; timeout?: number } = {},
): Promise<ToolOutput> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '', TMPDIR } = process.env;
    const env = { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...options.env };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    let problem: string | undefined;
    const end = (reason: string): void => {
      problem ??= reason;
      child.kill('SIGKILL');
    };
    const limit = options.timeout ?? LONGEST;
    const timer = setTimeout(() => end(`took longer than ${limit / 1000} s`), limit);
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.length > MOST_OUTPUT) end('printed without end');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve({
        status: undefined,
        output,
        problem: `could not be started (${error.code ?? error.message})`,
      });
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({
        status: problem === undefined && status !== null ? status : undefined,
        output,
        problem: problem ?? (status === null ? 'was ended' : undefined),
      });
    });
  });
}
