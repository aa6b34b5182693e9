import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { dashboardWith } from '../../rules/shared/grafana-examples.ts';
import { checkFiles, oneLine, type Repository } from '../support/check.ts';

const AREAS = /^(?:grafana|dashboards)\//;

/** What the recommended rules of Grafana find. */
const found = (files: Repository): string[] =>
  checkFiles(files, { rules: RULES.filter(({ id }) => AREAS.test(id)) }).findings.map(oneLine);

const PROMETHEUS = `  prometheus:
    image: prom/prometheus:v3.5.0
`;
const compose = (grafana: string, others = PROMETHEUS): string => `services:
${others}  grafana:
${grafana}`;
const GRAFANA = `    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`;
const datasource = (more = '', url = 'http://prometheus:9090'): string => `apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    url: ${url}
${more}`;
const provider = (path = '/var/lib/grafana/dashboards', more = ''): string => `apiVersion: 1
providers:
  - name: default
    type: file
${more}    options:
      path: ${path}
`;
const panel = (ref: string): string => dashboardWith('up', ref);
const named = (uid: string, title: string): string =>
  dashboardWith('up')
    .replace('"uid": "api"', `"uid": "${uid}"`)
    .replace('"title": "API"', `"title": "${title}"`);

const stack = (files: Repository = {}): Repository => ({
  'docker-compose.yml': compose(GRAFANA),
  'provisioning/datasources/prometheus.yml': datasource('    uid: prometheus\n'),
  'provisioning/dashboards/default.yml': provider(),
  'dashboards/api.json': dashboardWith('up'),
  ...files,
});

test('a healthy stack is silent', () => {
  expect(found(stack())).toEqual([]);
});

test('dashboards whose provider is not mounted have that one cause, whoever writes of them', () => {
  const files: Record<string, string | Uint8Array> = {
    ...stack({ 'README.md': 'Dashboards are in dashboards/.\n' }),
  };
  expect(found(files)).toEqual([]);
  const compose = String(files['docker-compose.yml']);
  const without = compose.replace(/^ +- \S+:\/etc\/grafana\/provisioning\S*\n/m, '');
  expect(without).not.toBe(compose);
  expect(found({ ...files, 'docker-compose.yml': without })).toEqual([
    expect.stringContaining('grafana/provisioning-not-loaded docker-compose.yml:5:12'),
  ]);
});

describe('datasources that panels name', () => {
  const unknown = (files: Repository): string[] =>
    found(files).filter((line) => line.includes('unknown-datasource'));

  test('are known by the uid that Grafana makes of a name', () => {
    const files = stack({
      'provisioning/datasources/prometheus.yml': datasource(),
      'dashboards/api.json': panel('{ "type": "prometheus", "uid": "PBFA97CFB590B2093" }'),
    });
    expect(unknown(files)).toEqual([]);
  });

  test.each([
    '"Prometheus"',
    'null',
    '"default"',
    '"-- Mixed --"',
    '{ "type": "datasource", "uid": "-- Grafana --" }',
    '{ "type": "prometheus" }',
  ])('are known as %s, as old dashboards have it', (ref) => {
    expect(unknown(stack({ 'dashboards/api.json': panel(ref) }))).toEqual([]);
  });

  test('are known through a variable of a type that is provisioned', () => {
    const withVariable = (type: string): string =>
      panel('{ "type": "prometheus", "uid": "${ds}" }').replace(
        '"list": []',
        `"list": [{ "name": "ds", "type": "datasource", "query": "${type}" }]`,
      );
    expect(unknown(stack({ 'dashboards/api.json': withVariable('prometheus') }))).toEqual([]);
    expect(unknown(stack({ 'dashboards/api.json': withVariable('loki') }))).toEqual([
      'error dashboards/unknown-datasource dashboards/api.json:13:52 1 query of the dashboard "API" asks a datasource of the type "loki", chosen by the variable "ds", which grafana does not have',
    ]);
  });

  test("are the panel's own, whatever an earlier one left at its queries", () => {
    const mixed = (uid: string, type = 'timeseries'): Repository =>
      stack({
        'dashboards/api.json': JSON.stringify({
          uid: 'api',
          title: 'API',
          schemaVersion: 41,
          panels: [
            {
              id: 1,
              type,
              title: 'Up',
              datasource: { type: 'prometheus', uid },
              targets: [{ refId: 'A', expr: 'up', datasource: { type: 'prometheus', uid: 'gone' } }],
            },
          ],
        }),
      });
    expect(unknown(mixed('prometheus'))).toEqual([]);
    expect(unknown(mixed('-- Mixed --'))).toHaveLength(1);
    expect(unknown(mixed('-- Mixed --', 'text'))).toEqual([]);
  });

  test('are unknown where a variable is not defined', () => {
    expect(unknown(stack({ 'dashboards/api.json': panel('"${DS_PROMETHEUS}"') }))).toEqual([
      'error dashboards/unknown-datasource dashboards/api.json:13:21 1 query of the dashboard "API" asks the datasource in the variable "DS_PROMETHEUS", which grafana does not have',
    ]);
  });

  test.each([
    [
      'a uid comes from outside',
      { 'provisioning/datasources/prometheus.yml': datasource('    uid: ${PROM_UID}\n') },
    ],
    [
      'no datasource is provisioned',
      { 'provisioning/datasources/prometheus.yml': 'apiVersion: 1\ndatasources: []\n' },
    ],
    [
      'a script adds some',
      { 'setup.sh': 'curl -X POST http://admin@localhost:3000/api/datasources -d @ds.json' },
    ],
    [
      'the provisioning is a volume',
      {
        'docker-compose.yml': `${compose(`    image: grafana/grafana:12.0.2
    volumes:
      - provisioning:/etc/grafana/provisioning
      - ./dashboards:/var/lib/grafana/dashboards:ro
`)}volumes:
  provisioning:
`,
      },
    ],
  ])('may be anything where %s', (_, files) => {
    const all = stack({ 'dashboards/api.json': panel('{ "type": "prometheus", "uid": "other" }'), ...files });
    expect(unknown(all)).toEqual([]);
  });

  test('are known by variables of the container, which Grafana puts in', () => {
    const files = stack({
      'docker-compose.yml': compose(`${GRAFANA}    environment:
      PROM_UID: prometheus
      PROM_HOST: prometheus
`),
      'provisioning/datasources/prometheus.yml': datasource(
        '    uid: ${PROM_UID}\n',
        'http://$PROM_HOST:9090',
      ),
    });
    expect(found(files)).toEqual([]);
  });
});

describe('where provisioning is', () => {
  const bad = panel('{ "type": "prometheus", "uid": "other" }');

  test('an environment variable may say', () => {
    const files = {
      'docker-compose.yml': compose(`    image: grafana/grafana:12.0.2
    environment:
      GF_PATHS_PROVISIONING: /conf
    volumes:
      - ./conf:/conf:ro
      - ./dashboards:/dash:ro
`),
      'conf/datasources/prometheus.yml': datasource('    uid: prometheus\n'),
      'conf/dashboards/default.yml': provider('/dash'),
      'dashboards/api.json': bad,
    };
    expect(found(files)).toHaveLength(1);
  });

  test('grafana.ini may say, and name the home dashboard', () => {
    const files = {
      'docker-compose.yml': compose(`    image: grafana/grafana:12.0.2
    volumes:
      - ./grafana.ini:/etc/grafana/grafana.ini:ro
      - ./conf:/conf:ro
      - ./home.json:/home.json:ro
`),
      'grafana.ini':
        '; where it is\n[paths]\nprovisioning = /conf\n[dashboards]\ndefault_home_dashboard_path = /home.json\n',
      'conf/datasources/prometheus.yml': datasource('    uid: prometheus\n'),
      'home.json': bad,
    };
    expect(found(files)).toEqual([
      'error dashboards/unknown-datasource home.json:13:52 1 query of the dashboard "API" asks the datasource with the uid "other", which grafana does not have',
    ]);
  });

  test('a Dockerfile may bring it', () => {
    const files = {
      'docker-compose.yml': compose('    build: ./grafana\n'),
      'grafana/Dockerfile': `FROM grafana/grafana:12.0.2
RUN grafana cli plugins install grafana-clock-panel
COPY provisioning /etc/grafana/provisioning
COPY dashboards/*.json /var/lib/grafana/dashboards/
`,
      'grafana/provisioning/datasources/prometheus.yml': datasource('    uid: prometheus\n'),
      'grafana/provisioning/dashboards/default.yml': provider(),
      'grafana/dashboards/api.json': bad,
    };
    expect(found(files)).toHaveLength(1);
    // A step that downloads may bring more.
    const more = files['grafana/Dockerfile'].replace(
      'RUN',
      'RUN curl -o /etc/grafana/provisioning/x.yml http://x && ',
    );
    expect(found({ ...files, 'grafana/Dockerfile': more })).toEqual([]);
  });
});

describe('dashboards of one Grafana', () => {
  test('may have a title twice in different folders, of a provider or of the file system', () => {
    const files = stack({
      'provisioning/dashboards/default.yml': provider('/var/lib/grafana/dashboards').replace(
        'options:',
        'options:\n      foldersFromFilesStructure: true',
      ),
      'dashboards/api.json': named('a', 'API'),
      'dashboards/team/api.json': named('b', 'API'),
      'dashboards/other/api.json': named('c', 'API'),
    });
    expect(found(files)).toEqual([]);
  });

  test('may not have one twice in a folder, nor a uid twice anywhere', () => {
    const files = stack({
      'dashboards/api.json': named('a', 'API'),
      'dashboards/deep/copy.json': named('b', 'API'),
      'dashboards/other.json': named('a', 'Other'),
    });
    expect(found(files).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'dashboards/duplicate-title dashboards/deep/copy.json:3:12',
      'dashboards/duplicate-uid dashboards/other.json:2:10',
    ]);
  });

  test('are not those in hidden folders, nor other files', () => {
    const files = stack({
      'dashboards/.trash/api.json': named('api', 'API'),
      'dashboards/notes.txt': 'nothing',
      'dashboards/api.json.bak': named('api', 'API'),
    });
    expect(found(files)).toEqual([]);
  });

  test('of two Grafanas are none of one another', () => {
    const second = GRAFANA.replace('./dashboards:', './more:');
    const files = stack({
      'docker-compose.yml': `${compose(GRAFANA)}  grafana-two:\n${second}`,
      'more/api.json': dashboardWith('up'),
    });
    expect(found(files)).toEqual([]);
  });
});

describe('the path of a provider', () => {
  const withVolume = (path: string, more: Repository = {}): string[] =>
    found(
      stack({
        'docker-compose.yml': `${compose(`    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - data:/var/lib/grafana
`)}volumes:
  data:
`,
        'provisioning/dashboards/default.yml': provider(path),
        'dashboards/api.json': dashboardWith('up'),
        ...more,
      }),
    ).filter((line) => line.includes('provider-path'));

  test('may be a volume that holds what somebody put there, an unknown place, or one that the image has', () => {
    for (const path of ['/var/lib/grafana/boards', '${DASHBOARDS}', '/usr/share/grafana/public/dashboards'])
      expect(withVolume(path)).toEqual([]);
    expect(
      withVolume('/var/lib/grafana/dashboards', {
        'load.sh': 'docker compose cp dashboards grafana:/var/lib/grafana/',
      }),
    ).toEqual([]);
  });

  test('that is inside a volume is empty, when the folder of its name is mounted nowhere', () => {
    expect(withVolume('/var/lib/grafana/dashboards')).toEqual([
      'error grafana/provider-path provisioning/dashboards/default.yml:6:13 grafana loads no dashboard here: "/var/lib/grafana/dashboards" is in a volume, where no dashboard of the repository is mounted',
    ]);
  });

  test('that is inside a volume is seen where a folder is mounted over it', () => {
    const files = stack({
      'docker-compose.yml': `${compose(`${GRAFANA}      - data:/var/lib/grafana\n`)}volumes:\n  data:\n`,
      'dashboards/api.json': '',
      'dashboards/readme.txt': 'none yet',
    });
    expect(found({ ...files, 'dashboards/api.json': 'x' })).toEqual([]);
    const { 'dashboards/api.json': _, ...empty } = files;
    expect(found(empty).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'grafana/provider-path provisioning/dashboards/default.yml:6:13',
    ]);
  });

  test('is to be mounted in the one compose file in which it is not', () => {
    const grafana = (target: string): string =>
      compose(`${GRAFANA.replace(/ *- \.\/dashboards.*\n/, '')}      - ./dashboards:${target}:ro\n`);
    const files = stack({
      'docker-compose.yml': grafana('/var/lib/grafana/dashboards'),
      'docker-compose.prod.yml': grafana('/srv/dashboards'),
    });
    const told = checkFiles(files)
      .findings.filter(({ rule }) => rule === 'grafana/provider-path')
      .map(({ message, help }) => [message, help]);
    expect(told).toEqual([
      [
        'grafana of docker-compose.prod.yml loads no dashboard here, as others do: nothing is mounted at "/var/lib/grafana/dashboards"',
        'in docker-compose.prod.yml, mount what is at "/srv/dashboards" at "/var/lib/grafana/dashboards"',
      ],
    ]);
  });

  test('names the mount whose source is not there', () => {
    const files = stack();
    const { 'dashboards/api.json': _, ...without } = files;
    expect(found(without)).toEqual([
      'error grafana/provider-path provisioning/dashboards/default.yml:6:13 grafana loads no dashboard here: what is mounted at "/var/lib/grafana/dashboards" is not in the repository',
    ]);
  });
});

describe("a datasource's address", () => {
  const urls = (url: string, more = '', services = PROMETHEUS): string[] =>
    found(
      stack({
        'docker-compose.yml': compose(GRAFANA, services),
        'provisioning/datasources/prometheus.yml': datasource(`    uid: prometheus\n${more}`, url),
      }),
    )
      .filter((line) => line.includes('datasource-url'))
      .map((line) => line.replace(/^.*reaches nothing at /, ''));

  test.each([
    'http://prometheus:9090',
    'http://prometheus:9090/prefix',
    'prometheus:9090',
    'https://prometheus.example.com',
    'http://host.docker.internal:9090',
    'http://172.17.0.1:9090',
    'http://${PROM}:9090',
    'http://localhost:3000/api/prom',
  ])('may be %s', (url) => {
    expect(urls(url)).toEqual([]);
  });

  test.each([
    ['http://localhost:9090', '"http://localhost:9090": localhost is grafana\'s own container'],
    ['http://prom:9090', '"http://prom:9090": no service has the name "prom"'],
    [
      'http://prometheus:9091',
      '"http://prometheus:9091": prometheus does not listen on 9091, as prom/prometheus listens on 9090',
    ],
  ])('is wrong as %s', (url, what) => {
    expect(urls(url)).toEqual([what]);
  });

  test('that the browser asks is not judged', () => {
    expect(urls('http://localhost:9090', '    access: direct\n')).toEqual([]);
  });

  test("is not judged on the host's network, nor on one that others are on", () => {
    const host = `${GRAFANA}    network_mode: host\n`;
    const shared = `${GRAFANA}    networks: [proxy]\n`;
    const named = `${GRAFANA}    extra_hosts: ["prom:10.0.0.2"]\n`;
    for (const [grafana, top] of [
      [host, ''],
      [named, ''],
      [shared, 'networks:\n  proxy:\n    external: true\n'],
    ] as const) {
      const files = stack({
        'docker-compose.yml': `${compose(grafana)}${top}`,
        'provisioning/datasources/prometheus.yml': datasource('    uid: prometheus\n', 'http://prom:9090'),
      });
      expect(found(files)).toEqual([]);
    }
  });

  test("is right at a port that Loki's or Tempo's configuration opens", () => {
    const loki = (port: number): string[] =>
      found(
        stack({
          'docker-compose.yml': compose(
            GRAFANA,
            `${PROMETHEUS}  loki:
    image: grafana/loki:3.4.2
    volumes:
      - ./loki.yml:/etc/loki/local-config.yaml:ro
`,
          ),
          'loki.yml':
            'auth_enabled: false\nserver:\n  http_listen_port: 3200\nschema_config: {configs: []}\n',
          'provisioning/datasources/loki.yml': `apiVersion: 1
datasources:
  - name: Loki
    uid: loki
    type: loki
    url: http://loki:${port}
`,
        }),
      );
    expect(loki(3200)).toEqual([]);
    expect(loki(3100)).toEqual([
      'error grafana/datasource-url provisioning/datasources/loki.yml:6:10 the datasource "Loki" reaches nothing at "http://loki:3100": loki does not listen on 3100, as its configuration opens 3200 and 9095',
    ]);
  });
});

describe('plugins', () => {
  const clickhouse = (grafana: string, files: Repository = {}): string[] =>
    found(
      stack({
        'docker-compose.yml': compose(grafana),
        'provisioning/datasources/clickhouse.yml': `apiVersion: 1
datasources:
  - name: ClickHouse
    uid: clickhouse
    type: grafana-clickhouse-datasource
`,
        ...files,
      }),
    );
  const env = (name: string, value: string): string =>
    `${GRAFANA}    environment:\n      ${name}: ${value}\n`;

  test.each([
    env('GF_INSTALL_PLUGINS', 'grafana-clock-panel, grafana-clickhouse-datasource 4.0.0'),
    env('GF_PLUGINS_PREINSTALL', 'grafana-clickhouse-datasource@4.0.0'),
    env('GF_PLUGINS_PREINSTALL_SYNC', 'grafana-clickhouse-datasource'),
    env('GF_INSTALL_PLUGINS', 'https://example.com/p.zip;grafana-clickhouse-datasource'),
    env('GF_INSTALL_PLUGINS', '${PLUGINS}'),
    `${GRAFANA}      - ./plugins:/var/lib/grafana/plugins\n`,
    `${GRAFANA}    command: [sh, -c, "install-plugins && /run.sh"]\n`,
    `${GRAFANA}    env_file: grafana.env\n`,
  ])('may be installed by %s', (grafana) => {
    expect(clickhouse(grafana)).toEqual([]);
  });

  test('may be installed by a Dockerfile', () => {
    const built = GRAFANA.replace('image: grafana/grafana:12.0.2', 'build: ./grafana');
    const dockerfile =
      'FROM grafana/grafana:12.0.2\nRUN grafana-cli plugins install grafana-clickhouse-datasource\n';
    expect(clickhouse(built, { 'grafana/Dockerfile': dockerfile })).toEqual([]);
  });

  test('are missing where nothing installs them', () => {
    expect(clickhouse(env('GF_INSTALL_PLUGINS', 'grafana-clock-panel'))).toEqual([
      'error grafana/missing-plugin provisioning/datasources/clickhouse.yml:5:11 the datasource "ClickHouse" needs the plugin "grafana-clickhouse-datasource", which nothing installs into grafana',
    ]);
  });
});

describe('provisioning that Grafana does not read', () => {
  const mounted = (target: string, files: Repository = {}): string[] =>
    found({
      ...stack(files),
      'docker-compose.yml': compose(GRAFANA.replace('/etc/grafana/provisioning:ro', `${target}:ro`)),
    }).filter((line) => line.includes('provisioning-not-loaded'));

  test('is one finding for one mount, however much lies in it', () => {
    expect(mounted('/etc/grafana/provisionning')).toEqual([
      expect.stringContaining(
        'grafana does not read "provisioning/datasources/prometheus.yml" and 1 other file of its provisioning',
      ),
    ]);
  });

  test('lies deeper than Grafana looks', () => {
    expect(
      mounted('/etc/grafana/provisioning', { 'provisioning/datasources/more/other.yml': datasource() }),
    ).toEqual([expect.stringContaining('directly in "/etc/grafana/provisioning/datasources"')]);
  });

  test('is told of as a file of the wrong kind in the folder of another part', () => {
    const path = 'provisioning/dashboards/other.yml';
    const { findings } = checkFiles(stack({ [path]: datasource() }));
    expect(findings.filter(({ at, message }) => `${at.file} ${message}`.includes(path)).map(oneLine)).toEqual(
      [expect.stringContaining(`error syntax/wrong-kind ${path}:1:1`)],
    );
  });

  test('is read where the variable says', () => {
    const files = {
      ...stack(),
      'docker-compose.yml': compose(
        `${GRAFANA.replace('/etc/grafana/provisioning', '/etc/grafana/ours')}    environment:\n      GF_PATHS_PROVISIONING: /etc/grafana/ours\n`,
      ),
    };
    expect(found(files)).toEqual([]);
  });

  test('may lie for another program, or be copied by the container', () => {
    expect(mounted('/srv/provisioning')).toEqual([]);
    const copied = GRAFANA.replace('/etc/grafana/provisioning:ro', '/etc/grafana/template:ro');
    expect(
      found({
        ...stack(),
        'docker-compose.yml': compose(
          `${copied}    entrypoint: ["sh", "-c", "cp -r /etc/grafana/template /etc/grafana/provisioning; /run.sh"]\n`,
        ),
      }).filter((line) => line.includes('provisioning-not-loaded')),
    ).toEqual([]);
  });
});
