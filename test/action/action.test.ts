import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { INPUTS, OUTPUTS } from '../../src/action-inputs.ts';
import { runAction, temporaryFolder } from '../support/program.ts';
import { hasPromtool } from '../support/promtool.ts';

/** The environment that a runner gives a step, with files for its outputs and its summary. */
function runner(workspace: string) {
  const folder = temporaryFolder({ output: '', summary: '' });
  const env = {
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  };
  const outputs = (): Record<string, string> =>
    Object.fromEntries(
      [...readFileSync(env.GITHUB_OUTPUT, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n(.*)\n\2$/gm)].map((match) => [
        match[1],
        match[3],
      ]),
    );
  return { env, outputs, summary: () => readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8') };
}

describe('the action', () => {
  test('writes outputs and a summary with the matrix', () => {
    const { env, outputs, summary } = runner(resolve('fixtures'));
    const { status } = runAction({ path: 'k2-market-data' }, env);
    expect(status).toBe(0);
    expect(outputs()).toMatchObject({ errors: '0', paths: '6', 'paths-covered': '6' });
    expect(summary()).toContain('| critical path | exposed | scraped | alerted | tested | routed | seen |');
  });

  test.skipIf(!hasPromtool)('drills the alerts, unless it is told not to', () => {
    const { env, summary } = runner(resolve('fixtures'));
    expect(runAction({ path: 'k2-market-data', drill: 'false' }, env).status).toBe(0);
    expect(summary()).not.toContain('Fire drill');
    expect(runAction({ path: 'k2-market-data' }, env).status).toBe(0);
    expect(summary()).toContain(
      '### Fire drill\n\nAll 7 alerts proved to fire, quiet on healthy data.\n\n<details><summary>7 that fire as they should</summary>',
    );
    expect(runAction({ drill: 'maybe' }, env).stdout).toContain(
      'the input drill is true or false, not "maybe"',
    );
  });

  test('says in the summary what was not verified without promtool', () => {
    const { env, summary } = runner(resolve('fixtures'));
    expect(runAction({ path: 'k2-market-data' }, { ...env, PATH: temporaryFolder() }).status).toBe(0);
    expect(summary()).toContain('promtool was not found');
    expect(summary()).toContain('the fire drill was not run');
  });

  test('annotates lines under the path of the workspace, and fails', () => {
    const workspace = temporaryFolder({
      'demo/docker-compose.yml':
        'services:\n  api: {image: example/api:1}\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]\n',
      'demo/prometheus.yml':
        'scrape_configs:\n  - job_name: api\n    static_configs: [{targets: ["api:80"]}]\n',
    });
    const { env, outputs } = runner(workspace);
    const { status, stdout } = runAction({ path: 'demo' }, env);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=demo\/prometheus\.yml,line=3,/m);
    expect(outputs()).toMatchObject({ errors: '1', 'paths-covered': '0' });
    expect(runAction({ path: 'demo', 'fail-on': 'never' }, env).status).toBe(0);
    expect(runAction({ path: 'demo', annotations: 'off' }, env).stdout).not.toContain('::error file=');
  });

  test('says in one line what it cannot do', () => {
    const { env } = runner(resolve('fixtures'));
    const { status, stdout } = runAction({ path: 'nowhere' }, env);
    expect(status).toBe(2);
    expect(stdout.trim()).toBe('::error::no such directory: nowhere');
    expect(runAction({ 'fail-on': 'sometimes' }, env).stdout).toContain(
      'the input fail-on is error, warning or never, not "sometimes"',
    );
  });
});

test('action.yml says the inputs, defaults and outputs that the action knows', () => {
  const action = parse(readFileSync('action.yml', 'utf8')) as {
    runs: unknown;
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown>;
  };
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/action.js' });
  expect(action.inputs).toEqual(
    Object.fromEntries(Object.entries(INPUTS).map(([name, input]) => [name, { ...input, required: false }])),
  );
  expect(action.outputs).toEqual(
    Object.fromEntries(Object.entries(OUTPUTS).map(([name, description]) => [name, { description }])),
  );
});
