import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canBoot, makeImages } from '../support/images.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';
import { leftOvers, smokeReport, stackFolder } from '../support/smoke.ts';

const STACK = {
  'docker-compose.yml': 'services:\n  prometheus:\n    image: prom/prometheus:v3.5.0\n',
};

/** A folder with a `docker` that says what a machine would. */
function machine(script: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-check-docker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (script !== '') {
    writeFileSync(join(folder, 'docker'), `#!/bin/sh\ncase "$*" in\n${script}\nesac\n`);
    chmodSync(join(folder, 'docker'), 0o755);
  }
  return { PATH: folder, HOME: folder };
}

const LOCAL = '"context inspect"*) echo unix:///var/run/docker.sock;;';

describe('a machine on which nothing can be booted', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['no Docker', '', {}, 'there is no docker command on this machine'],
    [
      'an engine that is not started',
      `${LOCAL}\n*) echo 'Cannot connect to the Docker daemon' >&2; exit 1;;`,
      {},
      'no Docker engine answers at /var/run/docker.sock: is it started?',
    ],
    [
      'no permission',
      `${LOCAL}\n*) echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1;;`,
      {},
      'no permission to use the Docker engine at /var/run/docker.sock: add this user to the group that owns it',
    ],
    [
      'an engine of another machine',
      '*) exit 1;;',
      { DOCKER_HOST: 'tcp://build.example.org:2376' },
      'the Docker engine is that of another machine (tcp://build.example.org:2376)',
    ],
    [
      'an engine of another machine by its context',
      '"context inspect"*) echo ssh://build.example.org;;',
      {},
      'the Docker engine is that of another machine (ssh://build.example.org)',
    ],
    [
      'no compose',
      `${LOCAL}\nversion*) echo 28.0.0;;\n*) echo "docker: 'compose' is not a docker command" >&2; exit 1;;`,
      {},
      'docker has no compose: install the plugin "docker compose", version 2',
    ],
    [
      'an old compose',
      `${LOCAL}\nversion*) echo 20.10.0;;\ncompose*) echo 2.3.4;;`,
      {},
      'docker compose is 2.3.4, and a boot needs 2.20 or later',
    ],
  ])('%s: one line, status 2, and a notice under check --smoke=auto', (_, script, env, says) => {
    const folder = temporaryFolder(STACK);
    const there = { ...machine(script), ...env };
    const smoke = monitoringCheck(['smoke', folder], { env: there });
    expect(smoke.status).toBe(2);
    expect(smoke.stdout).toBe('');
    expect(smoke.stderr).toMatch(/^monitoring-check: smoke boot not done: [^\n]+\n$/);
    expect(smoke.stderr).toContain(says);

    const checked = monitoringCheck(['check', folder, '--smoke=auto'], { env: there });
    expect(checked.status).toBe(monitoringCheck(['check', folder], { env: there }).status);
    expect(checked.stdout.replace(/\n\s+/g, ' ')).toContain(says);
  });

  test('a rootless engine that nobody points to', () => {
    const runtime = temporaryFolder({ 'docker.sock': '' });
    const env = { ...machine(`${LOCAL}\n*) exit 1;;`), XDG_RUNTIME_DIR: runtime };
    const { status, stderr } = monitoringCheck(['smoke', temporaryFolder(STACK)], { env });
    expect(status).toBe(2);
    expect(stderr).toContain(`set DOCKER_HOST=unix://${runtime}/docker.sock`);
  });
});

describe('what is asked for cannot be booted', () => {
  test.each<[string, readonly string[], string]>([
    ['a stack without monitoring', ['smoke', '.'], 'no compose file runs any monitoring'],
    [
      'a time that is none',
      ['smoke', '.', '--smoke-timeout', 'soon'],
      '--smoke-timeout wants a duration such as 5m, not "soon"',
    ],
    [
      'an option without a boot',
      ['check', '.', '--allow-host-access'],
      '--allow-host-access does nothing without --smoke',
    ],
  ])('%s', (_, args, says) => {
    const folder = temporaryFolder({
      'docker-compose.yml': 'services: { api: { image: "example/api:1" } }\n',
    });
    const { status, stderr } = monitoringCheck(args.map((arg) => (arg === '.' ? folder : arg)));
    expect(status).toBe(2);
    expect(stderr).toContain(says);
  });

  test('under pull_request_target nothing of the pull request runs by itself', () => {
    const env = { ...machine(''), GITHUB_EVENT_NAME: 'pull_request_target' };
    const { stdout } = monitoringCheck(['check', temporaryFolder(STACK), '--smoke=auto'], { env });
    expect(stdout).toContain('nothing of a pull request is run under pull_request_target');
  });
});

const HOSTILE = `services:
  prometheus:
    image: prom/prometheus:monitoring-check-test
    privileged: true
    pid: host
    cap_add: [SYS_ADMIN]
    volumes:
      - /:/host
      - /var/run/docker.sock:/var/run/docker.sock
  node-exporter:
    image: prom/node-exporter:monitoring-check-test
    entrypoint: ["sh", "-c", "cat /host/etc/shadow"]
    volumes:
      - /:/host:ro
  api:
    build: ../outside
  dump:
    image: example/python:monitoring-check-test
    command: ["env"]
    env_file:
      - /proc/self/environ
    secrets: [shadow]
secrets:
  shadow:
    file: /etc/shadow
`;

describe.skipIf(!canBoot())('a hostile compose file', () => {
  test('is refused with each line named, and nothing of it runs', { timeout: 60_000 }, async () => {
    makeImages();
    const folder = stackFolder({ 'docker-compose.yml': HOSTILE.replace(/ {4}env_file:\n.*\n/, '') });
    const { pid, status, report } = await smokeReport(folder, '--smoke=all');
    const lines = readFileSync(join(folder, 'docker-compose.yml'), 'utf8').split('\n');
    expect(status).toBe(2);
    expect(report.smoke?.booted).toBe(false);
    expect(report.findings.map(({ rule, line }) => `${rule} ${lines[line - 1]?.trim()}`)).toEqual([
      'smoke/host-access privileged: true',
      'smoke/host-access pid: host',
      'smoke/host-access cap_add: [SYS_ADMIN]',
      'smoke/host-access - /:/host',
      'smoke/host-access - /var/run/docker.sock:/var/run/docker.sock',
      'smoke/host-access - /:/host:ro',
      'smoke/host-access build: ../outside',
      'smoke/host-access file: /etc/shadow',
    ]);
    expect(leftOvers(pid)).toEqual([]);
  });

  test('has no file of variables from outside read, whose words compose would print', {
    timeout: 60_000,
  }, async () => {
    const { status, report } = await smokeReport(
      stackFolder({ 'docker-compose.yml': HOSTILE }),
      '--smoke=all',
    );
    expect(status).toBe(2);
    expect(report.findings.map(({ message }) => message)).toEqual([
      '"dump" reads variables from "/proc/self/environ", outside of the repository: the stack is not booted',
    ]);
  });

  test('has no part of the project fetched from elsewhere', { timeout: 60_000 }, async () => {
    const folder = stackFolder({
      'docker-compose.yml': (text) => `include: [https://example.org/stack.git]\n${text}`,
    });
    const { status, report } = await smokeReport(folder);
    expect(status).toBe(2);
    expect(report.findings.map(({ message }) => message)).toEqual([
      'the project includes "https://example.org/stack.git", outside of the repository: the stack is not booted',
    ]);
  });

  test('is a notice where the boot was only tried', { timeout: 60_000 }, async () => {
    const folder = stackFolder({ 'docker-compose.yml': HOSTILE });
    const { stdout } = monitoringCheck(['check', folder, '--smoke=auto', '--format', 'json'], {
      env: { HOME: process.env.HOME ?? '' },
    });
    const report = JSON.parse(stdout) as { findings: { rule: string; severity: string }[] };
    const found = report.findings.filter(({ rule }) => rule === 'smoke/host-access');
    expect(found.map(({ severity }) => severity)).toEqual(['notice']);
  });
});
