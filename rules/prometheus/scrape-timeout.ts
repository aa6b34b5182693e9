import { defineRule } from '../../src/lint/rule.ts';
import { formatSeconds, secondsAt } from '../../src/promql/duration.ts';
import { child, exists } from '../../src/repo/node.ts';
import { prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (timeout: string): string => `global:
  scrape_interval: 15s
scrape_configs:
  - job_name: api
    scrape_timeout: ${timeout}
    static_configs:
      - targets: ["api:8000"]
`;

export const rule = defineRule({
  id: 'prometheus/scrape-timeout',
  severity: 'error',
  summary: 'A scrape timeout that is longer than the interval.',
  why: `Prometheus refuses a configuration in which a scrape may take longer than the time to the next one, and does
not start; on a reload it goes on with the old configuration.`,
  fix: 'Set `scrape_timeout` to at most the `scrape_interval` of the same job, or raise the interval.',
  bad: { files: { 'prometheus.yml': prometheus('30s') }, at: ['prometheus.yml:5:21'] },
  good: { files: { 'prometheus.yml': prometheus('10s') } },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      const { config, jobs } = prometheus;
      // vmagent shortens such a timeout by itself.
      if (config === undefined || prometheus.kind === 'vmagent') continue;
      const places = [
        {
          entry: child(config, 'global'),
          interval: prometheus.scrapeInterval,
          of: 'the global scrape_interval',
        },
        ...jobs.map(({ node, interval }) => ({
          entry: node,
          interval,
          of: exists(child(node, 'scrape_interval'))
            ? "the job's scrape_interval"
            : 'the global scrape_interval',
        })),
      ];
      for (const { entry, interval, of } of places) {
        const node = child(entry, 'scrape_timeout');
        const timeout = secondsAt(node);
        if (timeout === undefined || timeout <= interval) continue;
        report({
          at: { node },
          message: `a scrape_timeout of ${formatSeconds(timeout)} is longer than ${of} of ${formatSeconds(interval)}: Prometheus refuses the whole configuration`,
          help: `write at most ${formatSeconds(interval)}`,
        });
      }
    }
  },
});
