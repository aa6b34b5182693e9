import { defineRule } from '../../src/lint/rule.ts';
import { regexFault } from '../../src/promql/regex.ts';
import { child } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { relabelLists } from '../../src/stack/relabel.ts';
import { prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (regex: string): string => `scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: ${regex}
        action: drop
`;

export const rule = defineRule({
  id: 'prometheus/invalid-regex',
  severity: 'error',
  summary: 'A regular expression in relabelling that Prometheus cannot compile.',
  why: `Prometheus compiles every expression when it loads its configuration, with RE2, which has no look-ahead, no
look-behind and no back-references. One that does not compile makes it refuse the whole configuration.`,
  fix: `Correct the expression. What look-ahead leaves out is written as a step of its own: \`drop\` the exceptions,
then \`keep\` the rest.`,
  bad: {
    files: { 'prometheus.yml': prometheus("'node_(?!cpu).*'") },
    at: ['prometheus.yml:7:16'],
  },
  good: { files: { 'prometheus.yml': prometheus("'node_(disk|filesystem)_.*'") } },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      for (const { steps } of prometheus.config ? relabelLists(prometheus.config) : []) {
        for (const { node, regex } of steps) {
          // Single dollars end an expression; names after them are put in by another program.
          const fault = isUnknown(regex) ? undefined : regexFault(regex);
          if (fault === undefined) continue;
          report({
            at: { node: child(node, 'regex') },
            message: `"${regex}" does not compile, ${fault}: Prometheus refuses the whole configuration`,
            help: 'correct the expression: Prometheus uses RE2',
          });
        }
      }
    }
  },
});
