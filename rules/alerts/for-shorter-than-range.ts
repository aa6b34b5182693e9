import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { bare, walk } from '../../src/promql/tree.ts';
import { child } from '../../src/repo/node.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/for-shorter-than-range',
  severity: 'warning',
  preset: 'strict',
  summary: 'A `for` that is shorter than the range of the rate it waits for.',
  why: `A single burst stays in the range of a \`rate\` for as long as the range is. A shorter \`for\` filters nothing: the
burst that it was meant to ride out is still there when it is over.`,
  fix: `Make \`for\` as long as the range, or the range shorter.`,
  bad: {
    files: { 'alerts.yml': alertFile('rate(http_errors_total[15m]) > 1') },
    at: ['alerts.yml:6:14'],
  },
  good: { files: { 'alerts.yml': alertFile('rate(http_errors_total[5m]) > 1') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      const hold = alert?.forSeconds;
      if (alert === undefined || hold === undefined || hold <= 0) continue;
      let longest = 0;
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || (part.func !== 'rate' && part.func !== 'increase')) continue;
        for (const arg of part.args.map(bare))
          if (arg.kind === 'matrix' || arg.kind === 'subquery')
            longest = Math.max(longest, arg.range.seconds ?? 0);
      }
      if (hold >= longest) continue;
      report({
        at: { node: child(alert.node, 'for') },
        message: `a burst stays in the range of ${formatSeconds(longest)} of the alert "${alert.name}" for longer than its "for: ${formatSeconds(hold)}", which so filters nothing`,
        help: `write "for: ${formatSeconds(longest)}", or a shorter range`,
      });
    }
  },
});
