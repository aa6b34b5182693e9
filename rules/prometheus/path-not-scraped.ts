import { placeOf } from '../../src/coverage/chain.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, type Place } from '../../src/repo/node.ts';
import { prometheusesOf, resolveHost, type System } from '../../src/stack/system.ts';
import {
  composeFiles,
  configCauses,
  hiddenByDoubles,
  relabelCauses,
  unreadFiles,
  unreadPaths,
} from '../shared/causes.ts';

const COMPOSE = `services:
  api:
    image: example/api:1.0
    expose: [8000]
  worker:
    image: example/worker:1.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;
const prometheus = (more: string): string => `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
${more}`;
const CONFIG = `paths:
  - name: orders
    services: [api, worker]
`;

export const rule = defineRule({
  id: 'prometheus/path-not-scraped',
  severity: 'error',
  summary: 'A declared critical path of which something is not scraped.',
  why: `What is not scraped has no series: no alert can watch that part of the path and no panel shows it, however
many rules are written for it.`,
  fix: `Add a scrape job that reaches the service, let relabelling keep its series, or correct the path in
\`monitoring-check.yml\`.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': prometheus(''),
      'monitoring-check.yml': CONFIG,
    },
    at: ['monitoring-check.yml:3:21'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': prometheus(`  - job_name: worker
    static_configs:
      - targets: ["worker:8001"]
`),
      'monitoring-check.yml': CONFIG,
    },
  },
  check({ system, chains, report }) {
    for (const { path, links } of chains) {
      const { declared, prometheus, stack } = path;
      const { scraped } = links;
      const at = scraped.at ?? placeOf(path);
      if (declared === undefined || scraped.state !== 'gap' || scraped.required === 'off' || at === undefined)
        continue;
      const { config } = prometheus;
      report({
        at,
        message: `the critical path "${declared.name}" is not scraped: ${scraped.gap}`,
        help: `add a scrape job for it${config ? ` in ${config.doc.source.path}` : ''}, or correct the path`,
        related: config
          ? [
              {
                at: keyOf(child(config, 'scrape_configs')),
                message: `the jobs of "${prometheus.name}" are here`,
              },
            ]
          : [],
        severity: scraped.required,
        followsFrom: [
          // A target that is misspelt, a step that drops, a service that nothing scrapes: each has its own rule.
          ...prometheus.jobs.flatMap(({ targets }) =>
            targets
              .filter(
                ({ address }) =>
                  address !== undefined &&
                  resolveHost(stack, address.host, prometheus.container).kind === 'nothing',
              )
              .map(({ node }): Place => ({ node })),
          ),
          ...prometheus.jobs.flatMap(({ metricRelabels }) =>
            metricRelabels.map(({ node }): Place => ({ node: child(node, 'regex') })),
          ),
          ...stack.containers
            .filter(({ service }) => path.missing.some(({ name }) => name === service.name))
            .map(({ service }) => keyOf(service.node)),
          // A configuration that no Prometheus reads is looked at by itself, without the services around it.
          ...(prometheus.container === undefined
            ? prometheusesOf(system).map(({ prometheus: other }) => other.container)
            : [prometheus.container]
          ).flatMap((container) => configCauses(system, container, 'prometheus')),
          ...(prometheus.container === undefined ? unreadFiles(system, unreadComposeFiles(system)) : []),
          ...relabelCauses(prometheus),
          ...hiddenByDoubles(
            system,
            [...composeFiles(stack), ...(config ? [config.doc.source.path] : [])],
            ...path.missing.map(({ name }) => name),
          ),
        ],
      });
    }
  },
});

/** Compose files that do not parse, or cannot be read: the services may be theirs. */
const unreadComposeFiles = (system: System): string[] =>
  unreadPaths(system).filter((path) => /compose[^/]*\.ya?ml$/i.test(path));
