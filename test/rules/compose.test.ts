import { describe, expect, test } from 'vitest';
import { memoryDisk } from '../../src/repo/disk.ts';
import { checkDisk, checkFiles, oneLine, type Repository } from '../support/check.ts';

/** What the rules of a name find, one line each. */
const found = (rule: string, files: Repository, tracked?: readonly string[]): string[] =>
  checkDisk(memoryDisk(files, tracked))
    .findings.filter((finding) => finding.rule.startsWith(rule))
    .map(oneLine);

/** A compose file of one service, given the lines below its name. */
const service = (...lines: string[]): string =>
  `services:\n  app:\n${lines.map((line) => `    ${line}\n`).join('')}`;

const mounting = (...mounts: string[]): string =>
  service('image: example/app:1.0', 'volumes:', ...mounts.map((mount) => `  - ${mount}`));

describe('the source of a mount', () => {
  const missing = (compose: string, files: Repository = {}): string[] =>
    found('compose/bind', { 'docker-compose.yml': compose, ...files });

  test('that has the name of a file and is not there becomes an empty folder', () => {
    expect(missing(mounting('./app.toml:/etc/app.toml'))).toEqual([
      'error compose/bind-source-missing docker-compose.yml:5:9 "app.toml" does not exist: Docker creates an empty folder of that name and mounts it at "/etc/app.toml", where a file is expected',
    ]);
  });

  test('in the long syntax keeps the container from starting', () => {
    const compose = service(
      'image: example/app:1.0',
      'volumes:',
      '  - type: bind',
      '    source: ./app.toml',
      '    target: /etc/app.toml',
    );
    expect(missing(compose)).toEqual([
      'error compose/bind-source-missing docker-compose.yml:6:17 "app.toml" does not exist: Docker refuses to start "app" with it at "/etc/app.toml", where a file is expected',
    ]);
    expect(missing(`${compose}        bind: { create_host_path: true }\n`)[0]).toContain('an empty folder');
  });

  test.each([
    ['data and logs', './data:/var/lib/app'],
    ['what a variable names', '${CONFIG}/app.toml:/etc/app.toml'],
    ['what lies outside', '/etc/app.toml:/etc/app.toml'],
    ['a home folder', '~/app.toml:/etc/app.toml'],
    ['a named volume', 'app.toml:/etc/app.toml'],
    ['what leaves the repository', '../app.toml:/etc/app.toml'],
  ])('is not judged for %s', (_name, mount) => {
    expect(missing(mounting(mount))).toEqual([]);
  });

  test('is known through the default of a variable and through $PWD', () => {
    expect(missing(mounting('${CONF:-./conf}/app.toml:/etc/app.toml'))).toHaveLength(1);
    expect(missing(mounting('$PWD/app.toml:/etc/app.toml'))).toHaveLength(1);
    expect(missing(mounting('$PWD/app.toml:/etc/app.toml'), { 'app.toml': '' })).toEqual([]);
  });

  test('that is read-only must hold something, unless another service writes it', () => {
    expect(missing(mounting('./certs:/certs:ro'))[0]).toContain('read-only, so that it stays empty');
    expect(missing(mounting('./certs:/certs:ro', './certs:/made'))).toEqual([]);
    expect(missing(mounting('./certs:/certs:ro'), { '.gitignore': 'certs/\n' })).toEqual([]);
  });

  test('that hides where a program reads its configuration is missed, though it is a folder', () => {
    const compose = service('image: prom/prometheus:v3.5.0', 'volumes:', '  - ./prometheus:/etc/prometheus');
    expect(missing(compose)[0]).toContain('where "app" looks for "prometheus.yml"');
  });

  test('is one finding for each missing folder, however many files are mounted from it', () => {
    const [only, ...others] = missing(mounting('./conf/a.toml:/etc/a.toml', './conf/b.toml:/etc/b.toml'));
    expect(only).toMatch(/\(and 1 other mount\)$/);
    expect(others).toEqual([]);
  });

  test('counts from the folder of the first compose file', () => {
    const files = { 'deploy/app.toml': '', 'deploy/compose.yaml': mounting('./app.toml:/etc/app.toml') };
    expect(found('compose/bind', files)).toEqual([]);
  });

  test('is left to whoever starts an overlay from above', () => {
    const files = { 'app.toml': '', 'ci/compose.ci.yml': mounting('./app.toml:/etc/app.toml') };
    expect(found('compose/bind', files)).toEqual([]);
    const own = { 'app.toml': '', 'ci/compose.yml': mounting('./app.toml:/etc/app.toml') };
    expect(found('compose/bind', own)).toHaveLength(1);
  });

  test('of a JMX agent is the business of the rules for agents, unless a step makes it', () => {
    const compose = service(
      'image: confluentinc/cp-kafka:7.9.0',
      'environment:',
      '  KAFKA_OPTS: -javaagent:/opt/agent.jar=9404:/opt/kafka.yml',
      'volumes:',
      '  - ./agent.jar:/opt/agent.jar',
    );
    expect(missing(compose)).toEqual([]);
    expect(missing(compose, { 'get.sh': 'curl -o agent.jar https://example.com/agent.jar\n' })).toEqual([
      'warning compose/bind-source-downloaded docker-compose.yml:7:9 "agent.jar" is not in git: unless "get.sh" has run first, Docker creates an empty folder of that name and mounts it at "/opt/agent.jar"',
    ]);
  });

  test('that a script makes which starts the stack is there whenever the stack is', () => {
    const get = 'curl -o agent.jar https://example.com/agent.jar\n';
    const compose = mounting('./agent.jar:/opt/agent.jar');
    const told = (files: Repository): string[] => missing(compose, files);
    expect(told({ 'start.sh': `${get}docker compose up -d\n` })).toEqual([]);
    expect(told({ 'start.sh': `${get}play --override docker-compose.yml\n` })).toEqual([]);
    expect(told({ 'get.sh': get, 'stop.sh': 'docker compose down\n' })).toHaveLength(1);
    // The targets of a Makefile are run one by one.
    expect(told({ Makefile: `agent:\n\t${get}up:\n\tdocker compose up -d\n` })).toHaveLength(1);
    // One that brings the whole folder counts as well.
    expect(
      missing(mounting('./jmx/agent.jar:/opt/agent.jar'), {
        'tools/make-agent.sh': 'OUT="agent.jar"\ncp x "$OUT"\n',
        'start.sh': 'cp -R ../shared/jmx .\ndocker compose up -d\n',
      }),
    ).toEqual([]);
  });

  test('that a build makes is there once it was built', () => {
    const compose = mounting('./app/target/app-1.0.jar:/opt/app.jar');
    const files = { 'app/pom.xml': '<project/>' };
    expect(missing(compose, files)).toEqual([
      'warning compose/bind-source-downloaded docker-compose.yml:5:9 "app/target/app-1.0.jar" is not in git: unless "app/pom.xml" has been built first, Docker creates an empty folder of that name and mounts it at "/opt/app.jar"',
    ]);
    expect(missing(compose, { ...files, 'start.sh': 'mvn -f app package\ndocker compose up -d\n' })).toEqual(
      [],
    );
    expect(missing(compose, { ...files, 'README.md': 'mvn package\ndocker compose up\n' })).toHaveLength(1);
  });

  test('that git ignores is missing from a fresh checkout, unless git has it all the same', () => {
    const files = {
      'docker-compose.yml': mounting('./app.toml:/etc/app.toml'),
      'app.toml': '',
      '.gitignore': '*.toml\n',
    };
    expect(found('compose/bind', files)).toEqual([
      'error compose/bind-source-ignored docker-compose.yml:5:9 "app.toml" is here, but git ignores it: in a fresh checkout Docker creates an empty folder of that name and mounts it at "/etc/app.toml", where a file is expected',
    ]);
    expect(found('compose/bind', files, ['app.toml'])).toEqual([]);
  });

  test('that git ignores is not judged where it is not known what git has', () => {
    const { tracked: _, ...disk } = memoryDisk({
      'docker-compose.yml': mounting('./app.toml:/etc/app.toml'),
      'app.toml': '',
      '.gitignore': '*.toml\n',
    });
    expect(checkDisk(disk).findings).toEqual([]);
  });

  test('that is a folder where a file is read was mostly made by Docker', () => {
    const compose = service(
      'image: prom/prometheus:v3.5.0',
      'volumes:',
      '  - ./p.yml:/etc/prometheus/prometheus.yml',
    );
    expect(missing(compose, { 'p.yml/': '' })).toEqual([
      'error compose/bind-type-mismatch docker-compose.yml:5:9 "p.yml" is a folder and is mounted at "/etc/prometheus/prometheus.yml", where "app" reads its configuration: "app" does not start',
    ]);
  });

  test.each([
    ['prom/prometheus:v3.5.0', 'prometheus', 'scrape_configs: []\n'],
    ['prom/alertmanager:v0.28.1', 'alertmanager', 'route: { receiver: a }\nreceivers: [{ name: a }]\n'],
  ])('that is a file in the place of the folder of %s is told of once', (image, name, text) => {
    const compose = service(`image: ${image}`, 'volumes:', `  - ./${name}.yml:/etc/${name}`);
    const rules = checkFiles({ 'docker-compose.yml': compose, [`${name}.yml`]: text })
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ rule }) => rule);
    expect(rules).toEqual(['compose/bind-type-mismatch']);
  });

  test('may be a folder with the name of a file, when it holds files', () => {
    expect(missing(mounting('./site.js:/srv/site.js'), { 'site.js/index.html': '' })).toEqual([]);
  });

  test('that is a file cannot be mounted over a folder of the image', () => {
    const compose = service('image: postgres:16.9', 'volumes:', '  - ./init.sql:/docker-entrypoint-initdb.d');
    expect(missing(compose, { 'init.sql': '' })[0]).toContain(
      'Docker refuses that, and "app" does not start',
    );
  });

  test('of a config is named where it is declared', () => {
    const compose = `${service('image: example/app:1.0', 'configs: [app]')}configs:\n  app:\n    file: ./app.toml\n`;
    expect(missing(compose)).toEqual([
      'error compose/bind-source-missing docker-compose.yml:7:11 "app.toml" does not exist: "app", which gets it as the config "app", does not start',
    ]);
  });
});

describe('ports of the host', () => {
  const two = (a: string, b: string, more = ''): string =>
    `services:\n  a:\n    image: example/a:1.0\n    ports: ["${a}"]\n  b:\n    image: example/b:1.0\n    ports: ["${b}"]\n${more}`;
  const clash = (compose: string): string[] => found('compose/host-port', { 'docker-compose.yml': compose });

  test.each([
    ['3000:3000', '3000:80'],
    ['127.0.0.1:3000:3000', '3000:80'],
    ['127.0.0.1:3000:3000', '127.0.0.1:3000:80'],
    ['3000-3005:3000-3005', '3003:80'],
    ['0.0.0.0:3000:3000', '3000:80'],
    ['${PORT:-3000}:3000', '3000:80'],
  ])('clash: %s and %s', (a, b) => {
    expect(clash(two(a, b))).toHaveLength(1);
  });

  test.each([
    ['3000:3000', '3001:3000'],
    ['127.0.0.1:3000:3000', '127.0.0.2:3000:3000'],
    ['3000:3000/tcp', '3000:3000/udp'],
    ['0.0.0.0:3000:3000', '[::]:3000:3000'],
    ['3000-3005:80', '3000:80'],
    ['${PORT}:3000', '3000:80'],
    ['3000', '3000'],
  ])('do not clash: %s and %s', (a, b) => {
    expect(clash(two(a, b))).toEqual([]);
  });

  test('do not clash in profiles that exclude one another', () => {
    const compose = two('80:80', '80:80');
    const apart = compose
      .replace('example/a:1.0', 'example/a:1.0\n    profiles: [cpu]')
      .replace('example/b:1.0', 'example/b:1.0\n    profiles: [gpu]');
    expect(clash(apart)).toEqual([]);
    expect(clash(apart.replace('[gpu]', '[gpu, cpu]'))).toHaveLength(1);
  });

  test('that an override repeats are there once', () => {
    const compose = service('image: example/app:1.0', 'ports: ["80:80"]');
    expect(
      found('compose/host-port', { 'docker-compose.yml': compose, 'docker-compose.override.yml': compose }),
    ).toEqual([]);
  });

  test('are not taken at once by services that are started one at a time', () => {
    const apart = (readme: string): string[] =>
      found('compose/host-port', { 'docker-compose.yml': two('80:80', '80:80'), 'README.md': readme });
    expect(apart('docker compose up -d a\n\ndocker compose up -d b\n')).toEqual([]);
    expect(apart('docker compose up -d a b\n')).toHaveLength(1);
    expect(apart('docker compose up -d a\n\ndocker compose up\n')).toHaveLength(1);
  });

  test('say both places', () => {
    expect(clash(two('80:80', '80:81'))).toEqual([
      'error compose/host-port-clash docker-compose.yml:7:13 "b" publishes port 80 of the host, which "a" publishes too: only one of them can start',
    ]);
  });
});

describe('a service that needs another', () => {
  const needing = (needs: string, ...more: string[]): string =>
    `services:\n  a:\n    image: example/a:1.0\n    ${needs}\n${more.map((line) => `  ${line}\n`).join('')}`;
  const unknown = (files: Repository): string[] => found('compose/depends-on', files);

  test('which does not exist', () => {
    expect(
      unknown({
        'docker-compose.yml': needing('depends_on: [databse]', 'database: { image: example/db:1.0 }'),
      }),
    ).toEqual([
      'error compose/depends-on-unknown docker-compose.yml:4:18 "a" depends on "databse", which is no service of this project: docker compose refuses to start anything',
    ]);
  });

  test.each(['links: ["db:database"]', 'volumes_from: [db]', 'network_mode: service:db'])(
    'by %s',
    (needs) => {
      expect(unknown({ 'docker-compose.yml': needing(needs) })).toHaveLength(1);
      expect(unknown({ 'docker-compose.yml': needing(needs, 'db: { image: example/db:1.0 }') })).toEqual([]);
    },
  );

  test('which a file beside it, or one that is included from elsewhere, may define', () => {
    expect(
      unknown({
        'docker-compose.yml': service('image: example/app:1.0'),
        'docker-compose.monitoring.yml': needing('depends_on: [app]'),
      }),
    ).toEqual([]);
    expect(
      unknown({
        'docker-compose.yml': `include: ["https://example.com/db.yml"]\n${needing('depends_on: [db]')}`,
      }),
    ).toEqual([]);
  });

  test('which only runs with a profile', () => {
    const compose = needing('depends_on: [db]', 'db: { image: example/db:1.0, profiles: [full] }');
    expect(unknown({ 'docker-compose.yml': compose })).toEqual([
      'error compose/depends-on-unknown docker-compose.yml:4:18 "a" depends on "db", which runs only with "full": without that profile docker compose refuses to start anything',
    ]);
    expect(unknown({ 'docker-compose.yml': compose, '.env': 'COMPOSE_PROFILES=full\n' })).toEqual([]);
    expect(
      unknown({ 'docker-compose.yml': compose, Makefile: 'up:\n\tdocker compose --profile full up\n' }),
    ).toEqual([]);
    const optional = needing(
      'depends_on: { db: { required: false, condition: service_started } }',
      'db: { image: example/db:1.0, profiles: [full] }',
    );
    expect(unknown({ 'docker-compose.yml': optional })).toEqual([]);
  });

  test('which only runs with a profile is one finding, however many need it', () => {
    const compose = needing(
      'depends_on: [db]',
      'b: { image: example/b:1.0, depends_on: [db] }',
      'db: { image: example/db:1.0, profiles: [full] }',
    );
    expect(unknown({ 'docker-compose.yml': compose })).toHaveLength(1);
  });

  test('which only an overlay puts into a profile', () => {
    const files = {
      'docker-compose.yml': needing('depends_on: [db]', 'db: { image: example/db:1.0 }'),
      'docker-compose.profiles.yml': 'services:\n  db:\n    profiles: [full]\n',
    };
    expect(unknown(files)).toEqual([]);
  });

  test('in a circle', () => {
    const compose = needing(
      'depends_on: [b]',
      'b: { image: example/b:1.0, depends_on: [c] }',
      'c: { image: example/c:1.0, depends_on: [a] }',
    );
    expect(unknown({ 'docker-compose.yml': compose })).toEqual([
      'error compose/depends-on-cycle docker-compose.yml:4:18 "a" waits for "b" waits for "c" waits for "a": docker compose refuses to start anything',
    ]);
  });

  const healthy = 'depends_on: { db: { condition: service_healthy } }';
  test.each([
    ['an official image, which brings none', 'db: { image: postgres:16 }', 1],
    ['one that is switched off', 'db: { image: example/db:1.0, healthcheck: { disable: true } }', 1],
    ['an image that nobody knows', 'db: { image: example/db:1.0 }', 0],
    ['an image of another registry with a short name', 'db: { image: ghcr.io/python:3 }', 0],
    ['a check of its own', 'db: { image: postgres:16, healthcheck: { test: pg_isready } }', 0],
    [
      'a check of which only the interval is said',
      'db: { image: postgres:16, healthcheck: { interval: 5s } }',
      1,
    ],
    ['a Dockerfile that is not here', 'db: { build: ./db }', 0],
  ])('to be healthy: %s', (_name, db, count) => {
    expect(
      found('compose/depends-on-unhealthy', { 'docker-compose.yml': needing(healthy, db) }),
    ).toHaveLength(count);
  });

  test('to be healthy: the check of a Dockerfile, or of its base', () => {
    const compose = needing(healthy, 'db: { build: . }');
    const unhealthy = (dockerfile: string): string[] =>
      found('compose/depends-on-unhealthy', { 'docker-compose.yml': compose, Dockerfile: dockerfile });
    expect(unhealthy('FROM python:3.12\nHEALTHCHECK CMD true\n')).toEqual([]);
    expect(unhealthy('FROM example/base\n')).toEqual([]);
    expect(unhealthy('FROM python:3.12\n')).toHaveLength(1);
  });

  test('to be started, which has no check: one finding for the file', () => {
    const compose = needing(
      'depends_on: [db, redis]',
      'db: { image: postgres:16 }',
      'redis: { image: redis:7 }',
    );
    expect(found('compose/no-healthcheck', { 'docker-compose.yml': compose })).toEqual([
      'warning compose/no-healthcheck docker-compose.yml:5:3 others wait for "db" and "redis", which have no health check: they start before these answer',
    ]);
  });

  test('to be started is no matter to what asks again until the other one answers', () => {
    const compose = (image: string): string => `services:
  waiting:
    image: ${image}
    depends_on: [other]
  other:
    image: prom/prometheus:v3.5.0
`;
    const waits = (image: string): string[] =>
      found('compose/no-healthcheck', { 'docker-compose.yml': compose(image) });
    for (const image of ['grafana/grafana:12.0.2', 'prom/prometheus:v3.5.0', 'grafana/promtail:3.4.2'])
      expect(waits(image)).toEqual([]);
    expect(waits('danielqsj/kafka-exporter:v1.9.0')).toHaveLength(1);
    expect(waits('example/api:1.0')).toHaveLength(1);
  });
});

describe('what a project declares', () => {
  const undeclared = (compose: string, more: Repository = {}): string[] =>
    found('compose/undefined-resource', { 'docker-compose.yml': compose, ...more });

  test.each([
    ['networks: [monitoring]', 'network "monitoring"'],
    ['volumes: ["data:/data"]', 'volume "data"'],
    ['configs: [app]', 'config "app"'],
    ['secrets: [key]', 'secret "key"'],
  ])('is missed: %s', (use, what) => {
    expect(undeclared(service('image: example/app:1.0', use))[0]).toContain(what);
    const kind = use.split(':')[0] as string;
    const name = /"([^"]+)"/.exec(what)?.[1];
    expect(undeclared(`${service('image: example/app:1.0', use)}${kind}:\n  ${name}:\n`)).toEqual([]);
  });

  test('is not missed: the default network, a variable, a volume without a name', () => {
    expect(undeclared(service('image: example/app:1.0', 'networks: [default]'))).toEqual([]);
    expect(undeclared(service('image: example/app:1.0', 'volumes: ["${DATA}:/data", "/cache"]'))).toEqual([]);
  });

  test('is not a path that lacks its ./', () => {
    const { findings } = checkFiles({ 'docker-compose.yml': mounting('conf/app.toml:/etc/app.toml') });
    expect(findings.map(({ help }) => help)).toEqual(['if it is a path, write "./conf/app.toml"']);
  });
});

describe('data of the monitoring', () => {
  const lost = (...lines: string[]): string[] =>
    found('compose/no-data-volume', { 'docker-compose.yml': service(...lines) });

  test.each([
    ['a named volume', ['image: grafana/grafana:12.0.2', 'volumes: ["grafana:/var/lib/grafana"]'], 0],
    ['a volume above it', ['image: grafana/grafana:12.0.2', 'volumes: ["grafana:/var/lib"]'], 0],
    ['a volume without a name', ['image: grafana/grafana:12.0.2', 'volumes: ["/var/lib/grafana"]'], 1],
    [
      'a volume somewhere else',
      ['image: grafana/grafana:12.0.2', 'volumes: ["grafana:/var/lib/grafana/plugins"]'],
      1,
    ],
    [
      'a database outside',
      ['image: grafana/grafana:12.0.2', 'environment: { GF_DATABASE_TYPE: postgres }'],
      0,
    ],
    [
      'a path that a flag moves',
      ['image: prom/prometheus:v3.5.0', 'command: ["--storage.tsdb.path=/data"]', 'volumes: ["data:/data"]'],
      0,
    ],
    [
      'the path that a flag leaves',
      [
        'image: prom/prometheus:v3.5.0',
        'command: ["--storage.tsdb.path=/data"]',
        'volumes: ["p:/prometheus"]',
      ],
      1,
    ],
    ['memory on purpose', ['image: prom/prometheus:v3.5.0', 'tmpfs: /prometheus'], 0],
  ])('with %s', (_name, lines, count) => {
    expect(lost(...lines)).toHaveLength(count);
  });

  test('of a Loki whose store is elsewhere is not lost', () => {
    const compose = service(
      'image: grafana/loki:3.4.2',
      'volumes: ["./loki.yml:/etc/loki/local-config.yaml"]',
    );
    const files = (store: string): Repository => ({
      'docker-compose.yml': compose,
      'loki.yml': `schema_config:\n  configs: []\n${store}`,
    });
    expect(found('compose/no-data-volume', files('common:\n  storage:\n    filesystem: {}\n'))).toHaveLength(
      1,
    );
    expect(found('compose/no-data-volume', files('common:\n  storage:\n    s3: {}\n'))).toEqual([]);
  });

  test('of a Loki is where its configuration has it', () => {
    const files = (prefix: string, volume: string): Repository => ({
      'docker-compose.yml': `${service(
        'image: grafana/loki:3.4.2',
        `volumes: ["./loki.yml:/etc/loki/local-config.yaml"${volume}]`,
      )}`,
      'loki.yml': `schema_config:\n  configs: []\ncommon:\n  path_prefix: ${prefix}\n  storage:\n    filesystem: {}\n`,
    });
    expect(found('compose/no-data-volume', files('/tmp/loki', ''))).toEqual([
      'notice compose/no-data-volume docker-compose.yml:2:3 "app" has no volume at "/tmp/loki": docker compose down loses its logs',
    ]);
    expect(found('compose/no-data-volume', files('/tmp/loki', ', "./data:/tmp/loki"'))).toEqual([]);
    expect(found('compose/no-data-volume', files('${DATA}', ''))).toEqual([]);
  });

  test('of a Prometheus that others made is not looked for where the original has it', () => {
    expect(lost('image: confluentinc/cp-enterprise-prometheus:2.0.0')).toEqual([]);
    expect(
      lost('image: confluentinc/cp-enterprise-prometheus:2.0.0', 'command: ["--storage.tsdb.path=/data"]'),
    ).toHaveLength(1);
  });
});

describe('variables', () => {
  const undefinedIn = (files: Repository): string[] => found('compose/undefined-variable', files);
  const using = (text: string): string => service('image: example/app:1.0', 'environment:', `  KEY: ${text}`);

  test.each([
    ['.env', 'NAME=1\n'],
    ['.env.example', 'NAME=\n'],
    ['example.env', '#NAME=put it here\n'],
    ['Makefile', 'NAME ?= 1\nup:\n\tdocker compose up\n'],
    ['start.sh', 'export NAME\n'],
    ['.github/workflows/ci.yml', 'jobs:\n  a:\n    env:\n      NAME: 1\n'],
    ['README.md', 'Run `NAME=1 docker compose up`.\n'],
    ['ctl', '#!/bin/sh\nread NAME\n'],
    ['tests/cluster.py', 'import os\nself.environ["NAME"] = self.folder\n'],
    ['tests/env.py', "os.environ.setdefault('NAME', '1')\n"],
    ['tools/up.ts', 'process.env.NAME ??= folder;\n'],
    ['tools/up.go', 'os.Setenv("NAME", folder)\n'],
  ])('that %s tells of are known', (path, text) => {
    expect(undefinedIn({ 'docker-compose.yml': using('${NAME}'), [path]: text })).toEqual([]);
  });

  test.each([
    ['app.py', 'import os\nname = os.environ["NAME"]\nother = os.environ.get("NAME")\n'],
    ['app.ts', 'const name = process.env.NAME;\nif (process.env.NAME === "a") run();\n'],
    ['app.go', 'name := os.Getenv("NAME")\n'],
  ])('that %s only reads are not known by that', (path, text) => {
    expect(undefinedIn({ 'docker-compose.yml': using('${NAME}'), [path]: text })).toHaveLength(1);
  });

  test.each(['${NAME:-x}', '${NAME-x}', '${NAME:?set it}', '${NAME:+x}', '$$NAME', '${HOME}/x'])(
    '%s needs nothing',
    (text) => {
      expect(undefinedIn({ 'docker-compose.yml': using(text) })).toEqual([]);
    },
  );

  test('of a .env that is kept out of git, and of which no example tells, may well be set', () => {
    expect(undefinedIn({ 'docker-compose.yml': using('${NAME}'), '.gitignore': '.env\n' })).toEqual([]);
  });

  test('that nothing tells of are one finding for the file', () => {
    const compose = service(
      'image: example/app:1.0',
      'command: ["sh", "-c", "echo $ONE"]',
      'hostname: ${TWO}',
    );
    expect(undefinedIn({ 'docker-compose.yml': compose })).toEqual([
      'notice compose/undefined-variable docker-compose.yml:4:33 nothing in the repository sets "ONE" and "TWO" or writes them down: compose puts nothing in their place and goes on',
    ]);
  });

  test('that only a shell understands stop compose', () => {
    const invalid = (text: string): string[] =>
      found('compose/invalid', {
        'docker-compose.yml': service('image: example/app:1.0', `command: ["sh", "-c", "${text}"]`),
      });
    expect(invalid('echo ${NAME%.*}')).toHaveLength(1);
    expect(invalid('echo $${NAME%.*} ${NAME} $(date) $|')).toEqual([]);
    expect(invalid('echo ${NAME:-${OTHER%/}}')).toEqual([]);
  });
});

describe('a file of variables', () => {
  const missing = (more: Repository): string[] =>
    found('compose/env-file', {
      'docker-compose.yml': service('image: example/app:1.0', 'env_file: app.env'),
      ...more,
    });

  test('that is not there stops compose', () => {
    expect(missing({})).toEqual([
      'error compose/env-file-missing docker-compose.yml:4:15 "app.env" does not exist, and "app" takes its environment from it: docker compose refuses to start anything',
    ]);
  });

  test.each([
    ['it is there', { 'app.env': '' }],
    ['git ignores it', { '.gitignore': '*.env\n' }],
    ['an example of it is there', { 'app.env.example': '' }],
    ['a script makes it', { 'setup.sh': 'cp defaults/app.txt app.env\n' }],
  ])('is not missed when %s', (_name, more) => {
    expect(missing(more)).toEqual([]);
  });
});

describe('a profile', () => {
  const files = (prometheus: string, exporter: string, env = ''): Repository => ({
    'docker-compose.yml': `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    profiles: ${prometheus}
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml", "p:/prometheus"]
  exporter:
    image: prom/node-exporter:v1.9.1
    profiles: ${exporter}
volumes:
  p:
`,
    'prometheus.yml':
      'scrape_configs:\n  - job_name: node\n    static_configs:\n      - targets: ["exporter:9100"]\n',
    ...(env === '' ? {} : { '.env': env }),
  });

  test.each([
    ['[]', '[debug]', 1],
    ['[monitoring]', '[debug]', 1],
    ['[monitoring, all]', '[monitoring]', 1],
    ['[monitoring]', '[monitoring, debug]', 0],
    ['[monitoring]', '[]', 0],
  ])('%s of Prometheus and %s of what it scrapes', (prometheus, exporter, count) => {
    expect(found('compose/profile', files(prometheus, exporter))).toHaveLength(count);
  });

  test('that .env switches on leaves nothing out', () => {
    expect(found('compose/profile', files('[]', '[debug]', 'COMPOSE_PROFILES=debug\n'))).toEqual([]);
  });
});

describe('a configuration that a flag names', () => {
  const reading = (path: string, ...lines: string[]): string[] =>
    found('compose/config-not-mounted', {
      'docker-compose.yml': service('image: grafana/loki:3.4.2', `command: -config.file=${path}`, ...lines),
      'loki.yml': 'schema_config: { configs: [] }\n',
    });

  test('must be mounted there', () => {
    expect(reading('/etc/loki/conf/loki.yml')).toEqual([
      'error compose/config-not-mounted docker-compose.yml:4:14 nothing is mounted at "/etc/loki/conf/loki.yml" in "app", which reads its configuration there: it does not start',
    ]);
    expect(reading('/conf/loki.yml', 'volumes: ["./loki.yml:/conf/loki.yml"]')).toEqual([]);
  });

  test("is not the image's own where the repository has a file of its name", () => {
    expect(reading('/etc/loki/loki.yml')).toEqual([
      'error compose/config-not-mounted docker-compose.yml:4:14 nothing is mounted at "/etc/loki/loki.yml" in "app", which reads its configuration there: it does not start',
    ]);
    expect(reading('/etc/loki/other.yml')).toEqual([]);
  });

  test('may be brought by the image, a volume, a build or a script', () => {
    expect(reading('/etc/loki/local-config.yaml')).toEqual([]);
    expect(reading('/conf/loki.yml', 'volumes: ["conf:/conf"]')).toEqual([]);
    expect(reading('/conf/loki.yml', 'build: .')).toEqual([]);
    expect(
      reading('/conf/loki.yml', 'entrypoint: sh -c "envsubst < /tmp/x > /conf/loki.yml && loki"'),
    ).toEqual([]);
    expect(reading('${LOKI_CONFIG}')).toEqual([]);
  });
});
