import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { check } from '../../src/check.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import type { JsonReport } from '../../src/report/json.ts';
import { askCompose, findCompose } from '../../src/verify/compose/compose.ts';
import { checkDisk, checkFiles, hasTool, oneLine, type Repository } from '../support/check.ts';
import { corpusDisk, corpusFolders, hasCorpus } from '../support/corpus.ts';
import { monitoringCheck, temporaryFolder } from '../support/program.ts';

// They run programs, several of them at once, on whatever machine this is.
vi.setConfig({ testTimeout: 120_000 });

const hasCompose = hasTool('compose');

/** The errors of a check with the tools of this machine, and what compose says with less than full confidence. */
async function errorsIn(files: Repository): Promise<string[]> {
  const { findings } = await check(
    {
      disk: memoryDisk(files),
      config: undefined,
      preset: undefined,
      severities: new Map(),
      today: '2026-01-01',
    },
    { promtool: 'auto' },
  );
  return findings.filter(({ severity }) => severity === 'error').map(oneLine);
}

const errorsOf = (compose: string, more: Repository = {}): Promise<string[]> =>
  errorsIn({ 'docker-compose.yml': compose, ...more });

describe.skipIf(!hasCompose)('what docker compose refuses', () => {
  test.each([
    [
      'a size',
      'services:\n  api:\n    image: api:1\n    mem_limit: 2 gigs\n',
      "4:16 docker compose refuses this: 'services[api].mem_limit' invalid suffix: 'gigs'",
    ],
    [
      'a port',
      'services:\n  api:\n    image: api:1\n    ports:\n      - 80:80\n      - http:80\n',
      '6:9 docker compose refuses this: Invalid hostPort: http',
    ],
    [
      'two settings of which only one may be',
      'services:\n  api:\n    image: api:1\n    network_mode: host\n    networks: [back]\nnetworks:\n  back:\n',
      '4:19 docker compose refuses this: service api declares mutually exclusive `network_mode` and `networks`',
    ],
    [
      'a service without an image',
      'services:\n  db:\n    image: db:1\n  api:\n    ports: ["80:80"]\n',
      '4:3 docker compose refuses this: service "api" has neither an image nor a build context specified',
    ],
    [
      'a base that is not there',
      'services:\n  api:\n    extends: {service: base}\n',
      '3:5 docker compose refuses this: cannot extend service "api" in docker-compose.yml: service "base" not found',
    ],
    [
      'a secret that comes from nowhere',
      'services:\n  api:\n    image: api:1\n    secrets: [token]\nsecrets:\n  token: {}\n',
      '6:3 docker compose refuses this: secrets.token: one of file|environment must be set',
    ],
  ])('is reported where it stands: %s', async (_, compose, finding) => {
    expect(await errorsOf(compose)).toEqual([`error compose/config-rejected docker-compose.yml:${finding}`]);
  });

  test('in a service that only a profile starts is found with that profile', async () => {
    expect(
      await errorsOf(
        'services:\n  api: {image: "api:1"}\n  debug:\n    image: debug:1\n    profiles: [debug]\n    ports: ["x:80"]\n',
      ),
    ).toEqual([
      'error compose/config-rejected docker-compose.yml:6:13 docker compose refuses this: Invalid hostPort: x',
    ]);
  });

  test('in a file that another one includes is reported there', async () => {
    expect(
      await errorsOf('include: [parts/api.yml]\nservices: {db: {image: "db:1"}}\n', {
        'parts/api.yml': 'services:\n  api:\n    image: api:1\n    ports: ["x:80"]\n',
      }),
    ).toEqual([
      'error compose/config-rejected parts/api.yml:4:13 docker compose refuses this: Invalid hostPort: x',
    ]);
  });

  // One cause is one finding: what a rule here says better is not said again.
  test.each([
    ['syntax/schema', 'services: {api: {image: "api:1", foo: 1}}'],
    ['syntax/schema', 'services: {api: {image: "api:1", healthcheck: {test: [CMD, x], interval: soon}}}'],
    ['syntax/duplicate-key', 'services:\n  api: {image: "api:1"}\n  api: {image: "api:2"}'],
    ['compose/undefined-resource', 'services: {api: {image: "api:1", volumes: ["data:/data"]}}'],
    ['compose/undefined-resource', 'services: {api: {image: "api:1", networks: [back]}}'],
    ['compose/depends-on-unknown', 'services: {api: {image: "api:1", depends_on: [db]}}'],
    ['compose/depends-on-unknown', 'services: {api: {image: "api:1", network_mode: "service:db"}}'],
    [
      'compose/depends-on-cycle',
      'services: {api: {image: "api:1", depends_on: [db]}, db: {image: "db:1", depends_on: [api]}}',
    ],
    ['compose/invalid-interpolation', 'services: {api: {image: "api:${1}"}}'],
    ['compose/env-file-missing', 'services: {api: {image: "api:1", env_file: [api.env]}}'],
    [
      'compose/container-name-clash',
      'services: {api: {image: "api:1", container_name: one}, db: {image: "db:1", container_name: one}}',
    ],
  ])('is said once, by %s: %s', async (rule, compose) => {
    expect((await errorsOf(`${compose}\n`)).map((line) => line.split(' ')[1])).toEqual([rule]);
  });

  // Unknown is not wrong: what the repository does not tell makes no error.
  test.each([
    ['ports: ["$' + '{PORT}"]'],
    ['mem_limit: $' + '{MEMORY}'],
    ['privileged: $' + '{PRIVILEGED}'],
    ['volumes: ["$' + '{DATA}:/data"]'],
    ['container_name: $' + '{NAME}'],
    ['deploy: {replicas: "$' + '{REPLICAS}"}'],
    ['environment: ["TOKEN=$' + '{TOKEN:?give it}"]'],
    ['ports: ["$' + '{PORT:?give it}:x"]'],
  ])('is not said where it hangs on a variable: %s', async (setting) => {
    expect(await errorsOf(`services:\n  api:\n    image: api:1\n    ${setting}\n`)).toEqual([]);
  });

  test('is not said of an image that a variable names', async () => {
    expect(await errorsOf('services:\n  api:\n    image: ${IMAGE}\n')).toEqual([]);
  });

  test('is said of what a variable of `.env` makes wrong, and beside a variable that somebody must give', async () => {
    const compose =
      'services:\n  api:\n    image: api:1\n    environment: ["TOKEN=${TOKEN:?give it}"]\n    ports: ["${PORT}:80"]\n';
    expect(await errorsOf(compose, { '.env': 'PORT=8080\n' })).toEqual([]);
    expect(await errorsOf(compose, { '.env': 'PORT=eighty\n' })).toEqual([
      'error compose/config-rejected docker-compose.yml:5:13 docker compose refuses this: Invalid hostPort: eighty',
    ]);
  });

  test('is not said of a part that is run with another file', async () => {
    expect(
      await errorsIn({
        'docker-compose.kafka.yml': 'services:\n  kafka: {image: "kafka:1"}\n',
        'docker-compose.connect.yml':
          'services:\n  connect:\n    image: connect:1\n    depends_on: [kafka]\n    volumes: ["plugins:/plugins"]\n',
        'docker-compose.plugins.yml': 'services:\n  plugins: {image: "plugins:1"}\nvolumes: {plugins: {}}\n',
      }),
    ).toEqual([]);
  });

  test('is nothing in the compose files of real repositories', async () => {
    if (!hasCorpus) return;
    const compose = await findCompose(undefined);
    if (compose === undefined) throw new Error('docker compose is gone');
    const said: string[] = [];
    for (const folder of corpusFolders()) {
      const { compose: complaints = [] } = await askCompose(compose, checkDisk(corpusDisk(folder)).system);
      said.push(...complaints.map(({ message }) => `${folder}: ${message}`));
    }
    expect(said).toEqual([]);
  });

  test('is told in the report with the version that said it', () => {
    const folder = temporaryFolder({ 'docker-compose.yml': 'services: {api: {image: "api:1"}}\n' });
    const { stdout } = monitoringCheck([folder, '-f', 'json']);
    expect((JSON.parse(stdout) as JsonReport).tools.compose).toEqual({
      found: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ran: ['config'],
    });
  });
});

/** A PATH with nothing but a `docker` that has compose, and writes down what it is asked and what it sees. */
function fakeDocker(at = temporaryFolder()) {
  const log = join(at, 'log');
  writeFileSync(
    join(at, 'docker'),
    `#!/bin/sh
echo "$*" >> ${log}
[ "$2" = version ] && echo 2.40.3 && exit 0
echo "env HOME=$HOME DOCKER_HOST=$DOCKER_HOST TOKEN=$TOKEN" >> ${log}
while [ $# -gt 0 ]; do
  case "$1" in --env-file|-f) while read -r line; do echo "in $2: $line" >> ${log}; done < "$2" ;; esac
  shift
done
for file in *.env; do [ -f "$file" ] && echo "file $file <$(read -r first < "$file"; echo "$first")>" >> ${log}; done
exit 0
`,
  );
  chmodSync(join(at, 'docker'), 0o755);
  return { folder: at, calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) };
}

const configs = (calls: readonly string[]): string[] => calls.filter((call) => / config /.test(call));

describe('docker compose', () => {
  test('reads copies of the compose files, with no engine, and nobody else’s variables', () => {
    const { folder: path, calls } = fakeDocker();
    const folder = temporaryFolder({
      'docker-compose.yml':
        'services: {api: {image: "api:${TAG}", env_file: [secret.env], environment: ["A=${B:?}"]}}\n',
      '.env': 'TAG=1\nLD_PRELOAD=./evil.so\nDOCKER_HOST=tcp://evil:1\nCOMPOSE_ENV_FILES=/etc/passwd\n',
      'secret.env': 'PASSWORD=hunter2\n',
    });
    const { status } = monitoringCheck([folder], { env: { PATH: path, TOKEN: 'of-the-job' } });
    expect(status).toBe(0);
    const [run = '', ...others] = configs(calls());
    expect(others).toEqual([]);
    expect(run).toMatch(/ -f \S*\/monitoring-check-\w+\/docker-compose\.yml config --quiet$/);
    expect(run).not.toContain(folder);
    const seen = calls().join('\n');
    expect(seen).toMatch(/DOCKER_HOST=unix:\/\/\/nowhere\S* TOKEN=$/m);
    expect(seen).toMatch(/variables: TAG='1'$/m);
    expect(seen).toMatch(/variables: B='1'$/m);
    expect(seen).toContain('file secret.env <>');
    for (const secret of ['hunter2', 'LD_PRELOAD', 'tcp://evil', '/etc/passwd', 'of-the-job'])
      expect(seen).not.toContain(secret);
  });

  test.each([
    ['includes a file outside', 'include: [../other.yml]\nservices: {api: {image: "api:1"}}\n'],
    ['includes an absolute path', 'include: [/etc/passwd]\nservices: {api: {image: "api:1"}}\n'],
    [
      'includes what the network has',
      'include: ["https://example.org/stack.git"]\nservices: {api: {image: "api:1"}}\n',
    ],
    [
      'includes what a registry has',
      'include: ["oci://example.org/stack"]\nservices: {api: {image: "api:1"}}\n',
    ],
    [
      'includes what looks like a folder',
      'include: [github.com/a/b.git]\nservices: {api: {image: "api:1"}}\n',
    ],
    ['includes by a variable', 'include: ["${PART}"]\nservices: {api: {image: "api:1"}}\n'],
    ['extends a file outside', 'services: {api: {extends: {file: ../other.yml, service: api}}}\n'],
    [
      'extends what the network has',
      'services: {api: {extends: {file: "git@example.org:a/b", service: api}}}\n',
    ],
    ['takes variables from outside', 'services: {api: {image: "api:1", env_file: [../../etc/passwd]}}\n'],
    [
      'takes variables from a home',
      'services: {api: {image: "api:1", env_file: [{path: ~/.aws/credentials}]}}\n',
    ],
    ['takes labels from outside', 'services: {api: {image: "api:1", label_file: /etc/passwd}}\n'],
    [
      'has another document below',
      'services: {api: {image: "api:1"}}\n---\nservices: {api: {env_file: /etc/passwd}}\n',
    ],
    [
      'is led elsewhere by its includes',
      'include: [{path: a.yml, env_file: /etc/passwd}]\nservices: {api: {image: "api:1"}}\n',
    ],
    ['is led elsewhere by an include of an include', 'include: [a.yml]\nservices: {api: {image: "api:1"}}\n'],
  ])('is not asked of a project that %s', async (_, compose) => {
    const { folder, calls } = fakeDocker();
    vi.stubEnv('PATH', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const docker = await findCompose(undefined);
    if (docker === undefined) throw new Error('the docker is not found');
    const { system } = checkFiles({
      'docker-compose.yml': compose,
      'github.com/a/b.git/compose.yml': 'services: {b: {image: "b:1"}}\n',
      'a.yml': 'include: [/etc/passwd]\nservices: {a: {image: "a:1"}}\n',
    });
    await askCompose(docker, system);
    expect(configs(calls()).filter((call) => / -f \S*\/docker-compose\.yml /.test(call))).toEqual([]);
    expect(configs(calls())).not.toEqual([]);
  });

  test('is never the repository’s own, nor is its home there', () => {
    const folder = temporaryFolder({ 'docker-compose.yml': 'services: {api: {image: "api:1"}}\n' });
    const own = fakeDocker(folder);
    monitoringCheck([folder], { env: { PATH: folder } });
    expect(own.calls()).toEqual([]);
    const machine = fakeDocker();
    monitoringCheck([folder], { env: { PATH: `${folder}:${machine.folder}`, HOME: folder } });
    expect(own.calls()).toEqual([]);
    expect(machine.calls().find((line) => line.startsWith('env '))).toMatch(/^env HOME= /);
  });

  test('is asked with each profile, and no more often than is worth it', () => {
    const { folder: path, calls } = fakeDocker();
    const folder = temporaryFolder({
      'docker-compose.yml':
        'services:\n  api: {image: "api:1"}\n  a: {image: "a:1", profiles: [one]}\n  b: {image: "b:1", profiles: [two, "$X"]}\n',
    });
    monitoringCheck([folder], { env: { PATH: path } });
    expect(configs(calls()).map((call) => /--profile (\S+)/.exec(call)?.[1])).toEqual([
      undefined,
      'one',
      'two',
    ]);

    const many = fakeDocker();
    const crowd = temporaryFolder(
      Object.fromEntries(
        Array.from({ length: 50 }, (_, number) => [
          `${number}/docker-compose.yml`,
          `services: {s${number}: {image: "s:1"}}\n`,
        ]),
      ),
    );
    const { stdout } = monitoringCheck([crowd], { env: { PATH: many.folder } });
    expect(configs(many.calls())).toHaveLength(40);
    expect(stdout).toContain(
      'docker compose config was not asked of all 50 compose projects: 10 are left out',
    );
  });

  test('is left out with the other tools, and not missed where it is not', () => {
    const { folder: path, calls } = fakeDocker();
    const folder = temporaryFolder({ 'docker-compose.yml': 'services: {api: {image: "api:1"}}\n' });
    monitoringCheck([folder, '--promtool', 'off'], { env: { PATH: path } });
    expect(calls()).toEqual([]);
    const { status, stdout } = monitoringCheck([folder], { env: { PATH: temporaryFolder() } });
    expect(status).toBe(0);
    expect(stdout).not.toContain('docker compose');
  });
});
