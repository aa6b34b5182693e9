import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as core from '@actions/core';
import { HttpClient } from '@actions/http-client';
import { cacheFile, extractTar, find } from '@actions/tool-cache';
import { safePath } from '../repo/programs.ts';
import { UsageError } from '../usage.ts';
import { PROMTOOL_RELEASES, type PromtoolRelease } from '../verify/promtool-releases.ts';
import type { Fetched } from '../verify/promtool-run.ts';
import { VERSION } from '../version.ts';
import { listed } from '../words.ts';

/** An archive whose checksum is known. */
export interface PinnedArchive {
  readonly version: string;
  /** As Prometheus names it: `linux-amd64`. */
  readonly platform: string;
  /** In hex digits. */
  readonly sha256: string;
}

export interface FetchOptions {
  /** Instead of GitHub's address of Prometheus's releases; below it everything is as there. */
  readonly mirror: string | undefined;
  /** The repository that is checked: none of its programs unpacks the archive. */
  readonly root: string;
  /** What the runner gives: a folder for what is passing, and one for tools. */
  readonly temporary: string | undefined;
  readonly toolCache: string | undefined;
  /** In milliseconds, for everything. */
  readonly timeout?: number;
  /** Before the second attempt, in milliseconds. */
  readonly firstWait?: number;
  readonly onFetch?: (address: string) => void;
}

const RELEASES = 'https://github.com/prometheus/prometheus/releases/download';
/** Not a name that another action may have cached under: what is found there was verified here. */
const TOOL = 'monitoring-check-promtool';
/** A variable of the runner with another address of the releases, for mirrors and tests. */
const MIRROR = 'MONITORING_CHECK_PROMETHEUS_MIRROR';
const ATTEMPTS = 3;
/** Of the whole fetch, in milliseconds. */
const LONGEST = 120_000;
/** A server that sends nothing for so long is left, in milliseconds. */
const LONGEST_SILENCE = 20_000;
/** About three times an archive, in bytes. */
const LARGEST = 400 * 1024 * 1024;

/** The platform in Prometheus's words. Windows on arm64 runs what is made for amd64. */
export function releasePlatform(platform: NodeJS.Platform = process.platform, arch = process.arch): string {
  const system = platform === 'win32' ? 'windows' : platform;
  const isAmd64 = arch === 'x64' || (system === 'windows' && arch === 'arm64');
  const processor = isAmd64 ? 'amd64' : arch;
  return `${system}-${processor}`;
}

/**
 * The archive of a version for a platform, of the newest one where no version is asked for; undefined where
 * none is known for the platform. Throws a `UsageError` for a version that is not known.
 */
export function pinnedArchive(
  version: string,
  platform: string,
  releases: readonly PromtoolRelease[] = PROMTOOL_RELEASES,
): PinnedArchive | undefined {
  const known = releases.flatMap(({ version, archives }): PinnedArchive[] => {
    const sha256 = archives[platform];
    return sha256 === undefined ? [] : [{ version, platform, sha256 }];
  });
  if (version === '') return known[0];
  const found = known.find((archive) => archive.version === version.replace(/^v/, ''));
  if (found !== undefined) return found;
  const versions = known.map((archive) => archive.version);
  const all = versions.length === 0 ? 'none is' : `${listed(versions)} ${versions.length > 1 ? 'are' : 'is'}`;
  throw new UsageError(
    `the input promtool-version is "${version}", whose checksum is not known for ${platform}: ${all}`,
  );
}

/**
 * What brings a promtool to the action, asked once however often it is needed; undefined where no release is
 * known for this platform. Throws a `UsageError` for a version whose checksum is not known, and for a mirror
 * that is no address.
 */
export function promtoolFetcher(
  version: string,
  root: string,
  env: NodeJS.ProcessEnv,
): (() => Promise<Fetched>) | undefined {
  const archive = pinnedArchive(version, releasePlatform());
  const mirror = env[MIRROR] || undefined;
  if (mirror !== undefined && !(URL.canParse(mirror) && /^https?:$/.test(new URL(mirror).protocol)))
    throw new UsageError(`the variable ${MIRROR} is "${mirror}", which is no address of http or https`);
  if (archive === undefined) return undefined;
  let fetched: Promise<Fetched> | undefined;
  return () => {
    fetched ??= fetchPromtool(archive, {
      mirror,
      root,
      temporary: env.RUNNER_TEMP,
      toolCache: env.RUNNER_TOOL_CACHE,
      onFetch: (address) => core.info(`Fetching promtool from ${address}`),
    });
    return fetched;
  };
}

/**
 * Brings promtool out of an archive of Prometheus: from the runner's tool cache, or else over the network,
 * where the archive's checksum is compared before anything is unpacked. Why it could not be had is said in
 * a part of a sentence.
 */
export async function fetchPromtool(archive: PinnedArchive, options: FetchOptions): Promise<Fetched> {
  const { version, platform } = archive;
  const { temporary, toolCache } = options;
  if (!temporary || !toolCache) return problem(version, 'this is no runner of GitHub Actions');
  const name = platform.startsWith('windows') ? 'promtool.exe' : 'promtool';
  const cached = find(TOOL, version, platform);
  if (cached !== '' && existsSync(join(cached, name))) return { command: join(cached, name) };

  const folder = mkdtempSync(join(temporary, 'monitoring-check-promtool-'));
  try {
    const file = join(folder, 'archive.tar.gz');
    await download(archive, file, options);
    const program = await unpack(file, folder, `prometheus-${version}.${platform}/${name}`, options.root);
    return { command: join(await cacheFile(program, name, TOOL, version, platform), name) };
  } catch (error) {
    return problem(version, reasonOf(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where a name has several addresses, the error of all of them has only a code. */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? error.message || ('code' in error ? String(error.code) : error.name)
    : String(error);

const problem = (version: string, why: string): Fetched => ({
  problem: `Prometheus ${version} was not fetched (${why})`,
});

/** Writes the archive to a file. Throws where it cannot be had, or is not the one that is known. */
async function download(
  { version, platform, sha256 }: PinnedArchive,
  file: string,
  { mirror = RELEASES, timeout = LONGEST, firstWait = 1000, onFetch }: FetchOptions,
): Promise<void> {
  const address = `${mirror.replace(/\/+$/, '')}/v${version}/prometheus-${version}.${platform}.tar.gz`;
  onFetch?.(address);
  const signal = AbortSignal.timeout(timeout);
  for (let attempt = 1, wait = firstWait; ; attempt++, wait *= 3) {
    try {
      const found = await downloadOnce(address, file, signal);
      if (found === sha256) return;
      throw new FinalError(`its SHA-256 is ${found}, and ${sha256} is the one that is known`);
    } catch (error) {
      if (signal.aborted) throw new Error(`it took longer than ${timeout / 1000} s`);
      if (error instanceof FinalError || attempt === ATTEMPTS) throw error;
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** What another attempt would not change. */
class FinalError extends Error {}

/** One attempt; the result is the SHA-256 of what was written. */
async function downloadOnce(address: string, file: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const client = new HttpClient(`monitoring-check/${VERSION}`, [], { socketTimeout: LONGEST_SILENCE });
  // It ends connections that are still being made, too.
  const end = (): void => client.dispose();
  signal.addEventListener('abort', end, { once: true });
  try {
    const { message } = await client.get(address);
    const status = message.statusCode ?? 0;
    if (status !== 200) {
      message.destroy();
      const isPassing = status >= 500 || status === 408 || status === 429;
      const text = `${new URL(address).host} answered with status ${status}`;
      throw isPassing ? new Error(text) : new FinalError(text);
    }
    message.setTimeout(LONGEST_SILENCE, () => message.destroy(new Error('the server fell silent')));
    const hash = createHash('sha256');
    let size = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        size += chunk.length;
        hash.update(chunk);
        if (size > LARGEST) done(new FinalError('it is far larger than an archive of Prometheus'));
        else done(null, chunk);
      },
    });
    await pipeline(message, counted, createWriteStream(file), { signal });
    return hash.digest('hex');
  } finally {
    signal.removeEventListener('abort', end);
    client.dispose();
  }
}

/** Takes one program out of an archive; the result is its path. */
async function unpack(archive: string, folder: string, member: string, root: string): Promise<string> {
  const list = join(folder, 'members');
  writeFileSync(list, `${member}\n`);
  // The tar of Windows and those of GNU and BSD agree on this much.
  const [into, wanted] = [folder, list].map((path) => path.replaceAll('\\', '/')) as [string, string];
  const { PATH } = process.env;
  process.env.PATH = safePath(root);
  try {
    await extractTar(archive, folder, ['-x', '-z', '-C', into, '-T', wanted]);
  } finally {
    process.env.PATH = PATH;
  }
  return join(folder, member);
}
