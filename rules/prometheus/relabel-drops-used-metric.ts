import { membersOf } from '../../src/coverage/paths.ts';
import { type Reach, reachOf } from '../../src/coverage/reach.ts';
import { defineRule } from '../../src/lint/rule.ts';
import type { Selector } from '../../src/promql/tree.ts';
import { child, type Node } from '../../src/repo/node.ts';
import { SYNTHETIC } from '../../src/stack/metrics.ts';
import type { ScrapeJob } from '../../src/stack/prometheus.ts';
import { type Relabel, relabelMetric } from '../../src/stack/relabel.ts';
import { type Placed, prometheusesOf, type System } from '../../src/stack/system.ts';
import { type Use, usesOf } from '../../src/stack/used.ts';
import { listed } from '../../src/words.ts';

const prometheus = (regex: string): string => `rule_files: [alerts.yml]
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: ${regex}
        action: keep
`;
const FILES = {
  'docker-compose.yml': `services:
  node-exporter:
    image: prom/node-exporter:v1.9.1
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
`,
  'alerts.yml': `groups:
  - name: node
    rules:
      - alert: DiskFull
        expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1
        for: 5m
`,
};

export const rule = defineRule({
  id: 'prometheus/relabel-drops-used-metric',
  severity: 'warning',
  summary: 'Relabelling that drops a metric which an alert, a recording rule or a panel uses.',
  why: `The service exposes the metric and the job scrapes it, but \`metric_relabel_configs\` throws it away before it
is stored: the alert can never fire, and the panel says "No data".`,
  fix: 'Add the metric to the expression of the `keep` step, or take it out of that of the `drop` step.',
  bad: { files: { ...FILES, 'prometheus.yml': prometheus('node_cpu_.*') }, at: ['prometheus.yml:8:16'] },
  good: {
    files: { ...FILES, 'prometheus.yml': prometheus('node_(cpu|filesystem)_.*') },
  },
  check({ system, report }) {
    for (const placed of prometheusesOf(system)) {
      const { prometheus } = placed;
      if (prometheus.jobs.every(({ metricRelabels }) => metricRelabels.length === 0)) continue;
      for (const { job, step, metrics, users } of droppedUses(system, placed)) {
        const names = [...metrics];
        report({
          at: { node: child(step.node, 'regex').value === undefined ? step.node : child(step.node, 'regex') },
          message: `this ${step.action} step of the job "${job.name}" drops ${listed(names.slice(0, 3).map((name) => `"${name}"`))}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: ${usersInWords(users)} never ${users.length === 1 ? 'sees' : 'see'} any data`,
          help:
            step.action === 'keep'
              ? `let the regex take ${names.length === 1 ? `"${names[0]}"` : 'them'} too: (${step.regex})|${names.slice(0, 3).join('|')}`
              : 'take what is used out of the regex',
          related: users.slice(0, 8).map(({ place, what }) => ({ at: place, message: `used by ${what}` })),
        });
      }
    }
  },
});

interface Dropped {
  readonly job: ScrapeJob;
  readonly step: Relabel;
  readonly metrics: Set<string>;
  readonly users: Use[];
}

/** What is used and dropped, by the step that drops it. */
function droppedUses(system: System, placed: Placed): Dropped[] {
  const { stack, prometheus } = placed;
  const members = membersOf(stack, prometheus);
  const unfiltered = members.map((member) => ({ ...member, job: { ...member.job, metricRelabels: [] } }));
  const before = reachOf(system, prometheus, unfiltered);
  const after = reachOf(system, prometheus, members);
  const recorded = new Set(
    prometheus.groups.flatMap(({ rules }) =>
      rules.filter(({ kind }) => kind === 'record').map(({ name }) => name),
    ),
  );
  const found = new Map<Node, Dropped>();
  for (const use of usesOf(placed)) {
    const { selector, what } = use;
    const { name } = selector;
    if (name === undefined || SYNTHETIC.has(name) || recorded.has(name)) continue;
    const index = members.findIndex(
      (member, at) =>
        member.job.metricRelabels.length > 0 &&
        isExposed(before, selector, unfiltered[at]) &&
        after.selector(selector, member) === 'no',
    );
    const member = members[index];
    if (member === undefined || members.some((other) => after.selector(selector, other) !== 'no')) continue;
    const { kept, by } = relabelMetric(member.target.labels, member.job.metricRelabels, name);
    if (kept !== 'no' || by === undefined) continue;
    const entry = found.get(by.node) ?? { job: member.job, step: by, metrics: new Set<string>(), users: [] };
    entry.metrics.add(name);
    if (!entry.users.some((other) => other.what === what)) entry.users.push(use);
    found.set(by.node, entry);
  }
  return [...found.values()];
}

/** Whether a member certainly has the metric that is selected, and nothing excludes it. */
function isExposed(
  reach: Reach,
  selector: Selector,
  member: Parameters<Reach['selector']>[1] | undefined,
): boolean {
  if (member === undefined || reach.selector(selector, member) === 'no') return false;
  const ofName = selector.matchers.filter(({ label }) => label === '__name__');
  return reach.selector({ ...selector, matchers: ofName }, member) === 'yes';
}

const usersInWords = (users: readonly Use[]): string => {
  const names = users.map(({ what }) => what);
  return names.length <= 2 ? listed(names) : `${names[0]} and ${names.length - 1} others`;
};
