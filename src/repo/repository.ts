import ignore, { type Ignore } from 'ignore';
import type { Disk, Entry } from './disk.ts';
import { basename, below, dirname } from './path.ts';
import { decodeText, type NoText, type SourceText, sourceText } from './text.ts';

/** The repository as given: which files there are, and what they hold. */
export interface Repository {
  /** Its directory on the machine; undefined for one that is only in memory. */
  readonly root: string | undefined;
  /** Every file that git would take, sorted. */
  readonly paths: readonly string[];
  /** Folders that this user may not enter: what is in them is not known. */
  readonly closed: readonly string[];
  /** What stands at a path, whether git would take it or not; undefined where there is nothing. */
  entry(path: string): Entry | undefined;
  /** Whether git leaves this path out: a `.gitignore` names it, and git does not have it all the same. */
  isIgnored(path: string): boolean;
  /** Whether it is known which files git has; without, a file that is ignored may be in git all the same. */
  knowsGit(): boolean;
  /** The files below a folder, sorted. */
  filesBelow(folder: string): readonly string[];
  /** The text of a file, or why it has none. Read once. */
  text(path: string): SourceText | Unreadable;
  /** Lets go of a file's text, which nobody is likely to ask for again: of a million files it would fill the memory. */
  forget(path: string): void;
  /** The first bytes of a file that is not text, such as a jar; undefined when it cannot be read. */
  bytes(path: string, limit: number): Uint8Array | undefined;
}

export interface Unreadable {
  readonly unreadable: NoText | 'too large' | 'not readable';
}

export const isReadable = (text: SourceText | Unreadable): text is SourceText => !('unreadable' in text);

/** Whether a file without an ending is a script: its first line says what runs it. */
export function isBareScript(repo: Repository, path: string): boolean {
  if (basename(path).includes('.')) return false;
  const [first, second] = repo.bytes(path, 2) ?? [];
  return first === 0x23 && second === 0x21;
}

/** Files larger than this are no configuration that somebody wrote, in bytes. */
export const LARGEST_TEXT = 4 * 1024 * 1024;

/** Folders that hold other people's files, or git's own. */
const NEVER_ENTERED = new Set(['.git', 'node_modules', '.terraform', '.venv', '__pycache__']);

/** Files that say that the folder `vendor` beside them holds what a package manager has brought. */
const OF_PACKAGE_MANAGERS = new Set(['go.mod', 'composer.json', 'Gemfile', 'jsonnetfile.json']);

/** Reads the tree once; texts are read when they are asked for. */
export function openRepository(disk: Disk, exclude: readonly string[] = []): Repository {
  const ignores: GitIgnore[] = [];
  const excluded = ignore({ allowRelativePaths: true }).add([...exclude]);
  const paths: string[] = [];
  const closed: string[] = [];
  let hasIgnored = false;
  let asked: { readonly tracked: ReadonlySet<string> | undefined } | undefined;
  const git = (): ReadonlySet<string> | undefined => {
    asked ??= { tracked: disk.tracked?.() };
    return asked.tracked;
  };

  const walk = (folder: string): void => {
    const entries = disk.list(folder);
    if (entries === undefined) {
      closed.push(folder);
      return;
    }
    if (entries.some((entry) => entry.name === '.gitignore' && entry.type === 'file')) {
      const rules = disk.read(folder === '' ? '.gitignore' : `${folder}/.gitignore`, LARGEST_TEXT);
      const text = rules && decodeText(rules);
      if (typeof text === 'string') ignores.push({ folder, rules: ignoreRules(text) });
    }
    const isVendored = entries.some(({ name }) => OF_PACKAGE_MANAGERS.has(name));
    for (const { name, type } of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (type === 'directory') {
        if (NEVER_ENTERED.has(name) || (isVendored && name === 'vendor') || excluded.ignores(`${path}/`))
          continue;
        if (verdict(ignores, `${path}/`) !== 'ignored') walk(path);
        else hasIgnored = true;
      } else if (type === 'file' || (type === 'link' && disk.stat(path)?.type === 'file')) {
        if (excluded.ignores(path)) continue;
        if (verdict(ignores, path) !== 'ignored') paths.push(path);
        else hasIgnored = true;
      }
    }
  };
  walk('');
  // What was added to git against an ignore file is in every checkout. In a fresh one nothing else is ignored,
  // so that git is asked only where it may matter.
  if (hasIgnored) paths.push(...trackedBesides(git() ?? new Set(), paths, excluded, disk));
  paths.sort();

  const known = new Map<string, Entry | undefined>();
  const entry = (path: string): Entry | undefined => {
    if (!known.has(path)) known.set(path, disk.stat(path));
    return known.get(path);
  };

  const texts = new Map<string, SourceText | Unreadable>();
  return {
    root: disk.root,
    paths,
    closed,
    entry,
    isIgnored(path) {
      // The root itself is what git looks at, whatever it ignores in it.
      if (/^\/*$/.test(path)) return false;
      const isFolder = entry(path)?.type === 'directory';
      if (!isIgnoredBy(ignores, isFolder ? `${path}/` : path)) return false;
      const tracked = git() ?? new Set<string>();
      return isFolder ? ![...tracked].some((file) => below(path, file) !== undefined) : !tracked.has(path);
    },
    knowsGit: () => git() !== undefined,
    filesBelow: (folder) => sortedBelow(folder, paths),
    text(path) {
      let text = texts.get(path);
      if (text === undefined) {
        text = readText(disk, path);
        texts.set(path, text);
      }
      return text;
    },
    forget: (path) => void texts.delete(path),
    bytes: (path, limit) => disk.read(path, limit),
  };
}

/** Of sorted paths, the folder itself and those below it, which stand together. */
function sortedBelow(folder: string, paths: readonly string[]): readonly string[] {
  if (folder === '') return paths;
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const from = firstFrom(prefix, paths);
  let to = from;
  while (paths[to]?.startsWith(prefix)) to++;
  const inside = paths.slice(from, to);
  return paths[firstFrom(folder, paths)] === folder ? [folder, ...inside] : inside;
}

/** The index of the first of sorted paths that does not come before another. */
function firstFrom(path: string, paths: readonly string[]): number {
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((paths[middle] as string) < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Files that git has and the walk has not met, since an ignore file names them. */
function trackedBesides(
  tracked: ReadonlySet<string>,
  met: readonly string[],
  excluded: Ignore,
  disk: Disk,
): string[] {
  const seen = new Set(met);
  return [...tracked].filter(
    (path) =>
      !seen.has(path) &&
      !path.split('/').some((part) => NEVER_ENTERED.has(part)) &&
      !excluded.ignores(path) &&
      disk.stat(path)?.type === 'file',
  );
}

function readText(disk: Disk, path: string): SourceText | Unreadable {
  const entry = disk.stat(path);
  if (entry !== undefined && entry.size > LARGEST_TEXT) return { unreadable: 'too large' };
  const bytes = disk.read(path, LARGEST_TEXT);
  if (bytes === undefined) return { unreadable: 'not readable' };
  const text = decodeText(bytes);
  return typeof text === 'string' ? sourceText(path, text) : { unreadable: text.noText };
}

/** A pattern that is longer than any path, in UTF-16 units. */
const LONGEST_PATTERN = 1024;
/** More stars than this in one part of a path would be matched in more than a moment, whatever the path is. */
const MOST_STARS = 3;
/** More patterns than a person writes would be tried on every path. */
const MOST_PATTERNS = 2000;

/** The patterns of a `.gitignore`, without those that can only be there to use up time. */
function ignoreRules(text: string): Ignore {
  const patterns = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && isMatchable(line))
    .slice(0, MOST_PATTERNS);
  return ignore({ allowRelativePaths: true }).add(patterns);
}

/** Whether a pattern of files is one that a person writes: matching others may take time without end. */
export const isMatchable = (pattern: string): boolean =>
  pattern.length <= LONGEST_PATTERN &&
  pattern.split('/').every((part) => part === '**' || (part.match(/\*+/g) ?? []).length <= MOST_STARS) &&
  pattern.split('/').filter((part) => part === '**').length <= MOST_STARS;

interface GitIgnore {
  readonly folder: string;
  readonly rules: Ignore;
}

/** What the nearest `.gitignore` that says anything of a path says; undefined when none does. */
function verdict(ignores: readonly GitIgnore[], path: string): 'ignored' | 'taken' | undefined {
  for (let index = ignores.length - 1; index >= 0; index--) {
    const { folder, rules } = ignores[index] as GitIgnore;
    const inner = below(folder, path);
    if (inner === undefined || inner === '') continue;
    const { ignored, unignored } = rules.test(inner);
    if (ignored) return 'ignored';
    if (unignored) return 'taken';
  }
  return undefined;
}

/** git's rule: a path is left out when it or a folder above it is ignored. */
function isIgnoredBy(ignores: readonly GitIgnore[], path: string): boolean {
  const own = verdict(ignores, path);
  if (own !== undefined) return own === 'ignored';
  const parent = dirname(path.endsWith('/') ? path.slice(0, -1) : path);
  return parent !== '' && isIgnoredBy(ignores, `${parent}/`);
}
