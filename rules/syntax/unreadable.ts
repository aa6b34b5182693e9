import { defineRule } from '../../src/lint/rule.ts';
import { kindByName } from '../../src/repo/classify.ts';
import { below, isTestData } from '../../src/repo/path.ts';
import { isReadable, type Unreadable } from '../../src/repo/repository.ts';
import { sourcePlace } from '../../src/stack/compose/binds.ts';
import type { Mount } from '../../src/stack/compose/service.ts';
import type { LoadedFile } from '../../src/stack/grafana.ts';
import { loadedFiles } from '../../src/stack/loaded.ts';
import { composed, type System } from '../../src/stack/system.ts';
import { startOf } from '../shared/causes.ts';

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
  summary: 'A configuration that is no text in UTF-8, or that cannot be read here.',
  why: `Prometheus, Grafana and the others read UTF-8 only. A file in another encoding, one that an editor or a copy has
damaged, or one that an archive or an image was saved over, makes them refuse to start. Of the mark that some editors
put before a text, readers of YAML know what it is; Grafana, which reads dashboards as JSON, does not load the file.

What is too large, or what the user who runs this may not read, may be whole: it is a warning, and an error where
something else is wrong because of it.`,
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
      if (via === undefined && (kindByName(path) === undefined || isTestData(path))) continue;
      report({
        at: startOf(path),
        message: `"${path}" ${why}nothing in it was checked`,
        help: HELP[reason],
        // Who loads it may be able to.
        ...(reason === 'too large' || reason === 'not readable' ? { severity: 'warning' } : {}),
        related: via === undefined ? [] : [{ at: via, message: 'loaded from here' }],
      });
    }
    for (const { folder, mounts } of closedFolders(system))
      report({
        at: sourcePlace(mounts[0]),
        message: `"${folder}" ${WHY['not readable']}nothing in it was checked`,
        help: HELP['not readable'],
        severity: 'warning',
        related: mounts
          .slice(1)
          .map((mount) => ({ at: sourcePlace(mount), message: 'this is in it as well' })),
      });
    for (const { path, via } of dashboardFiles(system)) {
      const mark = markOf(files.repo.bytes(path, 3) ?? new Uint8Array());
      if (mark === undefined || found.has(path)) continue;
      report({
        at: startOf(path),
        message: `"${path}" ${mark}: Grafana takes JSON in UTF-8 without one, and does not load the dashboard`,
        help: 'save it as UTF-8 without a byte order mark',
        related: [{ at: via, message: 'loaded from here' }],
      });
    }
  },
});

/** The folders that this user may not enter and out of which something of the monitoring is mounted, data aside. */
function closedFolders(system: System): { folder: string; mounts: [Mount, ...Mount[]] }[] {
  const mounts = composed(system).flatMap(({ container: { facts, service } }) =>
    facts === undefined || facts.role === 'app' || facts.role === 'storage'
      ? []
      : service.mounts.filter(({ target }) => facts.data === undefined || target !== facts.data),
  );
  return system.files.repo.closed.flatMap((folder) => {
    const [first, ...others] = mounts.filter(
      ({ path }) => path !== undefined && below(folder, path) !== undefined,
    );
    return first === undefined ? [] : [{ folder, mounts: [first, ...others] }];
  });
}

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

const WHY: Readonly<Record<Unreadable['unreadable'], string>> = {
  binary: 'is no text: who loads it refuses it, and ',
  'not UTF-8': 'is not in UTF-8: who loads it refuses it, and ',
  'too large': 'is larger than what is read here: ',
  'not readable': 'may not be read by the user who runs this: ',
};

const AGAIN = 'save it as UTF-8, or get it again from where it was whole';

const HELP: Readonly<Record<Unreadable['unreadable'], string>> = {
  binary: AGAIN,
  'not UTF-8': AGAIN,
  'too large': 'take it apart: up to 4 MB, and 400,000 lines and values of YAML, are read',
  'not readable': 'let that user read it, or exclude it',
};
