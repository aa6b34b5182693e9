import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { promqlGroups } from '../../src/stack/usages.ts';
import { recordingFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'recording/naming',
  severity: 'warning',
  preset: 'strict',
  peers: ['pint rule/name'],
  summary: 'A recorded metric that is not named as level:metric:operations.',
  why: `A colon in a name tells whoever reads a query that the series is computed, by which labels, and how
(Prometheus documentation, "Recording rules"). Without one it is taken for a metric of some program, and looked
for there.`,
  fix: `Name it \`level:metric:operations\`: \`job:http_requests:rate5m\` is the rate of \`http_requests_total\` by \`job\`.`,
  bad: {
    files: {
      'rules.yml': recordingFile({ http_requests_rate5m: 'sum by (job) (rate(http_requests_total[5m]))' }),
    },
    at: ['rules.yml:4:17'],
  },
  good: {
    files: {
      'rules.yml': recordingFile({
        'job:http_requests:rate5m': 'sum by (job) (rate(http_requests_total[5m]))',
      }),
    },
  },
  check({ system, report }) {
    for (const { kind, name, node } of promqlGroups(system).flatMap(({ rules }) => rules)) {
      // One colon is enough where there is no operation, or no level, to name.
      if (kind !== 'record' || name.includes(':') || !/^[A-Za-z_:][\w:]*$/.test(name)) continue;
      report({
        at: { node: child(node, 'record') },
        message: `"${name}" does not say that it is recorded: such names are level:metric:operations`,
        help: 'name it as in "job:http_requests:rate5m"',
      });
    }
  },
});
