import { samplingOf } from '../../src/coverage/scraping.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { bare, walk } from '../../src/promql/tree.ts';
import { isWritten, treesOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../rule-examples.ts';

/** Functions that need two samples in their range, by which they measure a change. */
const CHANGES: ReadonlySet<string> = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'changes',
  'resets',
  'double_exponential_smoothing',
]);

export const rule = defineRule({
  id: 'promql/short-range',
  severity: 'warning',
  summary: 'A range that is too short for the interval at which its series are scraped.',
  why: `\`rate\` and its like need two samples in their range. A range under two scrape intervals often has one or
none: the result comes and goes or is never there, and an alert on it fires late or not at all.`,
  fix: `Make the range at least four scrape intervals long, so that a missed scrape does no harm; in panels, write
\`$__rate_interval\`.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('rate(http_requests_total[45s]) > 10') },
    at: ['alerts.yml:5:40'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('rate(http_requests_total[2m]) > 10') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        if (part.kind !== 'call') continue;
        const needed = CHANGES.has(part.func) ? 2 : part.func.endsWith('_over_time') ? 1 : 0;
        const range = part.args.map(bare).find((arg) => arg.kind === 'matrix');
        const selector = range && bare(range.expr);
        if (needed === 0 || range?.range.seconds === undefined || selector?.kind !== 'selector') continue;
        if (!isWritten(usage, range.range.span)) continue;
        const { seconds } = range.range;
        const slow = samplingOf(system, usage, selector).find(({ interval }) => seconds < needed * interval);
        if (slow === undefined) continue;
        const samples = seconds < slow.interval ? 'often no sample' : 'often only one sample';
        report({
          at: usage.at(range.range.span),
          message: `"${part.func}" over ${formatSeconds(seconds)} has ${samples} to go by: ${slow.what} every ${formatSeconds(slow.interval)}`,
          help: `make the range at least ${formatSeconds(slow.interval * 4)}`,
          related: [{ at: slow.place, message: `every ${formatSeconds(slow.interval)}` }],
        });
      }
    }
  },
});
