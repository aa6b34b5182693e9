import { spawn } from 'node:child_process';

/** What a tool printed, and how it ended. */
export interface ToolOutput {
  /** Undefined when it did not end by itself. */
  readonly status: number | undefined;
  readonly output: string;
  /** Why there is no status: it could not be started, took too long, was called off, or printed without end. */
  readonly problem: string | undefined;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly timeout?: number;
  /** Ends the tool when it is called off. */
  readonly signal?: AbortSignal;
  /**
   * Whether the tool is a process group of its own: an interrupt at the terminal does not reach it, and
   * when it is ended, so is everything that it started.
   */
  readonly isApart?: boolean;
  /** Whether only standard output is kept. */
  readonly isOutputOnly?: boolean;
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
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
  options: RunOptions = {},
): Promise<ToolOutput> {
  return new Promise((resolve) => {
    const { signal, isApart = false } = options;
    if (signal?.aborted) return resolve({ status: undefined, output: '', problem: 'was called off' });
    const { PATH = '', HOME = '', TMPDIR } = process.env;
    const env = { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...options.env };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      detached: isApart,
    });
    let output = '';
    let problem: string | undefined;
    const end = (reason: string): void => {
      problem ??= reason;
      if (isApart && child.pid !== undefined) endGroup(child.pid);
      child.kill('SIGKILL');
    };
    const callOff = (): void => end('was called off');
    signal?.addEventListener('abort', callOff, { once: true });
    const limit = options.timeout ?? LONGEST;
    const timer = setTimeout(() => end(`took longer than ${limit / 1000} s`), limit);
    const finish = (result: ToolOutput): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', callOff);
      resolve(result);
    };
    const take = (chunk: Buffer, isKept: boolean): void => {
      const text = chunk.toString();
      options.onOutput?.(text);
      if (isKept) output += text;
      if (output.length > MOST_OUTPUT) end('printed without end');
    };
    child.stdout.on('data', (chunk: Buffer) => take(chunk, true));
    child.stderr.on('data', (chunk: Buffer) => take(chunk, options.isOutputOnly !== true));
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish({
        status: undefined,
        output,
        problem: `could not be started (${error.code ?? error.message})`,
      }),
    );
    child.on('close', (status) =>
      finish({
        status: problem === undefined && status !== null ? status : undefined,
        output,
        problem: problem ?? (status === null ? 'was ended' : undefined),
      }),
    );
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
