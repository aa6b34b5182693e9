import type { WatchingAlert } from '../../src/coverage/alerts.ts';
import { countingAlerts, leastBy, sumInWords } from '../../src/coverage/timing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { child, exists } from '../../src/repo/node.ts';
import { intervalCauses, intervalFaults } from '../shared/causes.ts';
import { WATCHED_API } from '../shared/path-examples.ts';

const CONFIG = `paths:
  - name: api
    services: [api]
    detect-within: 2m
`;
const alerts = (hold: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: ${hold}
`;

export const rule = defineRule({
  id: 'alerts/detect-within',
  severity: 'error',
  peers: ['pint rule/for'],
  summary: 'A critical path whose breakage is detected later than the path allows.',
  why: `In the worst case a breakage just misses a scrape, the scrape just misses an evaluation, and then the alert must
hold for its \`for\`. When that sum is more than the path allows, the promise in its declaration cannot be kept by the
quickest of its alerts.`,
  fix: 'Shorten `for`, the scrape interval or the evaluation interval, or allow more time in the path.',
  bad: {
    files: { ...WATCHED_API, 'monitoring-check.yml': CONFIG, 'alerts.yml': alerts('5m') },
    at: ['alerts.yml:6:14'],
  },
  good: { files: { ...WATCHED_API, 'monitoring-check.yml': CONFIG, 'alerts.yml': alerts('1m') } },
  check({ system, chains, verification, report }) {
    const drilled = new Map(
      (verification.drill ?? []).map(({ rule, verdict }) => [rule, verdict?.firesAfter] as const),
    );
    const measured = ({ rule }: WatchingAlert): number | undefined => rule && drilled.get(rule);
    for (const chain of chains) {
      const { declared, prometheus } = chain.path;
      const within = declared?.detectWithin;
      const alert = leastBy(countingAlerts(chain), (one) =>
        Math.max(one.detection.total, measured(one) ?? 0),
      );
      if (declared === undefined || within === undefined || alert === undefined) continue;
      const { detection } = alert;
      const seen = measured(alert);
      const isSlow = detection.total > within;
      if (!isSlow && (seen === undefined || seen <= within)) continue;
      const hold = child(alert.node, 'for');
      const others = detection.total - detection.hold;
      const worst = `may take longer: ${sumInWords(detection)} > ${formatSeconds(within)}`;
      const drill = `the fire drill saw it fire after ${formatSeconds(seen ?? 0)}`;
      report({
        at: {
          node: detection.hold > 0 && exists(hold) ? hold : child(alert.node, alert.rule ? 'alert' : 'title'),
        },
        message: `"${declared.name}" must be detected within ${formatSeconds(within)}, and ${alert.name}, its quickest alert, ${isSlow ? worst : `takes longer: ${drill}`}${isSlow && seen !== undefined ? `; ${drill}` : ''}`,
        help:
          others < within && detection.hold > 0
            ? `set for: to at most ${formatSeconds(within - others)}`
            : 'shorten the scrape and evaluation intervals, or the window of the expression',
        related: [
          { at: { node: child(declared.node, 'detect-within') }, message: 'the path asks for it here' },
        ],
        followsFrom: [
          ...(alert.rule ? intervalCauses(system, prometheus, alert.rule) : []),
          ...intervalFaults(prometheus.jobs.map(({ node }) => child(node, 'scrape_interval'))),
        ],
      });
    }
  },
});
