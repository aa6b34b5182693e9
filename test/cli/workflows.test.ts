import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { STARTER_WORKFLOW } from '../../src/config/starter.ts';
import { hasTool } from '../support/check.ts';
import { temporaryFolder } from '../support/program.ts';

/** Every workflow that the project runs, or tells others to. */
function workflows(): [string, string][] {
  const own = readdirSync('.github/workflows').map((name): [string, string] => [
    name,
    readFileSync(join('.github/workflows', name), 'utf8'),
  ]);
  const pages = [
    'README.md',
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  const shown = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/```yaml\n((?:(?!```)[\s\S])*?^jobs:[\s\S]*?)```/gm)].map(
      (match, index): [string, string] => [`${page}, ${index + 1}`, match[1] ?? ''],
    ),
  );
  return [...own, ...shown, ['what init writes', STARTER_WORKFLOW]];
}

describe.skipIf(!hasTool('actionlint'))('actionlint finds nothing in', () => {
  test.each(workflows())('%s', (_, text) => {
    const file = join(temporaryFolder({ 'workflow.yml': text }), 'workflow.yml');
    const { stdout, status } = spawnSync('actionlint', ['-no-color', file], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});
