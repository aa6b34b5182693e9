import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { matcherMatches } from '../../src/promql/labels.ts';
import { parseLogPanelQuery, parseLogQuery, type StreamSelector } from '../../src/promql/logql.ts';
import type { Matcher } from '../../src/promql/tree.ts';
import { child, exists, keyOf, type Node, type Place, within } from '../../src/repo/node.ts';
import type { Span } from '../../src/repo/text.ts';
import type { Container } from '../../src/stack/container.ts';
import { panelName, queriesOf } from '../../src/stack/dashboard.ts';
import { datasourceOf, languageFor } from '../../src/stack/grafana.ts';
import { containerOf } from '../../src/stack/grafana-prometheus.ts';
import { arrivingAt, takesStream } from '../../src/stack/logs.ts';
import type { LogStream } from '../../src/stack/promtail.ts';
import type { System } from '../../src/stack/system.ts';
import { counted, listed, nearest } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const LOKI = '{ "type": "loki", "uid": "loki" }';
const STACK = {
  'docker-compose.yml': `services:
  loki:
    image: grafana/loki:3.4.2
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
      - /var/log:/var/log:ro
  grafana:
    image: grafana/grafana:12.0.2
    volumes:
      - ./provisioning:/etc/grafana/provisioning:ro
      - ./dashboards:/var/lib/grafana/dashboards:ro
`,
  'provisioning/datasources/loki.yml': `apiVersion: 1
datasources:
  - name: Loki
    uid: loki
    type: loki
    url: http://loki:3100
`,
  'promtail.yml': `positions:
  filename: /tmp/positions.yaml
clients:
  - url: http://loki:3100/loki/api/v1/push
scrape_configs:
  - job_name: api
    static_configs:
      - targets: [localhost]
        labels:
          service: api
          __path__: /var/log/api.log
`,
};

export const rule = defineRule({
  id: 'loki/label-never-set',
  severity: 'warning',
  summary: 'A LogQL query that selects streams which nothing sends.',
  why: `Promtail's configuration says which labels a line can have. A selector on a label, or on a value, that none of them
gives finds nothing: the panel stays empty, and an alert on it never fires.`,
  fix: `Select by labels that Promtail sets: under \`labels\` of its targets, by relabelling, or by the stages \`labels\` and
\`static_labels\`. What is only in the line is filtered after it: \`| json | level="error"\`.`,
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('{service="api-server"} |= "ERROR"', LOKI) }, STACK),
    at: ['dashboards/api.json:17:29'],
  },
  good: {
    files: withDashboards({ 'api.json': dashboardWith('{service="api"} |= "ERROR"', LOKI) }, STACK),
  },
  check({ system, report }) {
    const found = new Map<string, Missing[]>();
    for (const { node, toWritten, where, loki, selectors } of queries(system)) {
      const { streams, isComplete } = arrivingAt(system, loki);
      if (!isComplete || streams.length === 0) continue;
      for (const selector of selectors) {
        if (streams.some((stream) => takesStream(selector, stream) !== 'no')) continue;
        const fault = faultOf(selector, streams);
        const missing = { at: within(node, toWritten(fault.span)), where, fault, streams };
        found.set(fault.what, [...(found.get(fault.what) ?? []), missing]);
        break;
      }
    }
    // What several queries ask for in vain has one cause.
    for (const [first, ...others] of found.values()) {
      if (first === undefined) continue;
      const { at, where, fault, streams } = first;
      const more = others.length === 0 ? '' : ` and ${counted(others.length, 'more query', 'more queries')}`;
      report({
        at,
        message: `${where}${more} ${others.length === 0 ? 'finds' : 'find'} nothing: ${fault.what}`,
        help: fault.help,
        related: [
          ...others.slice(0, 4).map((other) => ({ at: other.at, message: `${other.where} asks for it too` })),
          ...placesOf(streams, fault.label),
        ],
      });
    }
  },
});

interface Missing {
  readonly at: Place;
  readonly where: string;
  readonly fault: Fault;
  readonly streams: readonly LogStream[];
}

interface LokiQuery {
  readonly node: Node;
  readonly where: string;
  readonly loki: Container;
  readonly selectors: readonly StreamSelector[];
  toWritten(span: Span): Span;
}

/** Every LogQL query whose Loki is known: those of dashboards, and those of the ruler. */
function queries(system: System): LokiQuery[] {
  const found: LokiQuery[] = [];
  for (const stack of system.stacks) {
    for (const grafana of stack.grafanas) {
      for (const dashboard of grafana.dashboards) {
        for (const { query, panel } of queriesOf(dashboard)) {
          const { expression, datasource } = query;
          if (expression === undefined || query.isHidden) continue;
          if (languageFor(grafana, dashboard, datasource) !== 'logql') continue;
          const loki = containerOf(system, stack, grafana, datasourceOf(grafana, dashboard, datasource));
          if (loki === undefined) continue;
          const { parsed, toWritten } = parseLogPanelQuery(expression.text);
          const where = panel ? `${panelName(panel)} of "${dashboard.title}"` : 'an annotation';
          found.push({ node: expression.node, where, loki, selectors: parsed.selectors, toWritten });
        }
      }
    }
  }
  const lokis = system.stacks.flatMap(({ containers }) =>
    containers.filter(({ facts }) => facts?.role === 'loki'),
  );
  for (const group of system.ruleGroups) {
    const loki = lokis.find((container) =>
      container.below('/').found.some(({ path }) => path === group.file.path),
    );
    if (group.language !== 'logql' || loki === undefined) continue;
    for (const { expr, name } of group.rules) {
      if (expr === undefined) continue;
      const { selectors } = parseLogQuery(expr.text);
      found.push({
        node: expr.node,
        where: `the rule "${name}"`,
        loki,
        selectors,
        toWritten: (span) => span,
      });
    }
  }
  return found;
}

interface Fault {
  readonly span: Span;
  readonly what: string;
  readonly help: string;
  readonly label: string | undefined;
}

/** What is wrong with a selector: a label that no stream has, a value that none gives, or labels that no stream has together. */
function faultOf({ matchers, span }: StreamSelector, streams: readonly LogStream[]): Fault {
  const alone = matchers.find((matcher) =>
    streams.every(({ labels }) => matcherMatches(matcher, labels) === 'no'),
  );
  if (alone === undefined)
    return {
      span,
      what: `no stream has ${listed(matchers.map(({ label, op, value }) => `${label}${op}"${shown(value)}"`))} together`,
      help: 'select by labels that one stream has',
      label: undefined,
    };
  const names = new Set(streams.flatMap(({ labels }) => [...labels.values.keys()]));
  if (!names.has(alone.label)) {
    const close = nearest(alone.label, names);
    return {
      span: { start: alone.span.start, end: alone.span.start + alone.label.length },
      what: `nothing sets the label "${alone.label}"`,
      help: close
        ? `did you mean "${close}"?`
        : `the labels are ${listed([...names].map((name) => `"${name}"`))}`,
      label: undefined,
    };
  }
  const values = valuesOf(alone, streams);
  const close = nearest(alone.value, values);
  return {
    span: alone.valueSpan,
    what: `nothing sets "${alone.label}" to ${alone.op === '=' ? '' : 'what matches '}"${shown(alone.value)}"`,
    help: close
      ? `did you mean "${close}"?`
      : `it is ${listed(
          values.map((value) => `"${value}"`),
          'or',
        )}`,
    label: alone.label,
  };
}

const shown = (value: string): string => (isVariable(value) ? '…' : value);

const valuesOf = ({ label }: Matcher, streams: readonly LogStream[]): string[] => [
  ...new Set(streams.flatMap(({ labels }) => labels.values.get(label) ?? [])),
];

/** Where the label is set, or else where the streams come from. */
function placesOf(
  streams: readonly LogStream[],
  label: string | undefined,
): { at: Place; message: string }[] {
  const setting = streams.filter(({ labels }) => label !== undefined && labels.values.has(label));
  return (setting.length > 0 ? setting : streams).slice(0, 3).map(({ node, job, labels }) => {
    const value = label === undefined ? undefined : labels.values.get(label);
    const written = child(node, 'labels', label ?? '');
    return {
      at: keyOf(exists(written) ? written : child(node, 'labels')),
      message: value === undefined ? `the job "${job}" sends logs` : `the job "${job}" sets it to "${value}"`,
    };
  });
}
