import { scrapingOf } from '../../src/coverage/scraping.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { isMadeByPrometheus } from '../../src/stack/metric-names.ts';
import type { System } from '../../src/stack/system.ts';
import { type Server, subjectOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { counted } from '../../src/words.ts';
import { alertFile, STACK } from '../rule-examples.ts';

const scraping = (image: string, port: number): Readonly<Record<string, string>> => ({
  ...STACK,
  'docker-compose.yml': (STACK['docker-compose.yml'] ?? '').replace(
    'image: example/api:1.0\n    expose: [8000]',
    `image: ${image}`,
  ),
  'prometheus.yml': (STACK['prometheus.yml'] ?? '').replace('api:8000', `api:${port}`),
});

export const rule = defineRule({
  id: 'promql/unknown-metric',
  severity: 'warning',
  peers: ['pint promql/series'],
  summary: 'A metric that nothing exposes which this Prometheus scrapes.',
  why: `Everything that this Prometheus scrapes is known, and nothing of it exposes such a metric. The expression is
valid and returns nothing: an alert on it never fires, a panel stays empty.`,
  fix: `Scrape what exposes it (the exporter is missing, or its job), or select the metric that is there.`,
  bad: {
    files: { ...scraping('prom/node-exporter:v1.9.1', 9100), 'alerts.yml': alertFile('redis_up == 0') },
    at: ['alerts.yml:5:15'],
  },
  good: {
    files: {
      ...scraping('oliver006/redis_exporter:v1.74.0', 9121),
      'alerts.yml': alertFile('redis_up == 0'),
    },
  },
  check({ system, report }) {
    const found = new Map<
      string,
      { usage: TreeUsage; span: { start: number; end: number }; name: string; server: Server }[]
    >();
    for (const usage of treesOf(system)) {
      // Panels that show nothing are the dashboards' matter.
      if (usage.servers.length === 0 || usage.by.kind === 'panel' || usage.by.kind === 'annotation') continue;
      const { recordings } = inferencesOf(system, usage);
      for (const { name, span, matchers } of usage.query.selectors) {
        if (
          name === undefined ||
          isVariable(name) ||
          isMadeByPrometheus(name) ||
          name.includes(':') ||
          recordings(name).length > 0
        )
          continue;
        const server = usage.servers[0] as Server;
        if (!usage.servers.every((one) => isUnknownTo(system, one, name))) continue;
        const place = matchers.find(({ label }) => label === '__name__')?.valueSpan ?? span;
        const key = [usage.expression.node.doc.source.path, name, server.prometheus.name].join('\0');
        found.set(key, [...(found.get(key) ?? []), { usage, span: place, name, server }]);
      }
    }
    for (const [first, ...others] of found.values()) {
      if (first === undefined) continue;
      const { usage, span, name, server } = first;
      report({
        at: usage.at(span),
        message: `nothing that "${server.prometheus.name}" scrapes exposes "${name}", so ${subjectOf(usage)} sees nothing${others.length > 0 ? ` (nor do ${counted(others.length, 'more use')} in this file)` : ''}`,
        related: others
          .slice(0, 3)
          .map((other) => ({ at: other.usage.at(other.span), message: 'used here too' })),
      });
    }
  },
});

const known = new WeakMap<Server['prometheus'], Map<string, boolean>>();

/** Whether a server scrapes only what is known, and nothing of that exposes a metric. */
function isUnknownTo(system: System, server: Server, name: string): boolean {
  let answers = known.get(server.prometheus);
  if (answers === undefined) {
    answers = new Map();
    known.set(server.prometheus, answers);
  }
  let answer = answers.get(name);
  if (answer === undefined) {
    const { isComplete, members, reach } = scrapingOf(system, server);
    answer =
      isComplete &&
      members.length > 0 &&
      members.every(
        (member) => member.container?.facts !== undefined && reach.exposes(name, member) === 'no',
      );
    answers.set(name, answer);
  }
  return answer;
}
