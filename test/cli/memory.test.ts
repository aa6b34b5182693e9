import { chmodSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Output, remembered } from '../../src/commands/memory.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import type { Repository } from '../support/check.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

/** Some work that says what it finds on the disk, and how often it was done. */
async function runs(folder: string, files: Repository, key = 'key', questions = 0) {
  let count = 0;
  const said: string[] = [];
  const output: Output = {
    write: (text) => void said.push(text),
    error: (text) => void said.push(`! ${text}`),
    writeFile: (file, text) => void said.push(`${file}: ${text}`),
    progress: undefined,
    width: 80,
    color: () => false,
  };
  const status = await remembered(folder, key, memoryDisk(files), output, async (disk, to) => {
    count++;
    to.write(JSON.stringify(disk.list('')));
    to.error(String(new TextDecoder().decode(disk.read('a', 4))));
    for (let number = 0; number < questions; number++) disk.stat(`${number}`);
    to.writeFile('report', JSON.stringify([disk.stat('b'), disk.read('c', 4) === undefined]));
    return 3;
  });
  return { count, said, status };
}

describe('a run', () => {
  test('is not done again while what it read is the same', async () => {
    const folder = temporaryFolder();
    const first = await runs(folder, { a: 'one' });
    expect(first).toMatchObject({ count: 1, status: 3 });
    expect(await runs(folder, { a: 'one' })).toEqual({ ...first, count: 0 });
  });

  test.each<[string, Repository]>([
    ['other content of the same size', { a: 'two' }],
    ['another file in a folder that was listed', { a: 'one', d: '' }],
    ['a file that was missing', { a: 'one', c: 'three' }],
    ['a file that was only asked for', { a: 'one', b: 'three' }],
    ['no file any more', {}],
  ])('is done again with %s', async (_, files) => {
    const folder = temporaryFolder();
    await runs(folder, { a: 'one' });
    const again = await runs(folder, files);
    expect(again.count).toBe(1);
    expect(again).toEqual(await runs(temporaryFolder(), files));
  });

  test('is done again for another key', async () => {
    const folder = temporaryFolder();
    await runs(folder, { a: 'one' });
    expect(await runs(folder, { a: 'one' }, 'other')).toMatchObject({ count: 1 });
  });

  test('is done again where what is kept is broken, or cannot be kept', async () => {
    const folder = temporaryFolder();
    const first = await runs(folder, { a: 'one' });
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"asked":');
    expect(await runs(folder, { a: 'one' })).toEqual(first);
    chmodSync(folder, 0o777);
    expect(await runs(folder, { a: 'one' })).toEqual(first);
    expect(await runs(join(temporaryFolder({ file: '' }), 'file'), { a: 'one' })).toEqual(first);
  });

  test('is done again where it asks more than is kept', async () => {
    const folder = temporaryFolder();
    for (let time = 0; time < 2; time++)
      expect(await runs(folder, { a: 'one' }, 'key', 50_000)).toMatchObject({ count: 1, status: 3 });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is forgotten when many came after it', async () => {
    const folder = temporaryFolder();
    for (let number = 0; number < 25; number++) await runs(folder, { a: 'one' }, `${number}`);
    expect(readdirSync(folder)).toHaveLength(20);
  });

  test('says what it would say without a memory, whatever has changed since', async () => {
    const content = fc.constantFrom('one', 'two', 'longer');
    const files = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), content);
    await fc.assert(
      fc.asyncProperty(fc.array(files, { minLength: 2, maxLength: 5 }), async (states) => {
        const folder = temporaryFolder();
        for (const state of states) {
          const { said } = await runs(folder, state);
          expect(said).toEqual((await runs(temporaryFolder(), state, 'fresh')).said);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

describe('the program', () => {
  const COMPOSE = 'services:\n  api:\n    image: example/api:1.0\n    ports: ["80:80"]\n';

  test('says the same in its second run, and sees a change that leaves the size and the time', () => {
    const folder = temporaryFolder({ 'docker-compose.yml': COMPOSE });
    const file = join(folder, 'docker-compose.yml');
    const env = { MONITORING_CHECK_CACHE: temporaryFolder(), MONITORING_CHECK_MEMORY: '' };
    utimesSync(file, 1000, 1000);
    const check = () =>
      monitoringCheck([folder, '--promtool', 'off', '--format', 'json', '--preset', 'strict'], { env });
    const first = check();
    expect(check()).toEqual(first);
    expect(readdirSync(join(env.MONITORING_CHECK_CACHE, 'runs'))).toHaveLength(1);
    writeFileSync(file, COMPOSE.replace('ports:', 'prots:'));
    utimesSync(file, 1000, 1000);
    expect(check().stdout).toContain('prots');
  });
});
