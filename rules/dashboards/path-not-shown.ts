import { type Chain, placeOf } from '../../src/coverage/chain.ts';
import type { CriticalPath } from '../../src/coverage/paths.ts';
import { seriesOf } from '../../src/coverage/strangers.ts';
import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { keyOf, type Place, wholeOf } from '../../src/repo/node.ts';
import { basename } from '../../src/repo/path.ts';
import type { System } from '../../src/stack/system.ts';
import { listed } from '../../src/words.ts';
import { hiddenByDoubles, unreadFiles } from '../shared/causes.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const STACK = {
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    expose: [8000]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - ./alerts.yml:/etc/prometheus/alerts.yml:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'prometheus.yml': `rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
`,
  'monitoring-check.yml': `paths:
  - name: api
    services: [api]
    dashboard: api
`,
};

export const rule = defineRule({
  id: 'dashboards/path-not-shown',
  severity: 'error',
  summary: 'A critical path that is not on the dashboard that it should be on.',
  why: `The configuration says that this path is to be seen on a dashboard. During an incident somebody opens that one,
sees nothing wrong, and looks elsewhere.`,
  fix: 'Add a panel that selects the series of the path, or name the dashboard that shows it.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up{job="worker"}') }, STACK),
    at: ['monitoring-check.yml:4:16'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up{job="api"}') }, STACK) },
  check({ system, chains, report }) {
    for (const [first, ...others] of byDashboard(chains)) {
      const at = first && (first.links.seen.at ?? placeOf(first.path));
      if (first === undefined || at === undefined) continue;
      const { path, links } = first;
      const names = [first, ...others].map((chain) => `"${chain.path.name}"`);
      report({
        at,
        message: `nobody sees ${listed(names, 'or')} on a dashboard: ${links.seen.gap}`,
        help: `add a panel that selects ${others.length === 0 ? 'its' : 'their'} series, such as ${path.series[0]?.text ?? `up{job="${path.members[0]?.job.name ?? path.name}"}`}`,
        related: others.flatMap((chain) => {
          const place = chain.links.seen.at ?? placeOf(chain.path);
          return place ? [{ at: place, message: `"${chain.path.name}" asks for it too` }] : [];
        }),
        followsFrom: [
          ...dashboardFaults(system, path),
          ...path.missing.map(({ node }): Place => ({ node })),
          ...seriesOf(path),
          ...path.stack.grafanas.flatMap(({ providers }) =>
            providers.flatMap(({ pathNode, found }): Place[] =>
              found.length === 0 ? [{ node: pathNode }, keyOf(pathNode)] : [],
            ),
          ),
        ],
      });
    }
  },
});

/** The paths that nobody sees; those that ask for the same dashboard, which is not there, are one finding. */
function byDashboard(chains: readonly Chain[]): Chain[][] {
  const groups = new Map<unknown, Chain[]>();
  for (const chain of chains) {
    const { seen } = chain.links;
    const wanted = chain.path.declared?.dashboard?.text;
    if (seen.state !== 'gap' || seen.required === 'off') continue;
    append(groups, wanted === undefined || isProvisioned(wanted, chain.path) ? chain : wanted, chain);
  }
  return [...groups.values()];
}

const isProvisioned = (wanted: string, { stack }: CriticalPath): boolean =>
  stack.grafanas.some(({ dashboards }) =>
    dashboards.some(({ uid, file }) => uid === wanted || file.path === wanted),
  );

/** What is wrong with the files that Grafana loads and that may be the dashboard that a path asks for. */
function dashboardFaults(system: System, path: CriticalPath): Cause[] {
  const { stack, declared } = path;
  const wanted = declared?.dashboard?.text;
  return stack.grafanas.flatMap(({ loaded }) =>
    loaded.flatMap(({ file }): Cause[] => {
      const source = system.files.document(file.path)?.source;
      const isMeant =
        source !== undefined &&
        (wanted === undefined ||
          file.path === wanted ||
          `${basename(file.path)}${source.text}`.includes(wanted));
      return isMeant
        ? [
            { place: wholeOf(source), by: 'dashboards/invalid' },
            ...unreadFiles(system, [file.path]),
            ...hiddenByDoubles(system, [file.path], wanted ?? path.name),
          ]
        : [];
    }),
  );
}
