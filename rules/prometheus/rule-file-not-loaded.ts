import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { patternFrom } from '../../src/pattern.ts';
import type { File } from '../../src/repo/files.ts';
import { child, exists, keyOf, type Place } from '../../src/repo/node.ts';
import { basename, dirname, relativePath } from '../../src/repo/path.ts';
import type { Container, FoundFile } from '../../src/stack/container.ts';
import { configPath, isExample, type Prometheus } from '../../src/stack/prometheus.ts';
import { loadedPaths, type Placed, prometheusesOf, type System } from '../../src/stack/system.ts';
import { counted, listed } from '../../src/words.ts';

const COMPOSE = `services:
  api:
    image: example/api:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus:/etc/prometheus:ro
`;
const prometheus = (pattern: string): string => `rule_files:
  - ${pattern}
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;
const alerts = (name: string): string => `groups:
  - name: api
    rules:
      - alert: ${name}
        expr: up{job="api"} == 0
`;

export const rule = defineRule({
  id: 'prometheus/rule-file-not-loaded',
  severity: 'warning',
  summary: 'A rule file of the repository that no Prometheus loads.',
  why: `The alerts in it are written, reviewed and perhaps tested, and they can never fire: no \`rule_files\` entry
of a running Prometheus matches the file where it stands in the container, or it is not mounted at all.`,
  fix: `Add the file to \`rule_files\`, and mount it where that entry looks. Remove it when it is no longer meant
to be used.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus/prometheus.yml': prometheus('rules/*.yml'),
      'prometheus/rules/api.yml': alerts('ApiDown'),
      'prometheus/rules/late.yaml': alerts('ApiLate'),
    },
    at: ['prometheus/rules/late.yaml:1:1'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus/prometheus.yml': prometheus('rules/*.y*ml'),
      'prometheus/rules/api.yml': alerts('ApiDown'),
      'prometheus/rules/late.yaml': alerts('ApiLate'),
    },
  },
  check({ system, report }) {
    const placed = prometheusesOf(system);
    // Where one of them may load files that cannot be told, any file may be among these.
    if (placed.some(({ prometheus }) => mayLoadOthers(prometheus))) return;
    const loaded = new Set(placed.flatMap(({ prometheus }) => loadedPaths(prometheus)));
    const unloaded = new Map<unknown, Unloaded[]>();
    for (const file of system.files.of('rules')) {
      if (file.isBroken || loaded.has(file.path) || isExample(file.path) || OUTSIDE.test(file.path)) continue;
      if (isObject(file) || isLoadedByOthers(system, file.path)) continue;
      const owners = placed.filter((candidate) => isBeside(candidate, file.path));
      const [owner] = owners;
      if (owner === undefined) continue;
      const { prometheus } = owner;
      const loader = prometheus.evaluators[0]?.container ?? prometheus.container;
      const standing = loader?.below('/').found.find(({ path }) => path === file.path);
      const hasEntries = prometheus.ruleFiles.length > 0 || loader !== prometheus.container;
      const one = { file, owners, prometheus, loader, standing, hasEntries };
      // A configuration without entries leaves out every file that it could load, and is mended once.
      append(unloaded, standing !== undefined && !hasEntries ? prometheus : file, one);
    }
    for (const [first, ...others] of unloaded.values()) {
      if (first === undefined) continue;
      const { file, owners, prometheus, loader, standing, hasEntries } = first;
      const name = loader?.service.name ?? prometheus.name;
      const entries = prometheus.config && child(prometheus.config, 'rule_files');
      const also = others.length === 0 ? '' : ` and ${counted(others.length, 'other')}`;
      const loss = lossOf([first, ...others], system);
      const targets = [first, ...others].flatMap((one) => (one.standing ? `"${one.standing.target}"` : []));
      report({
        at: keyOf(child(file.node, 'groups')),
        message:
          standing === undefined
            ? `no Prometheus loads this rule file${loss}: it is not mounted into "${name}"`
            : `no Prometheus loads this rule file${also}${loss}: it is at "${standing.target}" in "${name}", ${hasEntries ? 'and no entry of its rule files matches that' : 'whose configuration has no rule_files'}`,
        help:
          standing === undefined
            ? mountingHelp(prometheus, file.path)
            : `add ${listed(targets)} to the rule files`,
        related: [
          ...(entries && exists(entries)
            ? [{ at: keyOf(entries), message: 'these are the rule files that are loaded' }]
            : []),
          ...(standing ? [{ at: standing.via, message: 'it is mounted here' }] : []),
          ...others.map((other) => ({
            at: keyOf(child(other.file.node, 'groups')),
            message: 'this rule file is not loaded either',
          })),
        ],
        // What none of them has where it looks for it may be this file.
        followsFrom: owners
          .flatMap((one) => one.prometheus.ruleFiles)
          .filter(({ found }) => found.length === 0)
          .map(({ node }): Place => ({ node })),
      });
    }
  },
});

/** A rule file that nobody loads, with who could. */
interface Unloaded {
  readonly file: File;
  readonly owners: readonly Placed[];
  readonly prometheus: Prometheus;
  readonly loader: Container | undefined;
  /** Where it is in the container of who could load it. */
  readonly standing: FoundFile | undefined;
  readonly hasEntries: boolean;
}

/** What is lost with rule files, as a part of a sentence. */
function lossOf(unloaded: readonly Unloaded[], system: System): string {
  const files = unloaded.map(({ file }) => file);
  const lost = system.ruleGroups
    .filter((group) => files.includes(group.file))
    .flatMap(({ rules }) => rules)
    .filter(({ kind }) => kind === 'alert').length;
  if (lost === 0) return '';
  const whose = files.length === 1 ? 'its' : 'their';
  return lost === 1 ? `, and ${whose} alert never fires` : `, and ${whose} ${lost} alerts never fire`;
}

/** How to mount a rule file beside those that are loaded already, as the compose file of who loads them would say it. */
function mountingHelp({ container, config, ruleFiles, evaluators }: Prometheus, path: string): string {
  const loader = evaluators[0]?.container ?? container;
  const entries = evaluators[0]?.ruleFiles ?? ruleFiles;
  const beside = entries.flatMap(({ found }) => found.map(({ target }) => dirname(target)))[0];
  const folder = beside ?? dirname((loader && configPath(loader)) ?? '/etc/prometheus/prometheus.yml');
  const from = dirname(loader?.service.node.doc.source.path ?? config?.doc.source.path ?? '');
  const target = `${folder}/${basename(path)}`;
  const isNamed = entries.some(
    ({ pattern }) => dirname(pattern) === folder && matchesPattern(basename(pattern), basename(path)),
  );
  return `mount it, such as "${relativePath(from, path)}:${target}:ro"${isNamed ? '' : ', and name it among the rule files'}`;
}

/** Whether a name is one of those that a pattern of rule files takes. */
const matchesPattern = (pattern: string, name: string): boolean =>
  patternFrom(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(name);

/** Folders whose rule files nobody means to run from here. */
const OUTSIDE =
  /(?:^|\/)(?:tests?|testdata|examples?|samples?|docs?|charts?|helm|k8s|kubernetes|manifests|mixins?|vendor)\//;

const isObject = ({ node }: File): boolean => node.path.length > 0;

function mayLoadOthers({ container, config, ruleFiles, evaluators }: Placed['prometheus']): boolean {
  if (container !== undefined && config === undefined) return true;
  const entries = [...ruleFiles, ...evaluators.flatMap((evaluator) => evaluator.ruleFiles)];
  return entries.some(
    ({ found, isComplete }) => !isComplete && (container !== undefined || found.length === 0),
  );
}

/** Loki's ruler, and anything else that is no Prometheus, may read the file. */
const isLoadedByOthers = (system: System, path: string): boolean =>
  system.stacks.some(({ containers }) =>
    containers.some(
      (container) =>
        container.facts?.role !== 'prometheus' &&
        container.below('/').found.some((found) => found.path === path),
    ),
  );

/** Whether a file stands beside a Prometheus that compose runs: in its container, or by what it loads. */
function isBeside({ prometheus }: Placed, path: string): boolean {
  const { container, config } = prometheus;
  if (container === undefined || config === undefined) return false;
  const own = [config.doc.source.path, ...loadedPaths(prometheus)].map(dirname);
  return (
    own.some((folder) => folder === dirname(path) || (folder !== '' && folder === dirname(dirname(path)))) ||
    container.below('/').found.some((found) => found.path === path)
  );
}
