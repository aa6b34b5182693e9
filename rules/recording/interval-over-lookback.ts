import { defineRule } from '../../src/lint/rule.ts';
import { durationSeconds, formatSeconds } from '../../src/promql/duration.ts';
import { child } from '../../src/repo/node.ts';
import { flagValues } from '../../src/stack/container.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { recordingFile } from '../shared/rule-examples.ts';

const recording = (interval: string): string =>
  recordingFile({ 'job:http_requests:rate1h': 'sum by (job) (rate(http_requests_total[1h]))' }).replace(
    'name: example\n',
    `name: example\n    interval: ${interval}\n`,
  );

export const rule = defineRule({
  id: 'recording/interval-over-lookback',
  severity: 'warning',
  peers: ['pint group/interval'],
  summary: 'A group whose recorded series are stale between two evaluations.',
  why: `A query only sees samples of the last five minutes. A series that is recorded every ten is gone for half of the
time: panels have gaps, and alerts on it resolve and fire again.`,
  fix: `Evaluate the group at least every five minutes.`,
  bad: { files: { 'rules.yml': recording('10m') }, at: ['rules.yml:3:15'] },
  good: { files: { 'rules.yml': recording('5m') } },
  check({ system, report }) {
    for (const group of promqlGroups(system)) {
      const { interval, rules } = group;
      const [first] = rules.filter(({ kind }) => kind === 'record');
      if (interval === undefined || first === undefined) continue;
      const lookback = Math.max(
        DEFAULT_LOOKBACK,
        ...serversOf(system, group).map(({ prometheus }) => {
          const flag = flagValues(prometheus.container?.args ?? [], 'query.lookback-delta').at(-1)?.text;
          return flag === undefined ? 0 : (durationSeconds(flag) ?? Number.POSITIVE_INFINITY);
        }),
      );
      if (interval <= lookback) continue;
      report({
        at: { node: child(group.node, 'interval') },
        message: `"${first.name}" is recorded every ${formatSeconds(interval)}, but a query only sees the last ${formatSeconds(lookback)}: between two evaluations it is gone`,
        help: `write "interval: ${formatSeconds(lookback)}" or less`,
      });
    }
  },
});

/** How far back a query looks for a sample, in seconds (Prometheus documentation, "Querying basics", "Staleness"). */
const DEFAULT_LOOKBACK = 300;
