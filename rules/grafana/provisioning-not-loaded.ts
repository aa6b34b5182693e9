import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { escaped, patternFrom } from '../../src/pattern.ts';
import type { File } from '../../src/repo/files.ts';
import { child, items, locate } from '../../src/repo/node.ts';
import { basename, below, dirname } from '../../src/repo/path.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container, FoundFile } from '../../src/stack/container.ts';
import { provisioningFolder } from '../../src/stack/grafana.ts';
import { filesInContainers } from '../../src/stack/loaded.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import { isExample } from '../../src/stack/prometheus.ts';
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
  summary: 'Provisioning that is mounted where Grafana does not look for it, or not at all.',
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
      const left = unread.length > 0 ? [] : leftOut(container, folder, system);
      const [first, ...others] = left;
      const image = container.service.field('image');
      if (first === undefined || image === undefined) continue;
      report({
        at: { node: image },
        message: `nothing is mounted at "${folder}", so ${container.service.name} has nothing of what "${first}"${others.length === 0 ? '' : ` and ${counted(others.length, 'other file')}`} would provision`,
        help: `mount the folder that holds ${others.length === 0 ? 'it' : 'them'}: ./${dirname(dirname(first)) || dirname(first)}:${folder}:ro`,
      });
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

/**
 * The provisioning of the repository that no container has, for the only Grafana, which has none: somebody has
 * taken its mount away, or never wrote it.
 */
function leftOut(container: Container, folder: string, system: System): string[] {
  const { files, stacks } = system;
  const own = container.below(folder);
  const stack = stacks.find(({ containers }) => containers.includes(container));
  const isOnly = stacks.flatMap(({ grafanas }) => grafanas).filter((one) => one.container).length === 1;
  if (own.found.length > 0 || !own.isComplete || !isOnly) return [];
  const mounted = filesInContainers(system);
  const left = PARTS.flatMap((part) =>
    files
      .of(part.kind)
      .filter((file) => isProvisioning(file, part))
      .map(({ path }) => path)
      .filter(
        (path) =>
          below(stack?.project?.folder ?? '', path) !== undefined && !isExample(path) && !mounted.has(path),
      ),
  );
  const isNamed = patternFrom(
    `(?:^|[^\\w.-])(?:${left.flatMap((path) => [dirname(path), dirname(dirname(path))].filter((one) => one !== '').map(escaped)).join('|')})(?:$|[^\\w.-])`,
    'm',
  );
  const compose = new Set(files.of('compose').map(({ path }) => path));
  // A script, a recipe or a chart may bring it.
  const isBrought =
    left.length > 0 &&
    mentionOf(files, isNamed, (path) => compose.has(path) || left.includes(path)) !== undefined;
  return isBrought ? [] : left;
}

const isProvisioning = ({ kind, node, isBroken }: File, part: (typeof PARTS)[number]): boolean =>
  !isBroken &&
  kind === part.kind &&
  node.path.length === 0 &&
  part.lists.some((key) => items(child(node, key)).length > 0);

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
      files.at(path).some((file) => isProvisioning(file, part)),
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
