import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canBeNobody, expectGoodEnd, runBounded } from '../support/bounded.ts';
import { fixtureFiles } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/program.ts';

const FIXTURE = 'k2-market-data';

/** The fixture in a folder of its own, that a test can spoil. */
const fixtureFolder = (): string => temporaryFolder(fixtureFiles(FIXTURE));

const check = (folder: string, ...args: string[]) =>
  runBounded(['check', folder, '--promtool', 'off', ...args]);

/** Whether the tests run as a user whom no permission holds back. */
const isRoot = process.getuid?.() === 0;

describe('what lies in a repository besides files', () => {
  it('links in a circle, to themselves and to folders above are no files', () => {
    const folder = fixtureFolder();
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync('b.yml', join(folder, 'a.yml'));
    symlinkSync('a.yml', join(folder, 'b.yml'));
    symlinkSync('.', join(folder, 'here'));
    symlinkSync('..', join(folder, 'docs', 'up'));
    symlinkSync('nowhere', join(folder, 'docker-compose.override.yml'));
    const run = check(folder);
    expectGoodEnd(run);
    expect(run.status).toBe(0);
  });

  it('nothing is read through a link that leads out of the root', () => {
    const outside = temporaryFolder({
      'rules.yml': 'groups: [{name: outside, rules: [{alert: Outside, expr: "sum("}]}]\n',
    });
    const folder = fixtureFolder();
    symlinkSync(join(outside, 'rules.yml'), join(folder, 'docker/prometheus/outside.yml'));
    symlinkSync(outside, join(folder, 'docker/prometheus/linked'));
    const run = check(folder, '--format', 'json');
    expectGoodEnd(run);
    expect(run.stdout).not.toContain('Outside');
  });

  it('a configuration that is a link out of the root is not taken', () => {
    const outside = temporaryFolder({ 'monitoring-check.yml': 'no-such-key: root:x:0:0\n' });
    const folder = temporaryFolder({ 'docker-compose.yml': 'services: {a: {image: "b:1"}}\n' });
    symlinkSync(join(outside, 'monitoring-check.yml'), join(folder, 'monitoring-check.yml'));
    const run = check(folder);
    expectGoodEnd(run);
    expect(run.stdout + run.stderr).not.toContain('no-such-key');
  });

  it('FIFOs, devices and sockets do not hold it up, whatever their names are', () => {
    const folder = fixtureFolder();
    for (const name of ['fifo.yml', 'docker-compose.override.yml', '.env', 'docs/pipe.json', 'Dockerfile'])
      expect(spawnSync('mkfifo', [join(folder, name)]).status).toBe(0);
    for (const device of ['zero', 'full', 'random'])
      symlinkSync(`/dev/${device}`, join(folder, `${device}.yml`));
    const run = check(folder);
    expectGoodEnd(run);
    expect(run.status).toBe(0);
  });

  it('a FIFO as the configuration is no configuration', () => {
    const folder = temporaryFolder({ 'docker-compose.yml': 'services: {a: {image: "b:1"}}\n' });
    spawnSync('mkfifo', [join(folder, 'monitoring-check.yml'), join(folder, '.gitignore')]);
    expectGoodEnd(check(folder));
    const asked = check(folder, '--config', join(folder, 'monitoring-check.yml'));
    expectGoodEnd(asked);
    expect(asked.status).toBe(2);
  });

  describe.skipIf(isRoot && !canBeNobody())('what the user may not read', () => {
    /** The findings where something of the fixture is closed, and the folder `closed`, which nothing needs, as well. */
    const findingsWithout = (path?: string): string[] => {
      const folder = fixtureFolder();
      chmodSync(folder, 0o755);
      mkdirSync(join(folder, 'closed'));
      const closed = ['closed', ...(path === undefined ? [] : [path])].map((one) => join(folder, one));
      const modes = closed.map((one) => statSync(one).mode);
      for (const one of closed) chmodSync(one, 0);
      const run = runBounded(['check', folder, '--promtool', 'off', '--format', 'json'], {
        asNobody: isRoot,
        // A folder of PATH that the user may not enter has no program for them.
        env: { PATH: `${join(folder, 'closed')}:${process.env.PATH}` },
      });
      for (const [index, one] of closed.entries()) chmodSync(one, modes[index] as number);
      expectGoodEnd(run);
      const { findings } = JSON.parse(run.stdout) as {
        findings: { rule: string; severity: string; file: string; line: number; message: string }[];
      };
      expect(run.status).toBe(findings.some(({ severity }) => severity === 'error') ? 1 : 0);
      return findings.map(({ rule, file, line, message }) => `${file}:${line} ${rule} ${message}`);
    };

    it('is no matter where nothing needs it', () => expect(findingsWithout()).toEqual([]));

    it.each(['docker-compose.yml', 'docker/prometheus/prometheus.yml', 'docker/prometheus/alert_rules.yml'])(
      'is said once, and not what follows from it: %s',
      (path) =>
        expect(findingsWithout(path)).toEqual([
          `${path}:1 syntax/unreadable "${path}" may not be read by the user who runs this: nothing in it was checked`,
        ]),
    );

    it('is not said to be missing, of what is mounted out of a closed folder', () =>
      expect(findingsWithout('docker/prometheus')).toEqual([
        'docker-compose.yml:298 syntax/unreadable "docker/prometheus" may not be read by the user who runs this: nothing in it was checked',
      ]));
  });

  it('folders where files are expected, and files where folders are', () => {
    const folder = temporaryFolder({
      'docker-compose.yml': fixtureFiles(FIXTURE)['docker-compose.yml'] as string,
      'docker/prometheus/prometheus.yml/inner': '',
      'docker/prometheus/rules/alerts.yml/inner.yml': 'groups: []\n',
      'docker/grafana': 'a file\n',
      'services/a/Dockerfile/inner': '',
      '.env/inner': '',
      '.gitignore/inner': '',
      'monitoring-check.yml/inner': '',
    });
    expectGoodEnd(check(folder));
  });
});

/** What moves a terminal's cursor, colours it, or turns the direction of writing. */
const STEERING = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('names of files', () => {
  const NAMES = [
    'new\nline.yml',
    'return\r.yml',
    '::error file=x,line=1::injected.yml',
    '%0A::error::injected.yml',
    '--help',
    '--config=evil.yml',
    '-rf.yml',
    'bidi\u202e\u2066evil.yml',
    'escape\u001b[31m.yml',
    '$(touch pwned).yml',
    '`touch pwned`.yml',
    '; touch pwned; #.yml',
    'quote\'".yml',
    '<script>alert(1)</script>.yml',
    '__proto__.yml',
    'constructor',
    '[*]?{a,b}.yml',
    'a\\b.yml',
    ' .yml',
    '\ud83d\ude00.yml',
    `${'long'.repeat(60)}.yml`,
  ].filter((name) => !name.includes('/'));
  const RULES = 'groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: sum(\n';

  it.each(['pretty', 'github', 'json'])('do nothing in the %s report', (format) => {
    const folder = temporaryFolder();
    for (const name of NAMES) writeFileSync(join(folder, name), RULES);
    mkdirSync(join(folder, '::warning::a folder'));
    writeFileSync(join(folder, '::warning::a folder', '::error::a.yml'), RULES);
    const run = check(folder, '--format', format, '--no-color');
    expectGoodEnd(run);
    expect(run.status).toBe(1);
    expect(run.stdout).not.toMatch(STEERING);
    if (format === 'github') {
      for (const line of run.stdout.trimEnd().split('\n'))
        expect(line).toMatch(/^::(?:error|warning|notice) file=[^:,]*,line=\d+,[^:]*::/);
    } else {
      expect(run.stdout).not.toMatch(/^::/m);
    }
  });

  it('names that are no UTF-8 are no crash', () => {
    const folder = temporaryFolder();
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff, 0xfe]), Buffer.from('.yml')]),
      RULES,
    );
    expectGoodEnd(check(folder));
  });

  it('folders 200 deep are walked', () => {
    const folder = temporaryFolder({ [`${'d/'.repeat(200)}rules.yml`]: RULES });
    const run = check(folder);
    expectGoodEnd(run);
    expect(run.status).toBe(1);
  });
});

describe('files of 100 MB', () => {
  const NAMES = [
    'docker-compose.yml',
    '.env',
    'monitoring-check.yml',
    '.gitignore',
    'docker/prometheus/prometheus.yml',
    'services/a/Dockerfile',
    'services/a/main.py',
    'dashboard.json',
    'prometheus.jar',
  ];

  it.each(NAMES)('%s full of null bytes', (name) => {
    const folder = fixtureFolder();
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
    truncateSync(path, 100 * 1024 * 1024);
    expectGoodEnd(check(folder));
  });

  it.each(NAMES)('%s full of text', (name) => {
    const folder = fixtureFolder();
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'services: {a: {image: "b:1"}} # {"panels": [], "uid": "a"}\n'.repeat(1_700_000));
    expectGoodEnd(check(folder));
  });

  it.each(['docker-compose.yml', 'rules.yml', 'services/a/main.py', '.env', 'Dockerfile', 'a.json'])(
    '%s of just the largest size that is read',
    (name) => {
      const folder = temporaryFolder();
      const path = join(folder, name);
      mkdirSync(join(path, '..'), { recursive: true });
      const [before, line, after] = LARGEST[name.replace(/^.*[./]/, '')] ?? ['', '', ''];
      writeFileSync(path, before + line.repeat(Math.floor(4.1e6 / line.length)) + after);
      expectGoodEnd(check(folder));
    },
  );
});

/** By the ending of a name: what a file of that kind begins with, repeats, and ends with. */
const LARGEST: Readonly<Record<string, readonly [string, string, string]>> = {
  yml: ['groups:\n  - name: a\n    rules:\n', '      - {record: a, expr: up}\n', ''],
  py: ['from prometheus_client import Counter\n', 'A = Counter("a_total", "a")\n', ''],
  env: ['', 'A=1\n', ''],
  Dockerfile: ['FROM a:1\n', 'ENV A=1\n', ''],
  json: [
    '{"uid":"a","title":"a","schemaVersion":39,"panels":[',
    '{"type":"stat","targets":[{"expr":"up"}]},',
    '{}]}',
  ],
};

/**
 * How many files the largest folder has. 200,000 are checked in ten seconds, in a heap of 60 MB too; a million take a
 * minute, 4 GB of disk, minutes to write and to delete, and more heap than is given here:
 * MONITORING_CHECK_FILES=200000 npx vitest run test/robustness/files.test.ts -t 'in one folder'
 */
const MANY = Number(process.env.MONITORING_CHECK_FILES ?? 20_000);

describe('many files', () => {
  it(`${MANY.toLocaleString('en')} small ones in one folder`, { timeout: 60_000 + MANY }, () => {
    const folder = temporaryFolder();
    for (let index = 0; index < MANY; index++) writeFileSync(join(folder, `${index}.yml`), 'a: 1\n');
    const run = runBounded(['check', folder, '--promtool', 'off'], {
      longest: 60_000 + MANY / 5,
      // Where it has more, V8 lets what nobody holds any more lie.
      env: { NODE_OPTIONS: '--max-old-space-size=512' },
    });
    expectGoodEnd(run);
    expect(run.status).toBe(0);
  });
});

it('a report goes only where it was asked for', () => {
  const folder = fixtureFolder();
  const before = readFileSync(join(folder, 'docker-compose.yml'), 'utf8');
  const run = check(folder, '--format', `json=${join(folder, 'no/such/folder.json')}`);
  expectGoodEnd(run);
  expect(run.status).toBe(2);
  expect(readFileSync(join(folder, 'docker-compose.yml'), 'utf8')).toBe(before);
});
