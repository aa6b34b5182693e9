import { defineRule } from '../../src/lint/rule.ts';
import { type Infer, isScalar, type ResultFault } from '../../src/promql/labelsets.ts';
import { type Expr, walk } from '../../src/promql/tree.ts';
import { type Inferences, inferencesOf } from '../../src/stack/inference.ts';
import { alertOf, subjectOf, treesOf, type Usage } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/matching-labels',
  severity: 'warning',
  peers: ['pint promql/vector_matching'],
  summary: 'Two sides that are matched by labels which only one of them has.',
  why: `Prometheus joins two vectors where all their labels are alike. When one side was aggregated and the other was
not, or both by different labels, nothing is alike: the result is empty, the alert never fires, the panel shows
no data. The same join in \`unless\` takes nothing away.`,
  fix: `Aggregate both sides by the same labels, or name those that are to be alike with \`on(…)\` or \`ignoring(…)\`,
with \`group_left\` where one side has more.`,
  bad: {
    files: {
      'alerts.yml': alertFile('rate(http_errors_total[5m]) / sum(rate(http_requests_total[5m])) > 0.1'),
    },
    at: ['alerts.yml:5:43'],
  },
  good: {
    files: {
      'alerts.yml': alertFile('sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.1'),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const { certain, likely, recordings } = inferencesOf(system, usage);
      if (!walk(usage.tree).some((part) => canFail(part, recordings))) continue;
      // What is certain is said by promql/never-matches, but for an `unless` that does nothing.
      if (faultIn(usage.tree, certain, 'never') !== undefined) continue;
      const fault = faultIn(usage.tree, certain, 'idle') ?? faultIn(usage.tree, likely);
      if (fault === undefined) continue;
      const isEmpty = fault.kind === 'never' && likely(usage.tree).isEmpty;
      report({
        at: usage.at(fault.span),
        message: `${effectOn(usage, fault.kind, isEmpty)}: ${fault.message}`,
        help: fault.help,
      });
    }
  },
});

/** What happens because nothing matches, in words. */
function effectOn(usage: Usage, kind: ResultFault['kind'], isEmpty: boolean): string {
  const subject = subjectOf(usage);
  if (kind === 'idle') return `${subject} joins what does not match`;
  if (!isEmpty) return `a part of ${subject} returns nothing`;
  return alertOf(usage) ? `${subject} never fires` : `${subject} returns nothing`;
}

/** Whether there is anything that a part must match: another side, or what a rule records. */
const canFail = (part: Expr, recordings: Inferences['recordings']): boolean =>
  part.kind === 'binary'
    ? !isScalar(part.left) && !isScalar(part.right)
    : part.kind === 'selector' && (part.name === undefined || recordings(part.name).length > 0);

function faultIn(tree: Expr, infer: Infer, kind?: 'never' | 'idle') {
  for (const part of walk(tree)) {
    const { fault } = infer(part);
    if (fault !== undefined && (kind === undefined || fault.kind === kind)) return fault;
  }
  return undefined;
}
