import { defineRule } from '../../src/lint/rule.ts';
import { kindByName } from '../../src/repo/classify.ts';
import { isTestData } from '../../src/repo/path.ts';
import { isReadable, type Unreadable } from '../../src/repo/repository.ts';
import { sourceText } from '../../src/repo/text.ts';
import type { LoadedFile } from '../../src/stack/grafana.ts';
import { loadedFiles } from '../../src/stack/loaded.ts';
import type { System } from '../../src/stack/system.ts';

const COMPOSE = `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;

export const rule = defineRule({
  id: 'syntax/unreadable',
  severity: 'error',
  peers: ['pint yaml/parse'],
  summary: 'A configuration that is no text in UTF-8.',
  why: `Prometheus, Grafana and the others read UTF-8 only. A file in another encoding, one that an editor or a copy has
damaged, or one that an archive or an image was saved over, makes them refuse to start. Of the mark that some editors
put before a text, readers of YAML know what it is; Grafana, which reads dashboards as JSON, does not load the file.`,
  fix: 'Save the file again as UTF-8, without a byte order mark, or get it from where it was whole.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': 'scrape_configs:\n\u0000\u0001\u0002' },
    at: ['prometheus.yml:1:1'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml':
        'scrape_configs:\n  - job_name: prometheus\n    static_configs:\n      - targets: ["localhost:9090"]\n',
    },
  },
  check({ system, report }) {
    const { files } = system;
    const loaded = loadedFiles(system);
    const found = new Map(files.unreadable.map(({ path, reason }) => [path, reason]));
    for (const path of loaded.keys()) {
      const text = files.repo.text(path);
      if (!isReadable(text)) found.set(path, text.unreadable);
    }
    for (const [path, reason] of found) {
      const via = loaded.get(path);
      const why = WHY[reason];
      const isLarge = reason === 'too large';
      if (
        (why === undefined && !isLarge) ||
        (via === undefined && (kindByName(path) === undefined || isTestData(path)))
      )
        continue;
      report({
        at: { source: sourceText(path, ''), span: { start: 0, end: 0 } },
        message: isLarge
          ? `"${path}" is larger than what is read here: nothing in it was checked`
          : `"${path}" ${why}: who loads it refuses it, and nothing in it was checked`,
        help: isLarge
          ? 'take it apart: up to 4 MB, and 400,000 lines and values of YAML, are read'
          : 'save it as UTF-8, or get it again from where it was whole',
        ...(isLarge ? { severity: 'warning' } : {}),
        related: via === undefined ? [] : [{ at: via, message: 'loaded from here' }],
      });
    }
    for (const { path, via } of dashboardFiles(system)) {
      const mark = markOf(files.repo.bytes(path, 3) ?? new Uint8Array());
      if (mark === undefined || found.has(path)) continue;
      report({
        at: { source: sourceText(path, ''), span: { start: 0, end: 0 } },
        message: `"${path}" ${mark}: Grafana takes JSON in UTF-8 without one, and does not load the dashboard`,
        help: 'save it as UTF-8 without a byte order mark',
        related: [{ at: via, message: 'loaded from here' }],
      });
    }
  },
});

/** The dashboards that a Grafana loads, each once. */
const dashboardFiles = ({ stacks }: System): LoadedFile['file'][] => [
  ...new Map(
    stacks
      .flatMap(({ grafanas }) => grafanas.flatMap(({ loaded }) => loaded))
      .map(({ file }) => [file.path, file]),
  ).values(),
];

/** What a file begins with before its text. */
function markOf([first, second, third]: Uint8Array): string | undefined {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return 'is in UTF-16, with a byte order mark';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'begins with a byte order mark' : undefined;
}

/** A file that may not be opened here may be by who loads it: of that nothing is said. */
const WHY: Readonly<Partial<Record<Unreadable['unreadable'], string>>> = {
  binary: 'is no text',
  'not UTF-8': 'is not in UTF-8',
};
