import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { matcherTakes } from '../../src/promql/matcher.ts';
import { type Node, within } from '../../src/repo/node.ts';
import type { Span } from '../../src/repo/text.ts';
import { type Dashboard, panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { promql } from '../../src/stack/expression.ts';
import { type Grafana, languageFor } from '../../src/stack/grafana.ts';
import { prometheusOf } from '../../src/stack/grafana-prometheus.ts';
import { jobLabels } from '../../src/stack/jobs.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import type { Stack, System } from '../../src/stack/system.ts';
import { counted, listed, nearest } from '../../src/words.ts';
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
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'prometheus.yml': `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
};

export const rule = defineRule({
  id: 'dashboards/dead-job',
  severity: 'warning',
  summary: 'A panel that selects a job which its Prometheus never scrapes.',
  why: `No series has that value of \`job\`, so the panel is empty for ever. Mostly the job was renamed in
\`prometheus.yml\`, and the dashboard was not.`,
  fix: 'Correct the name in the query, or add the scrape job.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up{job="api-server"}') }, STACK),
    at: ['dashboards/api.json:17:27'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up{job="api"}') }, STACK) },
  check({ system, report }) {
    for (const stack of system.stacks) {
      for (const grafana of stack.grafanas) {
        for (const dashboard of grafana.dashboards) {
          for (const [value, { first, count }] of deadJobs(system, stack, grafana, dashboard)) {
            const close = nearest(value, first.known);
            report({
              at: within(first.node, first.span),
              message: `${first.where} selects the job "${value}"${count > 1 ? `, as ${counted(count - 1, 'other query does', 'other queries do')}` : ''}, which ${first.prometheus.name} never scrapes`,
              help: close
                ? `did you mean "${close}"?`
                : `its jobs are ${listed([...first.known].slice(0, 8).map((name) => `"${name}"`))}`,
            });
          }
        }
      }
    }
  },
});

interface DeadSelector {
  readonly node: Node;
  readonly span: Span;
  readonly where: string;
  readonly prometheus: Prometheus;
  readonly known: ReadonlySet<string>;
}

/** Values of `job` that no series can have, each at its first place. */
function deadJobs(
  system: System,
  stack: Stack,
  grafana: Grafana,
  dashboard: Dashboard,
): Map<string, { first: DeadSelector; count: number }> {
  const found = new Map<string, { first: DeadSelector; count: number }>();
  for (const { query, panel } of queriesOf(dashboard)) {
    const { expression } = query;
    if (expression === undefined || query.isHidden) continue;
    if (languageFor(grafana, dashboard, query.datasource) !== 'promql') continue;
    const prometheus = prometheusOf(system, stack, grafana, dashboard, query.datasource);
    const known = prometheus && jobLabels(stack, prometheus);
    if (prometheus === undefined || known === undefined) continue;
    const { query: parsed, toWritten } = promql(expression);
    const dead = parsed.selectors
      .flatMap(({ matchers }) => matchers)
      .filter(
        ({ label, op, value }) =>
          label === 'job' && (op === '=' || op === '=~') && value !== '' && !isVariable(value),
      )
      .filter((matcher) => ![...known, ''].some((value) => matcherTakes(matcher, value)));
    for (const { value, valueSpan } of dead) {
      const earlier = found.get(value);
      found.set(value, {
        first: earlier?.first ?? {
          node: expression.node,
          span: toWritten(valueSpan),
          where: panel ? panelName(panel) : 'an annotation',
          prometheus,
          known,
        },
        count: (earlier?.count ?? 0) + 1,
      });
    }
  }
  return found;
}
