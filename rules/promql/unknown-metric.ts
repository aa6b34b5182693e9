import { isExposedByNobody } from '../../src/coverage/strangers.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { isVariable } from '../../src/promql/grafana.ts';
import { inferencesOf } from '../../src/stack/inference.ts';
import { isMadeByPrometheus } from '../../src/stack/metric-names.ts';
import { type Server, subjectOf, type TreeUsage, treesOf } from '../../src/stack/usages.ts';
import { counted } from '../../src/words.ts';
import { relabelCauses, unscrapedOwners } from '../shared/causes.ts';
import { alertFile, STACK } from '../shared/rule-examples.ts';

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
  why: `Nothing that this Prometheus scrapes exposes such a metric: all of it is known, or the name is of a family that
the repository names itself, in its code or in an exporter's mapping, and is not among it. The expression is valid and
returns nothing: an alert on it never fires.`,
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
        if (!usage.servers.every((one) => isExposedByNobody(system, one, name))) continue;
        const place = matchers.find(({ label }) => label === '__name__')?.valueSpan ?? span;
        const key = [usage.expression.node.doc.source.path, name, server.prometheus.name].join('\0');
        append(found, key, { usage, span: place, name, server });
      }
    }
    for (const [first, ...others] of found.values()) {
      if (first === undefined) continue;
      const { usage, span, name, server } = first;
      report({
        at: usage.at(span),
        message: `nothing that "${server.prometheus.name}" scrapes exposes "${name}", so ${subjectOf(usage)} sees nothing${others.length > 0 ? ` (${counted(others.length, 'other use')} of it in this file ${others.length === 1 ? 'does' : 'do'} neither)` : ''}`,
        related: others
          .slice(0, 3)
          .map((other) => ({ at: other.usage.at(other.span), message: 'used here too' })),
        followsFrom: [...unscrapedOwners(system, server, [name]), ...relabelCauses(server.prometheus)],
      });
    }
  },
});
