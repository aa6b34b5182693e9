import type { Chain } from '../../src/coverage/chain.ts';
import { placeOf } from '../../src/coverage/chain.ts';
import type { CriticalPath } from '../../src/coverage/paths.ts';
import { expressionsOnNothing } from '../../src/coverage/strangers.ts';
import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, type Place } from '../../src/repo/node.ts';
import { dirname } from '../../src/repo/path.ts';
import { SYNTHETIC } from '../../src/stack/metrics.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import type { RuleGroup } from '../../src/stack/rules.ts';
import { loadedPaths, type System } from '../../src/stack/system.ts';
import { listed, nearest } from '../../src/words.ts';
import { composeFiles, hiddenByDoubles, ruleFileCauses } from '../shared/causes.ts';
import { deadAlerts } from '../shared/dead-jobs.ts';

const COMPOSE = `services:
  api:
    image: example/api:1.0
    expose: [8000]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
      - data:/prometheus
volumes:
  data:
`;
const PROMETHEUS = `rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alerts.example.com:9093"]
`;
const ruleFile = (expr: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: ${expr}
        for: 2m
        labels:
          severity: critical
`;

export const rule = defineRule({
  id: 'alerts/uncovered-path',
  severity: 'error',
  summary: 'A critical path that no alert watches.',
  why: `The path's series are scraped, but no alert that this Prometheus loads can select them. When it breaks,
nobody is told: the first to notice is a user.`,
  fix: `Add an alert whose selectors reach the path, in a rule file that this Prometheus loads: \`up{job="…"} == 0\`
is the least. If the path needs no alert, leave it out of \`paths\` in \`monitoring-check.yml\`.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': PROMETHEUS,
      'alerts.yml': ruleFile('up{job="worker"} == 0'),
    },
    at: ['prometheus.yml:1:1'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': PROMETHEUS,
      'alerts.yml': ruleFile('up{job="api"} == 0'),
    },
  },
  check({ system, chains, report }) {
    const uncovered = chains.filter(
      // Alerts that are there and too slow are another rule's matter.
      ({ links, alerts }) =>
        links.alerted.state === 'gap' && links.alerted.required !== 'off' && alerts.length === 0,
    );
    for (const group of byCause(uncovered)) {
      const [{ path, links }] = group as [Chain];
      const names = group.map((chain) => `"${chain.path.name}"`);
      const { prometheus } = path;
      report({
        at: links.alerted.at ??
          placeOf(path) ?? {
            node: (prometheus.config ?? prometheus.container?.service.node) as NonNullable<
              typeof prometheus.config
            >,
          },
        message: `nobody is told when ${listed(names, 'or')} ${group.length === 1 ? 'breaks' : 'break'}: ${links.alerted.gap}`,
        help: `add an alert that selects ${group.length === 1 ? 'its' : 'their'} series, such as ${suggestion(group)}`,
        related: group.flatMap((chain) =>
          chain.path.members.slice(0, 1).map(({ target }) => ({
            at: { node: target.node },
            message: `"${chain.path.name}" is scraped here`,
          })),
        ),
        followsFrom: causesOf(group, system),
      });
    }
  },
});

/** Paths of one Prometheus that lack an alert for the same reason are one finding: it has none for them, or none at all. */
function byCause(chains: readonly Chain[]): Chain[][] {
  const groups = new Map<unknown, Chain[]>();
  for (const chain of chains) {
    const { declared, prometheus } = chain.path;
    const isAlone = declared !== undefined && prometheus.groups.some(hasAlert);
    const key = isAlone ? declared : (prometheus.config ?? prometheus);
    groups.set(key, [...(groups.get(key) ?? []), chain]);
  }
  return [...groups.values()];
}

const hasAlert = ({ rules }: RuleGroup): boolean => rules.some(({ kind }) => kind === 'alert');

/** The least alert that would watch all of the paths, as one expression. */
function suggestion(chains: readonly Chain[]): string {
  const jobs = [...new Set(chains.flatMap(({ path }) => path.members.map(({ job }) => job.name)))];
  const [only] = jobs;
  if (jobs.length > MOST_NAMED) return 'up == 0';
  if (jobs.length === 1) return `up{job="${only}"} == 0`;
  const names = jobs.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\\\$&'));
  return `up{job=~"${names.join('|')}"} == 0`;
}

/** More jobs than that make an expression that nobody reads. */
const MOST_NAMED = 6;

/** Whether a file stands where a Prometheus has its own: in its container, or beside its configuration. */
const isBeside = ({ config, container }: Prometheus, path: string): boolean =>
  (config !== undefined && dirname(config.doc.source.path) === dirname(path)) ||
  container?.below('/').found.some((found) => found.path === path) === true;

/**
 * A rule file that is not loaded, a job that is not there, or an alert on what nobody exposes is the cause of
 * what it leaves uncovered.
 */
function causesOf(chains: readonly Chain[], system: System): (Place | Cause)[] {
  const [chain] = chains;
  if (chain === undefined) return [];
  const { prometheus, missing } = chain.path;
  const entries = prometheus.ruleFiles
    .filter(({ found }) => found.length === 0)
    .map(({ node }): Place => ({ node }));
  const unloaded = system.ruleGroups.filter(
    ({ file, rules }) =>
      isBeside(prometheus, file.path) &&
      !prometheus.groups.some((group) => group.file.path === file.path) &&
      rules.some(
        ({ kind, expr }) =>
          kind === 'alert' &&
          expr !== undefined &&
          chains.some(({ reach, path }) => reach.expression(expr, path) !== 'no'),
      ),
  );
  return [
    ...entries,
    ...chains.flatMap(({ path }) => expressionsOnNothing(system, path)),
    ...chains.flatMap((one) => alertsOnOtherNames(system, one)),
    ...chains.flatMap(({ path }) => hiddenByDoubles(system, filesOf(path), ...namesOf(path))),
    ...ruleFileCauses(system, prometheus),
    ...unloaded.map(({ file }): Place => keyOf(child(file.node, 'groups'))),
    ...missing.map(({ node }): Place => ({ node })),
    ...(prometheus.config ? [keyOf(child(prometheus.config, 'scrape_configs'))] : []),
  ];
}

/** The files in which a path, its jobs and its alerts are written. */
const filesOf = ({ stack, prometheus }: CriticalPath): string[] => [
  ...composeFiles(stack),
  ...(prometheus.config ? [prometheus.config.doc.source.path] : []),
  ...loadedPaths(prometheus),
];

/** What a path is called: its own name, and those of its jobs and services. */
const namesOf = ({ name, members }: CriticalPath): string[] => [
  name,
  ...members.flatMap(({ job, container }) => [job.name, container?.service.name ?? job.name]),
];

/** The alerts that are meant to watch a path, by a job's name like its own or by its metrics, and ask for no job that is scraped. */
function alertsOnOtherNames(system: System, { path, reach }: Chain): Cause[] {
  const { prometheus, members } = path;
  const names = namesOf(path);
  const isIts = (metric: string | undefined): boolean =>
    metric !== undefined &&
    !SYNTHETIC.has(metric) &&
    members.some((member) => reach.exposes(metric, member) === 'yes');
  return deadAlerts(system)
    .filter(
      ({ prometheus: loader, matcher, selector }) =>
        loader === prometheus && (isLike(matcher.value, names) || isIts(selector.name)),
    )
    .map(({ usage, matcher }) => ({ place: usage.at(matcher.span), by: 'alerts/dead-job' }));
}

/** Whether a name is one of others with a slip, or with more or less to it. */
const isLike = (name: string, others: readonly string[]): boolean =>
  nearest(name, others) !== undefined || others.some((other) => other.includes(name) || name.includes(other));
