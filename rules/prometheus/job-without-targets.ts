import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (targets: string): string => `scrape_configs:
  - job_name: api
${targets}  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
`;

export const rule = defineRule({
  id: 'prometheus/job-without-targets',
  severity: 'warning',
  summary: 'A scrape job that names no target.',
  why: `Prometheus takes the job and scrapes nothing for it: there is no target that could be down, so no alert on \`up\`
speaks of it, and what alerts and panels ask of the job is not there. Mostly the targets were left in the job below, or
were commented out.`,
  fix: 'Give the job its targets, by `static_configs` or by a discovery, or remove it.',
  bad: { files: { 'prometheus.yml': prometheus('') }, at: ['prometheus.yml:2:15'] },
  good: {
    files: { 'prometheus.yml': prometheus('    static_configs:\n      - targets: ["api:8000"]\n') },
  },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      for (const { node, name, targets, isOpen } of prometheus.jobs) {
        if (targets.length > 0 || isOpen || name === '' || isUnknown(name)) continue;
        report({
          at: { node: child(node, 'job_name') },
          message: `the job "${name}" names no target: Prometheus scrapes nothing for it, and no alert can tell`,
          help: 'give it targets under static_configs, or remove it',
        });
      }
    }
  },
});
