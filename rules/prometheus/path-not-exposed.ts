import { placeOf } from '../../src/coverage/chain.ts';
import { expressionsOnItsNothing } from '../../src/coverage/strangers.ts';
import { defineRule } from '../../src/lint/rule.ts';
import type { Place } from '../../src/repo/node.ts';
import { jmxAgents } from '../../src/stack/jmx.ts';

const COMPOSE = `services:
  redis-exporter:
    image: oliver006/redis_exporter:v1.70.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;
const PROMETHEUS = `scrape_configs:
  - job_name: redis
    static_configs:
      - targets: ["redis-exporter:9121"]
`;
const config = (series: string): string => `paths:
  - name: cache
    services: [redis-exporter]
    series: ['${series}']
`;

export const rule = defineRule({
  id: 'prometheus/path-not-exposed',
  severity: 'error',
  summary: 'A declared critical path whose series nothing exposes.',
  why: `The target is scraped and does not answer, or answers without the series that the path is about: alerts and
panels on them select nothing.`,
  fix: `Make the service expose the series on the scraped port: define the metric in its code, let the mapping of its
exporter or agent make it, or correct the name in \`monitoring-check.yml\`.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': PROMETHEUS,
      'monitoring-check.yml': config('cache_hits_total'),
    },
    at: ['monitoring-check.yml:4:14'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': PROMETHEUS,
      'monitoring-check.yml': config('redis_keyspace_hits_total'),
    },
  },
  check({ system, chains, report }) {
    for (const { path, links } of chains) {
      const { exposed } = links;
      const at = exposed.at ?? placeOf(path);
      if (path.declared === undefined || exposed.state !== 'gap' || exposed.required === 'off' || !at)
        continue;
      // Nothing of it is scraped: that is the other link's.
      if (path.members.length === 0) continue;
      const agents = path.members.flatMap(({ container }) => (container ? jmxAgents(container) : []));
      report({
        at,
        message: `the critical path "${path.declared.name}" exposes no series: ${exposed.gap}`,
        help: 'make the service expose them on the scraped port, or correct the path',
        severity: exposed.required,
        followsFrom: [
          // An alert that sees nothing says so where it stands.
          ...expressionsOnItsNothing(system, path),
          ...path.members.map(({ target }): Place => ({ node: target.node })),
          ...agents.flatMap(({ place, jarAt, configAt }) => [
            place,
            ...('via' in jarAt ? [jarAt.via] : []),
            ...('via' in configAt ? [configAt.via] : []),
          ]),
        ],
      });
    }
  },
});
