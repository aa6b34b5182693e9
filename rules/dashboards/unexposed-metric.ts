import { type Member, membersOf } from '../../src/coverage/paths.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { onceEach } from '../../src/once.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import type { Tri } from '../../src/promql/tri.ts';
import { some } from '../../src/promql/tri.ts';
import { within } from '../../src/repo/node.ts';
import { panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { promql } from '../../src/stack/expression.ts';
import { languageFor } from '../../src/stack/grafana.ts';
import { prometheusOf } from '../../src/stack/grafana-prometheus.ts';
import { jobLabels } from '../../src/stack/jobs.ts';
import { exposes, SYNTHETIC } from '../../src/stack/metrics.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import type { Stack, System } from '../../src/stack/system.ts';
import { relabelCauses, unscrapedOwners } from '../shared/causes.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const STACK = {
  'docker-compose.yml': `services:
  node-exporter:
    image: prom/node-exporter:v1.9.1
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'prometheus.yml': `scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
`,
};

export const rule = defineRule({
  id: 'dashboards/unexposed-metric',
  severity: 'warning',
  summary: 'A panel on a metric that nothing exposes which its Prometheus scrapes.',
  why: `The panel is empty for ever. Where it was copied with its dashboard, it needs an exporter that this system does not
have; where the metric was renamed, it shows nothing since then.`,
  fix: 'Scrape what exposes the metric, correct its name, or delete the panel.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('redis_connected_clients') }, STACK),
    at: ['dashboards/api.json:17:20'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('node_load1') }, STACK) },
  check({ system, report }) {
    const exposure = new Map<Prometheus, (metric: string) => { answer: Tri; isSure: boolean }>();
    for (const stack of system.stacks) {
      for (const grafana of stack.grafanas) {
        for (const dashboard of grafana.dashboards) {
          const said = new Set<string>();
          for (const { query, panel } of queriesOf(dashboard)) {
            const { expression } = query;
            if (expression === undefined || panel === undefined || query.isHidden) continue;
            if (languageFor(grafana, dashboard, query.datasource) !== 'promql') continue;
            const prometheus = prometheusOf(system, stack, grafana, dashboard, query.datasource);
            if (prometheus === undefined) continue;
            const ask = exposure.get(prometheus) ?? exposureOf(system, stack, prometheus);
            exposure.set(prometheus, ask);
            const { query: parsed, toWritten } = promql(expression);
            for (const { name, matchers, hasOuterName, span } of parsed.selectors) {
              if (name === undefined || isVariable(name) || said.has(name)) continue;
              const { answer, isSure } = ask(name);
              if (answer !== 'no') continue;
              said.add(name);
              const matcher = matchers.find(({ label }) => label === '__name__');
              const place = hasOuterName
                ? { start: span.start, end: span.start + name.length }
                : matcher?.span;
              report({
                at: within(expression.node, toWritten(place ?? span)),
                message: `${panelName(panel)} of "${dashboard.title}" shows "${name}", which nothing exposes that ${prometheus.name} scrapes`,
                help: 'scrape what exposes it, correct its name, or delete the panel',
                confidence: isSure ? 'high' : 'medium',
                followsFrom: [
                  ...unscrapedOwners(system, { stack, prometheus }, [name]),
                  ...relabelCauses(prometheus),
                ],
              });
            }
          }
        }
      }
    }
  },
});

/** Whether anything that a Prometheus gets exposes a metric; `maybe` where series come that no file here tells of. */
function exposureOf(
  system: System,
  stack: Stack,
  prometheus: Prometheus,
): (metric: string) => { answer: Tri; isSure: boolean } {
  const members = membersOf(stack, prometheus);
  const recorded = new Set(prometheus.groups.flatMap(({ rules }) => rules).map(({ name }) => name));
  const isOpen =
    jobLabels(stack, prometheus) === undefined ||
    members.length === 0 ||
    prometheus.jobs.some((job) => job.isOpen) ||
    prometheus.ruleFiles.some(({ found, isComplete }) => found.length === 0 && !isComplete) ||
    members.some(({ container }) => container === undefined);
  const isSure = members.every((member) => isKnownInFull(member));
  return onceEach((metric) => {
    if (isOpen || recorded.has(metric) || SYNTHETIC.has(metric) || metric.startsWith('ALERTS'))
      return { answer: 'maybe', isSure };
    return { answer: some(members.map((member) => exposedBy(system, member, metric))), isSure };
  });
}

/** Whether an image's own metrics are all that a container exposes: an exporter's, or monitoring's own. */
const isKnownInFull = ({ container }: Member): boolean =>
  container?.facts?.metrics !== undefined &&
  container.service.build === undefined &&
  (container.facts.metricsAreAll === true || !['app', 'exporter'].includes(container.facts.role));

function exposedBy(system: System, member: Member, metric: string): Tri {
  if (member.container === undefined) return 'maybe';
  const sources = system.sourcesOf(member.container);
  if (sources.length === 0) return 'maybe';
  const shown = sources.map((source) => exposes(source, metric));
  if (shown.includes('yes')) return 'yes';
  if (isKnownInFull(member) || shown.every((answer) => answer === 'no')) return 'no';
  // The code may define more than was found in it: what it lacks is only likely not to be there.
  return sources.every(({ what }) => what.includes('in the code')) ? 'no' : 'maybe';
}
