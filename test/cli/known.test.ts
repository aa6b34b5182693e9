import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

const COMPOSE = `services:
  api:
    image: example/api:1.0
  worker:
    image: example/worker:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
      - data:/prometheus
volumes:
  data:
`;
const scraping = (...targets: string[]): string =>
  `rule_files: [rules.yml]\nscrape_configs:\n${targets.map((target) => `  - job_name: ${target}\n    static_configs: [{targets: ["${target}:8000"]}]\n`).join('')}`;
const alerting = (job: string): string =>
  `groups:\n  - name: g\n    rules:\n      - alert: Down\n        expr: up{job="${job}"} == 0\n        labels: {severity: critical}\n        annotations: {summary: it is down}\n`;

/** A repository whose first commit has one uncovered path, `worker`. */
function repository(): string {
  const folder = temporaryFolder({
    'docker-compose.yml': COMPOSE,
    'prometheus.yml': scraping('api', 'worker'),
    'rules.yml': alerting('api'),
  });
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  return folder;
}

const errors = (folder: string, ...options: string[]): string[] => {
  const { stdout } = monitoringCheck([folder, '--format', 'json', '--promtool', 'off', ...options]);
  const { findings } = JSON.parse(stdout) as {
    findings: { severity: string; file: string; message: string }[];
  };
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ file, message }) => `${file} ${message}`);
};

describe('--new-since', () => {
  test('reports what the change brought, although its cause is in another file', () => {
    const folder = repository();
    expect(errors(folder)).toEqual([expect.stringContaining('"worker"')]);
    expect(errors(folder, '--new-since', 'HEAD')).toEqual([]);
    expect(monitoringCheck([folder, '--new-since', 'HEAD', '--promtool', 'off']).status).toBe(0);

    // The alert moves to the other job: the file that changed is the rules', the finding is in prometheus.yml.
    writeFileSync(join(folder, 'rules.yml'), alerting('worker'));
    expect(errors(folder, '--new-since', 'HEAD')).toEqual([
      expect.stringMatching(/^prometheus\.yml .*"api"/),
    ]);
  });

  test('shows in the summary what the change did to the paths', () => {
    const folder = repository();
    writeFileSync(join(folder, 'rules.yml'), alerting('worker'));
    const { stdout } = monitoringCheck([
      folder,
      '--format',
      'markdown',
      '--promtool',
      'off',
      '--new-since',
      'HEAD',
    ]);
    expect(stdout).toContain('### What the change does to the critical paths\n\n- **api**: alerted ✅ → ❌');
    expect(stdout).toContain('- **worker**: alerted ❌ → ✅');
  });

  test('leaves the checkout as it is', () => {
    const folder = repository();
    writeFileSync(join(folder, 'rules.yml'), 'half: [');
    const before = readdirSync(join(folder, '.git')).sort();
    errors(folder, '--new-since', 'HEAD');
    expect(readFileSync(join(folder, 'rules.yml'), 'utf8')).toBe('half: [');
    expect(readdirSync(join(folder, '.git')).sort()).toEqual(before);
  });

  test('of a commit that is not there ends with one line', () => {
    const { status, stderr } = monitoringCheck([repository(), '--new-since', 'origin/nowhere']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'monitoring-check: git has no commit "origin/nowhere" here, for --new-since; in a workflow, actions/checkout fetches it with fetch-depth: 0\n',
    );
  });
});

describe('--baseline', () => {
  test('leaves out what was known when it was written', () => {
    const folder = repository();
    const file = join(folder, 'known.json');
    const { status, stderr, stdout } = monitoringCheck([folder, '--baseline', file, '--write-baseline']);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/known\.json now knows \d+ findings?\n$/),
    });
    expect(errors(folder, '--baseline', file)).toEqual([]);
    writeFileSync(join(folder, 'prometheus.yml'), `# two\n# lines more\n${scraping('worker')}`);
    expect(errors(folder, '--baseline', file)).toEqual([]);
    writeFileSync(join(folder, 'rules.yml'), 'groups: []\n');
    writeFileSync(join(folder, 'prometheus.yml'), scraping('api', 'worker'));
    expect(errors(folder, '--baseline', file)).toEqual([expect.stringContaining('"api"')]);
  });

  test('that is not there ends with one line', () => {
    const { status, stderr } = monitoringCheck([repository(), '--baseline', 'nowhere.json']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'monitoring-check: no such file: nowhere.json, for --baseline; --write-baseline makes it\n',
    );
  });
});
