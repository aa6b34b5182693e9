import { zipSync } from 'fflate';
import { readConfig } from '../../src/config/config.ts';
import { starterConfig } from '../../src/config/starter.lazy.ts';
import { readBaseline } from '../../src/lint/baseline.ts';
import { silence } from '../../src/lint/silence.ts';
import { classify } from '../../src/repo/classify.ts';
import { memoryDisk } from '../../src/repo/disk.ts';
import { type Document, type Path, parseJson, parseYaml } from '../../src/repo/document.ts';
import { readEnv } from '../../src/repo/env.ts';
import { locate, roots } from '../../src/repo/node.ts';
import { openRepository } from '../../src/repo/repository.ts';
import { decodeText, type SourceText, sourceText } from '../../src/repo/text.ts';
import { schemaFaults } from '../../src/schema/faults.lazy.ts';
import { schemaOf } from '../../src/schema/schema-of.ts';
import { type AlloyValue, alloyDocument, readAlloy, referencesIn } from '../../src/stack/alloy.ts';
import { definitionsIn } from '../../src/stack/code/read.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { readDockerfile } from '../../src/stack/dockerfile.lazy.ts';
import { readIni } from '../../src/stack/ini.ts';
import { inspectJar } from '../../src/stack/jar.lazy.ts';
import { UsageError } from '../../src/usage.ts';
import { checkFiles } from '../support/check.ts';

import { type FileReader, inside, located } from './reader.ts';

function* valuesIn(value: unknown, path: Path = []): Generator<{ path: Path; value: unknown }> {
  yield { path, value };
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const [key, inner] of Object.entries(value))
    yield* valuesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** A document's places, of some hundred values at most: each is looked for from the root. */
function placed(document: Document): void {
  const { source } = document;
  for (const { span, first } of document.problems) {
    located(source, span, 'a problem');
    if (first !== undefined) located(source, first, 'the first of two');
  }
  let count = 0;
  document.values.forEach((root, index) => {
    for (const { path, value } of valuesIn(root)) {
      if (++count > 300) return;
      located(source, document.span(index, path, 'key'), `the key of ${path.join('.')}`);
      located(source, document.span(index, path, 'value'), path.join('.'));
      if (typeof value !== 'string') continue;
      for (const offset of document.stringOffsets(index, path) ?? [])
        inside({ start: offset, end: offset }, source.text, `a character of ${path.join('.')}`);
    }
  });
}

/** Reads a file that is a text; bytes that are none are read by who asks for them. */
const asText =
  (read: (source: SourceText) => void) =>
  (content: Uint8Array, path: string): void => {
    const text = decodeText(content);
    if (typeof text === 'string') read(sourceText(path, text));
  };

const NO_SYSTEM = checkFiles({}, { rules: [] });
const isYaml = (path: string): boolean => /\.(?:ya?ml|rules)$/.test(path);

/** Everything that reads a file which a repository or its user wrote. */
export const FILE_READERS: readonly FileReader[] = [
  {
    name: 'bytes as a text',
    isFile: () => true,
    file: asText((source) => {
      for (let offset = 0; offset <= source.text.length; offset += 7)
        located(source, { start: offset, end: offset }, 'a place');
    }),
  },
  { name: 'YAML', isFile: isYaml, file: asText((source) => placed(parseYaml(source))) },
  {
    name: 'JSON',
    isFile: (path) => path.endsWith('.json'),
    file: asText((source) => placed(parseJson(source))),
  },
  {
    name: 'schemas of kinds of files',
    isFile: (path) => isYaml(path) || path.endsWith('.json'),
    file: asText((source) => {
      const document = source.path.endsWith('.json') ? parseJson(source) : parseYaml(source);
      for (const root of roots(document)) {
        const content = classify(root);
        const schema = content && schemaOf(content);
        if (schema === undefined) continue;
        for (const { path, part } of schemaFaults(schema.name, schema.node, isUnknown))
          located(source, document.span(root.index, [...schema.node.path, ...path], part), 'a fault');
      }
    }),
  },
  {
    name: 'a file of some kind, as a system',
    isFile: (path) => isYaml(path) || path.endsWith('.json'),
    // Under the program's own name it would be refused as its configuration.
    file: (content, path) => void checkFiles({ [`deploy/${path}`]: content }, { rules: [] }),
  },
  {
    name: 'monitoring-check.yml',
    isFile: (path) => path.includes('monitoring-check.y'),
    more: [
      starterConfig([]),
      'paths:\n  - name: a\n    jobs: [a]\n    series: [up, "up{a=\\"b\\"}"]\n    detect-within: 2m\n    minimum-alerts: 2\n',
      'stacks:\n  - [docker-compose.yml, monitoring.yml]\nexclude: ["vendor/**"]\nrequire: {routed: error, seen: off}\n',
      'rules: {compose/image-not-pinned: warning, "alerts/*": off}\nignore:\n  - {rule: a/b, file: "*.yml", dashboard: x, panel: 3, reason: known, until: 2027-01-31}\n',
      'preset: strict\nsmoke: {services: auto, timeout: 5m, env: {A: b}}\n',
    ],
    file: asText((source) => {
      for (const { place } of readConfig(source).problems) {
        const { start, end } = locate(place);
        if (start.line < 1 || start.column < 1 || end.line < start.line)
          throw new Error(`a problem at ${JSON.stringify([start, end])}`);
      }
    }),
  },
  {
    name: 'silences',
    isFile: (path) => isYaml(path),
    more: [
      '# monitoring-check: ignore[a/b] reason until=2027-01-01\n',
      'a: b # monitoring-check: ignore[a/b, c/*]\n',
      '# monitoring-check: ignore-file[*] all of it\n',
      '#monitoring-check:ignore[',
    ],
    file: asText((source) => {
      const { config, system } = NO_SYSTEM;
      for (const { place } of silence([], [], [source], config, system, '2026-01-01').idle)
        if ('span' in place) located(source, place.span, 'a silence');
    }),
  },
  {
    name: 'baselines',
    isFile: (path) => path.endsWith('.json'),
    more: [
      '{"version": 1, "findings": [{"rule": "a/b", "file": "x.yml", "message": "m", "count": 2}]}',
      '{"version": 1, "findings": []}',
    ],
    file: asText((source) => {
      try {
        readBaseline(source.text, 'baseline.json');
      } catch (error) {
        if (!(error instanceof UsageError) || /[\r\n]/.test(error.message)) throw error;
      }
    }),
  },
  {
    name: 'Dockerfiles',
    isFile: (path) => /(?:^|\/)[^/]*Dockerfile[^/]*$/.test(path),
    file: asText((source) => {
      const recipe = readDockerfile(source) ?? readDockerfile(source, 'build');
      if (recipe === undefined) return;
      for (const { span } of [...recipe.copies, ...recipe.runs, ...recipe.env.values()])
        located(source, span, 'a step');
    }),
  },
  {
    name: 'environment files',
    isFile: (path) => /(?:^|\/)[^/]*\.env[^/]*$/.test(path),
    more: ['A=1\nexport B="x y" # c\nC=\'d\'\nD=${A:-b}\nE: f\n#G=1\n', 'A="a\\"b\\nc\nd"\n'],
    file: asText((source) => {
      for (const { nameSpan, valueSpan } of readEnv(source)) {
        located(source, nameSpan, 'a name');
        located(source, valueSpan, 'a value');
      }
    }),
  },
  {
    name: 'INI files',
    isFile: (path) => /\.(?:ini|cfg|conf|toml)$/.test(path),
    more: ['[server]\nhttp_port = 3000\n; c\n[security]\nadmin_password = "a;b" ; c\n', 'a = ${B}\n[x\n'],
    file: asText((source) => {
      for (const { span } of readIni(source).values()) located(source, span, 'a value');
    }),
  },
  {
    name: 'Alloy files',
    isFile: (path) => path.endsWith('.alloy'),
    more: [
      'prometheus.scrape "a" {\n  targets = [{"__address__" = "a:80"}]\n  forward_to = [prometheus.remote_write.b.receiver]\n}\n',
      'loki.source.file "x" { targets = local.file_match.y.targets /* c */ }\n// d\nlogging { level = "info" }\n',
      'a "b" { c { d = `e` f = env("G") + 1 } }\n',
    ],
    file: asText((source) => {
      const file = readAlloy(source);
      const value = (written: AlloyValue): void => {
        located(source, written.span, 'a value');
        referencesIn(written);
        for (const inner of [...(written.items ?? []), ...(written.fields?.values() ?? [])]) value(inner);
      };
      const block = ({ span, attributes, blocks }: (typeof file.blocks)[number]): void => {
        located(source, span, 'a block');
        for (const one of attributes.values()) value(one);
        blocks.forEach(block);
      };
      file.blocks.forEach(block);
      placed(alloyDocument(file));
    }),
  },
  ...['py', 'go', 'java', 'kt', 'rs', 'js', 'ts'].map(
    (ending): FileReader => ({
      name: `metrics in .${ending}`,
      isFile: (path) => path.endsWith(`.${ending}`),
      more: [
        'from prometheus_client import Counter\nA = Counter("a_total", "b", ["c", \'d\'])\nB = Histogram(f"x_{y}", labelnames=("a",))\n',
        'promauto.NewCounterVec(prometheus.CounterOpts{Namespace: "a", Name: "b_total"}, []string{"c"})\n',
        'Counter.builder("a.b").tag("c", d).register(registry); Gauge.build().name("x").labelNames("y").register();\n',
        'const c = new client.Gauge({ name: \'a\', help: "b", labelNames: [`c`] });\n',
        'register_int_counter_vec!("a_total", "b", &["c"]).unwrap(); counter!("x", "y" => z);\n',
      ],
      file: asText((source) => {
        for (const { span } of definitionsIn(sourceText(`a.${ending}`, source.text)))
          located(source, span, 'a definition');
      }),
    }),
  ),
  {
    name: 'lists of what git ignores',
    isFile: (path) => /\.gitignore$/.test(path),
    more: ['*.log\n!keep.log\n/data/\n**/tmp\na[0-9]?.yml\n\\#x\n a \n', 'data\n!data/a.yml\n'],
    file: (content) => {
      const repository = openRepository(
        memoryDisk({ '.gitignore': content, 'data/a.yml': '', 'b.log': '', 'deep/tmp/c.yml': '' }),
      );
      repository.isIgnored('data/a.yml');
    },
  },
  {
    name: 'jars',
    isFile: (path) => path.endsWith('.jar'),
    more: [
      zipSync({
        'META-INF/MANIFEST.MF': Buffer.from('Manifest-Version: 1.0\nPremain-Class: a.b.C\n'),
        'a.class': new Uint8Array(200),
      }),
      zipSync({ 'META-INF/MANIFEST.MF': Buffer.from('Manifest-Version: 1.0\n') }, { level: 0 }),
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12345\n',
      '<!doctype html><title>404</title>',
    ],
    file: (content) => {
      const repository = openRepository(memoryDisk({ 'agent.jar': content }));
      inspectJar(repository, 'agent.jar');
    },
  },
];
