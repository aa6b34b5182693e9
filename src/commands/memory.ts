import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CheckArguments } from '../arguments.ts';
import { build } from '../build.ts';
import { cacheFolder, isOwn } from '../cache-folder.ts';
import type { Disk } from '../repo/disk.ts';
import { programPath } from '../repo/programs.ts';
import type { Terminal } from '../terminal.ts';
import { readGivenFile } from './files.ts';

/** What a run said and wrote. */
interface Said {
  readonly status: number;
  readonly output: readonly {
    readonly to: 'output' | 'error' | 'file';
    readonly file?: string;
    readonly text: string;
  }[];
}

/** A question to the disk, with a digest of its answer. */
type Asked = readonly [
  what: 'list' | 'stat' | 'read' | 'tracked',
  path: string,
  limit: number,
  answer: string,
];

interface Kept extends Said {
  readonly asked: readonly Asked[];
}

/** Where a run writes. */
export interface Output extends Terminal {
  /** Writes a report's file. */
  writeFile(file: string, text: string): void;
}

/** Runs of which more are kept than anybody comes back to are forgotten, the oldest first. */
const MOST_KEPT = 20;
/** A run that said more is not kept, in bytes. */
const LARGEST = 32 * 1024 * 1024;
/** A run that asked more is not kept: its questions would take more memory than the files do. */
const MOST_ASKED = 50_000;

/**
 * Does some work that reads a disk and writes to an output, or writes what the same work wrote when it last
 * ran, where every question that it asked the disk then has the same answer now: contents are compared, not
 * times. `key` names all that the work depends on besides the disk.
 */
export async function remembered(
  folder: string,
  key: string,
  disk: Disk,
  output: Output,
  work: (disk: Disk, output: Output) => Promise<number>,
): Promise<number> {
  const path = join(folder, `${digest(key)}.json`);
  const kept = readKept(path, folder);
  if (kept?.asked.every((asked) => answerOf(disk, asked) === asked[3])) {
    for (const { to, file, text } of kept.output) {
      if (to === 'file') output.writeFile(file as string, text);
      else if (to === 'error') output.error(text);
      else output.write(text);
    }
    return kept.status;
  }
  const asked = new Map<string, Asked>();
  const said: { to: 'output' | 'error' | 'file'; file?: string; text: string }[] = [];
  const status = await work(watchedDisk(disk, asked), {
    ...output,
    write(text) {
      said.push({ to: 'output', text });
      output.write(text);
    },
    error(text) {
      said.push({ to: 'error', text });
      output.error(text);
    },
    writeFile(file, text) {
      said.push({ to: 'file', file, text });
      output.writeFile(file, text);
    },
  });
  if (asked.size <= MOST_ASKED) keep(path, folder, { status, output: said, asked: [...asked.values()] });
  return status;
}

/** A disk that notes what it is asked, each question once, up to one more than is kept. */
function watchedDisk(disk: Disk, into: Map<string, Asked>): Disk {
  const noted = <Answer>(what: Asked[0], path: string, limit: number, answer: Answer): Answer => {
    const name = `${what} ${limit} ${path}`;
    if (into.size <= MOST_ASKED && !into.has(name)) into.set(name, [what, path, limit, digestOf(answer)]);
    return answer;
  };
  return {
    ...disk,
    list: (path) => noted('list', path, 0, disk.list(path)),
    stat: (path) => noted('stat', path, 0, disk.stat(path)),
    read: (path, limit) => noted('read', path, limit, disk.read(path, limit)),
    ...(disk.tracked ? { tracked: () => noted('tracked', '', 0, disk.tracked?.()) } : {}),
  };
}

function answerOf(disk: Disk, [what, path, limit]: Asked): string {
  switch (what) {
    case 'list':
      return digestOf(disk.list(path));
    case 'stat':
      return digestOf(disk.stat(path));
    case 'read':
      return digestOf(disk.read(path, limit));
    case 'tracked':
      return digestOf(disk.tracked?.());
  }
}

function digestOf(answer: unknown): string {
  if (answer instanceof Uint8Array) return digest(answer);
  return digest(JSON.stringify(answer instanceof Set ? [...answer] : answer) ?? '');
}

const digest = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('base64url').slice(0, 27);

// What cannot be read or written is not remembered: everything works without it.
function readKept(path: string, folder: string): Kept | undefined {
  try {
    return !isOwn(folder) ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as Kept);
  } catch {
    return undefined;
  }
}

function keep(path: string, folder: string, kept: Kept): void {
  const text = JSON.stringify(kept);
  if (text.length > LARGEST) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOwn(folder)) return;
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
    forgetOldest(folder);
  } catch {
    // The next run works it out again.
  }
}

function forgetOldest(folder: string): void {
  const runs = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of runs.slice(MOST_KEPT)) rmSync(path, { force: true });
}

/** The folder in which runs are remembered; undefined where they are not. */
export function memoryFolder(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env.MONITORING_CHECK_MEMORY === 'off' ? undefined : cacheFolder(env);
  return folder && join(folder, 'runs');
}

/**
 * All that a check depends on besides the files of its folder; undefined where that cannot be told, or where
 * it does more than report.
 */
export function keyOf(options: CheckArguments, today: string, terminal: Terminal): string | undefined {
  const { fixes, writesBaseline, newSince, isDrilled, smoke, hasTimings, directory } = options;
  if (fixes !== 'no' || writesBaseline || newSince !== undefined || isDrilled || smoke || hasTimings)
    return undefined;
  const root = realpathSync.native(directory);
  const tools = options.promtool === 'off' ? [] : toolsFor(options.promtool, root);
  if (build === undefined || tools === undefined) return undefined;
  return JSON.stringify([
    build,
    process.version,
    today,
    { ...options, severities: [...options.severities], directory: root },
    [terminal.width, terminal.color(options.color)],
    options.config && digest(readGivenFile(options.config, '--config', root)),
    options.baseline && digest(readGivenFile(options.baseline, '--baseline', root)),
    tools,
  ]);
}

/** The tools of this machine that a check asks; undefined where one may be in an image, of which nothing is known here. */
function toolsFor(choice: CheckArguments['promtool'], root: string): unknown[] | undefined {
  const promtool = typeof choice === 'object' ? choice.path : programPath('promtool', root);
  const docker = programPath('docker', root);
  if (promtool === undefined && docker !== undefined) return undefined;
  const plugins = docker === undefined ? [] : PLUGIN_FOLDERS.map((folder) => join(folder, 'docker-compose'));
  return [promtool, programPath('amtool', root), docker, ...plugins].map((path) => {
    const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    return path && found && [realpathSync.native(path), found.size, found.mtimeMs];
  });
}

/** Where docker looks for compose (Docker documentation, "Install the Docker Compose plugin"). */
const PLUGIN_FOLDERS = [
  join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'cli-plugins'),
  ...['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map((folder) =>
    join(folder, 'docker/cli-plugins'),
  ),
];
