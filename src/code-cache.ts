import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { isOwn } from './cache-folder.ts';

/** Loads CommonJS files of the program, with what the engine made of them in an earlier run. */
export interface CodeCache {
  /** What a file exports; a file is loaded once. Files that it requires by a relative path are loaded so too. */
  load(file: string): unknown;
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
    forgetOthers(path, folder);
  } catch {
    // The next run compiles the program again.
  }
}

/** Other builds' code of the same file is of no more use. */
function forgetOthers(path: string, folder: string): void {
  const own = basename(path);
  const [start] = /^[\w-]+?-[a-z]+-/.exec(own) ?? [own];
  for (const name of readdirSync(folder))
    if (name !== own && name.startsWith(start)) rmSync(join(folder, name), { force: true });
}
