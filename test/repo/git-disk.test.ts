import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitSince } from '../../src/repo/git.ts';
import { openCommit } from '../../src/repo/git-disk.ts';
import { temporaryFolder } from '../support/program.ts';

const git = (folder: string, ...args: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);

test('a commit is read as a directory, whatever the checkout holds', () => {
  const folder = temporaryFolder({
    'top.txt': 'outside',
    'sub/a.yml': 'old: 1\n',
    'sub/deep/b.yml': 'b: 1\n',
  });
  symlinkSync('deep/b.yml', join(folder, 'sub/link.yml'));
  symlinkSync('deep', join(folder, 'sub/linked'));
  symlinkSync('../top.txt', join(folder, 'sub/out'));
  symlinkSync('circle', join(folder, 'sub/circle'));
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'one');
  writeFileSync(join(folder, 'sub/a.yml'), 'new: 2\n');
  rmSync(join(folder, 'sub/deep'), { recursive: true });

  const sub = join(folder, 'sub');
  const disk = openCommit(sub, commitSince(sub, 'HEAD') ?? '');
  expect(
    disk
      ?.list('')
      ?.map(({ name, type }) => `${name} ${type}`)
      .sort(),
  ).toEqual(['a.yml file', 'circle link', 'deep directory', 'link.yml link', 'linked link', 'out link']);
  expect(text(disk?.read('a.yml', 100))).toBe('old: 1\n');
  expect(text(disk?.read('a.yml', 3))).toBe('old');
  expect(text(disk?.read('link.yml', 100))).toBe('b: 1\n');
  expect(text(disk?.read('linked/b.yml', 100))).toBe('b: 1\n');
  expect(disk?.stat('deep')).toEqual({ type: 'directory', size: 0 });
  expect(disk?.stat('a.yml')).toEqual({ type: 'file', size: 7 });
  expect(disk?.stat('nowhere')).toBeUndefined();
  for (const path of ['out', 'circle']) {
    expect(disk?.stat(path)).toEqual({ type: 'other', size: 0 });
    expect(disk?.read(path, 100)).toBeUndefined();
  }
});

test('a branch is compared with where the present one left it', () => {
  const folder = temporaryFolder({ 'a.yml': '1' });
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'one');
  const fork = git(folder, 'rev-parse', 'HEAD').trim();
  git(folder, 'checkout', '-qb', 'change');
  git(folder, 'commit', '-qm', 'two', '--allow-empty');
  git(folder, 'checkout', '-q', 'main');
  git(folder, 'commit', '-qm', 'three', '--allow-empty');
  git(folder, 'checkout', '-q', 'change');
  expect(commitSince(folder, 'main')).toBe(fork);
  expect(commitSince(folder, 'nowhere')).toBeUndefined();
  expect(commitSince(folder, '--output=x')).toBeUndefined();
});

test('a folder without git has no commit', () => {
  const folder = temporaryFolder({ 'a.yml': '1' });
  mkdirSync(join(folder, 'b'));
  expect(commitSince(folder, 'HEAD')).toBeUndefined();
  expect(openCommit(folder, 'HEAD')).toBeUndefined();
});
