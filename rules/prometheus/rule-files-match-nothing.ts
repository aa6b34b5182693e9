import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import type { Files } from '../../src/repo/files.ts';
import type { Place } from '../../src/repo/node.ts';
import { basename, dirname, resolvePath } from '../../src/repo/path.ts';
import { type Container, type FoundFiles, globMatcher } from '../../src/stack/container.ts';
import { configPath } from '../../src/stack/prometheus.ts';
import { isWrittenByOthers, prometheusesOf } from '../../src/stack/system.ts';
import { counted, listed } from '../../src/words.ts';

const PROMETHEUS = `rule_files:
  - /etc/prometheus/rules/*.yml
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;
const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
`;
const compose = (mount: string): string => `services:
  api:
    image: example/api:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ${mount}
`;

export const rule = defineRule({
  id: 'prometheus/rule-files-match-nothing',
  severity: 'error',
  summary: 'An entry of `rule_files` that matches no file where Prometheus looks for it.',
  why: `Prometheus takes a pattern that matches nothing without a word: it starts, it is healthy, and it has no
alert of that file. The rules look right in review, and nobody is ever told.`,
  fix: `Mount the rule files where the pattern looks, or make the pattern name the place where they are mounted.
Relative patterns count from the folder of \`prometheus.yml\` in the container.`,
  bad: {
    files: {
      'docker-compose.yml': compose('./rules:/etc/prometheus/alerts:ro'),
      'prometheus.yml': PROMETHEUS,
      'rules/api.yml': ALERTS,
    },
    at: ['prometheus.yml:2:5'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('./rules:/etc/prometheus/rules:ro'),
      'prometheus.yml': PROMETHEUS,
      'rules/api.yml': ALERTS,
    },
  },
  check({ system, report }) {
    for (const { stack, prometheus } of prometheusesOf(system)) {
      const own = prometheus.ruleFiles.map(({ node, ...entry }) => ({ ...entry, place: { node } as Place }));
      const loaders: Loader[] = [
        { container: prometheus.container, entries: own },
        ...prometheus.evaluators.map(({ container, ruleFiles }) => ({ container, entries: ruleFiles })),
      ];
      for (const { container, entries } of loaders) {
        if (container === undefined) continue;
        const lost = new Map<string, Loader['entries'][number][]>();
        for (const entry of entries) {
          const path = inContainer(container, entry.pattern);
          if (entry.found.length > 0 || !entry.isComplete || isWrittenByOthers(stack, container, path))
            continue;
          const folder = dirname(path);
          append(lost, container.below(folder).found.length === 0 ? folder : path, entry);
        }
        // Entries of a folder that holds none of them have one cause: another folder is meant, or mounted.
        for (const [first, ...others] of lost.values()) {
          if (first === undefined) continue;
          const { place, pattern } = first;
          const meant = candidates(container, system.files, pattern).slice(0, 3);
          const { name } = container.service;
          const also =
            others.length === 0
              ? ''
              : `, as ${counted(others.length, 'other entry does', 'other entries do')},`;
          report({
            at: place,
            message: `"${pattern}"${also} matches no file in the container "${name}" of ${stack.name}: none of its rules is loaded`,
            help:
              meant.length === 0
                ? `mount the rule files at "${dirname(inContainer(container, pattern))}" in "${name}", or take the entry out`
                : `the container has ${listed(meant.map(({ target }) => `"${target}"`))}: write that here, or mount it at "${inContainer(container, pattern)}"`,
            related: [
              ...meant.map(({ target, via }) => ({ at: via, message: `"${target}" is put there here` })),
              ...others.map((other) => ({
                at: other.place,
                message: `nor does "${other.pattern}" match any`,
              })),
            ],
          });
        }
      }
    }
  },
});

/** Who loads rule files, with the entries that name them. */
interface Loader {
  readonly container: Container | undefined;
  readonly entries: readonly (FoundFiles & { readonly place: Place; readonly pattern: string })[];
}

/** Where a pattern looks: a relative one from the folder of the configuration. */
const inContainer = (container: Container, pattern: string): string =>
  resolvePath(dirname(configPath(container) ?? '/etc/prometheus/prometheus.yml'), pattern) ?? pattern;

/** Rule files that the container does have, at other places. */
function candidates(container: Container, files: Files, pattern: string): FoundFiles['found'] {
  const matches = globMatcher(basename(pattern));
  const rules = container
    .below('/')
    .found.filter(({ path }) => files.at(path).some(({ kind }) => kind === 'rules'));
  const alike = rules.filter(({ target }) => matches(basename(target)));
  return alike.length > 0 ? alike : rules;
}
