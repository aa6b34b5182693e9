import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../src/cache-folder.ts';
import { openCodeCache } from '../src/code-cache.ts';
import { BUILT } from './support/build.ts';
import { monitoringCheck, temporaryFolder } from './support/program.ts';

test('the bundles are ASCII: they are read with one byte a character', () => {
  const bundles = readdirSync(BUILT, { recursive: true })
    .map(String)
    .filter((path) => /\.c?js$/.test(path));
  expect(bundles).toContain('main.cjs');
  for (const path of bundles)
    expect(readFileSync(join(BUILT, path), 'latin1'), path).not.toMatch(/[^\0-\x7f]/);
});

describe('the folder for what is kept between runs', () => {
  test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string | undefined]>([
    ['is one of the user for caches', {}, 'linux', join(homedir(), '.cache/monitoring-check')],
    ['on macOS too', {}, 'darwin', join(homedir(), 'Library/Caches/monitoring-check')],
    ['and on Windows', { LOCALAPPDATA: '/local' }, 'win32', '/local/monitoring-check'],
    ['is below XDG_CACHE_HOME', { XDG_CACHE_HOME: '/caches' }, 'linux', '/caches/monitoring-check'],
    ['is the one that is asked for', { MONITORING_CHECK_CACHE: '/own', CI: 'true' }, 'linux', '/own'],
    ['is none in CI', { CI: 'true' }, 'linux', undefined],
    ['is none when switched off', { MONITORING_CHECK_CACHE: 'off' }, 'linux', undefined],
  ])('%s', (_, env, platform, folder) => {
    expect(cacheFolder(env, platform)).toBe(folder);
  });
});

describe('loaded code', () => {
  const PARTS = {
    'main.cjs':
      "const { join } = require('node:path'); exports.part = require('./lazy/part.cjs').name; exports.join = join;",
    'lazy/part.cjs': "module.exports = { name: 'part', folder: __dirname };",
  };

  test('requires its parts and what Node brings, each once', () => {
    const folder = temporaryFolder(PARTS);
    const { load } = openCodeCache(undefined, 'build');
    expect(load(join(folder, 'main.cjs'))).toMatchObject({ part: 'part', join });
    expect(load(join(folder, 'main.cjs'))).toBe(load(join(folder, 'main.cjs')));
    expect(load(join(folder, 'lazy/part.cjs'))).toEqual({ name: 'part', folder: join(folder, 'lazy') });
  });

  test('is what the file holds now, whatever is kept of it', () => {
    const folder = temporaryFolder({ 'main.cjs': 'exports.answer = 1;' });
    const [file, kept] = [join(folder, 'main.cjs'), join(folder, 'kept')];
    expect(openCodeCache(kept, 'one').load(file)).toEqual({ answer: 1 });
    writeFileSync(file, 'exports.answer = 2;');
    expect(openCodeCache(kept, 'two').load(file)).toEqual({ answer: 2 });
  });
});

describe('the program', () => {
  const run = (cache: string, home = '/nonexistent') =>
    monitoringCheck(['rules'], { env: { MONITORING_CHECK_CACHE: cache, HOME: home } });
  const first = run('off');

  test('says the same with and without the compiled code of an earlier run', () => {
    const folder = join(temporaryFolder(), 'deep/cache');
    expect(run(folder)).toEqual(first);
    const kept = readdirSync(folder);
    expect(kept).toEqual([expect.stringMatching(/^main-rules-/)]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const [file = ''] = kept.map((name) => join(folder, name));
    const before = readFileSync(file);
    expect(run(folder)).toEqual(first);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('says the same where what is kept is broken, and mends it', () => {
    const folder = temporaryFolder();
    run(folder);
    const [file = ''] = readdirSync(folder).map((name) => join(folder, name));
    writeFileSync(file, 'no code');
    expect(run(folder)).toEqual(first);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });

  test('forgets the code of other builds, and nothing else', () => {
    const folder = temporaryFolder({
      'main-rules-old-1-2-v20.0.0-x64': 'old',
      'main-check-old-1-2': '',
      other: '',
    });
    run(folder);
    expect(readdirSync(folder).filter((name) => !name.includes(`-${process.version}-`))).toEqual([
      'main-check-old-1-2',
      'other',
    ]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test('neither reads nor writes a folder that others can write to', () => {
    const folder = join(temporaryFolder(), 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(run(folder)).toEqual(first);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says the same where nothing can be kept', () => {
    const folder = temporaryFolder({ file: '' });
    expect(run(join(folder, 'file'))).toEqual(first);
    expect(existsSync('off')).toBe(false);
  });
});
