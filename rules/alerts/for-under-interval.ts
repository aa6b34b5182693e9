import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { child } from '../../src/repo/node.ts';
import { alertOf, treesOf } from '../../src/stack/usages.ts';
import { intervalCauses } from '../shared/causes.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/for-under-interval',
  severity: 'warning',
  summary: 'A `for` that is shorter than the interval at which the alert is evaluated.',
  why: `Prometheus looks at the alert once in each evaluation interval. A shorter \`for\` cannot be kept: the alert fires
at the second evaluation, later than its author believes, and a bound on detection that counts with the \`for\`
is not met.`,
  fix: `Evaluate the group more often (\`interval\`), or write a \`for\` of at least the interval.`,
  bad: {
    files: { ...STACK, 'alerts.yml': alertFile('up{job="api"} == 0').replace('for: 5m', 'for: 10s') },
    at: ['alerts.yml:6:14'],
  },
  good: { files: { ...STACK, 'alerts.yml': alertFile('up{job="api"} == 0').replace('for: 5m', 'for: 1m') } },
  check({ system, report }) {
    for (const usage of treesOf(system)) {
      const alert = alertOf(usage);
      const hold = alert?.forSeconds;
      if (alert === undefined || hold === undefined || hold <= 0) continue;
      const intervals = [
        ...(alert.group.interval === undefined ? [] : [alert.group.interval]),
        ...(alert.group.interval === undefined
          ? usage.servers.map(({ prometheus }) => prometheus.evaluationInterval)
          : []),
      ];
      const interval = Math.min(...intervals);
      if (intervals.length === 0 || hold >= interval) continue;
      const [server] = usage.servers;
      const global =
        server?.prometheus.config && child(server.prometheus.config, 'global', 'evaluation_interval');
      const place = alert.group.interval === undefined ? global : child(alert.group.node, 'interval');
      report({
        at: { node: child(alert.node, 'for') },
        message: `"for: ${formatSeconds(hold)}" cannot be kept: the alert "${alert.name}" is evaluated every ${formatSeconds(interval)}, so it fires after that at the earliest`,
        help: `write at least "for: ${formatSeconds(interval)}", or evaluate the group more often`,
        related:
          place?.value === undefined ? [] : [{ at: { node: place }, message: 'how often it is evaluated' }],
        followsFrom: usage.servers.flatMap(({ prometheus }) => intervalCauses(system, prometheus, alert)),
      });
    }
  },
});
