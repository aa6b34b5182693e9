import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fetchPromtool, pinnedArchive, releasePlatform } from '../../src/github/promtool.ts';
import type { JsonReport } from '../../src/report/json.ts';
import { PROMTOOL_RELEASES } from '../../src/verify/promtool-releases.ts';
import { BUILT } from '../support/build.ts';
import { type Ran, runAction, runActionAside, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const PLATFORM = releasePlatform();
const pinned = pinnedArchive('', PLATFORM);
if (pinned === undefined) throw new Error(`no release is known for ${PLATFORM}`);
const { version: VERSION, sha256: SHA256 } = pinned;
const FILE = `prometheus-${VERSION}.${PLATFORM}.tar.gz`;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where a program of this machine stands. */
const programAt = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find(existsSync);

/** A PATH with what unpacks archives, and no promtool. */
function bareMachine(): string {
  const folder = temporaryFolder();
  for (const name of ['tar', 'gzip', 'sh', 'git', 'sleep']) {
    const path = programAt(name);
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  return folder;
}

/** An archive as Prometheus publishes it, whose promtool is this machine's. */
function archiveOf(promtool = `#!/bin/sh\nexec ${programAt('promtool')} "$@"\n`): Buffer {
  const folder = temporaryFolder();
  const inner = basename(FILE, '.tar.gz');
  mkdirSync(join(folder, inner));
  for (const [name, text] of Object.entries({ promtool, prometheus: 'the server\n', LICENSE: 'terms\n' })) {
    writeFileSync(join(folder, inner, name), text);
    chmodSync(join(folder, inner, name), name === 'LICENSE' ? 0o644 : 0o755);
  }
  expect(spawnSync('tar', ['-czf', 'archive.tar.gz', inner], { cwd: folder }).status).toBe(0);
  return readFileSync(join(folder, 'archive.tar.gz'));
}

/** A mirror of Prometheus's releases on the loopback, and what was asked of it. */
async function mirror(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(response, request);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** The environment of a runner's step on a machine without a promtool. */
function runner(address: string) {
  const folder = temporaryFolder({ output: '', summary: '', 'temp/': '', 'tools/': '' });
  const env = {
    PATH: bareMachine(),
    GITHUB_WORKSPACE: resolve('fixtures'),
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    RUNNER_TEMP: join(folder, 'temp'),
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    MONITORING_CHECK_PROMETHEUS_MIRROR: address,
  };
  const report = join(folder, 'report.json');
  const run = (inputs = {}, bundle?: string): Promise<Ran> =>
    runActionAside({ path: 'k2-market-data', 'report-file': report, ...inputs }, env, bundle);
  return {
    env,
    run,
    report: (): JsonReport => JSON.parse(readFileSync(report, 'utf8')) as JsonReport,
    summary: () => readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'),
    leftOver: () => readdirSync(env.RUNNER_TEMP),
    cached: () => readdirSync(env.RUNNER_TOOL_CACHE, { recursive: true }).map(String).sort(),
  };
}

/** The action's bundle with another checksum in the place of the known one. */
function bundleThatKnows(sum: string): string {
  const name = `action-${sum.slice(0, 12)}.js`;
  const text = readFileSync(join(BUILT, 'action.js'), 'utf8');
  expect(text.split(SHA256)).toHaveLength(2);
  writeFileSync(join(BUILT, name), text.replace(SHA256, sum));
  onTestFinished(() => rmSync(join(BUILT, name)));
  return name;
}

describe('on a machine without a promtool the action', () => {
  test.skipIf(!hasPromtool)(
    'fetches one release, takes promtool out of it, and finds it the next time',
    async () => {
      const archive = archiveOf();
      const { address, asked } = await mirror((response) => response.end(archive));
      const { run, report, leftOver, cached } = runner(address);
      const bundle = bundleThatKnows(sha256(archive));
      const first = await run({}, bundle);
      expect([first.status, first.stderr]).toEqual([0, '']);
      expect(asked).toEqual([`/v${VERSION}/${FILE}`]);
      expect(report().tools.promtool.found).toBe(true);
      expect(report().drill?.alerts.filter(({ result }) => result === 'fires')).toHaveLength(7);
      expect(first.stdout).not.toContain('promtool was not found');
      // Of what was in the archive, promtool alone is kept.
      expect(leftOver()).toEqual([]);
      const folder = `monitoring-check-promtool/${VERSION}/${PLATFORM}`;
      expect(cached().filter((path) => path.startsWith(folder))).toEqual([
        folder,
        `${folder}.complete`,
        `${folder}/promtool`,
      ]);

      const second = await run({}, bundle);
      expect(second.status).toBe(0);
      expect(report().tools.promtool.found).toBe(true);
      expect(asked).toHaveLength(1);
    },
  );

  test.each<[string, (response: ServerResponse) => void, string, number]>([
    [
      'has another checksum than the known one',
      (response) => response.end('not what was published'),
      `its SHA-256 is ${sha256(Buffer.from('not what was published'))}, and ${SHA256} is the one that is known`,
      1,
    ],
    ['is not there', (response) => response.writeHead(404).end('gone'), 'answered with status 404', 1],
    [
      'is cut off each time',
      (response) => {
        response.writeHead(200, { 'content-length': '1000000' });
        response.write('the beginning', () => response.destroy());
      },
      'aborted',
      3,
    ],
  ])('goes on without an archive that %s, and says so once', async (_, answer, why, attempts) => {
    const { address, asked } = await mirror(answer);
    const { run, report, summary, leftOver, cached } = runner(address);
    const { status, stdout, stderr } = await run();
    expect([status, stderr]).toEqual([0, '']);
    expect(asked).toHaveLength(attempts);
    expectStatic(stdout, report(), summary(), why);
    expect([leftOver(), cached()]).toEqual([[], []]);
  });

  test('goes on without a network, and says so once', async () => {
    const { run, report, summary, leftOver } = runner('http://127.0.0.1:9');
    const { status, stdout, stderr } = await run();
    expect([status, stderr]).toEqual([0, '']);
    expectStatic(stdout, report(), summary(), 'connect ECONNREFUSED 127.0.0.1:9');
    expect(leftOver()).toEqual([]);
  });

  test('fetches it once for the two trees of new-since', async () => {
    const { address, asked } = await mirror((response) => response.writeHead(404).end());
    const { env } = runner(address);
    const folder = temporaryFolder();
    cpSync('fixtures/k2-market-data', folder, { recursive: true });
    const git = (...args: string[]): void => {
      const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
      expect(spawnSync('git', [...identity, ...args], { cwd: folder }).status).toBe(0);
    };
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'all');
    const { status, stdout } = await runActionAside(
      { 'new-since': 'HEAD' },
      { ...env, GITHUB_WORKSPACE: folder },
    );
    expect(status).toBe(0);
    expect(stdout.match(/promtool was not found/g)).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['where promtool is switched off', { promtool: 'off' }, {}],
    ['where there is nothing to verify', {}, { 'docker-compose.yml': 'services: {api: {image: "api:1"}}\n' }],
  ])('fetches nothing %s', async (_, inputs, files) => {
    const { address, asked } = await mirror((response) => response.writeHead(404).end());
    const { env, run } = runner(address);
    const hasFiles = Object.keys(files).length > 0;
    const { status } = hasFiles
      ? await runActionAside(inputs, { ...env, GITHUB_WORKSPACE: temporaryFolder(files) })
      : await run(inputs);
    expect([status, asked]).toEqual([0, []]);
  });

  test('fetches nothing where no runner gives it a place', async () => {
    const { address, asked } = await mirror((response) => response.writeHead(404).end());
    const { env } = runner(address);
    const { status, stdout } = await runActionAside(
      { path: 'k2-market-data' },
      { ...env, RUNNER_TOOL_CACHE: '' },
    );
    expect([status, asked]).toEqual([0, []]);
    expect(stdout).toContain(`Prometheus ${VERSION} was not fetched (this is no runner of GitHub Actions)`);
  });
});

/** Everything static is there, and one notice says what is not and why. */
function expectStatic(stdout: string, report: JsonReport, summary: string, why: string): void {
  expect(report.paths).toHaveLength(6);
  expect([report.tools.promtool.found, report.drill]).toEqual([false, null]);
  expect(stdout.match(/promtool was not found/g)).toHaveLength(1);
  const notice = /promtool was not found, and Prometheus \S+ was not fetched \((.*)\): (.*)/.exec(stdout);
  expect(notice?.[1]).toContain(why);
  expect(notice?.[2]).toBe(
    'its word on configurations, rules and tests is missing, and the fire drill was not run',
  );
  expect(summary).toContain('promtool was not found');
}

describe('the release that is fetched', () => {
  test('is the newest that is known for the platform', () => {
    expect(pinnedArchive('', 'linux-amd64')?.version).toBe('3.5.0');
    expect(pinnedArchive('', 'darwin-amd64')?.version).toBe('3.4.1');
    expect(pinnedArchive('', 'plan9-amd64')).toBeUndefined();
  });

  test('is the one that promtool-version names', () => {
    expect(pinnedArchive('3.4.1', 'linux-arm64')).toEqual({
      version: '3.4.1',
      platform: 'linux-arm64',
      sha256: PROMTOOL_RELEASES[1]?.archives['linux-arm64'],
    });
    expect(pinnedArchive('v3.4.1', 'linux-arm64')?.version).toBe('3.4.1');
  });

  test('is that of amd64 for Windows on arm64', () => {
    expect(releasePlatform('win32', 'arm64')).toBe('windows-amd64');
    expect(releasePlatform('win32', 'x64')).toBe('windows-amd64');
    expect(releasePlatform('darwin', 'arm64')).toBe('darwin-arm64');
    expect(releasePlatform('linux', 'x64')).toBe('linux-amd64');
  });

  test('has a checksum of 64 hex digits for each platform, the newest first', () => {
    const sums = PROMTOOL_RELEASES.flatMap(({ archives }) => Object.values(archives));
    expect(sums.filter((sum) => !/^[0-9a-f]{64}$/.test(sum))).toEqual([]);
    expect(new Set(sums).size).toBe(sums.length);
    const versions = PROMTOOL_RELEASES.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => b.localeCompare(a, 'en', { numeric: true })));
  });

  test.each([
    [
      { 'promtool-version': '2.0.0' },
      {},
      `the input promtool-version is "2.0.0", whose checksum is not known for ${PLATFORM}: 3.5.0 and 3.4.1 are`,
    ],
    [
      {},
      { MONITORING_CHECK_PROMETHEUS_MIRROR: 'file:///tmp' },
      'the variable MONITORING_CHECK_PROMETHEUS_MIRROR is "file:///tmp", which is no address of http or https',
    ],
  ])('cannot be another one: %j %j', (inputs, env, line) => {
    const { status, stdout } = runAction(inputs, { GITHUB_WORKSPACE: resolve('fixtures'), ...env });
    expect([status, stdout.trim()]).toEqual([2, `::error::${line}`]);
  });
});

test('the command line program has no address to fetch anything from', () => {
  const [action, cli] = ['action.js', 'cli.js'].map((name) => readFileSync(join(BUILT, name), 'utf8'));
  for (const part of ['prometheus/releases/download', SHA256]) {
    expect(action).toContain(part);
    expect(cli).not.toContain(part);
  }
});

describe('a fetch', () => {
  /** Fetches by the function itself, with whatever checksum. */
  function fetching(address: string, sum: string, timeout?: number) {
    const folder = temporaryFolder({ 'temp/': '', 'tools/': '', 'root/': '' });
    vi.stubEnv('RUNNER_TEMP', join(folder, 'temp'));
    vi.stubEnv('RUNNER_TOOL_CACHE', join(folder, 'tools'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const fetched = fetchPromtool(
      { version: VERSION, platform: PLATFORM, sha256: sum },
      {
        mirror: address,
        root: join(folder, 'root'),
        temporary: join(folder, 'temp'),
        toolCache: join(folder, 'tools'),
        firstWait: 1,
        ...(timeout ? { timeout } : {}),
      },
    );
    return { fetched, folder };
  }

  test('follows redirects, and tries again where the server is only overloaded', async () => {
    const archive = archiveOf('#!/bin/sh\n');
    const { address, asked } = await mirror((response, { url }) => {
      if (asked.length === 1) response.writeHead(503).end();
      else if (url !== '/moved') response.writeHead(302, { location: `${address}/moved` }).end();
      else response.end(archive);
    });
    const { fetched, folder } = fetching(address, sha256(archive));
    const command = join(folder, `tools/monitoring-check-promtool/${VERSION}/${PLATFORM}/promtool`);
    expect(await fetched).toEqual({ command });
    expect(spawnSync(command).status).toBe(0);
    expect(asked).toEqual([`/v${VERSION}/${FILE}`, `/v${VERSION}/${FILE}`, '/moved']);
  });

  test('takes no longer than it may, whatever the server does', async () => {
    const { address } = await mirror((response) => response.writeHead(200).write('the beginning'));
    const { fetched, folder } = fetching(address, SHA256, 300);
    expect(await fetched).toEqual({
      problem: `Prometheus ${VERSION} was not fetched (it took longer than 0.3 s)`,
    });
    expect(readdirSync(join(folder, 'temp'))).toEqual([]);
  });

  test('unpacks nothing whose checksum is another, not even a good archive', async () => {
    const { address } = await mirror((response) => response.end(archiveOf()));
    const { fetched, folder } = fetching(address, SHA256);
    expect(await fetched).toMatchObject({ problem: expect.stringContaining('is the one that is known') });
    expect([readdirSync(join(folder, 'temp')), readdirSync(join(folder, 'tools'))]).toEqual([[], []]);
  });

  test('is unpacked by no program of the repository', async () => {
    const archive = archiveOf('#!/bin/sh\n');
    const { address } = await mirror((response) => response.end(archive));
    const { fetched, folder } = fetching(address, sha256(archive));
    const own = join(folder, 'root/tar');
    writeFileSync(own, `#!/bin/sh\ntouch ${folder}/was-run\n`);
    chmodSync(own, 0o755);
    vi.stubEnv('PATH', `${join(folder, 'root')}:${process.env.PATH}`);
    expect(await fetched).toHaveProperty('command');
    expect(existsSync(join(folder, 'was-run'))).toBe(false);
  });
});
