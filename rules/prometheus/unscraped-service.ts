import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { child, keyOf, type Place } from '../../src/repo/node.ts';
import type { Container } from '../../src/stack/container.ts';
import { jmxAgents } from '../../src/stack/jmx.ts';
import { containersAt, resolveHost, type Stack } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const COMPOSE = `services:
  redis:
    image: redis:7.4
  redis-exporter:
    image: oliver006/redis_exporter:v1.70.0
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;
const prometheus = (more: string): string => `scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
${more}`;

export const rule = defineRule({
  id: 'prometheus/unscraped-service',
  severity: 'warning',
  summary: 'A service that serves metrics and that no job scrapes.',
  why: `Somebody runs an exporter, switches on an agent or instruments the code, and no Prometheus asks for the
result: there is no series, so no panel shows it and no alert can watch it.`,
  fix: 'Add a job with the name and the port of the service, or remove the exporter when nobody needs it.',
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': prometheus('') },
    at: ['docker-compose.yml:4:3'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'prometheus.yml': prometheus(`  - job_name: redis
    static_configs:
      - targets: ["redis-exporter:9121"]
`),
    },
  },
  check({ system, report }) {
    const stacks = system.stacks.filter(({ prometheuses }) => prometheuses.length > 0);
    const scraped = new Set(stacks.flatMap(scrapedServices));
    for (const stack of stacks) {
      if (!isWhollyKnown(stack)) continue;
      const [{ config }] = stack.prometheuses as [Stack['prometheuses'][number]];
      const unscraped = new Map<string, [Container, Evidence][]>();
      for (const container of stack.containers) {
        if (stack.project?.services.get(container.service.name) !== container.service) continue;
        // A file that several stacks share is scraped when one of them scrapes it.
        if (scraped.has(container.service.node.doc.source.path + container.service.name)) continue;
        const evidence = evidenceOf(container);
        if (evidence !== undefined) append(unscraped, programOf(container, evidence), [container, evidence]);
      }
      for (const [first, ...others] of unscraped.values()) {
        if (first === undefined) continue;
        const [container, evidence] = first;
        const names = [first, ...others].map(([{ service }]) => `"${service.name}"`);
        const port = evidence.port === undefined ? '' : ` on ${evidence.port}`;
        report({
          at: keyOf(container.service.node),
          message: `${shortList(names)} ${others.length === 0 ? 'serves' : 'serve'} metrics${port} (${evidence.what}), and no job scrapes ${others.length === 0 ? 'it' : 'them'}`,
          help: `add a job with the target "${container.service.name}:${evidence.port ?? 'PORT'}"`,
          related: [
            ...(evidence.place ? [{ at: evidence.place, message: 'the metrics are served from here' }] : []),
            ...others
              .slice(0, 4)
              .map(([{ service }]) => ({ at: keyOf(service.node), message: 'nor this one' })),
            ...(config
              ? [{ at: keyOf({ ...config, path: ['scrape_configs'] }), message: 'the jobs are here' }]
              : []),
          ],
          // An agent that no JVM reads serves nothing; a job without targets has lost those that it had.
          followsFrom: [...jmxAgents(container).map(({ place }) => place), ...emptyJobs(stack)],
        });
      }
    }
  },
});

/** What runs in a container: services that run the same are missed by the same job. */
const programOf = ({ service, image }: Container, { what, port }: Evidence): string => {
  const { build } = service;
  const from =
    build === undefined ? image : build.context && `${build.context} ${build.dockerfile} ${build.target}`;
  return [from ?? service.name, what, port].join('\0');
};

const emptyJobs = (stack: Stack): Place[] =>
  stack.prometheuses.flatMap(({ jobs }) =>
    jobs.flatMap(({ node, targets, isOpen }) =>
      targets.length === 0 && !isOpen ? [{ node: child(node, 'job_name') }] : [],
    ),
  );

const scrapedServices = (stack: Stack): string[] =>
  stack.prometheuses.flatMap(({ jobs, container }) =>
    jobs.flatMap(({ targets }) =>
      targets.flatMap(({ address, text }) =>
        // Probes reach what they name, and a target that is misspelt is told by its own rule.
        [...containersAt(stack, address, container), ...named(stack, text)].map(
          ({ service }) => service.node.doc.source.path + service.name,
        ),
      ),
    ),
  );

const named = (stack: Stack, text: string): Container[] =>
  stack.containers.filter(({ service }) => service.hosts.some((host) => text.split(/[/:]/).includes(host)));

/** Whether everything that scrapes is known: no discovery, no collector with targets of its own, no name that leads nowhere. */
function isWhollyKnown(stack: Stack): boolean {
  const collects = stack.containers.some(
    ({ facts, image }) =>
      facts?.role === 'otel-collector' ||
      facts?.role === 'alloy' ||
      /telegraf|datadog|collectd|netdata/.test(image ?? ''),
  );
  return (
    !collects &&
    stack.prometheuses.every(
      ({ config, jobs, container }) =>
        config !== undefined &&
        jobs.length > 0 &&
        jobs.every(
          ({ isOpen, targets }) =>
            !isOpen &&
            targets.every(
              ({ address }) =>
                address !== undefined && resolveHost(stack, address.host, container).kind !== 'nothing',
            ),
        ),
    )
  );
}

interface Evidence {
  readonly what: string;
  readonly port: number | undefined;
  readonly place: Place | undefined;
}

/** What certainly serves metrics in a container. */
function evidenceOf(container: Container): Evidence | undefined {
  const { facts, service, image } = container;
  const [agent] = jmxAgents(container);
  if (agent !== undefined) return { what: 'a JMX exporter agent', port: agent.port, place: agent.place };
  if (service.build === undefined && (facts?.role === 'exporter' || facts?.role === 'pushgateway'))
    return { what: image ?? facts.role, port: facts.metricsPort, place: undefined };
  const server = container.server();
  if (server === undefined) return undefined;
  const [port] = [...service.expose.map(({ range }) => range.from), ...(container.recipe?.expose ?? [])];
  return { what: 'its code does', port: server.port ?? port, place: server.place };
}
