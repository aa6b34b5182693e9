import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { dotGraph } from '../../src/report/graph/dot.ts';
import { jsonGraph } from '../../src/report/graph/json.ts';
import { graphSchema } from '../../src/report/graph/json-schema.ts';
import { mermaidGraph } from '../../src/report/graph/mermaid.ts';
import { forwardEdges, type SystemGraph } from '../../src/report/graph/model.ts';
import { systemGraph } from '../../src/report/graph/system-graph.ts';
import { LARGEST_SUMMARY, markdownReport } from '../../src/report/markdown.ts';
import type { CheckResult } from '../../src/result.ts';
import { checkFiles } from '../support/check.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { fixture, hostile, toldBut } from './systems.ts';

/** The schema names a draft that Ajv's own class is not about; what it uses is the same in both. */
const { $schema: _draft, ...schema } = graphSchema;
const fits = new Ajv({ strict: false }).compile(schema);

/** The edges of a graph in words: `service api exposes job api`, and what is broken with its reason. */
function edgesOf(graph: SystemGraph, wanted: 'all' | 'broken' = 'all'): string[] {
  return graph.scenes.flatMap((scene) => {
    const names = new Map(scene.nodes.map(({ id, kind, name }) => [id, `${kind} ${name}`]));
    return scene.edges
      .filter(({ state }) => wanted === 'all' || state === 'broken')
      .map(
        ({ from, to, kind, what, at }) =>
          `${names.get(from)} ${kind} ${names.get(to)}${wanted === 'broken' ? `: ${what}` : ''} (${at.map(({ file, start }) => `${file}:${start.line}`).join(' ')})`,
      );
  });
}

const brokenEdges = (result: CheckResult): string[] => edgesOf(systemGraph(result), 'broken');

describe.each(FIXTURES)('the picture of %s', (name) => {
  const result = fixture(name);
  const graph = systemGraph(result);

  test('has nothing missing in it', () => {
    expect(edgesOf(graph, 'broken')).toEqual([]);
    expect(graph.scenes.flatMap(({ nodes }) => nodes.filter(({ kind }) => kind === 'missing'))).toEqual([]);
  });

  test('shows every link of every path on something that is there', () => {
    const ids = new Set(graph.scenes.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
    expect(graph.paths.length).toBeGreaterThan(0);
    for (const path of graph.paths) {
      for (const link of path.links) {
        expect(link.nodes.length, `${path.name}, ${link.name}`).toBeGreaterThan(0);
        expect(link.nodes.filter((id) => !ids.has(id))).toEqual([]);
      }
    }
  });

  test('has an id for each node alone, and edges between nodes that are there', () => {
    for (const { nodes, edges } of graph.scenes) {
      const ids = nodes.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { from, to } of edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    }
  });

  test('is the same for the same files', () => {
    expect(jsonGraph(systemGraph(fixture(name)))).toEqual(jsonGraph(graph));
  });

  test('is data that fits its published schema', () => {
    expect(fits(jsonGraph(graph)), JSON.stringify(fits.errors)).toBe(true);
  });

  test('is drawn by Mermaid like this', async () => {
    await expect(mermaidGraph(graph)).toMatchFileSnapshot(`snapshots/${name}.mmd`);
  });
});

describe('the small lab', () => {
  const graph = systemGraph(fixture('debezium-lab'));

  test('is drawn by Graphviz like this', async () => {
    await expect(dotGraph(graph)).toMatchFileSnapshot('snapshots/debezium-lab.dot');
  });

  test('is this for programs', async () => {
    const text = `${JSON.stringify(jsonGraph(graph), undefined, 1)}\n`;
    await expect(text).toMatchFileSnapshot('snapshots/debezium-lab.json.snap');
  });
});

describe('each edge names the lines that prove it', () => {
  test('from the service to the receiver', () => {
    expect(edgesOf(systemGraph(toldBut({})))).toEqual([
      'job api scrapes prometheus prometheus (prometheus.yml:8)',
      'service api exposes job api (prometheus.yml:10)',
      'prometheus prometheus loads rules rules.yml (prometheus.yml:2)',
      'rules rules.yml alerts alertmanager alertmanager (prometheus.yml:4)',
      'alertmanager alertmanager routes receiver on-call (alertmanager.yml:2)',
    ]);
  });

  test('and an edge that leads back is left out of pictures, as that of a Prometheus that scrapes itself', () => {
    const [scene] = systemGraph(fixture('k2-market-data')).scenes;
    if (scene === undefined) throw new Error('there is no scene');
    const back = scene.edges.filter((edge) => !forwardEdges(scene).includes(edge));
    expect(back.map(({ from, to }) => `${from} ${to}`)).toContain('prometheus:prometheus job:prometheus');
  });
});

describe('what is missing is drawn where it ought to be', () => {
  test('a path that no alert watches', () => {
    const rules =
      'groups:\n  - name: a\n    rules:\n      - alert: Other\n        expr: up{job="other"} == 0\n';
    expect(brokenEdges(toldBut({ 'rules.yml': rules }))).toEqual([
      'prometheus prometheus loads missing no alert: no alert (prometheus.yml:1)',
    ]);
  });

  test('a rule file that nobody loads', () => {
    const result = toldBut({
      'prometheus.yml': 'scrape_configs: [{job_name: api, static_configs: [{targets: ["api:8000"]}]}]\n',
    });
    expect(brokenEdges(result)).toEqual([
      expect.stringMatching(
        /^prometheus prometheus loads missing rules\.yml: no Prometheus loads this rule file/,
      ),
      expect.stringMatching(/^prometheus prometheus loads missing no alert: no alert/),
    ]);
  });

  test('an entry of rule_files that matches nothing', () => {
    const result = toldBut({
      'prometheus.yml':
        'rule_files: [other.yml]\nscrape_configs: [{job_name: api, static_configs: [{targets: ["api:8000"]}]}]\n',
    });
    expect(brokenEdges(result)).toContain(
      'prometheus prometheus loads missing no file matches "other.yml": no file matches "other.yml" (prometheus.yml:1)',
    );
  });

  test('a target that no service answers to', () => {
    const result = toldBut({
      'prometheus.yml':
        'rule_files: [rules.yml]\nscrape_configs: [{job_name: api, static_configs: [{targets: ["ipa:8000"]}]}]\n',
    });
    expect(brokenEdges(result)).toContain(
      'missing no service is called "ipa" exposes job api: no service is called "ipa" (prometheus.yml:2)',
    );
  });

  test('alerts that go nowhere', () => {
    const result = toldBut({
      'prometheus.yml':
        'rule_files: [rules.yml]\nscrape_configs: [{job_name: api, static_configs: [{targets: ["api:8000"]}]}]\n',
    });
    expect(brokenEdges(result)).toEqual([
      'rules rules.yml alerts missing nobody is told: nobody is told (prometheus.yml:1)',
    ]);
  });

  test('a receiver that notifies nobody', () => {
    const result = toldBut({ 'alertmanager.yml': 'route: {receiver: none}\nreceivers: [{name: none}]\n' });
    expect(brokenEdges(result)).toEqual([
      expect.stringMatching(/^alertmanager alertmanager routes receiver none: .*notifies nobody/),
    ]);
    const nodes = systemGraph(result).scenes.flatMap((scene) => scene.nodes);
    expect(nodes.find(({ kind }) => kind === 'receiver')?.state).toBe('broken');
  });

  test('a path that no dashboard shows and no test covers, where that is asked for', () => {
    const result = toldBut({ 'monitoring-check.yml': 'require: { seen: error, tested: error }\n' });
    expect(brokenEdges(result).map((edge) => edge.replace(/:.*/, ''))).toEqual([
      'rules rules.yml tests missing no test',
      'prometheus prometheus shows missing no panel',
    ]);
  });

  test('and what need not be there is not', () => {
    expect(brokenEdges(toldBut({}))).toEqual([]);
  });
});

describe('a node knows what is found about it', () => {
  test('by the smallest stretch around the place', () => {
    const result = toldBut({ 'docker-compose.yml': `${TOLD_WITH_SOCKET}` });
    const [scene] = systemGraph(result).scenes;
    const api = scene?.nodes.find(({ id }) => id === 'service:api');
    const rules = (api?.findings ?? []).map((index) => result.findings[index]?.rule);
    expect(rules).toContain('security/docker-socket-writable');
  });
});

const TOLD_WITH_SOCKET = `services:
  api:
    image: example/api:1.0
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./rules.yml:/etc/prometheus/rules.yml:ro
`;

describe('names of files do nothing but stand there', () => {
  const graph = systemGraph(hostile());

  test('in Mermaid: a label holds no character that means something', () => {
    for (const [, label = ''] of mermaidGraph(graph).matchAll(/"([^\n]*)"/g))
      expect(label.replace(/<br\/>/g, '').replace(/#\d+;/g, '')).toMatch(/^[\p{L}\p{N} ,/_•…-]*$/u);
  });

  test('in Graphviz: a quoted string ends where it should', () => {
    const lines = dotGraph(graph).split('\n');
    const isClosed = (line: string): boolean => (line.replace(/\\./g, '').split('"').length - 1) % 2 === 0;
    expect(lines.filter((line) => !isClosed(line))).toEqual([]);
    expect(dotGraph(graph)).toContain('\\"]; click n0');
  });
});

describe('a large system', () => {
  const services = Array.from({ length: 300 }, (_, index) => `service-with-a-long-name-${index}`);
  const result = checkFiles({
    'docker-compose.yml': JSON.stringify({
      services: {
        ...Object.fromEntries(services.map((name) => [name, { image: `example/${name}:1.0` }])),
        prometheus: {
          image: 'prom/prometheus:v3.5.0',
          volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro'],
        },
      },
    }),
    'prometheus.yml': JSON.stringify({
      scrape_configs: services.map((name) => ({
        job_name: name,
        static_configs: [{ targets: [`${name}:80`] }],
      })),
    }),
  });
  const graph = systemGraph(result);

  test('stays within what Mermaid draws, with things of a kind put together', () => {
    const text = mermaidGraph(graph);
    expect(text.length).toBeLessThanOrEqual(50_000);
    expect(text.match(/-->|-\.->/g)?.length).toBeLessThanOrEqual(500);
    expect(text).toContain('300 services');
    expect(text).toContain('300 scrape jobs');
    expect(text).toContain('no alert');
  });

  test('is whole for programs', () => {
    expect(fits(jsonGraph(graph)), JSON.stringify(fits.errors)).toBe(true);
    expect(jsonGraph(graph).stacks[0]?.nodes.filter(({ kind }) => kind === 'service')).toHaveLength(300);
  });
});

describe('the job summary', () => {
  const result = toldBut({ 'alertmanager.yml': 'route: {receiver: none}\nreceivers: [{name: none}]\n' });
  const page = markdownReport(result);

  test('shows the system as a picture that GitHub draws, before the findings', () => {
    expect(page).toMatch(/```mermaid\nflowchart LR\n[\s\S]*?\n```\n/);
    expect(page.indexOf('```mermaid')).toBeLessThan(page.indexOf('### Warnings'));
    expect(Buffer.byteLength(page)).toBeLessThan(LARGEST_SUMMARY);
  });

  test('leaves the picture out before any finding', () => {
    const smaller = markdownReport(result, Buffer.byteLength(page) - 1);
    expect(smaller).not.toContain('mermaid');
    expect(smaller).toContain('### Warnings');
  });

  test('has no picture of nothing', () => {
    expect(markdownReport(checkFiles({}))).not.toContain('mermaid');
  });
});
