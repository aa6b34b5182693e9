import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
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
import { deadJobCauses } from '../shared/causes.ts';
import { deadAlerts } from '../shared/dead-jobs.ts';
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
    const asked = deadAlerts(system);
    for (const [first, ...others] of deadSelectors(system).values()) {
      if (first === undefined) continue;
      const { prometheus, stack, value, known } = first;
      const close = nearest(value, known);
      const more =
        others.length === 0 ? '' : `, as ${counted(others.length, 'other query does', 'other queries do')}`;
      report({
        at: within(first.node, first.span),
        message: `${first.where} selects the job "${value}"${more}, which ${prometheus.name} never scrapes`,
        help: close
          ? `did you mean "${close}"?`
          : `its jobs are ${listed([...known].slice(0, 8).map((name) => `"${name}"`))}`,
        related: firstOfEach(others, first)
          .slice(0, 4)
          .map((other) => ({ at: within(other.node, other.span), message: other.where })),
        followsFrom: [
          ...asked
            .filter(({ matcher }) => matcher.value === value)
            .map(({ usage, matcher }) => ({ place: usage.at(matcher.span), by: 'alerts/dead-job' })),
          ...deadJobCauses(
            system,
            { stack, prometheus },
            value,
            [first, ...others].flatMap(({ name }) => name ?? []),
          ),
        ],
      });
    }
  },
});

/** Those of other dashboards than the first, one for each. */
function firstOfEach(others: readonly DeadSelector[], first: DeadSelector): DeadSelector[] {
  const byPath = new Map(others.toReversed().map((one) => [one.node.doc.source.path, one]));
  byPath.delete(first.node.doc.source.path);
  return [...byPath.values()].reverse();
}

interface DeadSelector {
  readonly node: Node;
  readonly span: Span;
  readonly where: string;
  readonly stack: Stack;
  readonly prometheus: Prometheus;
  /** The metric that is selected; undefined where any is. */
  readonly name: string | undefined;
  readonly value: string;
  readonly known: ReadonlySet<string>;
}

/** The selectors that ask for a job that no series has, by the Prometheus and the job: one name is mended. */
function deadSelectors(system: System): Map<string, DeadSelector[]> {
  const found = new Map<string, DeadSelector[]>();
  const seen = new Set<string>();
  // Stacks that share a dashboard ask it the same.
  for (const stack of system.stacks)
    for (const grafana of stack.grafanas)
      for (const dashboard of grafana.dashboards)
        for (const dead of deadIn(system, stack, grafana, dashboard)) {
          const { node, span, prometheus, value } = dead;
          const place = [node.doc.source.path, ...node.path, span.start].join('\0');
          if (seen.has(place)) continue;
          seen.add(place);
          append(found, `${prometheus.name}\0${value}`, dead);
        }
  return found;
}

function deadIn(system: System, stack: Stack, grafana: Grafana, dashboard: Dashboard): DeadSelector[] {
  return queriesOf(dashboard).flatMap(({ query, panel }) => {
    const { expression } = query;
    if (expression === undefined || query.isHidden) return [];
    if (languageFor(grafana, dashboard, query.datasource) !== 'promql') return [];
    const prometheus = prometheusOf(system, stack, grafana, dashboard, query.datasource);
    const known = prometheus && jobLabels(stack, prometheus);
    if (prometheus === undefined || known === undefined) return [];
    const { query: parsed, toWritten } = promql(expression);
    return parsed.selectors.flatMap(({ name, matchers }) =>
      matchers
        .filter(
          ({ label, op, value }) =>
            label === 'job' && (op === '=' || op === '=~') && value !== '' && !isVariable(value),
        )
        .filter((matcher) => ![...known, ''].some((value) => matcherTakes(matcher, value)))
        .map(({ value, valueSpan }) => ({
          node: expression.node,
          span: toWritten(valueSpan),
          where: panel ? panelName(panel) : 'an annotation',
          stack,
          prometheus,
          name,
          value,
          known,
        })),
    );
  });
}
