import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';

/** Loads CommonJS files of the program, with what the engine made of them in an earlier run. */
export interface CodeCache {
  /** What a file exports; a file is loaded once. Files that it requires by a relative path are loaded so too. */
  load(file: string): unknown;
}

/**
 * The folder in which the compiled code of the program is kept between runs: `MONITORING_CHECK_CACHE`,
 * or one of the user's own for caches. Undefined where it is switched off, and in CI, where the next run
 * is mostly on another machine. Any file in it may be deleted at any time.
 */
export function codeCacheFolder(
  env: NodeJS.ProcessEnv,
  platform: string = process.platform,
): string | undefined {
  const asked = env.MONITORING_CHECK_CACHE;
  if (asked === 'off' || (asked === undefined && env.CI)) return undefined;
  if (asked) return resolve(asked);
  const home = homedir();
  const caches =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : env.XDG_CACHE_HOME || join(home, '.cache');
  return join(caches, 'monitoring-check');
}

/**
 * Opens the cache of a build in a folder; without a folder nothing is kept. The engine itself refuses code
 * that another version of it, or one with other flags, has compiled.
 */
export function openCodeCache(folder: string | undefined, build: string): CodeCache {
  const loaded = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(file, module);
    const native = createRequire(file);
    const require = (id: string): unknown =>
      id.startsWith('./') ? load(resolve(dirname(file), id)) : native(id);
    const run = compile(file, folder, build).runInThisContext() as (...args: unknown[]) => void;
    run.call(module.exports, module.exports, require, module, file, dirname(file));
    return module.exports;
  };
  return { load };
}

/** The signature that Node gives to CommonJS modules, in one line with the code, so that lines stay the same. */
const wrapped = (code: string): string =>
  `(function (exports, require, module, __filename, __dirname) {${code}\n})`;

function compile(file: string, folder: string | undefined, build: string): Script {
  // The bundler writes nothing but ASCII, of which the engine keeps one byte a character.
  const source = wrapped(readFileSync(file, 'latin1'));
  if (folder === undefined) return new Script(source, { filename: file });
  const kept = join(folder, nameFor(file, build));
  const cachedData = readKept(kept, folder);
  const script = new Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) });
  if (cachedData === undefined || script.cachedDataRejected)
    // At the end, the functions that were called are compiled as well.
    process.once('exit', () => keep(kept, folder, () => script.createCachedData()));
  return script;
}

/** A file that was built from other sources, or for another command, has another name. */
function nameFor(file: string, build: string): string {
  const { size, mtimeMs } = statSync(file);
  const name = /([\w-]+)\.\w+$/.exec(file)?.[1] ?? 'code';
  const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'check';
  return `${name}-${command}-${build}-${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}-${process.version}-${process.arch}`;
}

/** Code of a folder that others can write to would be theirs to choose. */
function isOwn(folder: string): boolean {
  if (process.getuid === undefined) return true;
  const { uid, mode } = statSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}

// A cache that cannot be read or written is none: everything works without it.
function readKept(path: string, folder: string): Buffer | undefined {
  try {
    return isOwn(folder) ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function keep(path: string, folder: string, data: () => Buffer): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOwn(folder)) return;
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, data(), { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    // The next run compiles the program again.
  }
}
