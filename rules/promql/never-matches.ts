import { defineRule } from '../../src/lint/rule.ts';
import { walk } from '../../src/promql/tree.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { alertOf, subjectOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/never-matches',
  severity: 'error',
  peers: ['pint promql/impossible'],
  summary: 'An expression, or a part of one, that can never return anything.',
  why: `The expression is valid, so nobody is warned: the alert loads, shows as inactive and healthy, and can never
fire, whatever happens. Usual causes are a join over labels that one side does not have, \`count(x) == 0\` (with
nothing to count there is no result, not a zero), and conditions that exclude one another.`,
  fix: `Write what is to be compared so that both sides have the same labels (\`on\`, \`ignoring\`), and test the alert:
\`promtool test rules\`, or \`monitoring-check drill\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('count(up{job="api"} == 1) == 0') },
    at: ['alerts.yml:5:15'],
  },
  good: {
    files: { 'alerts.yml': alertFile('(count(up{job="api"} == 1) or vector(0)) == 0') },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const { certain } = inferencesOf(system, usage);
      const isEmpty = certain(usage.tree).isEmpty;
      for (const part of walk(usage.tree)) {
        const { fault } = certain(part);
        if (fault?.kind !== 'never') continue;
        const subject = subjectOf(usage);
        const effect = !isEmpty
          ? `a part of ${subject} can never return anything`
          : alertOf(usage)
            ? `${subject} can never fire`
            : `${subject} can never return anything`;
        report({ at: usage.at(fault.span), message: `${effect}: ${fault.message}`, help: fault.help });
        // What is around it fails for the same reason.
        break;
      }
    }
  },
});
