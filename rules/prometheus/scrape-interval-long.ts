import { defineRule } from '../../src/lint/rule.ts';
import { durationSeconds, formatSeconds } from '../../src/promql/duration.ts';
import { child, exists } from '../../src/repo/node.ts';
import { flagValues } from '../../src/stack/container.ts';
import { type Placed, prometheusesOf } from '../../src/stack/system.ts';

const prometheus = (interval: string): string => `scrape_configs:
  - job_name: backup
    scrape_interval: ${interval}
    static_configs:
      - targets: ["backup-exporter:9100"]
`;

export const rule = defineRule({
  id: 'prometheus/scrape-interval-long',
  severity: 'warning',
  peers: ['promtool too-long-scrape-interval'],
  summary: 'A scrape interval with gaps between the samples, in which the series do not exist.',
  why: `A query looks back five minutes for the last sample of a series. With a longer interval the series vanishes
between two scrapes, and with more than half of it after one scrape that fails: panels show gaps, \`absent\`
fires, and the \`for\` of an alert starts again each time.`,
  fix: `Scrape at least every two minutes; what is measured less often keeps its value in between. Where the interval
must be longer, raise \`--query.lookback-delta\`, or query with \`last_over_time\`.`,
  bad: { files: { 'prometheus.yml': prometheus('10m') }, at: ['prometheus.yml:3:22'] },
  good: { files: { 'prometheus.yml': prometheus('2m') } },
  check({ system, report }) {
    for (const { prometheus } of prometheusesOf(system)) {
      const { config, jobs } = prometheus;
      // VictoriaMetrics finds the interval out from the samples.
      if (config === undefined || prometheus.kind === 'vmagent') continue;
      const lookback = lookbackOf(prometheus);
      const seen = new Set<string>();
      for (const { node, name, interval } of jobs) {
        const own = child(node, 'scrape_interval');
        const at = exists(own) ? own : child(config, 'global', 'scrape_interval');
        if (lookback === undefined || interval * 2 <= lookback || !exists(at)) continue;
        if (seen.has(at.path.join('\0'))) continue;
        seen.add(at.path.join('\0'));
        report({
          at: { node: at },
          message:
            interval > lookback
              ? `the series of "${name}" are scraped every ${formatSeconds(interval)} and vanish ${formatSeconds(lookback)} after each scrape`
              : `the series of "${name}" are scraped every ${formatSeconds(interval)} and vanish when one scrape fails: a query looks back ${formatSeconds(lookback)}`,
          help: `scrape at least every ${formatSeconds(Math.min(120, lookback / 2))}`,
        });
      }
    }
  },
});

/** How far back a query looks for a sample, in seconds (Prometheus documentation, "Staleness"). */
function lookbackOf({ container }: Placed['prometheus']): number | undefined {
  const flag = container && flagValues(container.args, 'query.lookback-delta').at(-1)?.text;
  return flag === undefined ? 300 : durationSeconds(flag);
}
