import { defineRule } from '../../src/lint/rule.ts';
import { durationSeconds, formatSeconds } from '../../src/promql/duration.ts';
import { type Expr, inner } from '../../src/promql/tree.ts';
import type { Place } from '../../src/repo/node.ts';
import type { Span } from '../../src/repo/text.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { flagValues } from '../../src/stack/container.ts';
import { isWritten, type Server, subjectOf, treesOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'promql/beyond-retention',
  severity: 'warning',
  peers: ['pint promql/offset', 'pint promql/range_query'],
  summary: 'An expression that looks back further than this Prometheus keeps data.',
  why: `What is older than the retention time is deleted. A range beyond it is cut short, so that a mean of 90 days is
one of 15; an offset beyond it never returns anything, and what is compared with it neither.`,
  fix: `Keep data longer (\`--storage.tsdb.retention.time\`), or look back less far.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('up < avg_over_time(up[30d])') },
    at: ['alerts.yml:5:37'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('up < avg_over_time(up[7d])') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      if (usage.servers.length === 0) continue;
      const kept = usage.servers.map(retentionOf);
      const [first] = kept;
      // Every server that evaluates it must be known, and keep too little.
      if (first === undefined || kept.some((one) => one === undefined)) continue;
      const isBeyond = (seconds: number): boolean =>
        kept.every((one) => one !== undefined && one.seconds < seconds);
      for (const { seconds, span, isOffset } of tooFar(usage.tree, 0, isBeyond)) {
        if (!isWritten(usage, span)) continue;
        report({
          at: usage.at(span),
          message: `${subjectOf(usage)} looks back ${formatSeconds(seconds)}, but "${first.name}" keeps ${formatSeconds(first.seconds)}${first.place ? '' : ' by default'}: ${isOffset ? 'there is nothing to be found' : 'the range is cut short'}`,
          help: 'raise --storage.tsdb.retention.time, or look back less far',
          related: first.place ? [{ at: first.place, message: 'how long data is kept' }] : [],
        });
      }
    }
  },
});

/** Prometheus's default (Prometheus documentation, "Storage"). */
const DEFAULT_RETENTION = 15 * 86_400;

interface Retention {
  readonly name: string;
  readonly seconds: number;
  readonly place: Place | undefined;
}

/** How long a server keeps data; undefined where that is not told, or older data is elsewhere. */
function retentionOf({ prometheus }: Server): Retention | undefined {
  const { container, name, config } = prometheus;
  if (container === undefined || container.service.build !== undefined || config === undefined)
    return undefined;
  if (prometheus.receivesSeries || container.args.some(({ text }) => isUnknown(text))) return undefined;
  const flag =
    flagValues(container.args, 'storage.tsdb.retention.time').at(-1) ??
    flagValues(container.args, 'storage.tsdb.retention').at(-1);
  // Kept by its size, or by its configuration file.
  const isOther =
    flagValues(container.args, 'storage.tsdb.retention.size').length > 0 ||
    (typeof config.value === 'object' && config.value !== null && 'storage' in config.value);
  if (flag === undefined) return isOther ? undefined : { name, seconds: DEFAULT_RETENTION, place: undefined };
  const seconds = durationSeconds(flag.text);
  return seconds === undefined || seconds === 0 ? undefined : { name, seconds, place: flag.place };
}

interface Lookback {
  readonly seconds: number;
  readonly span: Span;
  readonly isOffset: boolean;
}

/**
 * The ranges and offsets that reach back too far, with those around them. What is around and reaches too far itself is
 * told by itself: what is inside of it then counts without it.
 */
function* tooFar(expr: Expr, outer: number, isTooFar: (seconds: number) => boolean): Generator<Lookback> {
  if (expr.kind === 'modified' && expr.modifier === '@') return;
  const isOffset = expr.kind === 'modified';
  const isRange = expr.kind === 'matrix' || expr.kind === 'subquery';
  const own = isRange ? expr.range.seconds : isOffset ? expr.seconds : undefined;
  let seconds = outer + (own ?? 0);
  if ((isRange || isOffset) && isTooFar(seconds)) {
    yield { seconds, span: isRange ? expr.range.span : expr.modifierSpan, isOffset };
    seconds = 0;
  }
  for (const part of inner(expr)) yield* tooFar(part, seconds, isTooFar);
}
