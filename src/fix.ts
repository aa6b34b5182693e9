import { createTwoFilesPatch } from 'diff';
import { type CheckOptions, check } from './check.ts';
import { applyFixes, type FixedFile } from './lint/fix.ts';
import { hiderOf } from './lint/mask.ts';
import type { Disk } from './repo/disk.ts';
import { decodeText } from './repo/text.ts';
import { printable, withoutCommands } from './report/text.ts';
import type { Tools } from './verify/verify.ts';

/** One fix may make the next one possible; more rounds than this would be a circle. */
const MOST_ROUNDS = 10;
/** Larger files are no configuration that somebody wrote, in bytes. */
const LARGEST = 16 * 1024 * 1024;

export interface Fixing {
  readonly files: ReadonlyMap<string, FixedFile>;
  /** How many findings were mended. */
  readonly count: number;
  /** Puts stars in place of the repository's secrets. */
  readonly hide: (text: string) => string;
}

/**
 * Checks, and mends what has one right mending, again until nothing is left to mend. The disk is only
 * read: the caller writes the files.
 */
export async function fix(options: CheckOptions, tools: Tools): Promise<Fixing> {
  const files = new Map<string, FixedFile>();
  const disk = withTexts(options.disk, files);
  const original = new Map<string, string | undefined>();
  const readText = (path: string): string | undefined => {
    const done = files.get(path);
    if (done !== undefined) return done.after;
    if (!original.has(path)) original.set(path, plainText(options.disk, path));
    return original.get(path);
  };
  let count = 0;
  for (let round = 0; ; round++) {
    const result = await check({ ...options, disk }, tools);
    const applied = applyFixes(result.findings, readText);
    if (applied.fixed.length === 0 || round === MOST_ROUNDS)
      return { files, count, hide: hiderOf(result.system.files) };
    for (const [path, { before, after }] of applied.files)
      files.set(path, { before: files.get(path)?.before ?? before, after });
    count += applied.fixed.length;
  }
}

/** The text of a file that can be written back as it was read: UTF-8 without a byte order mark. */
function plainText(disk: Disk, path: string): string | undefined {
  const bytes = disk.read(path, LARGEST);
  const text = bytes && decodeText(bytes);
  if (typeof text !== 'string' || bytes === undefined) return undefined;
  return Buffer.compare(Buffer.from(text), bytes) === 0 ? text : undefined;
}

/** A disk on which some files hold what they are going to. */
function withTexts(disk: Disk, files: ReadonlyMap<string, FixedFile>): Disk {
  const bytesOf = (path: string): Uint8Array | undefined => {
    const file = files.get(path);
    return file && Buffer.from(file.after);
  };
  return {
    ...disk,
    list: (path) => disk.list(path),
    stat(path) {
      const bytes = bytesOf(path);
      return bytes === undefined ? disk.stat(path) : { type: 'file', size: bytes.length };
    },
    read: (path, limit) => bytesOf(path)?.subarray(0, limit) ?? disk.read(path, limit),
  };
}

/**
 * What would be changed, as a unified diff that `git apply` takes: but where a line holds a secret, which is
 * covered, or what a terminal or a runner would obey, which is spelled out.
 */
export const diffOf = ({ files, hide }: Pick<Fixing, 'files' | 'hide'>): string =>
  [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { before, after }]) => {
      const name = printable(path);
      const patch = createTwoFilesPatch(
        `a/${name}`,
        `b/${name}`,
        hide(before),
        hide(after),
        undefined,
        undefined,
        {
          context: 3,
        },
      );
      return withoutCommands(patch.replace(/^=+\n/, '').split('\n').map(printableLine).join('\n'));
    })
    .join('');

/** A line that may end with a carriage return. */
const printableLine = (line: string): string => printable(line) + (line.endsWith('\r') ? '\r' : '');
