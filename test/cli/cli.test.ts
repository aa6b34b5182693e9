import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FORMATS, OPTIONS } from '../../src/arguments.ts';
import { CHECK_HELP } from '../../src/help.ts';
import * as validators from '../../src/schema/generated/validators.js';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

const BLIND = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - data:/prometheus
volumes:
  data:
`,
  'prometheus.yml': `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
};

describe('the exit status', () => {
  test('is 0 where somebody is told of everything', () => {
    const { status, stdout } = monitoringCheck(['check', 'fixtures/k2-market-data']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/critical path\s+exposed\s+scraped\s+alerted\s+tested\s+routed\s+seen/);
    expect(stdout).toContain('all 6 critical paths covered, 0 errors');
  });

  test('is 1 where a finding is an error, whatever the format is', () => {
    const folder = temporaryFolder(BLIND);
    for (const format of ['pretty', 'github', 'json'])
      expect(monitoringCheck([folder, '--format', format]).status).toBe(1);
  });

  test('is 1 where there are more warnings than allowed', () => {
    const folder = temporaryFolder({
      ...BLIND,
      'monitoring-check.yml': 'rules: { alerts/uncovered-path: warning }\n',
    });
    expect(monitoringCheck([folder]).status).toBe(0);
    expect(monitoringCheck([folder, '--max-warnings', '0']).status).toBe(1);
  });

  test('is 0 in an empty folder', () => {
    expect(monitoringCheck([temporaryFolder()])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what cannot be done is said in one line, with status 2', () => {
  test.each([
    [['nowhere-at-all'], 'no such directory: nowhere-at-all'],
    [['chek'], 'no such directory: chek; did you mean the command check?'],
    [['package.json'], 'package.json is not a directory'],
    [['--fromat', 'json'], 'unknown option --fromat; did you mean --format?'],
    [
      ['--format', 'jsn'],
      '--format wants pretty, github, markdown, json, sarif, junit or html, not "jsn"; did you mean json?',
    ],
    [['graph', '--format', 'svg'], '--format wants mermaid, dot, json or html, not "svg"'],
    [['graph', '-f', 'dot', '-f', 'json'], 'graph draws one picture at a time; give --format once'],
    [['graph', 'nowhere-at-all'], 'no such directory: nowhere-at-all'],
    [
      ['--format', 'json', '--format', 'github'],
      'json and github would share standard output; give all but one a file: FORMAT=FILE',
    ],
    [['--format', 'json=nowhere/report.json'], 'no such directory: nowhere, for --format'],
    [
      ['--rule', 'alerts/uncoverd-path=off'],
      'there is no rule "alerts/uncoverd-path"; did you mean alerts/uncovered-path?',
    ],
    [
      ['--rule', 'alerts/uncovered-path=loud'],
      '--rule alerts/uncovered-path wants error, warning, notice or off, not "loud"',
    ],
    [['--max-warnings', 'many'], '--max-warnings wants a number, not "many"'],
    [['--preset', 'all'], '--preset wants recommended or strict, not "all"'],
    [['--config', 'nowhere.yml'], 'no such file: nowhere.yml, for --config'],
    [['explain'], 'explain needs a rule, such as alerts/uncovered-path'],
    [['explain', 'alerts/nothing'], 'there is no rule "alerts/nothing"'],
    [['check', 'fixtures', 'more'], 'unexpected argument "more"'],
  ])('%j', (args, line) => {
    const { status, stdout, stderr } = monitoringCheck(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^monitoring-check: [^\n]*\n$/);
    expect(stderr).toContain(line);
  });

  test.each([
    ['paths:\n  - nmae: api\n', 'monitoring-check.yml:2:5: unknown key "nmae"', 'did you mean "name"?'],
    ['rules: {a: b: c}\n', 'monitoring-check.yml:1:', ''],
    [
      'preset: loud\n',
      'monitoring-check.yml:1:9: "preset" is "loud", and must be one of "recommended", "strict"',
      '',
    ],
  ])('a wrong configuration: %j', (config, line, hint) => {
    const { status, stderr } = monitoringCheck([temporaryFolder({ 'monitoring-check.yml': config })]);
    expect(status).toBe(2);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain(line);
    expect(stderr).toContain(hint);
  });
});

describe('the report', () => {
  test('as JSON fits its published schema and is the same bytes twice', () => {
    for (const folder of ['fixtures/k2-market-data', temporaryFolder(BLIND)]) {
      const { stdout } = monitoringCheck([folder, '--format', 'json']);
      const report: unknown = JSON.parse(stdout);
      expect(validators.report(report), JSON.stringify(validators.report.errors)).toBe(true);
      expect(monitoringCheck([folder, '--format', 'json']).stdout).toBe(stdout);
    }
  });

  test('goes to files beside the one on the terminal', () => {
    const folder = temporaryFolder(BLIND);
    const file = join(folder, 'report.json');
    const { stdout } = monitoringCheck([folder, '--format', `json=${file}`]);
    expect(stdout).toContain('alerts/uncovered-path');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, summary: { error: 1 } });
  });

  test('is coloured only on a terminal, or when asked', () => {
    const folder = temporaryFolder(BLIND);
    expect(monitoringCheck([folder]).stdout).not.toContain('\u001b[');
    expect(monitoringCheck([folder, '--color']).stdout).toContain('\u001b[');
    expect(monitoringCheck([folder, '--color', '--no-color']).stdout).not.toContain('\u001b[');
  });

  test('with --quiet holds errors only', () => {
    const { stdout } = monitoringCheck([temporaryFolder(BLIND), '--quiet']);
    expect(stdout).toContain('error alerts/uncovered-path');
    expect(stdout).not.toContain('critical path  exposed');
  });

  test('as workflow commands cannot be broken out of by the names of the user', () => {
    const job = 'job_name: "a%0A,b::c\\n::error::x"';
    const folder = temporaryFolder({
      ...BLIND,
      'prometheus.yml': BLIND['prometheus.yml'].replace('job_name: api', job),
    });
    const { stdout } = monitoringCheck([folder, '--format', 'github']);
    for (const line of stdout.trim().split('\n')) expect(line).toMatch(/^::(?:error|warning|notice) file=/);
  });
});

test.each([['--help'], ['check', '--help']])('%s %s fits a screen', (...args) => {
  const { stdout, status } = monitoringCheck(args);
  expect(status).toBe(0);
  const lines = stdout.split('\n');
  expect(lines.length).toBeLessThanOrEqual(25);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

describe('graph', () => {
  test('draws the system, whatever is wrong with it', () => {
    const folder = temporaryFolder(BLIND);
    const { status, stdout } = monitoringCheck(['graph', folder]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^flowchart LR\n/);
    expect(stdout).toContain('no alert');
    expect(monitoringCheck(['graph', folder, '--format', 'dot']).stdout).toMatch(/^digraph /);
  });

  test('is data for programs, the same bytes twice', () => {
    const { stdout } = monitoringCheck(['graph', 'fixtures/kafnus', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, stacks: [{ name: 'docker-compose.yml' }] });
    expect(monitoringCheck(['graph', 'fixtures/kafnus', '--format', 'json']).stdout).toBe(stdout);
  });

  test('goes to a file, and the page is that of a check', () => {
    const folder = temporaryFolder(BLIND);
    const [drawn, checked] = [join(folder, 'graph.html'), join(folder, 'check.html')];
    expect(monitoringCheck(['graph', folder, '--format', `html=${drawn}`]).stdout).toBe('');
    expect(monitoringCheck([folder, '--promtool', 'off', '--format', `html=${checked}`]).status).toBe(1);
    expect(readFileSync(drawn, 'utf8')).toBe(readFileSync(checked, 'utf8'));
  });
});

test('the help of check names every option and every format', () => {
  for (const option of Object.keys(OPTIONS).filter((name) => !['help', 'version', 'json'].includes(name)))
    expect(CHECK_HELP).toContain(`--${option}`);
  for (const format of FORMATS) expect(CHECK_HELP).toContain(format);
});
