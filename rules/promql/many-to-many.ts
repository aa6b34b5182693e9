import { defineRule } from '../../src/lint/rule.ts';
import { domainOf, type LabelSet } from '../../src/promql/domain.ts';
import { isScalar } from '../../src/promql/labelsets.ts';
import { type Binary, bare, type Expr, SET_OPERATORS, walk } from '../../src/promql/tree.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { subjectOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/many-to-many',
  severity: 'warning',
  peers: ['pint promql/vector_matching'],
  summary: 'A join in which several series of a side have the same labels to match by.',
  why: `Prometheus does not guess which of several series is meant: as soon as two of them match, the whole expression
fails with an error. The alert that it belongs to stops being evaluated, just when there is more to see.`,
  fix: `Match by all the labels that both sides are grouped by, aggregate the side that has more, or say with
\`group_left\` which side may have several.`,
  bad: {
    files: {
      'alerts.yml': alertFile(
        'sum by (job, code) (rate(http_requests_total[5m])) / on (job) sum by (job) (rate(http_requests_total[5m])) > 0.1',
      ),
    },
    at: ['alerts.yml:5:68'],
  },
  good: {
    files: {
      'alerts.yml': alertFile(
        'sum by (job, code) (rate(http_requests_total[5m])) / on (job) group_left sum by (job) (rate(http_requests_total[5m])) > 0.1',
      ),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const { likely } = inferencesOf(system, usage);
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'binary' || SET_OPERATORS.has(part.op) || part.matching === undefined) continue;
        if (part.fill !== undefined) continue;
        const { matching } = part;
        for (const side of ['left', 'right'] as const) {
          if (matching.group === side) continue;
          const extra = groupedBeside(part[side], part, likely(part[side]).labels);
          if (extra === undefined) continue;
          report({
            at: usage.at(matching.span),
            message: `${subjectOf(usage)} fails with an error as soon as the ${side} side of "${part.op}" has two series that differ by "${extra}" only: it is grouped by it, and not matched by it`,
            help:
              matching.group === undefined
                ? `match by "${extra}" too, or add "group_${side}" if that side may have several`
                : `group the ${side} side by what is matched only`,
            // A label that is matched often settles the other one, as a zone does its region.
            ...(isMatchedByNothing(part) ? {} : { confidence: 'medium' as const }),
          });
          break;
        }
      }
    }
  },
});

const isMatchedByNothing = ({ matching }: Binary): boolean =>
  matching?.mode === 'on' && matching.labels.length === 0;

/** A label that a side is grouped by, so that it has several series, and that is not matched. */
function groupedBeside(side: Expr, { matching }: Binary, labels: LabelSet): string | undefined {
  if (matching === undefined) return undefined;
  const grouping = groupingOf(side);
  return grouping.find((label) => {
    const isMatched = matching.labels.includes(label) === (matching.mode === 'on');
    // What is taken over from the one side goes with what is matched, or the author believes so.
    if (isMatched || matching.include.includes(label)) return false;
    const { values } = domainOf(labels, label);
    return values === undefined || values.length > 1;
  });
}

/** The labels that an expression is grouped by last, through what keeps them. */
function groupingOf(expr: Expr): readonly string[] {
  const inside = bare(expr);
  switch (inside.kind) {
    case 'aggregation':
      return inside.grouping?.mode === 'by' && inside.op !== 'count_values' ? inside.grouping.labels : [];
    case 'unary':
      return groupingOf(inside.expr);
    case 'binary':
      return isScalar(inside.right)
        ? groupingOf(inside.left)
        : isScalar(inside.left)
          ? groupingOf(inside.right)
          : [];
    default:
      return [];
  }
}
