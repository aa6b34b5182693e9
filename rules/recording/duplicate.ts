import { defineRule } from '../../src/lint/rule.ts';
import { canonical } from '../../src/promql/canonical.ts';
import { child } from '../../src/repo/node.ts';
import { promql } from '../../src/stack/expression.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';

const rules = (second: string): string => `groups:
  - name: api
    rules:
      - record: job:http_requests:rate5m
        expr: sum by (job) (rate(http_requests_total[5m]))
      - record: ${second}
        expr: sum by (job) (rate(http_requests_total[5m]))
`;

export const rule = defineRule({
  id: 'recording/duplicate',
  severity: 'warning',
  peers: ['pint rule/duplicate', 'promtool duplicate-rules'],
  summary: 'A recording rule that is there twice.',
  why: `The same series is computed twice and written once; Prometheus logs that it discards the other. Whoever changes
one of the two later changes nothing, or makes two values of one.`,
  fix: `Delete one of them.`,
  bad: { files: { 'rules.yml': rules('job:http_requests:rate5m') }, at: ['rules.yml:6:17'] },
  good: {
    files: {
      'rules.yml': rules('job:http_errors:rate5m'),
    },
  },
  check({ system, report }) {
    const seen = new Map<string, Rule>();
    for (const group of promqlGroups(system)) {
      const servers = serversOf(system, group).map(({ prometheus }) => prometheus.name);
      const scope = servers.length > 0 ? servers.join() : group.file.path;
      for (const recording of group.rules) {
        const tree = recording.expr && promql(recording.expr).query.tree;
        if (recording.kind !== 'record' || tree === undefined) continue;
        const labels = [...recording.labels].map(([name, { text }]) => `${name}=${text}`).sort();
        const key = [scope, recording.name, canonical(tree), ...labels].join('\0');
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, recording);
          continue;
        }
        report({
          at: { node: child(recording.node, 'record') },
          message: `"${recording.name}" is recorded twice by the same expression`,
          help: 'delete one of them',
          related: [{ at: { node: child(first.node, 'record') }, message: 'the first one' }],
        });
      }
    }
  },
});
