import { editsOf, itemRemovalOf } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, type Node } from '../../src/repo/node.ts';
import type { ScrapeJob, Target } from '../../src/stack/prometheus.ts';
import { prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (second: string): string => `scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
  - job_name: hosts
    static_configs:
      - targets: ["${second}"]
`;

export const rule = defineRule({
  id: 'prometheus/duplicate-target',
  severity: 'warning',
  summary: 'The same target scraped twice.',
  why: `Every series of the target exists twice, under two jobs or label sets: sums and counts are doubled, alerts
without a \`job\` matcher fire twice, and the target is asked twice as often.`,
  fix: 'Remove one of the two, or give them different paths or parameters when both are meant.',
  bad: { files: { 'prometheus.yml': prometheus('node-exporter:9100') }, at: ['prometheus.yml:7:19'] },
  good: { files: { 'prometheus.yml': prometheus('gateway:9100') } },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      const seen = new Map<string, { job: ScrapeJob; target: Target }>();
      for (const job of prometheus.jobs) {
        for (const target of job.targets) {
          const key = keyOf(job, target);
          const first = key === undefined ? undefined : seen.get(key);
          if (key !== undefined && first === undefined) seen.set(key, { job, target });
          if (first === undefined || keepsOther(first.job, job)) continue;
          const other = first.job === job ? 'this job' : `the job "${first.job.name}"`;
          report({
            at: { node: target.node },
            message: `"${target.text}" is already scraped by ${other}: its series exist twice, and sums over them are doubled`,
            help: 'remove one of the two',
            fix: isBeside(target.node, first.target.node) ? editsOf(itemRemovalOf(target.node)) : undefined,
            related: [
              { at: { node: first.target.node }, message: `"${first.target.text}" is first scraped here` },
            ],
          });
        }
      }
    }
  },
});

/** Whether two items stand in one list: what else is said of them is the same then. */
const isBeside = (one: Node, other: Node): boolean =>
  one.doc === other.doc &&
  one.index === other.index &&
  one.path.slice(0, -1).join('\0') === other.path.slice(0, -1).join('\0');

/** What a scrape asks for: equal for targets that answer the same. Undefined where that is not known. */
function keyOf(job: ScrapeJob, { address, kept, labels }: Target): string | undefined {
  if (address === undefined || kept !== 'yes') return undefined;
  // Exporters of other things tell by their parameters what they are asked for; relabelling may set these.
  const asked = JSON.stringify([
    child(job.node, 'params').value ?? null,
    labels.values.get('instance') ?? null,
  ]);
  return [job.scheme, address.host, address.port ?? '', job.metricsPath, asked].join('\0');
}

/** Two jobs that keep different metrics of one target share it on purpose, as with different intervals. */
const keepsOther = (first: ScrapeJob, second: ScrapeJob): boolean =>
  first !== second && (first.metricRelabels.length > 0 || second.metricRelabels.length > 0);
