import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completions } from '../../src/commands/completions.ts';
import { BUILT } from '../support/build.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

/** What bash offers for a line whose last word is being written. */
function offered(...words: string[]): string[] {
  const folder = temporaryFolder({ 'stack/.keep': '', 'bin/monitoring-check': '' });
  const program = join(folder, 'bin');
  const script = `
    monitoring-check() { "$NODE" "$PROGRAM" "$@"; }
    ${completions('bash')}
    COMP_WORDS=(monitoring-check "$@"); COMP_CWORD=$#; _monitoring_check; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${program}:${process.env.PATH}`,
      NODE: process.execPath,
      PROGRAM: resolve(BUILT, 'cli.js'),
    },
  });
  return stdout.trim().split('\n');
}

describe('completions in bash', () => {
  test('of the first word are commands and folders', () => {
    expect(offered('ch')).toEqual(['check']);
    expect(offered('st')).toEqual(['stack']);
  });
  test('of options and their words', () => {
    expect(offered('check', '--max')).toEqual(['--max-warnings']);
    expect(offered('--format', 's')).toEqual(['sarif']);
  });
  test('of rules to explain', () => {
    expect(offered('explain', 'alerts/uncovered')).toEqual(['alerts/uncovered-path']);
  });
});

test('a shell that is not known is refused, with the nearest', () => {
  expect(monitoringCheck(['completions', 'fih']).stderr).toBe(
    'monitoring-check: completions wants bash, zsh or fish, not "fih"; did you mean fish?\n',
  );
});
