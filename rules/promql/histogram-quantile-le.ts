import { defineRule } from '../../src/lint/rule.ts';
import { isAbsent } from '../../src/promql/domain.ts';
import { dropperOf, droppingText } from '../../src/promql/drop.ts';
import { type Call, selectorsOf, walk } from '../../src/promql/tree.ts';
import { constantOf } from '../../src/promql/types.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { isWritten, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { alertFile } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/histogram-quantile-le',
  severity: 'warning',
  summary: 'A quantile of a histogram whose buckets are lost, or that are none.',
  why: `\`histogram_quantile\` reads the buckets' bounds from the label \`le\`. Where an aggregation has dropped it, or
the series are no buckets, the result is empty: the panel shows no data, and the alert never fires.`,
  fix: `Keep \`le\` in the aggregation, \`sum by (le, job) (rate(x_bucket[5m]))\`, and choose the series that end in
\`_bucket\`. The quantile is a number from 0 to 1.`,
  bad: {
    files: {
      'alerts.yml': alertFile(
        'histogram_quantile(0.95, sum by (job) (rate(http_request_duration_seconds_bucket[5m]))) > 1',
      ),
    },
    at: ['alerts.yml:5:44'],
  },
  good: {
    files: {
      'alerts.yml': alertFile(
        'histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket[5m]))) > 1',
      ),
    },
  },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call' || part.func !== 'histogram_quantile') continue;
        const fault = boundsFault(part, usage) ?? bucketFault(part, usage);
        if (fault !== undefined) report(fault);
      }
    }

    function bucketFault(call: Call, usage: TreeUsage) {
      const [, buckets] = call.args;
      if (buckets === undefined) return undefined;
      const names = selectorsOf(buckets).map(({ name }) => name);
      const { certain } = inferencesOf(system, usage);
      if (names.some((name) => name?.endsWith('_bucket')) && isAbsent(certain(buckets).labels, 'le')) {
        const dropper = dropperOf(buckets, 'le', certain);
        // VictoriaMetrics' own buckets have another label.
        if (dropper?.kind === 'aggregation' && dropper.grouping?.labels.includes('vmrange')) return undefined;
        const at =
          dropper?.kind === 'aggregation' ? (dropper.grouping?.span ?? dropper.opSpan) : call.funcSpan;
        return {
          at: usage.at(at),
          message: `"histogram_quantile" finds no buckets: ${dropper ? droppingText(dropper) : 'the expression'} drops the label "le"`,
          help: 'add "le" to the labels that the aggregation keeps',
        };
      }
      const [selector] = selectorsOf(buckets);
      const isNone =
        names.length > 0 && names.every((name) => name !== undefined && /_(?:total|sum|count)$/.test(name));
      return isNone && selector !== undefined
        ? {
            at: usage.at(selector.span),
            message: `"histogram_quantile" finds no buckets: "${selector.name}" is no histogram's bucket`,
            help: 'choose the series that end in "_bucket"',
          }
        : undefined;
    }
  },
});

function boundsFault({ args: [quantile] }: Call, usage: TreeUsage) {
  const value = quantile && constantOf(quantile);
  if (quantile === undefined || value === undefined || (value >= 0 && value <= 1)) return undefined;
  if (!isWritten(usage, quantile.span)) return undefined;
  return {
    at: usage.at(quantile.span),
    message: `the quantile ${value} lies outside of 0 to 1, so the result is always infinite`,
    help: value > 1 && value <= 100 ? `write ${value / 100}` : undefined,
  };
}
