import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUILT } from '../support/build.ts';
import { canBoot, makeImages } from '../support/images.ts';
import { runAction, temporaryFolder } from '../support/program.ts';
import { edit, leftOvers, stackFolder } from '../support/smoke.ts';

const LONG = 120_000;

/** What a runner gives a step that checks a folder. */
function runner(workspace: string) {
  const folder = temporaryFolder({ output: '', summary: '' });
  return {
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    RUNNER_TEMP: folder,
    HOME: process.env.HOME ?? '',
  };
}

describe.skipIf(!canBoot())('the action', () => {
  beforeAll(() => makeImages(), LONG);

  test('shows what it does and what it found, with the logs folded and kept', { timeout: LONG }, () => {
    const folder = stackFolder({
      'docker-compose.yml': edit("print('seeded')", "raise SystemExit('::error::no schema')"),
    });
    const env = runner(folder);
    const { status, stdout } = runAction({ smoke: 'seed', promtool: 'off' }, env);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^smoke boot, \d+ s: starting$/m);
    expect(stdout).toMatch(/^::error file=docker-compose\.yml,line=\d+,.*title=smoke\/container-fails/m);
    expect(stdout).toMatch(/^::group::smoke boot: the last lines of seed\n {2}:\u200b:error:/m);
    const summary = readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toContain('### Smoke boot');
    expect(summary).toContain('<details><summary>Last lines of seed</summary>');
    expect(existsSync(join(env.RUNNER_TEMP, 'monitoring-check-logs/seed.log'))).toBe(true);
  });

  test('does not call a stack sick whose image cannot be had, and fails only where it was to be booted', {
    timeout: LONG,
  }, () => {
    const folder = stackFolder({
      'docker-compose.yml': edit('grafana/loki:monitoring-check-test', 'localhost:1/loki:3'),
    });
    const tried = runAction({ smoke: 'auto', promtool: 'off' }, runner(folder));
    expect(tried.stdout).toContain(
      'smoke boot not done: the image "localhost:1/loki:3" of "loki" cannot be had',
    );
    expect(tried.stdout).not.toMatch(/^::error file=.*title=smoke/m);
    const wanted = runAction({ smoke: 'all', promtool: 'off' }, runner(folder));
    expect(wanted.status).toBe(2);
  });

  test('takes everything down when the job is cancelled', { timeout: LONG }, async () => {
    const child = spawn(process.execPath, [resolve(BUILT, 'action.js')], {
      env: { PATH: process.env.PATH, ...runner(stackFolder()), INPUT_SMOKE: 'all', INPUT_PROMTOOL: 'off' },
      stdio: 'ignore',
    });
    // As a runner cancels: an interrupt, and somewhat later a second word.
    setTimeout(() => child.kill('SIGINT'), 5000);
    setTimeout(() => child.kill('SIGTERM'), 12_500);
    const started = performance.now();
    await new Promise((done) => child.on('close', done));
    expect(leftOvers(child.pid ?? 0)).toEqual([]);
    console.info(`gone ${((performance.now() - started) / 1000 - 5).toFixed(1)} s after the cancellation`);
  });
});
