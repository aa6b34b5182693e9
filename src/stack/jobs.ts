import { onceOf } from '../once.ts';
import { child } from '../repo/node.ts';
import type { Prometheus, ScrapeJob } from './prometheus.ts';
import { containersAt, type Stack } from './system.ts';

/**
 * The values that the label `job` can have in a Prometheus; undefined where series can arrive with others:
 * pushed, federated, written by other programs, or relabelled in ways that are not known.
 */
export const jobLabels = (stack: Stack, prometheus: Prometheus): ReadonlySet<string> | undefined =>
  labelsIn(stack)(prometheus);

const labelsIn = onceOf((stack: Stack) =>
  onceOf((prometheus: Prometheus) => readJobLabels(stack, prometheus)),
);

function readJobLabels(stack: Stack, prometheus: Prometheus): ReadonlySet<string> | undefined {
  const { config, jobs, relayed, groups } = prometheus;
  if (config === undefined || prometheus.receivesSeries || jobs.length === 0) return undefined;
  if (child(config, 'scrape_config_files').value !== undefined) return undefined;
  const values = new Set<string>();
  for (const job of [...jobs, ...relayed.map((one) => one.job)]) {
    const own = labelsOfJob(job);
    if (own === undefined || job.honorsLabels) return undefined;
    for (const value of own) values.add(value);
    const gateways = job.targets.flatMap(({ address }) => containersAt(stack, address, prometheus.container));
    if (gateways.some(({ facts }) => facts?.role === 'pushgateway')) return undefined;
  }
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    const label = rule.labels.get('job');
    if (label !== undefined) values.add(label.text);
  }
  return values;
}

/** What a job's targets bear as `job`; undefined where one is not known. */
function labelsOfJob({ node, name, targets, isOpen, metricRelabels }: ScrapeJob): string[] | undefined {
  const steps = JSON.stringify(child(node, 'relabel_configs').value ?? []);
  const rewrites = (text: string): boolean =>
    /"target_label":"job"|"action":"label(?:map|keep|drop)"/.test(text);
  if (metricRelabels.some((step) => step.targetLabel === 'job')) return undefined;
  if (isOpen || targets.length === 0) return rewrites(steps) ? undefined : [name];
  const values = targets.map(({ labels }) => labels.values.get('job'));
  return values.every((value) => value !== undefined) ? values : undefined;
}
