import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JsonReport } from '../../src/report/json.ts';
import { BUILT } from './build.ts';
import { agentJar } from './images.ts';

/** How a variant differs from the miniature stack: a file's new text, an edit of it, or `undefined` for one that is gone. */
export type StackChanges = Readonly<Record<string, string | ((text: string) => string) | undefined>>;

/**
 * The miniature stack with something changed in it, in a folder that is gone after the test: `finished` is
 * that test's own hook where several run at once.
 */
export function stackFolder(changes: StackChanges = {}, finished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-stack-'));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync('test/smoke/stack', folder, { recursive: true });
  cpSync(agentJar, join(folder, 'jvm/agent.jar'));
  for (const [path, change] of Object.entries(changes)) {
    const file = join(folder, path);
    if (change === undefined) {
      rmSync(file);
      continue;
    }
    const before = typeof change === 'string' ? '' : readFileSync(file, 'utf8');
    const after = typeof change === 'string' ? change : change(before);
    if (typeof change !== 'string' && after === before)
      throw new Error(`the change of ${path} changes nothing`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, after);
  }
  return folder;
}

/** An edit that puts one text in the place of another, which must be there. */
export const edit =
  (from: string | RegExp, to: string): ((text: string) => string) =>
  (text) =>
    text.replace(from, to);

export interface Smoked {
  /** Of the process, by which what it made is told from what others make. */
  readonly pid: number;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line program beside the test; `started` is given its process. */
export function runProgram(
  args: readonly string[],
  options: { env?: Record<string, string>; started?: (child: ChildProcess) => void } = {},
): Promise<Smoked> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve(BUILT, 'cli.js'), ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('close', (status, signal) => done({ pid: child.pid ?? 0, status, signal, stdout, stderr }));
    options.started?.(child);
  });
}

/** The report of a boot as data, with the exit status. */
export async function smokeReport(
  folder: string,
  ...args: readonly string[]
): Promise<{ pid: number; status: number | null; report: JsonReport; stderr: string }> {
  const { pid, status, stdout, stderr } = await runProgram(['smoke', folder, '--format', 'json', ...args]);
  if (stdout === '') throw new Error(`no report: ${stderr}`);
  return { pid, status, report: JSON.parse(stdout) as JsonReport, stderr };
}

/** What Docker still has of a process's boots: containers, networks, volumes and images by their labels. */
export function leftOvers(pid: number): string[] {
  const filter = ['--filter', 'label=monitoring-check.run'];
  return (['container', 'network', 'volume', 'image'] as const).flatMap((kind) => {
    const all = kind === 'container' || kind === 'image' ? ['-a'] : [];
    const ids = docker(kind, 'ls', '-q', ...all, ...filter).split('\n');
    return [...new Set(ids)]
      .filter((id) => id !== '')
      .filter((id) => docker(kind, 'inspect', id).includes(`/${pid}/`))
      .map((id) => `${kind} ${id}`);
  });
}

/** What a Docker command prints. */
export const docker = (...args: readonly string[]): string => {
  const { stdout } = spawnSync('docker', [...args], { encoding: 'utf8' });
  return stdout.trim();
};
