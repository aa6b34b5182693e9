import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

const RULES = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job=~"api"} == 0 # the front door
        for: 1m
        labels: {severity: critical}
        annotations: {summary: it is down}
`;
const options = ['--promtool', 'off', '--rule', 'promql/plain-regex=error'];

describe('--fix', () => {
  test('mends the file, and the status is that of what is left', () => {
    const folder = temporaryFolder({ 'my rules.yml': RULES });
    expect(monitoringCheck([folder, ...options]).status).toBe(1);
    const { status, stderr } = monitoringCheck([folder, ...options, '--fix']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '1 finding mended in 1 file\n' });
    expect(readFileSync(join(folder, 'my rules.yml'), 'utf8')).toBe(RULES.replace('=~', '='));
  });

  test('with --dry-run shows a diff, which git apply takes, and writes nothing', () => {
    const folder = temporaryFolder({ 'my rules.yml': RULES });
    const { status, stdout } = monitoringCheck([folder, ...options, '--fix', '--dry-run']);
    expect(status).toBe(0);
    expect(readFileSync(join(folder, 'my rules.yml'), 'utf8')).toBe(RULES);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: stdout });
    expect(readFileSync(join(folder, 'my rules.yml'), 'utf8')).toBe(RULES.replace('=~', '='));
  });

  test('is announced where it would help', () => {
    const folder = temporaryFolder({ 'my rules.yml': RULES });
    expect(monitoringCheck([folder, ...options]).stdout).toMatch(/1 can be mended with --fix\n$/);
    expect(monitoringCheck([folder, '--promtool', 'off']).stdout).not.toContain('--fix');
  });

  test('--dry-run alone is refused', () => {
    expect(monitoringCheck(['--dry-run'])).toMatchObject({
      status: 2,
      stderr: 'monitoring-check: --dry-run shows what --fix would change: give both\n',
    });
  });
});
