import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMATS, GRAPH_FORMATS } from '../../src/arguments.ts';
import { type BoundedRun, expectGoodEnd, runBounded } from '../support/bounded.ts';
import { BUILT } from '../support/build.ts';
import { type Hostile, hostileRepository, snapshotOf } from '../support/hostile.ts';
import { runAction, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';

/** What the job's environment holds, and nobody must see. */
const JOB_SECRET = ['ghp', 'environment0Secret0Of0The0Job0012345'].join('_');
/** The repository's folders before those of the machine, in every way in which PATH can name them. */
const hostilePath = (folder: string): string =>
  [
    ...['.', './bin', './node_modules/.bin', '', join(folder, 'bin'), join(folder, 'links/out/bin')],
    process.env.PATH,
  ].join(':');

/** What moves a terminal's cursor, colours it, turns the direction of writing, or cannot be seen. */
const STEERING =
  /(?![\t\n])[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
/** What a runner takes for a command: a line that begins with one, or an older one anywhere in another line. */
const COMMAND = /^[^\S\n]*::.*$|^.*##\[.*$/gm;
/** An annotation of this program's, which is titled with its rule. */
const ANNOTATION = /^::(?:error|warning|notice) (?=[^:]*title=[a-z]+(?:\/|%2F)[a-z-]+)[^:]*::/;
/** What else the action says with a command. */
const CLOSING =
  /^::(?:error|warning|notice)::(?:\d+ more \w+: the job's summary lists all of them|\d+ of the findings fail the check; [^:]*)$/;

/** A text with what a page, a workflow command or JSON writes in another way as it is read. */
const decoded = (text: string): string[] => [
  text,
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(
      /&(lt|gt|quot|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? '',
    ),
  text.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))),
  text.replace(/%([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
  text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code?: string, char?: string) =>
    code === undefined ? (char ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  ),
];

/** A report shows no secret, in whatever way it writes it, and nothing in it does anything but be read. */
function expectHarmless(report: string, { secrets }: Hostile): void {
  for (const text of decoded(report))
    for (const [name, secret] of Object.entries({ ...secrets, job: JOB_SECRET }))
      expect(text.includes(secret), `${name}: ${around(text, secret)}`).toBe(false);
  expect(STEERING.exec(report)?.[0]).toBeUndefined();
  expect((report.match(COMMAND) ?? []).filter((line) => !ANNOTATION.test(line))).toEqual([]);
}

const around = (text: string, part: string): string => {
  const at = text.indexOf(part);
  return at < 0 ? '' : text.slice(Math.max(0, at - 100), at + part.length);
};

/** Work for several tests at once. */
const cleaners: (() => void)[] = [];
const later = (clean: () => void): void => void cleaners.unshift(clean);
afterAll(() => {
  for (const clean of cleaners) clean();
});

describe('a hostile repository', () => {
  let hostile: Hostile;
  let before: readonly string[];
  let outside: readonly string[];
  let reports: string;
  let run: BoundedRun;

  /** Runs a command in the repository, with its programs before those of the machine. */
  const ask = (args: readonly string[]): BoundedRun =>
    runBounded(args, {
      cwd: hostile.folder,
      env: {
        PATH: hostilePath(hostile.folder),
        HOME: reports,
        GITHUB_TOKEN: JOB_SECRET,
        MONITORING_CHECK_CACHE: 'off',
      },
    });

  beforeAll(() => {
    hostile = hostileRepository(later);
    reports = temporaryFolder({}, later);
    [before, outside] = [snapshotOf(hostile.folder), snapshotOf(hostile.outside)];
    const formats = FORMATS.flatMap((format) => ['--format', `${format}=${join(reports, format)}`]);
    run = ask(['check', '.', '--preset', 'strict', ...formats]);
  }, 120_000);

  it('is read to its end, in bounded time and memory, and its faults are told', () => {
    expectGoodEnd(run);
    expect(run.status).toBe(1);
    expect(run.stderr).toBe('');
    expectHarmless(run.stdout, hostile);
    const { findings } = JSON.parse(readFileSync(join(reports, 'json'), 'utf8')) as {
      findings: { file: string }[];
    };
    const files = new Set(findings.map(({ file }) => file));
    for (const path of [
      'docker-compose.yml',
      'prometheus/rules/--enable-feature=evil.yml',
      'bombs/merge.yml',
      'encodings/utf-16be.yml',
      'deep/promql.yml',
    ])
      expect(files).toContain(path);
    // What a link leads to outside is nobody's here.
    expect([...files].filter((path) => /^links\/|outside|passwd|\.\.\//.test(path))).toEqual([]);
  });

  it('runs nothing and changes nothing', () => {
    expect(existsSync(hostile.pwned)).toBe(false);
    expect(snapshotOf(hostile.folder)).toEqual(before);
    expect(snapshotOf(hostile.outside)).toEqual(outside);
    expect(readdirSync(reports).sort()).toEqual([...FORMATS].sort());
  });

  it.each(FORMATS)('says no secret and steers nothing in the %s report', (format) => {
    const report = readFileSync(join(reports, format), 'utf8');
    expect(report.length).toBeGreaterThan(1000);
    expectHarmless(report, hostile);
  });

  it('nor in what is printed in colour', () => {
    const colored = ask(['check', '.', '--promtool', 'off', '--color']);
    expectGoodEnd(colored);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
    expectHarmless(colored.stdout.replace(/\u001b\[\d+(?:;\d+)*m/g, ''), hostile);
  });

  it.each(GRAPH_FORMATS)('nor in the graph as %s', (format) => {
    const graph = ask(['graph', '.', '--format', format]);
    expectGoodEnd(graph);
    expect(graph.status).toBe(0);
    expectHarmless(graph.stdout, hostile);
  });

  it('nor in what --fix would do', () => {
    const shown = ask(['check', '.', '--fix', '--dry-run', '--preset', 'strict', '--promtool', 'off']);
    expectGoodEnd(shown);
    expect(shown.stdout).toMatch(/^@@ /m);
    expectHarmless(shown.stdout, hostile);
    expect(snapshotOf(hostile.folder)).toEqual(before);
  });

  it('nor in a baseline', () => {
    const file = join(reports, 'baseline.json');
    expectGoodEnd(ask(['check', '.', '--write-baseline', '--baseline', file, '--preset', 'strict']));
    expectHarmless(readFileSync(file, 'utf8'), hostile);
    const known = ask(['check', '.', '--baseline', file, '--preset', 'strict', '--format', 'json']);
    expect((JSON.parse(known.stdout) as { findings: unknown[] }).findings).toEqual([]);
  });

  it.skipIf(!hasPromtool)('nor in the fire drill, nor in the tests that it keeps', () => {
    const tests = join(reports, 'tests');
    const drilled = ask(['drill', '.', '--write-tests', tests]);
    expectGoodEnd(drilled);
    expectHarmless(drilled.stdout + drilled.stderr, hostile);
    for (const file of existsSync(tests) ? readdirSync(tests) : [])
      expectHarmless(readFileSync(join(tests, file), 'utf8'), hostile);
    expect(existsSync(hostile.pwned)).toBe(false);
    expect(snapshotOf(hostile.folder)).toEqual(before);
  });

  it.each(['README.md', 'docker-compose.yml', 'links/etc/passwd', 'links/zero.yml', 'links/fifo'])(
    'as the configuration, %s is refused in one line that says nothing of its contents',
    (path) => {
      const refused = ask(['check', '.', '--config', path, '--promtool', 'off']);
      expectGoodEnd(refused);
      expect(refused.status).toBe(2);
      expect(refused.stderr.length).toBeLessThan(400);
      expect(refused.stderr).not.toMatch(/root:|:\/bin|daemon/);
      expectHarmless(refused.stderr, hostile);
    },
  );

  it('does nothing more through the action, whose log and summary are as harmless', () => {
    const job = temporaryFolder({ output: '', summary: '' });
    const { stdout, stderr } = runAction(
      {
        path: '.',
        'report-file': '../report.json',
        'sarif-file': '../report.sarif',
        promtool: 'off',
        preset: 'strict',
      },
      {
        ...{ PATH: hostilePath(hostile.folder), GITHUB_WORKSPACE: hostile.folder, GITHUB_TOKEN: JOB_SECRET },
        ...{ GITHUB_OUTPUT: join(job, 'output'), GITHUB_STEP_SUMMARY: join(job, 'summary') },
      },
    );
    const summary = readFileSync(join(job, 'summary'), 'utf8');
    expect(summary).toContain('## Monitoring check');
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
    expectHarmless(summary, hostile);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
    const log = (stdout + stderr).replace(/\u001b\[\d+(?:;\d+)*m/g, '');
    const lines = log.split('\n').filter((line) => !CLOSING.test(line));
    expectHarmless(lines.join('\n'), hostile);
    for (const name of ['report.json', 'report.sarif'])
      expectHarmless(readFileSync(join(hostile.folder, '..', name), 'utf8'), hostile);
    expect(readFileSync(join(job, 'output'), 'utf8')).not.toMatch(/pwned/);
    expect(existsSync(hostile.pwned)).toBe(false);
    expect(snapshotOf(hostile.folder)).toEqual(before);
  });
});

/** The calls that start programs, open files or change what is there. */
const CALLS =
  'execve,execveat,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,symlink,symlinkat,link,linkat,unlink,unlinkat,truncate,chmod,fchmodat';

/** Whether system calls can be watched here. */
const hasStrace = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0;

describe.skipIf(!hasStrace)('of a hostile repository, as the system sees it,', () => {
  it('nothing outside is opened, none of its programs starts, and what is written is in folders of its own', () => {
    const hostile = hostileRepository();
    const own = temporaryFolder();
    for (const folder of ['home', 'tmp']) mkdirSync(join(own, folder));
    const log = join(own, 'calls');
    const { status } = spawnSync(
      'strace',
      [
        ...['-f', '-qq', '-y', '-s', '4096', '-o', log],
        ...['-e', `trace=${CALLS}`],
        ...[
          process.execPath,
          resolve(BUILT, 'cli.js'),
          'check',
          '.',
          '--drill',
          '--format',
          `json=${own}/report`,
        ],
      ],
      {
        cwd: hostile.folder,
        env: {
          ...{ PATH: hostilePath(hostile.folder), HOME: join(own, 'home'), TMPDIR: join(own, 'tmp') },
          MONITORING_CHECK_CACHE: 'off',
        },
        stdio: 'ignore',
        timeout: 120_000,
      },
    );
    expect(status).toBe(1);
    const calls = readFileSync(log, 'latin1').split('\n');
    const done = calls.filter((line) => !/ = -1 E/.test(line));
    const started = done
      .filter((line) => /\bexecve/.test(line))
      .map((line) => /"([^"]*)"/.exec(line)?.[1] ?? '');
    expect(started).toContain(process.execPath);
    if (hasPromtool) expect(started.some((path) => path.endsWith('/promtool'))).toBe(true);
    const base = realpathSync(join(hostile.folder, '..'));
    for (const path of started) expect(realpathSync(path).startsWith(base), path).toBe(false);

    // The kernel says where what was opened lies, links followed.
    const opened = done.flatMap((line) => /\bopen\w*\(.* = \d+<([^>]*)>/.exec(line)?.[1] ?? []);
    expect(opened.filter((path) => path.startsWith(`${base}/repository/`)).length).toBeGreaterThan(20);
    expect(opened.filter((path) => path.startsWith(`${base}/outside`))).toEqual([]);
    expect(opened.filter((path) => /^\/dev\/(?:zero|full|u?random|tty)$/.test(path))).toEqual([]);
    // No name of the repository's leads to a file of the machine's.
    const named = done.filter((line) => line.includes(`"${base}/`) && /\bopen/.test(line));
    for (const line of named) expect(/ = \d+<([^>]*)>/.exec(line)?.[1] ?? base, line).toContain(base);

    const changing = done.filter((line) =>
      /\b(?:creat|mkdir|rename|symlink|link|unlink|truncate|chmod|fchmod)\w*\(|O_(?:WRONLY|RDWR|CREAT)/.test(
        line,
      ),
    );
    const elsewhere = changing.filter(
      (line) => !line.includes(`${realpathSync(own)}/`) && !line.includes('/dev/null'),
    );
    expect(elsewhere).toEqual([]);
  }, 180_000);
});
