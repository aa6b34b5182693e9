import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryDisk, openDisk } from '../../src/repo/disk.ts';
import { openRepository } from '../../src/repo/repository.ts';

describe('the files of a repository', () => {
  test('are those that git takes, and those that it has against an ignore file', () => {
    const files = {
      '.gitignore': '*.yml\nbuild/\n',
      'a.yml': '',
      'b.yml': '',
      'build/c.txt': '',
      'd.txt': '',
    };
    expect(openRepository(memoryDisk(files)).paths).toEqual(['.gitignore', 'd.txt']);
    const repo = openRepository(memoryDisk(files, ['a.yml', 'build/c.txt']));
    expect(repo.paths).toEqual(['.gitignore', 'a.yml', 'build/c.txt', 'd.txt']);
    expect(['a.yml', 'b.yml', 'build', 'd.txt'].map((path) => repo.isIgnored(path))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('are never all ignored: the root is what git looks at', () => {
    const repo = openRepository(memoryDisk({ '.gitignore': '*\n', 'a.yml': '' }));
    expect(['', '/'].map((path) => repo.isIgnored(path))).toEqual([false, false]);
  });

  test('are not what a package manager has brought', () => {
    const repo = openRepository(
      memoryDisk({
        'go.mod': '',
        'vendor/x/compose.yml': '',
        'app/vendor/compose.yml': '',
        'node_modules/x/compose.yml': '',
      }),
    );
    expect(repo.paths).toEqual(['app/vendor/compose.yml', 'go.mod']);
  });
});

describe('what git has', () => {
  let root: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'monitoring-check-'));
    mkdirSync(join(root, 'conf'));
    writeFileSync(join(root, '.gitignore'), '*.yml\n');
    writeFileSync(join(root, 'conf/kept.yml'), '');
    writeFileSync(join(root, 'conf/own.yml'), '');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('is asked of git itself, also from a folder inside', () => {
    git('init', '-q');
    git('add', '--force', 'conf/kept.yml');
    const repo = openRepository(openDisk(root));
    expect(repo.paths).toEqual(['.gitignore', 'conf/kept.yml']);
    expect([repo.isIgnored('conf/kept.yml'), repo.isIgnored('conf/own.yml'), repo.knowsGit()]).toEqual([
      false,
      true,
      true,
    ]);
    expect([...(openDisk(join(root, 'conf')).tracked?.() ?? [])]).toEqual(['kept.yml']);
  });

  test('is not known where there is no repository', () => {
    expect(openRepository(openDisk(root)).knowsGit()).toBe(false);
  });

  test.skipIf(process.platform === 'win32')('is asked without running what the repository names', () => {
    git('init', '-q');
    git('add', '--force', 'conf/kept.yml');
    const mark = join(root, 'ran');
    const hook = join(root, 'hook.sh');
    writeFileSync(hook, `#!/bin/sh\ntouch ${mark}\n`);
    chmodSync(hook, 0o755);
    git('config', 'core.fsmonitor', hook);
    expect(openDisk(root).tracked?.()?.has('conf/kept.yml')).toBe(true);
    expect(existsSync(mark)).toBe(false);
  });
});
