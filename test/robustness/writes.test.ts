import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFixes } from '../../src/commands/files.ts';
import { UsageError } from '../../src/usage.ts';
import { snapshotOf } from '../support/hostile.ts';
import { monitoringCheck, runAction, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';

const CANARY = 'outs1de-Canary-9Xk2';
const RULES = 'groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up{job=~"api"} == 0\n';
const PROMETHEUS =
  'rule_files: [rules.yml]\nscrape_configs: [{job_name: api, static_configs: [{targets: ["api:80"]}]}]\n';

/** A repository with links in it, as `name: target`, beside a folder that is none of its business. */
function linked(links: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const base = temporaryFolder({
    'repository/.git/HEAD': 'ref: refs/heads/main\n',
    'repository/rules.yml': RULES,
    'repository/prometheus.yml': PROMETHEUS,
    'outside/there.txt': `${CANARY}: true\n`,
    'outside/folder/': '',
    // Another repository of the user's: as much outside as anything else.
    'outside/.git/HEAD': 'ref: refs/heads/main\n',
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`repository/${path}`, text])),
  });
  const folder = join(base, 'repository');
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
  return { folder, outside: join(base, 'outside') };
}

/** Links that lead out of the repository, for a file in it that is written. */
const LEADING_OUT: readonly (readonly [
  what: string,
  file: string,
  links: Readonly<Record<string, string>>,
])[] = [
  ['a link to a file outside', 'out.txt', { 'out.txt': '../outside/there.txt' }],
  ['a link to a file outside that is not there yet', 'out.txt', { 'out.txt': '../outside/made.txt' }],
  ['a link to a link that leads outside', 'out.txt', { 'out.txt': 'second', second: '../outside/there.txt' }],
  ['a file in a linked folder', 'reports/out.txt', { reports: '../outside/folder' }],
  ['a file in a folder below a linked one', 'reports/folder/out.txt', { reports: '../outside' }],
  ['a link to another file of the repository', 'out.txt', { 'out.txt': 'prometheus.yml' }],
];

const OPTIONS: readonly (readonly [what: string, args: (file: string) => readonly string[]])[] = [
  ['--format json=FILE', (file) => ['check', '.', '--promtool', 'off', '--format', `json=${file}`]],
  ['--format html=FILE', (file) => ['check', '.', '--promtool', 'off', '--format', `html=${file}`]],
  ['--write-baseline', (file) => ['check', '.', '--promtool', 'off', '--write-baseline', '--baseline', file]],
  ['graph --format html=FILE', (file) => ['graph', '.', '--format', `html=${file}`]],
];

describe.each(OPTIONS)('%s', (_option, args) => {
  it.each(LEADING_OUT)('does not write through %s', (_what, file, links) => {
    const { folder, outside } = linked(links);
    const before = [...snapshotOf(folder), ...snapshotOf(outside)];
    const { status, stderr } = monitoringCheck(args(file), { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^monitoring-check: cannot write [^\n]*: it(?:s folder)? is a link[^\n]*\n$/);
    expect([...snapshotOf(folder), ...snapshotOf(outside)]).toEqual(before);
  });

  it('writes where the user’s own links lead', () => {
    const { folder, outside } = linked({});
    symlinkSync(folder, join(outside, 'work'));
    symlinkSync(outside, join(outside, 'mine'));
    for (const file of [
      join(outside, 'work/out.txt'),
      join(outside, 'mine/out.txt'),
      '../outside/mine/other.txt',
    ]) {
      expect(monitoringCheck(args(file), { cwd: folder }).status).not.toBe(2);
      expect(existsSync(join(folder, file)) || existsSync(file), file).toBe(true);
    }
  });
});

describe('a run that is remembered', () => {
  it('does not write through a link that has come since', () => {
    const { folder, outside } = linked({});
    const own = temporaryFolder();
    const env = { MONITORING_CHECK_MEMORY: '', MONITORING_CHECK_CACHE: own, HOME: own };
    const args = ['check', '.', '--promtool', 'off', '--format', 'json=out/report.json'];
    mkdirSync(join(folder, 'out'));
    expect(monitoringCheck(args, { cwd: folder, env }).status).not.toBe(2);
    const report = join(folder, 'out/report.json');
    writeFileSync(report, '');
    expect(monitoringCheck(args, { cwd: folder, env }).status).not.toBe(2);
    expect(readFileSync(report, 'utf8')).toContain('"version": 1');
    const before = snapshotOf(outside);
    const linkedReport = ['check', '.', '--promtool', 'off', '--format', 'json=linked.json'];
    symlinkSync(join(outside, 'there.txt'), join(folder, 'linked.json'));
    expect(monitoringCheck(linkedReport, { cwd: folder, env }).status).toBe(2);
    expect(snapshotOf(outside)).toEqual(before);
  });
});

describe('--fix', () => {
  it('mends a file of the repository, and none that a link leads to outside', () => {
    const { folder, outside } = linked({
      'more.yml': '../outside/rules.yml',
      'more/rules.yml': '../../outside/rules.yml',
    });
    writeFileSync(join(outside, 'rules.yml'), RULES);
    const run = monitoringCheck(['check', '.', '--promtool', 'off', '--fix', '--preset', 'strict'], {
      cwd: folder,
    });
    expect(run.stderr).toContain('1 finding mended in 1 file');
    expect(readFileSync(join(folder, 'rules.yml'), 'utf8')).toBe(RULES.replace('=~', '='));
    expect(readFileSync(join(outside, 'rules.yml'), 'utf8')).toBe(RULES);
  });

  it('leaves a file alone that has changed since it was read, and one that has become a link', () => {
    const { folder, outside } = linked({});
    const fixed = new Map([['rules.yml', { before: RULES, after: 'mended' }]]);
    writeFileSync(join(folder, 'rules.yml'), `${RULES}# just written\n`);
    expect(() => writeFixes(folder, fixed)).toThrow(
      new UsageError('rules.yml has changed since it was read and is left as it is'),
    );
    expect(readFileSync(join(folder, 'rules.yml'), 'utf8')).toBe(`${RULES}# just written\n`);
    writeFileSync(join(outside, 'rules.yml'), RULES);
    symlinkSync('../outside/rules.yml', join(folder, 'linked.yml'));
    writeFixes(folder, new Map([['linked.yml', { before: RULES, after: 'mended' }]]));
    expect(readFileSync(join(outside, 'rules.yml'), 'utf8')).toBe(RULES);
  });
});

describe('init', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['its configuration', { 'monitoring-check.yml': '../outside/made.yml' }],
    ['the workflow', { '.github/workflows/monitoring-check.yml': '../../../outside/made.yml' }],
    ['the folder of workflows', { '.github/workflows': '../../outside/folder' }],
    ['a folder above it', { '.github': '../outside' }],
    ['a folder that is not there yet', { '.github': '../outside/made' }],
  ])('does not write through a link in the place of %s', (_what, links) => {
    const { folder, outside } = linked(links);
    const before = snapshotOf(outside);
    const { status, stdout, stderr } = monitoringCheck(['init', '.'], { cwd: folder });
    expect(snapshotOf(outside)).toEqual(before);
    // What is there already, whatever it is, is left as it is.
    if (status === 0) expect(stdout).toContain('is there already: left as it is');
    else expect(stderr).toMatch(/^monitoring-check: cannot write [^\n]+\n$/);
  });
});

describe.skipIf(!hasPromtool)('drill --write-tests', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['its folder', { tests: '../outside/folder' }],
    ['its folder, which is not there yet', { tests: '../outside/made' }],
    ['a file that it writes', { 'tests/rules_test.yml': '../../outside/there.txt' }],
    ['a file that it writes, which is not there yet', { 'tests/rules_test.yml': '../../outside/made.txt' }],
  ])('does not write through a link in the place of %s', (_what, links) => {
    const { folder, outside } = linked(links);
    const before = snapshotOf(outside);
    const { status, stderr } = monitoringCheck(['drill', '.', '--write-tests', 'tests'], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^monitoring-check: [^\n]*(?:link|not a directory)[^\n]*\n$/);
    expect(snapshotOf(outside)).toEqual(before);
  });
});

describe('the action', () => {
  const act = (folder: string, inputs: Readonly<Record<string, string>>) => {
    const job = temporaryFolder({ output: '', summary: '' });
    return runAction(
      { promtool: 'off', ...inputs },
      {
        GITHUB_WORKSPACE: folder,
        GITHUB_OUTPUT: join(job, 'output'),
        GITHUB_STEP_SUMMARY: join(job, 'summary'),
      },
    );
  };

  it.each(
    LEADING_OUT.flatMap(([what, file, links]) =>
      ['report-file', 'sarif-file'].map((input) => [input, what, file, links] as const),
    ),
  )('does not write the %s through %s', (input, _what, file, links) => {
    const { folder, outside } = linked(links);
    const before = [...snapshotOf(folder), ...snapshotOf(outside)];
    const { status, stdout } = act(folder, { [input]: file });
    expect(status).toBe(2);
    expect(stdout).toMatch(/^::error::cannot write [^\n]* is a link[^\n]*$/m);
    expect([...snapshotOf(folder), ...snapshotOf(outside)]).toEqual(before);
  });

  it.each([
    ['config', 'linked.txt', 'linked.txt'],
    ['baseline', 'linked.txt', 'linked.txt'],
    ['config', 'folder/there.txt', 'folder'],
    ['path', 'folder', 'folder'],
    ['path', 'folder/folder', 'folder'],
  ])('does not read the %s %s through a link that leads outside', (input, value, link) => {
    const { folder } = linked({ [link]: link === 'folder' ? '../outside' : '../outside/there.txt' });
    const { status, stdout } = act(folder, { [input]: value });
    expect(status).toBe(2);
    expect(stdout).toMatch(/^::error::[^\n]* is a link that leads out of the repository[^\n]*$/m);
    expect(stdout).not.toContain(CANARY);
  });
});

describe('an option that names a file to read', () => {
  it.each(['--config', '--baseline'])(
    '%s follows no link out of the repository, and shows nothing of it',
    (option) => {
      const { folder } = linked({ 'linked.txt': '../outside/there.txt', folder: '../outside' });
      for (const file of ['linked.txt', 'folder/there.txt', join(folder, 'linked.txt')]) {
        const { status, stdout, stderr } = monitoringCheck(
          ['check', '.', option, file, '--promtool', 'off'],
          { cwd: folder },
        );
        expect(status).toBe(2);
        expect(stderr).toMatch(
          /^monitoring-check: [^\n]* is a link that leads out of the repository, for --\w+\n$/,
        );
        expect(stdout + stderr).not.toContain(CANARY);
      }
    },
  );

  it('may be a link within the repository, and anything outside that the user names', () => {
    const { folder, outside } = linked({ 'linked.yml': 'other.yml' }, { 'other.yml': 'preset: strict\n' });
    writeFileSync(join(outside, 'own.yml'), 'preset: strict\n');
    symlinkSync('own.yml', join(outside, 'link.yml'));
    for (const file of ['linked.yml', '../outside/own.yml', '../outside/link.yml'])
      expect(
        monitoringCheck(['check', '.', '--config', file, '--promtool', 'off'], { cwd: folder }).stderr,
      ).toBe('');
  });

  it.each([
    [
      'a baseline that is nested ten thousand times',
      '--baseline',
      `{"version": ${'['.repeat(10_000)}${']'.repeat(10_000)}, "findings": []}`,
    ],
    ['a baseline of another kind', '--baseline', `{"version": "${'x'.repeat(100_000)}", "findings": []}`],
    [
      'a baseline with a deep entry',
      '--baseline',
      `{"version": 1, "findings": [${'['.repeat(100_000)}${']'.repeat(100_000)}]}`,
    ],
    ['a baseline that is too large', '--baseline', ' '.repeat(65 * 1024 * 1024)],
    ['a configuration that is too large', '--config', ' '.repeat(2 * 1024 * 1024)],
    [
      'a configuration that is nested ten thousand times',
      '--config',
      `paths: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
    ],
    ['a configuration that names a program', '--config', 'promtool: ./node_modules/.bin/promtool\n'],
  ])('%s is refused in one short line', (_what, option, text) => {
    const folder = temporaryFolder({ 'rules.yml': RULES, given: text });
    const { status, stderr } = monitoringCheck(['check', '.', option, 'given', '--promtool', 'off'], {
      cwd: folder,
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^monitoring-check: [^\n]{1,300}\n$/);
    expect(stderr).not.toContain('a fault of its own');
  });
});
