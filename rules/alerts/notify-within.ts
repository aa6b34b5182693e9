import type { WatchingAlert } from '../../src/coverage/alerts.ts';
import type { Chain } from '../../src/coverage/chain.ts';
import { countingAlerts, leastBy, sumInWords } from '../../src/coverage/timing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { child, exists, type Place } from '../../src/repo/node.ts';
import { settingOf } from '../../src/stack/alertmanager.ts';
import { WATCHED_API } from '../shared/path-examples.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 1m
`;
const config = (within: string): string => `paths:
  - name: api
    services: [api]
    notify-within: ${within}
`;

export const rule = defineRule({
  id: 'alerts/notify-within',
  severity: 'error',
  summary: 'A critical path of whose breakage somebody is told later than the path allows.',
  why: `After the alert fires, Alertmanager waits for others of its group before it sends the first notification. When
detection and \`group_wait\` together are more than the path allows, the promise in its declaration cannot be kept.`,
  fix: 'Shorten `group_wait` on the route of these alerts, or what comes before it, or allow more time in the path.',
  bad: {
    files: { ...WATCHED_API, 'alerts.yml': ALERTS, 'monitoring-check.yml': config('2m') },
    at: ['alertmanager.yml:3:15'],
  },
  good: { files: { ...WATCHED_API, 'alerts.yml': ALERTS, 'monitoring-check.yml': config('3m') } },
  check({ chains, report }) {
    for (const chain of chains) {
      const { declared } = chain.path;
      const within = declared?.notifyWithin;
      const best = leastBy(ways(chain), ({ alert, wait }) => alert.detection.total + wait);
      if (declared === undefined || within === undefined || best === undefined) continue;
      const { alert, wait } = best;
      const { detection } = alert;
      if (detection.total + wait <= within) continue;
      const hold = child(alert.node, 'for');
      const isWait = detection.total < within;
      const atAlert: Place = {
        node: detection.hold > 0 && exists(hold) ? hold : child(alert.node, alert.rule ? 'alert' : 'title'),
      };
      report({
        at: (isWait ? waitPlace(chain, alert) : undefined) ?? atAlert,
        message: `somebody must be told of "${declared.name}" within ${formatSeconds(within)}, and by ${alert.name}, its quickest alert, it may take longer: ${sumInWords(detection, wait)} > ${formatSeconds(within)}`,
        help: isWait
          ? `set group_wait to at most ${formatSeconds(within - detection.total)} on the route of this alert`
          : 'shorten for, the intervals or the window of the expression first',
        related: [
          { at: { node: child(declared.node, 'notify-within') }, message: 'the path asks for it here' },
          ...(isWait ? [{ at: atAlert, message: `${alert.name} is its quickest alert` }] : []),
        ],
        // Detection alone is too late already: that is the other rule's.
        followsFrom: isWait ? [] : [atAlert],
      });
    }
  },
});

/** The alerts that reach somebody, with how long Alertmanager waits, in seconds. */
function ways(chain: Chain): { alert: WatchingAlert; wait: number }[] {
  return countingAlerts(chain).flatMap((alert) => {
    const routing = chain.routings.get(alert);
    return routing?.state === 'proved' ? [{ alert, wait: routing.groupWait }] : [];
  });
}

/** Where the wait is set: at the route of the alert, or the nearest above it; where none sets it, at the route's receiver. */
function waitPlace({ routings, path }: Chain, alert: WatchingAlert): Place | undefined {
  const routing = routings.get(alert);
  if (routing?.state !== 'proved' || routing.route === undefined) return undefined;
  const { route } = routing;
  const set = path.stack.alertmanagers.flatMap(({ route: root }) =>
    root ? (settingOf(root, route, 'group_wait') ?? []) : [],
  )[0];
  const receiver = child(route.node, 'receiver');
  return { node: set ?? (exists(receiver) ? receiver : route.node) };
}
