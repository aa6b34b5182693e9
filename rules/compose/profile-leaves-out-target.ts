import { defineRule } from '../../src/lint/rule.ts';
import type { Node } from '../../src/repo/node.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import type { Prometheus } from '../../src/stack/prometheus.ts';
import { containersAt, type Stack } from '../../src/stack/system.ts';
import { listed, shortList } from '../../src/words.ts';

const compose = (profile: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    profiles: [monitoring]
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
      - prometheus-data:/prometheus
  kafka-exporter:
    image: danielqsj/kafka-exporter:v1.9.0
    profiles: [${profile}]
volumes:
  prometheus-data:
`;
const PROMETHEUS = `scrape_configs:
  - job_name: kafka
    static_configs:
      - targets: ["kafka-exporter:9308"]
`;

export const rule = defineRule({
  id: 'compose/profile-leaves-out-target',
  severity: 'warning',
  summary: 'Prometheus scrapes a service that is not started with it.',
  why: `With the profile that starts Prometheus, the service is left out. Its target is down from the first second:
either an alert about it fires for ever and is soon ignored, or nothing watches what the service would show.`,
  fix: 'Give the service the profile that Prometheus has, or scrape it from a Prometheus of its own profile.',
  bad: {
    files: { 'docker-compose.yml': compose('debug'), 'prometheus.yml': PROMETHEUS },
    at: ['docker-compose.yml:10:15'],
  },
  good: { files: { 'docker-compose.yml': compose('monitoring'), 'prometheus.yml': PROMETHEUS } },
  check({ system, report }) {
    for (const stack of system.stacks) {
      for (const prometheus of stack.prometheuses) {
        const found = leftOut(prometheus, stack);
        const [first, ...others] = [...found.keys()];
        const scraper = prometheus.container?.service;
        if (first === undefined || scraper === undefined) continue;
        const names = shortList([...found.keys()].map(({ name }) => `"${name}"`));
        const isOne = others.length === 0;
        const own = isOne ? `the profile ${listed(quoted(first.profiles), 'or')}` : 'profiles of their own';
        const when =
          scraper.profiles.length === 0
            ? 'always runs'
            : `runs with ${listed(quoted(scraper.profiles), 'or')}`;
        report({
          at: { node: first.field('profiles') ?? first.node },
          message: `${names} ${isOne ? 'runs' : 'run'} only with ${own}, and "${scraper.name}", which scrapes ${isOne ? 'it' : 'them'}, ${when}: without ${isOne ? 'its profile the target is' : 'their profiles the targets are'} down`,
          help: `give ${isOne ? 'it' : 'them'} the profile that "${scraper.name}" has, or do not scrape ${isOne ? 'it' : 'them'}`,
          related: [
            ...others.map((service) => ({
              at: { node: service.field('profiles') ?? service.node },
              message: `the profile of "${service.name}"`,
            })),
            ...[...found.values()].map((node) => ({ at: { node }, message: 'scraped here' })),
          ].slice(0, 8),
        });
      }
    }
  },
});

const quoted = (words: readonly string[]): string[] => words.map((word) => `"${word}"`);

/** Services that a Prometheus scrapes and that do not run whenever it does, with where it names them. */
function leftOut(prometheus: Prometheus, stack: Stack): Map<Service, Node> {
  const found = new Map<Service, Node>();
  const scraper = prometheus.container?.service;
  if (scraper === undefined) return found;
  for (const { kept, address, node } of prometheus.jobs.flatMap(({ targets }) => targets)) {
    const containers = containersAt(stack, address, prometheus.container);
    // Of several services with one name, such as one for each kind of machine, any will do.
    const [only] = containers;
    if (kept === 'no' || only === undefined || containers.length > 1) continue;
    if (!found.has(only.service) && isLeftOut(only.service, scraper, stack)) found.set(only.service, node);
  }
  return found;
}

function isLeftOut({ profiles }: Service, scraper: Service, { project }: Stack): boolean {
  const always = (project?.environment.get('COMPOSE_PROFILES') ?? '').split(',');
  if (profiles.length === 0 || always.some((profile) => profile === '*' || profiles.includes(profile)))
    return false;
  return scraper.profiles.length === 0 || scraper.profiles.some((profile) => !profiles.includes(profile));
}
