import { defineRule } from '../../src/lint/rule.ts';
import { isScalar } from '../../src/promql/labelsets.ts';
import { type Aggregation, bare, type Expr, walk } from '../../src/promql/tree.ts';
import { treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/aggregated-quantile',
  severity: 'warning',
  summary: 'Quantiles that are summed or averaged.',
  why: `A 99th percentile of each instance says nothing of the 99th percentile of all: neither their sum nor their mean
is any quantile. The number looks plausible, and hides the instance that is slow.`,
  fix: `Take \`max\` of the quantiles; or, of a histogram, sum the buckets first and take the quantile of the sum:
\`histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))\`.`,
  bad: {
    files: { 'alerts.yml': alertFile('avg(http_request_duration_seconds{quantile="0.99"}) > 1') },
    at: ['alerts.yml:5:15'],
  },
  good: { files: { 'alerts.yml': alertFile('max(http_request_duration_seconds{quantile="0.99"}) > 1') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'aggregation' || (part.op !== 'sum' && part.op !== 'avg')) continue;
        if (keepsInstance(part)) continue;
        const [of] = part.args;
        const what = of && quantileIn(of);
        if (what === undefined) continue;
        report({
          at: usage.at(part.opSpan),
          message: `"${part.op}" of quantiles is no quantile of anything: ${what}`,
          help:
            what === HISTOGRAM
              ? 'sum the buckets by "le" inside of "histogram_quantile", or take "max"'
              : 'take "max", or work from "_sum" and "_count"',
        });
      }
    }
  },
});

/** Of one instance there is one quantile: it is only rid of labels. */
const keepsInstance = ({ grouping }: Aggregation): boolean => {
  const isNamed = ['instance', 'pod', 'node', 'host', 'nodename'].some((label) =>
    grouping?.labels.includes(label),
  );
  return grouping !== undefined && isNamed === (grouping.mode === 'by');
};

const HISTOGRAM = 'it aggregates what "histogram_quantile" returns';

/** Where the values that are aggregated are quantiles: what makes them so. */
function quantileIn(expr: Expr): string | undefined {
  const inside = bare(expr);
  switch (inside.kind) {
    case 'selector': {
      const quantile = inside.matchers.find(
        // The quantiles 0 and 1 are the least and the greatest value, of which a mean says something.
        ({ label, op, value }) =>
          label === 'quantile' && op === '=' && value !== '' && Number(value) !== 0 && Number(value) !== 1,
      );
      return quantile && !/_(?:sum|count)$/.test(inside.name ?? '')
        ? `"${inside.name ?? 'the selector'}" is chosen by quantile="${quantile.value}"`
        : undefined;
    }
    case 'unary':
      return quantileIn(inside.expr);
    case 'call':
      return inside.func === 'histogram_quantile' ? HISTOGRAM : undefined;
    case 'binary': {
      // A quantile in another unit is one still.
      if (inside.op !== '*' && inside.op !== '/') return undefined;
      return isScalar(inside.right)
        ? quantileIn(inside.left)
        : isScalar(inside.left)
          ? quantileIn(inside.right)
          : undefined;
    }
    default:
      return undefined;
  }
}
