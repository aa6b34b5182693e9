import { describe, expect, test } from 'vitest';
import { dashboardWith, withDashboards } from '../../rules/shared/grafana-examples.ts';
import { parseJson, parseYaml } from '../../src/repo/document.ts';
import { sourceText } from '../../src/repo/text.ts';
import { checkFiles, oneLine, type Repository } from '../support/check.ts';

const found = (rule: string, files: Repository): string[] =>
  checkFiles(files)
    .findings.filter((finding) => finding.rule.startsWith(`syntax/${rule}`))
    .map(oneLine);

/** What is said of a text that does not parse: the text that is pointed at, and the words. */
const said = (parse: typeof parseYaml, text: string): [string, string] | undefined => {
  const document = parse(sourceText('a', text));
  const [problem] = document.problems;
  return problem && [text.slice(problem.span.start, problem.span.end), problem.message];
};

describe('YAML that does not parse is explained at its cause', () => {
  test.each([
    ['a: "open\nb: 2\n', '"', 'the quote that opens here is never closed'],
    ['a: "open\nb: "2"\n', '"', 'the quote that opens here is never closed'],
    ["a: 'it's down'\n", "s down'", 'the quoted value is closed, and text follows it'],
    ['a:\n  b: [1, 2\nc: 3\n', '[', 'the "[" that opens here is never closed'],
    ['a: [1, {b: 2]\n', '{', 'the "{" that opens here is never closed'],
    ['a: [1, 2]]\n', ']', 'there is no "[" that this "]" closes'],
    ['a:\n\tb: 1\n', '\t', 'the line is indented with a tab, and YAML takes only spaces'],
    ['a:\n  b: 1\n c: 2\n', 'c: 2', 'the line is indented by 1, which fits no line above it'],
    ['a: 1\n  b: 2\n', 'b: 2', 'the line is indented by 2, which makes it a part of the value above'],
    [
      'summary: Host: down\n',
      'Host: down',
      'the value holds a colon and a space, which makes a second key of it',
    ],
    ['expr: {job="a"} > 1\n', '{job="a"} > 1', 'a value that begins with "{" is not read as text'],
    ['a: {{ $value }} left\n', '{{ $value }} left', 'a value that begins with "{" is not read as text'],
    ['a: @b\n', '@b', 'a value cannot begin with "@" unless it is quoted'],
    ['a: "\\d+"\n', '\\d', '"\\d" means nothing inside double quotes'],
    ['a: 1\nports\n  - 1\n', 'ports', 'there is no colon after "ports"'],
    ['a:b\nc: d\n', 'a:b', 'there is no space after the colon'],
    ["a: ['b' 'c']\n", "'", 'there is no comma between this and what stands before it'],
    ['a: *b\n', '*b', 'no anchor "&b" stands before this alias'],
    ['a:\n  <<: *b\n', '*b', 'no anchor "&b" stands before this alias'],
    ['a:\n  <<: 7\n', '7', 'what "<<" merges is no map'],
  ])('%j', (text, at, words) => {
    expect(said(parseYaml, text)).toEqual([at, words]);
  });

  test.each([
    ['brackets whose lines begin anywhere', 'a:\n  b: [\n    1, # one\n]\nc: {d: 1,\ne: 2}\n'],
    ['quoted values over lines that begin anywhere', 'a:\n  b: "one\ntwo"\n'],
  ])('but not %s, which Docker and Prometheus take', (_name, text) => {
    expect(said(parseYaml, text)).toBeUndefined();
  });
});

describe('JSON that does not parse is explained at its cause', () => {
  test.each([
    ['{"a": 1,}', ',', 'nothing follows this comma'],
    ['{"a": [1, 2}', '}', 'this "}" does not close the bracket that is open'],
    ['{"a": {"b": 1', '{', 'the "{" that opens here is never closed: the file ends before it does'],
    ['{"a": 1 "b": 2}', '"b"', 'there is no comma between this and what stands before it'],
    ['{"a": "b}\n', '"b}', 'the quote that opens here is not closed on its line'],
    ['// x\n{"a": 1}', '// x', 'JSON has no comments'],
    ['{"a": 1}}', '}', 'the document is complete, and something follows it'],
  ])('%j', (text, at, words) => {
    expect(said(parseJson, text)).toEqual([at, words]);
  });
});

describe('a file that does not parse', () => {
  const rules = (summary: string): string =>
    `groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: up == 0\n        annotations:\n          summary: ${summary}\n`;

  test('says what becomes of it', () => {
    expect(found('', { 'alerts.yml': rules('"open') })).toEqual([
      'error syntax/invalid alerts.yml:7:20 the quote that opens here is never closed: Prometheus does not start, and a running one keeps its old rules',
    ]);
    expect(found('', { 'd.json': '{"panels": [], "schemaVersion": 39, "title": "x",}' })).toEqual([
      'error syntax/invalid d.json:1:49 nothing follows this comma: Grafana does not show the dashboard',
    ]);
  });

  test('is told of once, and nothing is concluded from what it lacks', () => {
    const compose =
      'services:\n  prometheus:\n    image: prom/prometheus\n    volumes: ["data:/prometheus"]\n   ports: ["9090:9090"]\n';
    expect(checkFiles({ 'docker-compose.yml': compose }).findings.map(({ rule }) => rule)).toEqual([
      'syntax/invalid',
    ]);
  });

  test('is found inside a ConfigMap, at its place in the file', () => {
    const map = `apiVersion: v1\nkind: ConfigMap\ndata:\n  alerts.yml: |\n${rules('"open').replace(/^/gm, '    ')}`;
    expect(found('', { 'map.yml': map })[0]).toMatch(/^error syntax\/invalid map\.yml:11:24 the quote/);
  });

  test('is found by who loads it, when nothing else tells what it is', () => {
    const compose =
      'services:\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./p.yml:/etc/prometheus/prometheus.yml", "data:/prometheus"]\nvolumes:\n  data:\n';
    expect(found('', { 'docker-compose.yml': compose, 'p.yml': 'my: [\n' })).toHaveLength(1);
    expect(found('', { 'p.yml': 'my: [\n' })).toEqual([]);
  });

  test.each([
    [
      'a template of Helm',
      'chart.yml',
      '{{- if .Values.a }}\ngroups:\n  - name: {{ .Values.b }}\n{{- end }}\n',
    ],
    [
      'a template of Jinja',
      'prometheus.yml',
      'scrape_configs:\n{% for job in jobs %}\n  - job_name: {{ job }}\n{% endfor %}\n',
    ],
    ['an example', 'prometheus.yml.example', 'scrape_configs: [\n'],
    ['data of a test', 'testdata/prometheus.bad.yml', 'scrape_configs: [\n'],
    ['something that is no monitoring', 'data.yml', 'people: [\n'],
  ])('is no finding in %s', (_name, path, text) => {
    expect(found('', { [path]: text })).toEqual([]);
  });
});

describe('a key that is written twice', () => {
  test('says where it was written first, and what comes of it', () => {
    const { findings } = checkFiles({
      'd.json': '{"panels": [], "title": "a", "schemaVersion": 39, "title": "b"}',
    });
    expect(findings.map(oneLine)).toEqual([
      'error syntax/duplicate-key d.json:1:51 the key "title" is written twice: only the last one counts, and what the first holds is lost',
    ]);
    expect(findings[0]?.related.map(({ at }) => at.start.column)).toEqual([16]);
  });

  test('may be a merge key, and the same name in two maps', () => {
    const compose =
      'x-a: &a { restart: always }\nx-b: &b { init: true }\nservices:\n  app:\n    <<: [*a, *b]\n    image: example/app:1.0\n  web:\n    image: example/web:1.0\n';
    expect(found('', { 'docker-compose.yml': compose })).toEqual([]);
  });
});

describe('a file that is loaded as something that it is not', () => {
  const compose = (...mounts: string[]): string =>
    `services:\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes:\n${[...mounts, 'data:/prometheus'].map((mount) => `      - ${mount}\n`).join('')}volumes:\n  data:\n`;
  const PROMETHEUS = 'rule_files: ["/etc/prometheus/*.yml"]\nscrape_configs: []\n';
  const TEST = 'rule_files: [alerts.yml]\ntests:\n  - input_series: []\n';

  test('by its configuration', () => {
    const files = {
      'docker-compose.yml': compose('./rules.yml:/etc/prometheus/prometheus.yml'),
      'rules.yml': 'groups:\n  - name: a\n    rules:\n      - { alert: A, expr: up == 0 }\n',
    };
    expect(found('wrong', files)).toEqual([
      'error syntax/wrong-kind docker-compose.yml:5:9 "rules.yml" is a Prometheus rule file, and "prometheus" reads it as its own configuration: it does not start',
    ]);
  });

  test('by a glob that takes in more than rules', () => {
    const files = {
      'docker-compose.yml': compose('./p:/etc/prometheus'),
      'p/prometheus.yml': PROMETHEUS,
      'p/alerts_test.yml': TEST,
    };
    expect(found('wrong', files).map((line) => line.replace(/^.*takes in/, ''))).toEqual([
      ' "p/alerts_test.yml", which is a rule unit test: "prometheus" refuses it and does not start',
      ' "p/prometheus.yml", which is a Prometheus configuration: "prometheus" refuses it and does not start',
    ]);
  });

  test('by Grafana, which takes nothing from it', () => {
    const files = {
      'docker-compose.yml':
        'services:\n  grafana:\n    image: grafana/grafana:12.0.2\n    volumes: ["./g:/etc/grafana/provisioning"]\n',
      'g/datasources/dashboards.yml': 'apiVersion: 1\nproviders:\n  - { name: a, options: { path: /d } }\n',
    };
    expect(found('wrong', files)).toEqual([
      'error syntax/wrong-kind g/datasources/dashboards.yml:1:1 this is Grafana dashboard provisioning, and it lies in "/etc/grafana/provisioning/datasources": Grafana takes nothing from it',
    ]);
  });

  test('is no finding where the file looks like nothing in particular', () => {
    expect(
      found('wrong', {
        'docker-compose.yml': compose('./p.yml:/etc/prometheus/prometheus.yml'),
        'p.yml': 'a: 1\n',
      }),
    ).toEqual([]);
  });
});

describe('a file that is no text', () => {
  const bytes = (...codes: number[]): Uint8Array =>
    Uint8Array.from([...Buffer.from('scrape_configs: '), ...codes]);

  test.each([
    ['binary', bytes(0, 1, 2), 'is no text'],
    ['another encoding', bytes(0xe4, 0xf6), 'is not in UTF-8'],
  ])('is told of under the name of a configuration: %s', (_name, content, words) => {
    expect(found('unreadable', { 'prometheus.yml': content })[0]).toContain(words);
    expect(found('unreadable', { 'data.yml': content })).toEqual([]);
  });

  test('may be larger than what is read: then who loads it may take it all the same', () => {
    const large = new Uint8Array(16 * 1024 * 1024 + 1);
    expect(found('unreadable', { 'prometheus.yml': large })).toEqual([
      'warning syntax/unreadable prometheus.yml:1:1 "prometheus.yml" is larger than what is read here: nothing in it was checked',
    ]);
  });

  test('may be UTF-16 with its mark', () => {
    const text = Buffer.from('\ufeffscrape_configs: []\n', 'utf16le');
    expect(found('', { 'prometheus.yml': text })).toEqual([]);
  });

  test.each([
    ['utf8', 'begins with a byte order mark'],
    ['utf16le', 'is in UTF-16, with a byte order mark'],
  ] as const)('is what Grafana takes a dashboard for that begins with a mark: %s', (encoding, words) => {
    const marked = Buffer.from(`\ufeff${dashboardWith('up')}`, encoding);
    const files = { ...withDashboards({}), 'dashboards/api.json': marked };
    expect(found('', files)).toEqual([
      `error syntax/unreadable dashboards/api.json:1:1 "dashboards/api.json" ${words}: Grafana takes JSON in UTF-8 without one, and does not load the dashboard`,
    ]);
    // Where no Grafana loads it, it may be for an import, which an application reads.
    expect(found('', { 'dashboards/api.json': marked })).toEqual([]);
  });
});

describe("what a program's own tests read, and what is filled in before it runs", () => {
  test.each(['pkg/testdata/', 'stack.dockerapp/'])('is left alone by itself: %s', (folder) => {
    const rules = 'groups:\n  - name: a\n    rules:\n      - alert: A\n';
    expect(found('', { [`${folder}rules.yml`]: rules })).toEqual([]);
    expect(found('', { 'rules.yml': rules })).toHaveLength(1);
  });
});
