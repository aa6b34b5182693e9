import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../rules/index.ts';
import { CONFIG_NAMES } from '../src/config/config.ts';
import type { Finding } from '../src/lint/finding.ts';
import { applyFixes } from '../src/lint/fix.ts';
import type { Rule } from '../src/lint/rule.ts';
import { findingsOf, findingsWithTools, hasTool, type Repository } from './support/check.ts';

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const { needs } = rule.bad;
  const find = async (files: Repository): Promise<readonly Finding[]> =>
    needs === undefined ? findingsOf(rule, files) : findingsWithTools(rule, files);

  // What only a booted stack shows is tested in test/smoke.
  const isBooted = needs === 'docker';
  test.skipIf(isBooted || (needs !== undefined && !hasTool(needs)))(
    'finds its bad example, at its place',
    async () => {
      const found = (await find(rule.bad.files)).map(({ at }) => [at.file, at.start.line, at.start.column]);
      const parts = rule.bad.at.map((place) => place.split(':').length);
      expect(found.map((place, index) => place.slice(0, parts[index]).join(':'))).toEqual(rule.bad.at);
    },
  );

  test('is silent on its good example', async () => {
    expect((await find(rule.good.files)).map(({ message }) => message)).toEqual([]);
  });

  test('is silent after its fix, which changes nothing else', async () => {
    const found = await find(rule.bad.files);
    const fixable = found.filter(({ fix }) => fix !== undefined);
    const { files } = applyFixes(fixable, (path) => rule.bad.files[path]);
    const mended = { ...rule.bad.files };
    for (const [path, { after }] of files) mended[path] = after;
    const left = (await find(mended)).length;
    expect(left).toBe(found.length - fixable.length);
  });

  test('says what is wrong in a sentence without a full stop, and what to do', async () => {
    for (const { message, help } of await find(rule.bad.files)) {
      expect(message).not.toMatch(/[.!]$|undefined|\[object/);
      expect(help ?? '').not.toMatch(/undefined|\[object/);
    }
    for (const text of [rule.summary, rule.why, rule.fix]) expect(text.trim()).not.toBe('');
  });

  test('never throws on half-broken files', () => {
    for (const files of brokenForms(rule)) expect(() => findingsOf(rule, files)).not.toThrow();
  });

  test('lives in the file of its name', () => {
    expect(existsSync(join(import.meta.dirname, '../rules', `${id}.ts`))).toBe(true);
  });
});

test('no two rules have one id', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});

/** The rule's own examples with each file cut short, with lines left out, and with values of other types. */
function* brokenForms(rule: Rule): Generator<Repository> {
  for (const files of [rule.bad.files, rule.good.files]) {
    for (const [path, content] of Object.entries(files)) {
      // A broken configuration of the program itself ends the run, and says why.
      if (CONFIG_NAMES.includes(path)) continue;
      const lines = content.split('\n');
      for (let line = 0; line < lines.length; line++) {
        const at = (text: string): Repository => ({
          ...files,
          [path]: [...lines.slice(0, line), text, ...lines.slice(line + 1)].join('\n'),
        });
        yield at('');
        yield at((lines[line] as string).replace(/:.*$/, ':'));
        yield at((lines[line] as string).replace(/:.*$/, ': 7'));
        yield at((lines[line] as string).replace(/:.*$/, ': [null, {}, "", 1e400]'));
        yield at((lines[line] as string).replace(/:.*$/, ': {a: {b: [~]}}'));
      }
      yield { ...files, [path]: content.slice(0, content.length / 2) };
      yield { ...files, [path]: '' };
      yield { ...files, [path]: '\0\u0001{[' };
    }
  }
}
