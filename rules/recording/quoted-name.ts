import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { prometheusVersion } from '../../src/stack/prometheus-version.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { isBelow } from '../../src/stack/version.ts';
import { recordingFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'recording/quoted-name',
  severity: 'warning',
  summary: 'A recorded metric that can only be selected in quotes.',
  why: `A name with a dash or a dot is only taken by Prometheus 3 and later, and only selected as
\`{"my-metric"}\`: written as usual, \`my-metric\` is \`my\` minus \`metric\`. An older server refuses the file.`,
  fix: `Write underscores in place of other characters.`,
  bad: {
    files: { 'rules.yml': recordingFile({ 'http-requests-rate5m': 'sum(rate(http_requests_total[5m]))' }) },
    at: ['rules.yml:4:17'],
  },
  good: {
    files: {
      'rules.yml': recordingFile({ 'job:http_requests:rate5m': 'sum(rate(http_requests_total[5m]))' }),
    },
  },
  check({ system, report }) {
    for (const group of promqlGroups(system)) {
      // An older server's refusal is recording/invalid-name's matter.
      if (serversOf(system, group).some(({ prometheus }) => isBelow(prometheusVersion(prometheus), 3)))
        continue;
      for (const { kind, name, node } of group.rules) {
        if (kind !== 'record' || name.trim() === '' || /[{}]|^[A-Za-z_:][\w:]*$/.test(name)) continue;
        report({
          at: { node: child(node, 'record') },
          message: `"${name}" can only be selected as {"${name}"}, and not at all before Prometheus 3`,
          help: `write "${name.replace(/[^\w:]+/g, '_').replace(/^(?=\d)/, '_')}"`,
        });
      }
    }
  },
});
