import { defineRule } from '../../src/lint/rule.ts';
import { child, type Node } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (second: string): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
  - job_name: ${second}
    static_configs:
      - targets: ["worker:8001"]
`;

export const rule = defineRule({
  id: 'prometheus/duplicate-job',
  severity: 'error',
  summary: 'Two scrape jobs of one name.',
  why: `Prometheus refuses a configuration in which two jobs have one name, and does not start; on a reload it goes
on with the old configuration. vmagent keeps only the first of them.`,
  fix: 'Give each job a name of its own, or put the targets of both into one job.',
  bad: { files: { 'prometheus.yml': prometheus('api') }, at: ['prometheus.yml:5:15'] },
  good: { files: { 'prometheus.yml': prometheus('worker') } },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      const seen = new Map<string, Node>();
      for (const { name, node } of prometheus.jobs) {
        if (name === '' || isUnknown(name)) continue;
        const at = child(node, 'job_name');
        const first = seen.get(name);
        if (first === undefined) {
          seen.set(name, at);
          continue;
        }
        report({
          at: { node: at },
          message:
            prometheus.kind === 'vmagent'
              ? `there is already a job "${name}": vmagent leaves this one out`
              : `there is already a job "${name}": Prometheus refuses the whole configuration`,
          help: 'give it a name of its own, or add its targets to the first',
          related: [{ at: { node: first }, message: `the first job "${name}"` }],
        });
      }
    }
  },
});
