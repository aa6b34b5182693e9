import { defineRule, type Report } from '../../src/lint/rule.ts';
import { child, isFields } from '../../src/repo/node.ts';
import { basename, dirname } from '../../src/repo/path.ts';
import {
  type BindSource,
  missingRoot,
  type SourceFault,
  sourceFaults,
  sourcePlace,
} from '../../src/stack/compose/binds.ts';
import { producedBy } from '../../src/stack/produced.ts';
import { composed, type System } from '../../src/stack/system.ts';
import { counted } from '../../src/words.ts';

const compose = (source: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ${source}:/etc/prometheus/prometheus.yml:ro
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;
const PROMETHEUS = `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
`;

export const rule = defineRule({
  id: 'compose/bind-source-missing',
  severity: 'error',
  summary: 'A file that compose mounts is not in the repository.',
  why: `Docker does not complain about a missing source of a mount: it creates an empty folder of that name and mounts
it. The program finds a folder where it reads a file, or an empty one where its configuration should be, and does not
start or starts without what it should do. The folder stays, is owned by root, and is in the way of the file later.`,
  fix: `Add the file, or correct the path: it counts from the folder of the first compose file. If something makes the
file before the stack is started, write that step down in a script or a Makefile of the repository. The long syntax with
\`create_host_path: false\` makes Docker refuse to start instead of creating a folder.`,
  bad: {
    files: { 'docker-compose.yml': compose('./prometheus.yml'), 'monitoring/prometheus.yml': PROMETHEUS },
    at: ['docker-compose.yml:5:9'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('./monitoring/prometheus.yml'),
      'monitoring/prometheus.yml': PROMETHEUS,
    },
  },
  check({ system, report }) {
    const byRoot = new Map<string, Missing[]>();
    for (const { source, fault } of sourceFaults(system)) {
      // What an agent needs, the rules for agents say.
      if (fault.kind !== 'missing' || source.isOfAgent) continue;
      const root = missingRoot(system.files, source.path);
      byRoot.set(root, [...(byRoot.get(root) ?? []), { source, fault }]);
    }
    for (const group of byRoot.values()) report(reportOf(group as [Missing, ...Missing[]], system));
    for (const missing of missingConfigs(system)) report(missing);
  },
});

interface Missing {
  readonly source: BindSource;
  readonly fault: Extract<SourceFault, { kind: 'missing' }>;
}

function reportOf([{ source, fault }, ...others]: [Missing, ...Missing[]], system: System): Report {
  const { path, target, need, mount, at } = source;
  const name = fault.isIgnored
    ? `"${path}" does not exist, git ignores it, and no step of the repository makes it`
    : `"${path}" does not exist`;
  const fails = isFields(mount.node.value) && !mount.createsSource;
  const what = fails
    ? `Docker refuses to start "${at.container.service.name}" with it at "${target}"`
    : `Docker creates an empty folder of that name and mounts it at "${target}"`;
  return {
    at: sourcePlace(mount),
    message: `${name}: ${what}, ${need?.because ?? 'where a file is expected'}${others.length === 0 ? '' : ` (and ${counted(others.length, 'other mount')})`}`,
    help: helpFor(source, fault, system),
    related: others.slice(0, 4).map(({ source: another }) => ({
      at: sourcePlace(another.mount),
      message: `"${another.path}" is missing too`,
    })),
  };
}

function helpFor({ path, need }: BindSource, { isIgnored }: Missing['fault'], { files }: System): string {
  const name = basename(path);
  const elsewhere = files.repo.paths.filter((other) => basename(other) === name);
  if (need?.what === 'file' && elsewhere.length === 1) return `did you mean "${elsewhere[0]}"?`;
  const examples = files.repo.paths.filter(
    (other) => dirname(other) === dirname(path) && isExampleOf(basename(other), name),
  );
  if (examples[0] !== undefined)
    return `"${examples[0]}" is there: let a script or a Makefile copy it, or mount a file that is in git`;
  if (isIgnored) return 'write down the step that makes it in a script or a Makefile, or add the file to git';
  return need?.what === 'file'
    ? 'add the file, or correct the path'
    : 'add the folder with its files, or correct the path';
}

/** Whether a file is the example of another: `app.yml.example`, `app.example.yml`, `default-app.yml`. */
const isExampleOf = (example: string, name: string): boolean => {
  const bare = example.replace(/[.-]?(?:example|sample|dist|template|default)[.-]?/i, '');
  return example !== bare && (bare === name || bare === name.replace('.', ''));
};

/** The files of configs that compose declares: without them, it does not start who gets them. */
function missingConfigs(system: System): Report[] {
  const { files } = system;
  return composed(system).flatMap(({ project, container }) =>
    container.service.mounts.flatMap(({ type, source, target }): Report[] => {
      const standing = type === 'config' && target !== undefined ? container.at(target) : undefined;
      const node = project.configs.get(source ?? '')?.at(-1);
      if (
        standing?.state !== 'missing' ||
        node === undefined ||
        producedBy(files, standing.path) !== undefined
      )
        return [];
      return [
        {
          at: { node: child(node, 'file') },
          message: `"${standing.path}" does not exist: "${container.service.name}", which gets it as the config "${source}", does not start`,
          help: 'add the file, or correct the path',
        },
      ];
    }),
  );
}
