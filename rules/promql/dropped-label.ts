import { defineRule } from '../../src/lint/rule.ts';
import { isAbsent } from '../../src/promql/domain.ts';
import { dropperOf, droppingText } from '../../src/promql/drop.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { type Binary, bare, type Expr, walk } from '../../src/promql/tree.ts';
import type { Span } from '../../src/repo/text.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { isWritten, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/dropped-label',
  severity: 'warning',
  summary: 'A label that is grouped by, joined by or copied after something took it away.',
  why: `An aggregation keeps the labels that it names and no other. What groups, joins or copies a label that is gone
works on empty values: all series fall into one group, a join matches nothing or everything, and the label that
the alert's text prints is empty.`,
  fix: `Keep the label in the inner aggregation, or leave it out outside.`,
  bad: {
    files: { 'alerts.yml': alertFile('max by (instance) (sum by (job) (rate(http_errors_total[5m]))) > 1') },
    at: ['alerts.yml:5:19'],
  },
  good: {
    files: {
      'alerts.yml': alertFile('max by (instance) (sum by (job, instance) (rate(http_errors_total[5m]))) > 1'),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const { certain, likely } = inferencesOf(system, usage);
      const lost = (label: string, expr: Expr): Expr | undefined =>
        isVariable(label) || label === '__name__' || !isAbsent(certain(expr).labels, label)
          ? undefined
          : dropperOf(expr, label, certain);
      const tell = (part: Expr, label: string, dropper: Expr, span: Span, use: string): void => {
        // What does not match for that reason is said by the rules on matching.
        if (!isWritten(usage, span) || likely(part).fault !== undefined) return;
        report({
          at: usage.at(span),
          message: `${use} "${label}", which is not there any more: ${droppingText(dropper)} drops it`,
          help: `keep "${label}" where it is dropped, or leave it out here`,
          related: [{ at: usage.at(placeIn(dropper)), message: 'dropped here' }],
        });
      };
      for (const part of walk(usage.tree)) {
        if (certain(part).isEmpty) continue;
        if (part.kind === 'aggregation' && part.grouping?.mode === 'by') {
          const vector = part.args.at(-1);
          for (const label of part.grouping.labels) {
            const dropper = vector && lost(label, vector);
            if (dropper) tell(part, label, dropper, part.grouping.span, `"${part.op}" groups by`);
          }
        } else if (part.kind === 'call' && part.func === 'label_replace') {
          const [vector, , , source] = part.args;
          const from = source && bare(source);
          if (vector === undefined || from?.kind !== 'string' || from.value === '') continue;
          const dropper = lost(from.value, vector);
          if (dropper) tell(part, from.value, dropper, from.span, '"label_replace" reads');
        } else if (part.kind === 'binary') {
          for (const { label, dropper, use, span } of lostInJoin(part, lost))
            tell(part, label, dropper, span, use);
        }
      }
    }
  },
});

function* lostInJoin(
  part: Binary,
  lost: (label: string, expr: Expr) => Expr | undefined,
): Generator<{ label: string; dropper: Expr; use: string; span: Span }> {
  const { matching, op } = part;
  if (matching === undefined) return;
  if (matching.mode === 'on') {
    for (const label of matching.labels) {
      const dropper = lost(label, part.left) ?? lost(label, part.right);
      if (dropper) yield { label, dropper, use: `"${op}" matches on`, span: matching.span };
    }
  }
  const one = matching.group === 'left' ? part.right : part.left;
  for (const label of matching.include) {
    const dropper = lost(label, one);
    if (dropper) yield { label, dropper, use: `"group_${matching.group}" copies`, span: matching.span };
  }
}

const placeIn = (expr: Expr): Span => {
  switch (expr.kind) {
    case 'aggregation':
      return expr.grouping?.span ?? expr.opSpan;
    case 'call':
      return expr.funcSpan;
    case 'binary':
      return expr.matching?.span ?? expr.opSpan;
    default:
      return expr.span;
  }
};
