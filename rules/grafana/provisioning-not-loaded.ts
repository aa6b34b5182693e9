import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { child, items, locate } from '../../src/repo/node.ts';
import { basename, dirname } from '../../src/repo/path.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container, FoundFile } from '../../src/stack/container.ts';
import { provisioningFolder } from '../../src/stack/grafana.ts';
import type { System } from '../../src/stack/system.ts';
import { counted } from '../../src/words.ts';
import { DATASOURCES } from '../shared/grafana-examples.ts';

const compose = (target: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./datasources.yml:${target}:ro
`;

export const rule = defineRule({
  id: 'grafana/provisioning-not-loaded',
  severity: 'warning',
  summary: 'Provisioning that is mounted where Grafana does not look for it.',
  why: `Grafana reads the files that lie directly in the folder of their kind: \`datasources\`, \`dashboards\` and
\`alerting\` below its provisioning folder. A file elsewhere is never read, and nothing says so: the datasource, the
provider or the alert rules do not exist, and what depends on them shows and tells nothing.`,
  fix: `Mount the file, or its folder, into the folder of its kind, \`/etc/grafana/provisioning/datasources\` for instance,
unless \`GF_PATHS_PROVISIONING\` names another one.`,
  bad: {
    files: {
      'docker-compose.yml': compose('/etc/grafana/datasources/prometheus.yml'),
      'datasources.yml': DATASOURCES,
    },
    at: ['docker-compose.yml:7:9'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('/etc/grafana/provisioning/datasources/prometheus.yml'),
      'datasources.yml': DATASOURCES,
    },
  },
  check({ system, report }) {
    for (const { container } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      if (container === undefined || !isStartedAsBuilt(container)) continue;
      const folder = provisioningFolder(container, system.files);
      if (isUnknown(folder)) continue;
      const unread = PARTS.flatMap((part) =>
        unreadFiles(container, `${folder}/${part.folder}`, part, system),
      );
      // What one mount puts into the wrong place is one fault.
      for (const [first, ...others] of byMount(unread)) {
        if (first === undefined) continue;
        const { file, wanted, part } = first;
        const more =
          others.length === 0 ? '' : ` and ${counted(others.length, 'other file')} of its provisioning`;
        report({
          at: file.via,
          message: `${container.service.name} does not read "${file.path}"${more}: it is mounted at "${file.target}", and Grafana looks for ${part.what} in files ending in ${part.endings} directly in "${wanted}"`,
          help: `mount it at "${wanted}/${basename(file.target).replace(/\.[^.]*$/, '')}.yml"`,
        });
      }
    }
  },
});

/** Whether nothing comes between the files and Grafana: neither an image of one's own, nor a command that may copy them. */
const isStartedAsBuilt = ({ service: { build, entrypoint, command } }: Container): boolean =>
  build === undefined && entrypoint === undefined && command === undefined;

interface Unread {
  readonly file: FoundFile;
  /** The folder in which Grafana looks for it. */
  readonly wanted: string;
  readonly part: (typeof PARTS)[number];
}

/** The parts of the provisioning, and the files that Grafana takes for each (Grafana documentation, "Provision Grafana"). */
const PARTS = [
  {
    folder: 'datasources',
    kind: 'grafana-datasources',
    lists: ['datasources'],
    what: 'the datasources',
    names: /\.ya?ml$/,
    endings: '.yaml or .yml',
  },
  {
    folder: 'dashboards',
    kind: 'grafana-providers',
    lists: ['providers'],
    what: 'the providers of dashboards',
    names: /\.ya?ml$/,
    endings: '.yaml or .yml',
  },
  {
    folder: 'alerting',
    kind: 'grafana-alerting',
    lists: ['groups', 'contactPoints', 'policies', 'muteTimes', 'templates'],
    what: 'the alerting',
    names: /\.(?:ya?ml|json)$/,
    endings: '.yaml, .yml or .json',
  },
] as const;

/** The files of one part that a container has in Grafana's folders, and that Grafana does not read. */
function unreadFiles(
  container: Container,
  wanted: string,
  part: (typeof PARTS)[number],
  { files }: System,
): Unread[] {
  const isRead = ({ target }: FoundFile): boolean => dirname(target) === wanted && part.names.test(target);
  const root = dirname(wanted);
  const found = container.below('/').found.filter(
    // Elsewhere a file may lie for another program, or to be copied; in the folder of another part it is that part's.
    ({ path, target }) =>
      /^\/(?:etc|usr\/share|var\/lib)\/grafana\//.test(target) &&
      !(
        /\.ya?ml$/.test(target) &&
        PARTS.some((other) => other !== part && dirname(target) === `${root}/${other.folder}`)
      ) &&
      files
        .at(path)
        .some(
          ({ kind, node, isBroken }) =>
            !isBroken &&
            kind === part.kind &&
            node.path.length === 0 &&
            part.lists.some((key) => items(child(node, key)).length > 0),
        ),
  );
  // The same file may be mounted twice, once where it is read.
  const read = new Set(found.filter(isRead).map(({ path }) => path));
  return found.filter(({ path }) => !read.has(path)).map((file) => ({ file, wanted, part }));
}

function byMount(unread: readonly Unread[]): Iterable<Unread[]> {
  const groups = new Map<string, Unread[]>();
  for (const one of unread) {
    const { file, start } = locate(one.file.via);
    append(groups, `${file}:${start.line}:${start.column}`, one);
  }
  return groups.values();
}
