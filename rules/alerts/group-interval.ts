import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds } from '../../src/promql/duration.ts';
import { child } from '../../src/repo/node.ts';
import { promqlGroups, serversOf } from '../../src/stack/usages.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

export const rule = defineRule({
  id: 'alerts/group-interval',
  severity: 'warning',
  summary: 'A group of rules that is evaluated more often than anything is scraped.',
  why: `Between two scrapes nothing changes: the extra evaluations compute the same result from the same samples, and
an alert is not found earlier. Whoever shortened the interval to be told sooner is not.`,
  fix: `Shorten the scrape interval of what the rules look at, or give the group the interval of its scrapes.`,
  bad: {
    files: {
      ...STACK,
      'alerts.yml': alertFile('up{job="api"} == 0').replace(
        'name: example\n',
        'name: example\n    interval: 5s\n',
      ),
    },
    at: ['alerts.yml:3:15'],
  },
  good: {
    files: {
      ...STACK,
      'alerts.yml': alertFile('up{job="api"} == 0').replace(
        'name: example\n',
        'name: example\n    interval: 30s\n',
      ),
    },
  },
  check({ system, report }) {
    for (const group of promqlGroups(system)) {
      const { interval } = group;
      const servers = serversOf(system, group);
      if (interval === undefined || interval <= 0 || servers.length === 0) continue;
      const jobs = servers.flatMap(({ prometheus }) => prometheus.jobs);
      if (jobs.length === 0 || servers.some(({ prometheus }) => prometheus.receivesSeries)) continue;
      const fastest = jobs.reduce((least, job) => (job.interval < least.interval ? job : least));
      if (interval >= fastest.interval) continue;
      report({
        at: { node: child(group.node, 'interval') },
        message: `the group "${group.name}" is evaluated every ${formatSeconds(interval)}, but nothing is scraped more often than every ${formatSeconds(fastest.interval)}`,
        help: `write "interval: ${formatSeconds(fastest.interval)}", or scrape more often`,
        related: [
          {
            at: { node: child(fastest.node, 'job_name') },
            message: `every ${formatSeconds(fastest.interval)}`,
          },
        ],
      });
    }
  },
});
