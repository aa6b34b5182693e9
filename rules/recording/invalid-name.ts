import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { isBelow } from '../../src/stack/version.ts';
import { recordingFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'recording/invalid-name',
  severity: 'error',
  peers: ['pint rule/name'],
  summary: 'A recording rule whose name is no name of a metric.',
  why: `Prometheus refuses a rule file with such a name, and none of its rules is evaluated. Since Prometheus 3 other
characters than letters, digits, \`_\` and \`:\` are taken, but not braces; older servers take none of them.`,
  fix: `Write a name of letters, digits, underscores and colons, such as \`job:http_requests:rate5m\`.`,
  bad: {
    files: {
      'rules.yml': recordingFile({ '"http_requests{job}"': 'sum by (job) (rate(http_requests_total[5m]))' }),
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
    for (const group of promqlGroups(system)) {
      const oldServer = serversOf(system, group).find(({ prometheus }) =>
        isBelow(prometheusVersion(prometheus), 3),
      );
      for (const recording of group.rules) {
        if (recording.kind !== 'record') continue;
        const why = faultOf(recording, oldServer?.prometheus.name);
        if (why === undefined) continue;
        report({
          at: { node: child(recording.node, 'record') },
          message: `"${recording.name}" is no name of a metric: ${why}, so Prometheus refuses the whole rule file`,
          help: 'use letters, digits, "_" and ":", as in "job:http_requests:rate5m"',
        });
      }
    }
  },
});

function faultOf({ name }: Rule, oldServer: string | undefined): string | undefined {
  if (name.trim() === '') return 'it is empty';
  if (/[{}]/.test(name)) return 'braces belong into the expression';
  if (/^[A-Za-z_:][\w:]*$/.test(name) || oldServer === undefined) return undefined;
  return `"${oldServer}" is older than 3.0 and takes letters, digits, "_" and ":" only`;
}
