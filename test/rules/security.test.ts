import { describe, expect, test } from 'vitest';
import { memoryDisk } from '../../src/repo/disk.ts';
import { githubReport } from '../../src/report/github.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { checkDisk, checkFiles, oneLine, type Repository } from '../support/check.ts';

const found = (rule: string, files: Repository, tracked?: readonly string[]): string[] =>
  checkDisk(memoryDisk(files, tracked))
    .findings.filter((finding) => finding.rule === `security/${rule}`)
    .map(oneLine);

const service = (...lines: string[]): string =>
  `services:\n  app:\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('a secret that is written more than once', () => {
  test('is one finding for the file', () => {
    const env = (name: string): string =>
      `  ${name}:\n    image: example/${name}:1.0\n    environment:\n      - APP_PASSWORD=k7Wq2Zp9Lm4\n`;
    const files = { 'docker-compose.yml': `services:\n${env('a')}${env('b')}` };
    expect(found('secret-in-file', files)).toEqual([
      'warning security/secret-in-file docker-compose.yml:5:22 the secret in "APP_PASSWORD" is written in a file that is in git: whoever can read the repository has it',
    ]);
  });
});

describe('a login that anybody would guess', () => {
  const logins = (compose: string, more: Repository = {}, tracked?: readonly string[]): string[] =>
    found('default-credentials', { 'docker-compose.yml': compose, ...more }, tracked);
  const grafana = (...lines: string[]): string => service('image: grafana/grafana:12.0.2', ...lines);

  test("is Grafana's own where nothing sets another", () => {
    expect(logins(grafana())).toEqual([
      'warning security/default-credentials docker-compose.yml:2:3 "app" has the login admin/admin, Grafana\'s default, since nothing sets another: anybody would guess it',
    ]);
  });

  test('is shown when it is the name of its user, which is no secret', () => {
    const compose = service(
      'image: postgres:16',
      'environment:',
      '  - POSTGRES_USER=warehouse',
      '  - POSTGRES_PASSWORD=warehouse',
    );
    expect(logins(compose)).toEqual([
      'warning security/default-credentials docker-compose.yml:6:27 "app" lets people in with the login warehouse/warehouse, which anybody would guess',
    ]);
    expect(
      logins(
        service('image: postgres:16', 'environment: { POSTGRES_USER: depot9, POSTGRES_PASSWORD: depot9 }'),
      ),
    ).toHaveLength(1);
  });

  test.each([
    ['a variable without a default', ['environment: { GF_SECURITY_ADMIN_PASSWORD: "${PW:?}" }'], {}],
    ['a secret', ['environment: { GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/pw }'], {}],
    ['a file that is not here', ['env_file: { path: grafana.env, required: false }'], {}],
    ['a configuration that is not here', ['volumes: ["${INI}:/etc/grafana/grafana.ini"]'], {}],
    [
      'its configuration',
      ['volumes: ["./g.ini:/etc/grafana/grafana.ini"]'],
      { 'g.ini': '[security]\nadmin_password = k7-Wq2-Zp9\n' },
    ],
    ['no login form', ['environment: { GF_AUTH_DISABLE_LOGIN_FORM: "true" }'], {}],
    [
      'no login form by its configuration',
      ['volumes: ["./g.ini:/etc/grafana/grafana.ini"]'],
      { 'g.ini': '[auth]\ndisable_login_form = true \n' },
    ],
  ])('is not there with %s', (_name, lines, more) => {
    expect(logins(grafana(...lines), more)).toEqual([]);
  });

  test('is found where it is written: in a default, in .env, in a file of variables, in grafana.ini', () => {
    const at = (compose: string, more: Repository = {}): string | undefined =>
      logins(compose, more)[0]?.split(' ')[2];
    expect(at(grafana('environment: { GF_SECURITY_ADMIN_PASSWORD: "${PW:-admin}" }'))).toBe(
      'docker-compose.yml:4:55',
    );
    expect(
      at(grafana('environment: { GF_SECURITY_ADMIN_PASSWORD: "${PW}" }'), { '.env': 'PW=admin\n' }),
    ).toBe('.env:1:4');
    expect(at(grafana('env_file: g.env'), { 'g.env': 'GF_SECURITY_ADMIN_PASSWORD=admin\n' })).toBe(
      'g.env:1:28',
    );
    expect(at(grafana('environment: ["GF_SECURITY_ADMIN_PASSWORD=admin"]'))).toBe('docker-compose.yml:4:47');
    expect(
      at(grafana('volumes: ["./g.ini:/etc/grafana/grafana.ini"]'), {
        'g.ini': '[security]\nadmin_password = admin\n',
      }),
    ).toBe('g.ini:2:18');
  });

  test("in a .env that git leaves out is its owner's own", () => {
    const compose = grafana('environment: { GF_SECURITY_ADMIN_PASSWORD: "${PW}" }');
    expect(logins(compose, { '.env': 'PW=admin\n', '.gitignore': '.env\n' })).toEqual([]);
    expect(logins(compose, { '.env': 'PW=admin\n', '.gitignore': '.env\n' }, ['.env'])).toHaveLength(1);
  });

  test.each([
    'postgres',
    'password',
    'Password123',
    'my-secret-pw',
    'changeme',
    'change_me',
    '12345678',
    'app_password',
    'root',
  ])('is %s', (password) => {
    expect(
      logins(service('image: postgres:16', `environment: { POSTGRES_PASSWORD: "${password}" }`)),
    ).toHaveLength(1);
  });

  test.each(['k7-Wq2-Zp9', '${PW}', '<password>', 'correct horse battery staple', ''])(
    'is not %j',
    (password) => {
      expect(
        logins(service('image: postgres:16', `environment: { POSTGRES_PASSWORD: "${password}" }`)),
      ).toEqual([]);
    },
  );

  test('is one finding for a server and everybody who logs in to it', () => {
    const compose = `services:
  db:
    image: postgres:16
    environment: { POSTGRES_USER: app, POSTGRES_PASSWORD: app }
  exporter:
    image: prometheuscommunity/postgres-exporter:v0.17.1
    environment: { DATA_SOURCE_NAME: "postgresql://app:app@db:5432/app?sslmode=disable" }
`;
    expect(logins(compose)).toEqual([
      'warning security/default-credentials docker-compose.yml:4:59 "db" lets people in with the login app/app, which anybody would guess',
    ]);
  });

  test('in the address of a server that is elsewhere', () => {
    expect(
      logins(
        service('image: example/app:1.0', 'environment: { DB_URL: "mysql://root:root@db.example.com/app" }'),
      ),
    ).toEqual([
      'warning security/default-credentials docker-compose.yml:4:42 "app" uses the login root/root, which anybody would guess',
    ]);
  });
});

/** Made up for these tests; each in the form that its service gives out. */
const SECRETS: readonly (readonly [string, string, string])[] = [
  [
    'the address of a Slack webhook',
    'api_url',
    'https://hooks.slack.com/services/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',
  ],
  ['the secret in "routing_key"', 'routing_key', '7c1f0b9e4d2a4e6f8b3c5d7e9f1a2b3c'],
  ['the token of a Telegram bot', 'bot_token', '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1'],
];

describe('a secret in a configuration', () => {
  const alertmanager = (field: string, value: string): string =>
    `route: { receiver: a }\nreceivers:\n  - name: a\n    x_configs:\n      - ${field}: ${value}\n`;

  test.each(SECRETS)('is %s', (what, field, value) => {
    expect(found('secret-in-file', { 'alertmanager.yml': alertmanager(field, value) })[0]).toContain(
      `${what} is written in a file that is in git`,
    );
  });

  test.each([
    ['api_url', '"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"'],
    ['api_url', '"<slack webhook>"'],
    ['api_url', '${SLACK_URL}'],
    ['api_url_file', '/run/secrets/slack'],
    ['routing_key', 'your-routing-key-here-0001'],
    ['routing_key_file', '/run/secrets/pagerduty'],
    ['url', 'http://example.com/alerts'],
  ])('is not %s: %s', (field, value) => {
    expect(found('secret-in-file', { 'alertmanager.yml': alertmanager(field, value) })).toEqual([]);
  });

  test('is found in compose, in a datasource and in an address', () => {
    const files = {
      'docker-compose.yml': service('image: example/app:1.0', 'environment: ["API_TOKEN=q8Zr4Tn2Vx6Lm0Ws"]'),
      'datasources.yml':
        'apiVersion: 1\ndatasources:\n  - name: p\n    type: prometheus\n    secureJsonData: { basicAuthPassword: q8Zr4Tn2Vx6Lm0Ws }\n',
      'prometheus.yml':
        'scrape_configs: []\nremote_write:\n  - url: https://user:q8Zr4Tn2Vx6Lm0Ws@example.com/write\n',
    };
    expect(found('secret-in-file', files).map((line) => line.split(' ')[2])).toEqual([
      'datasources.yml:5:42',
      'docker-compose.yml:4:30',
      'prometheus.yml:3:23',
    ]);
  });

  test('is never shown', () => {
    const files = {
      'alertmanager.yml': SECRETS.map(([, field, value]) => alertmanager(field, value)).join('---\n'),
      'docker-compose.yml': service('image: example/app:1.0', 'environment: ["API_TOKEN=q8Zr4Tn2Vx6Lm0Ws"]'),
      '.env': 'DB_PASSWORD=q8Zr4Tn2Vx6Lm0Ws\nOTHER_TOKEN=h5Jk3Lp9Qw1Er7Ty\n',
    };
    const result = checkFiles(files);
    const shown = prettyReport(result, { color: false, width: 100, quiet: false }) + githubReport(result);
    expect(result.findings.length).toBeGreaterThan(3);
    for (const secret of [...SECRETS.map(([, , value]) => value), 'q8Zr4Tn2Vx6Lm0Ws', 'h5Jk3Lp9Qw1Er7Ty'])
      expect(shown).not.toContain(secret);
  });
});

describe('a file of variables in git', () => {
  const inGit = (path: string, text: string, more: Repository = {}): string[] =>
    found('secret-in-env-file', { [path]: text, ...more });

  test('is one finding, whatever it holds', () => {
    expect(inGit('.env', 'A=1\nDB_PASSWORD=q8Zr4Tn2Vx6Lm0Ws\nAPI_TOKEN=h5Jk3Lp9Qw1Er7Ty\n')).toEqual([
      'warning security/secret-in-env-file .env:2:1 ".env" is in git, or will be with the next commit, and holds the values of DB_PASSWORD, API_TOKEN: whoever can read the repository has them'.replace(
        ', API',
        ' and API',
      ),
    ]);
  });

  test.each([
    ['git ignores it', '.env', 'DB_PASSWORD=q8Zr4Tn2Vx6Lm0Ws\n', { '.gitignore': '.env\n' }],
    ['it is an example', '.env.example', 'DB_PASSWORD=q8Zr4Tn2Vx6Lm0Ws\n', {}],
    ['it holds no secret', '.env', 'PORT=3000\nDB_USER=app\nPASSWORD_MIN_LENGTH=12\n', {}],
    ['it holds what anybody would guess', '.env', 'DB_PASSWORD=postgres\n', {}],
    ['it leaves them empty', '.env', 'DB_PASSWORD=\nTOKEN=<token>\n', {}],
  ])('is none when %s', (_name, path, text, more) => {
    expect(inGit(path, text, more)).toEqual([]);
  });
});

describe('what is open to the network', () => {
  const prometheus = (...lines: string[]): string => service('image: prom/prometheus:v3.5.0', ...lines);
  const admin = (...lines: string[]): string[] =>
    found('admin-api-exposed', { 'docker-compose.yml': prometheus(...lines) });
  const flag = 'command: ["--web.enable-lifecycle"]';

  test.each([
    ['a published port', ['ports: ["9090:9090"]', flag], 1],
    ["the host's network", ['network_mode: host', flag], 1],
    ['loopback', ['ports: ["127.0.0.1:9090:9090"]', flag], 0],
    ['an address that is not known', ['ports: ["${BIND}:9090:9090"]', flag], 0],
    ['no published port', ['expose: ["9090"]', flag], 0],
    [
      'a password',
      ['ports: ["9090:9090"]', 'command: ["--web.enable-lifecycle", "--web.config.file=/w.yml"]'],
      0,
    ],
    ['no such flag', ['ports: ["9090:9090"]'], 0],
  ])('with %s', (_name, lines, count) => {
    expect(admin(...lines)).toHaveLength(count);
  });

  test("is Docker's socket, in each way of mounting it", () => {
    const socket = (mount: string): string[] =>
      found('docker-socket-writable', {
        'docker-compose.yml': service('image: example/app:1.0', `volumes: [${mount}]`),
      });
    expect(socket('"/var/run/docker.sock:/var/run/docker.sock"')).toHaveLength(1);
    expect(socket('"/var/run:/var/run:rw"')).toHaveLength(1);
    expect(socket('{ type: bind, source: /run/docker.sock, target: /s }')).toHaveLength(1);
    expect(socket('"/var/run/docker.sock:/var/run/docker.sock:ro"')).toEqual([]);
    expect(socket('{ type: bind, source: /run/docker.sock, target: /s, read_only: true }')).toEqual([]);
  });

  test('is not Docker in Docker, which needs all rights', () => {
    expect(
      found('privileged', { 'docker-compose.yml': service('image: docker:28-dind', 'privileged: true') }),
    ).toEqual([]);
  });
});
