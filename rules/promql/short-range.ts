import { type Sampling, samplingOf } from '../../src/coverage/scraping.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { bare, type Call, walk } from '../../src/promql/tree.ts';
import type { Place } from '../../src/repo/node.ts';
import type { System } from '../../src/stack/system.ts';
import { isWritten, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { counted } from '../../src/words.ts';
import { intervalFaults } from '../shared/causes.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

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
  peers: ['pint promql/rate'],
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
    const shortest = new Map<string, Short[]>();
    for (const usage of treesOf(system)) {
      for (const part of walk(usage.tree)) {
        const found = part.kind === 'call' ? shortRange(part, usage, system) : undefined;
        if (found === undefined) continue;
        const key = [usage.expression.node.doc.source.path, found.seconds, found.slow.what].join('\0');
        append(shortest, key, found);
      }
    }
    // The same range in many panels is one decision.
    for (const [first, ...others] of shortest.values()) {
      if (first === undefined) continue;
      const { func, seconds, slow } = first;
      const samples = seconds < slow.interval ? 'often no sample' : 'often only one sample';
      report({
        at: first.at,
        message: `"${func}" over ${formatSeconds(seconds)} has ${samples} to go by: ${slow.what} every ${formatSeconds(slow.interval)}${others.length > 0 ? ` (and in ${counted(others.length, 'more place')} of this file)` : ''}`,
        help: `make the range at least ${formatSeconds(slow.interval * 4)}`,
        related: [
          { at: slow.place, message: `every ${formatSeconds(slow.interval)}` },
          ...others.slice(0, 3).map(({ at }) => ({ at, message: 'the same range' })),
        ],
        followsFrom: intervalFaults([slow.setAt]),
      });
    }
  },
});

interface Short {
  readonly func: string;
  readonly seconds: number;
  readonly slow: Sampling;
  readonly at: Place;
}

function shortRange(call: Call, usage: TreeUsage, system: System): Short | undefined {
  const needed = CHANGES.has(call.func) ? 2 : call.func.endsWith('_over_time') ? 1 : 0;
  const range = call.args.map(bare).find((arg) => arg.kind === 'matrix');
  const selector = range && bare(range.expr);
  if (needed === 0 || range?.range.seconds === undefined || selector?.kind !== 'selector') return undefined;
  if (!isWritten(usage, range.range.span)) return undefined;
  const { seconds } = range.range;
  const slow = samplingOf(system, usage, selector).find(({ interval }) => seconds < needed * interval);
  return slow && { func: call.func, seconds, slow, at: usage.at(range.range.span) };
}
