import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { DATASOURCES, dashboardWith, withDashboards } from '../../rules/shared/grafana-examples.ts';
import type { Preset } from '../../src/config/config.ts';
import { diffOf, fix } from '../../src/fix.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import type { Repository } from '../support/check.ts';

const mend = (files: Repository) =>
  fix(
    {
      disk: memoryDisk(files),
      config: undefined,
      preset: 'strict' satisfies Preset,
      severities: new Map(RULES.map(({ id, severity }) => [id, severity])),
      today: '2026-01-01',
    },
    { promtool: 'off' },
  );

const rules = (expr: string): string => `groups:
  - name: api   # the front door
    rules:
      - alert: ApiDown
        expr: ${expr}
        for: 1m
`;

describe('--fix', () => {
  test('changes what is wrong and keeps comments, order and quotes', async () => {
    const { files, count } = await mend({ 'rules.yml': rules(`'up{job=~"api", env =~ "^live.*"} == 0'`) });
    expect(count).toBe(2);
    expect(files.get('rules.yml')?.after).toBe(rules(`'up{job="api", env =~ "live.*"} == 0'`));
  });

  test('goes on until nothing is left to mend', async () => {
    // Without its anchor the value is no regular expression any more.
    const { files, count } = await mend({ 'rules.yml': rules('up{job=~"^api"} == 0') });
    expect(count).toBe(2);
    expect(files.get('rules.yml')?.after).toBe(rules('up{job="api"} == 0'));
    expect((await mend({ 'rules.yml': files.get('rules.yml')?.after ?? '' })).count).toBe(0);
  });

  test('finds the places in folded and quoted texts', async () => {
    const folded = rules('>\n          up{job=~"api"}\n          == 0');
    const escaped = rules(String.raw`"up{job=~\"api\"} == 0"`);
    expect((await mend({ 'rules.yml': folded })).files.get('rules.yml')?.after).toBe(
      folded.replace('=~', '='),
    );
    expect((await mend({ 'rules.yml': escaped })).files.get('rules.yml')?.after).toBe(
      escaped.replace('=~', '='),
    );
  });

  test('writes matchers in the place of match, unless a comment would be lost', async () => {
    const config = (match: string): string =>
      `route:\n  receiver: team\n  routes:\n    - receiver: team\n      ${match}\n      continue: true\nreceivers:\n  - name: team\n    webhook_configs:\n      - url_file: /run/url\n`;
    const mended = async (match: string) =>
      (await mend({ 'alertmanager.yml': config(match) })).files.get('alertmanager.yml')?.after;
    expect(await mended('match:\n        team: a "b"\n        env: live')).toBe(
      config(String.raw`matchers: [team="a \"b\"", env="live"]`),
    );
    expect(await mended('match:\n        # the team of the front door\n        team: a')).toBeUndefined();
  });

  /** One file's text after the fixes, in a repository with others. */
  const textAfter = async (
    path: string,
    text: string,
    others: Repository = {},
  ): Promise<string | undefined> => (await mend({ ...others, [path]: text })).files.get(path)?.after;

  test('writes the key that a misspelt one can only mean', async () => {
    const config = (key: string, more = ''): string =>
      `global: # for all\n  ${key}: 15s # as agreed\n${more}scrape_configs: []\n`;
    expect(await textAfter('prometheus.yml', config('scrape_intervall'))).toBe(config('scrape_interval'));
    // There it is already, or two keys mean it.
    expect(
      await textAfter('prometheus.yml', config('scrape_intervall', '  scrape_interval: 15s\n')),
    ).toBeUndefined();
    expect(
      await textAfter('prometheus.yml', config('scrape_intervall', '  scrape_interva: 15s\n')),
    ).toBeUndefined();
  });

  test('writes a value with the quotes that it lacks, and without those that it must not have', async () => {
    const config = (name: string, delay: string): string =>
      `startDelaySeconds: ${delay} # for the rest\nusername: ${name} # of the JVM\nrules: []\n`;
    expect(await textAfter('jmx.yml', config('1.0', "'5'"))).toBe(config('"1.0"', '5'));
    // What others repeat by its anchor is left alone.
    expect(await textAfter('jmx.yml', 'username: &name 1\npassword: *name\nrules: []\n')).toBeUndefined();
  });

  test('takes out the second of two lines that say the same', async () => {
    const twice = (first: string, second: string): string =>
      rules('up{job="api"} == 0').replace(
        '        for: 1m\n',
        `        ${first}\n        labels: { a: b }\n        ${second}\n`,
      );
    expect(await textAfter('rules.yml', twice('for: 1m', 'for: 1m'))).toBe(
      twice('for: 1m', '').replace(/ +\n$/, ''),
    );
    for (const [first, second] of [
      ['for: 1m', 'for: 2m'],
      ['for: 1m', 'for: 1m # so that it is not a blip'],
      ['annotations: { a: b }', 'annotations: { a: b }'],
      ['annotations:\n          a: b', 'annotations:\n          a: b'],
      ['expr: a', 'expr: a\n          + b'],
    ] as const)
      expect(await textAfter('rules.yml', twice(first, second))).toBeUndefined();
  });

  test('takes out a target that is in its list already', async () => {
    const config = (targets: string): string =>
      `scrape_configs:\n  - job_name: api\n    static_configs:\n      - targets: ${targets}\n`;
    expect(await textAfter('prometheus.yml', config('["api:80", "api:80", "b:80"]'))).toBe(
      config('["api:80", "b:80"]'),
    );
    expect(
      await textAfter('prometheus.yml', config('\n          - api:80 # the first\n          - api:80\n')),
    ).toBe(config('\n          - api:80 # the first\n'));
    expect(
      await textAfter('prometheus.yml', config('\n          - api:80\n          - api:80 # why?')),
    ).toBeUndefined();
  });

  test('gives a datasource the uid that Grafana makes of its name', async () => {
    const path = 'provisioning/datasources/prometheus.yml';
    const dashboard = dashboardWith('up', '{ "type": "prometheus", "uid": "PBFA97CFB590B2093" }');
    const named = (uid: string): string =>
      DATASOURCES.replace(
        '  - name: Prometheus\n    uid: prometheus\n',
        `  - name: Prometheus # ours\n${uid}`,
      );
    expect(await textAfter(path, named(''), withDashboards({ 'api.json': dashboard }))).toBe(
      named('    uid: PBFA97CFB590B2093\n'),
    );
  });

  test('says where Loki keeps its deletions, as its schema has it', async () => {
    const compose =
      'services:\n  loki:\n    image: grafana/loki:3.4.2\n    volumes: ["./loki.yml:/etc/loki/local-config.yaml"]\n';
    const loki = (stores: readonly string[], more = ''): string =>
      `auth_enabled: false\nschema_config:\n  configs:\n${stores
        .map(
          (store, index) =>
            `    - from: "202${index}-04-01"\n      store: tsdb\n      object_store: ${store}\n      schema: v13\n`,
        )
        .join(
          '',
        )}compactor:\n  retention_enabled: true # a week\n${more}limits_config:\n  retention_period: 168h\n`;
    const mended = (...stores: string[]) =>
      textAfter('loki.yml', loki(stores), { 'docker-compose.yml': compose });
    expect(await mended('s3')).toBe(loki(['s3'], '  delete_request_store: s3\n'));
    expect(await mended('filesystem', 's3')).toBeUndefined();
  });

  test("mends an agent's configuration", async () => {
    const config = (more: string, label: string): string =>
      `${more}rules:\n  - pattern: 'a<>b'\n    name: a\n    labels:\n      version: ${label} # of the protocol\n`;
    expect(await textAfter('jmx.yml', config('', '1.0'))).toBe(config('', '"1.0"'));
    const compose =
      'services:\n  a:\n    image: apache/kafka:3.9.1\n    environment:\n      KAFKA_OPTS: -javaagent:/j/agent.jar=9404:/j/jmx.yml\n    volumes: ["./jmx.yml:/j/jmx.yml", "jars:/j"]\nvolumes:\n  jars:\n';
    expect(
      await textAfter('jmx.yml', config('hostPort: a:1\njmxUrl: b # once\n', 'x'), {
        'docker-compose.yml': compose,
      }),
    ).toBe(config('', 'x'));
  });

  test('mends the settings of dashboards', async () => {
    const dashboard = (refresh: string, editable: string): string =>
      dashboardWith('up{instance=~"$instance"}')
        .replace(
          '"list": []',
          `"list": [{ "name": "instance", "type": "query", ${refresh}"query": "label_values(up, instance)", "datasource": { "type": "prometheus", "uid": "prometheus" } }]`,
        )
        .replace('  "title": "API"', `${editable}  "title": "API"`);
    const path = 'dashboards/api.json';
    expect(await textAfter(path, dashboard('"refresh": 1, ', ''), withDashboards({}))).toBe(
      dashboard('"refresh": 2, ', '  "editable": false,\n'),
    );
    const misspelt = dashboard('"refresh": 2, ', '  "editable": false,\n').replace(
      'label_values',
      'label_value',
    );
    expect(await textAfter(path, misspelt, withDashboards({}))).toBe(
      misspelt.replace('label_value', 'label_values'),
    );
  });

  test('writes the stage of a pipeline that a misspelt one can only mean', async () => {
    const compose =
      'services:\n  logs:\n    image: grafana/promtail:3.4.2\n    volumes: ["./promtail.yml:/etc/promtail/config.yml", "/var/log:/var/log"]\n';
    const promtail = (stage: string): string =>
      `clients: [{ url: "https://loki.example.com/loki/api/v1/push" }]\nscrape_configs:\n  - job_name: a\n    static_configs: [{ targets: [localhost], labels: { __path__: /var/log/a.log } }]\n    pipeline_stages:\n      - ${stage}:\n          expression: '^(?P<level>\\w+)' # the level\n`;
    expect(await textAfter('promtail.yml', promtail('regexp'), { 'docker-compose.yml': compose })).toBe(
      promtail('regex'),
    );
  });

  test('leaves a file alone that could not be written back as it was', async () => {
    const bom = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(rules('up{job=~"api"} == 0'))]);
    expect((await mend({ 'rules.yml': bom })).files.size).toBe(0);
  });

  test('shows a diff that git apply takes', async () => {
    expect(diffOf(await mend({ 'rules.yml': rules('up{job=~"api"} == 0') }))).toMatchInlineSnapshot(`
      "--- a/rules.yml
      +++ b/rules.yml
      @@ -2,5 +2,5 @@
         - name: api   # the front door
           rules:
             - alert: ApiDown
      -        expr: up{job=~"api"} == 0
      +        expr: up{job="api"} == 0
               for: 1m
      "
    `);
  });
});
