import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Place, within } from '../../src/repo/node.ts';
import type { Container } from '../../src/stack/container.ts';
import { usesHostNetwork, whyUnreachable } from '../../src/stack/network.ts';
import type { Target } from '../../src/stack/prometheus.ts';
import { type Placed, prometheusesByConfig, resolveHost } from '../../src/stack/system.ts';
import { composeFiles, hiddenByDoubles } from '../shared/causes.ts';

const PROMETHEUS = `scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`;
const compose = (networks: string): string => `services:
  api:
    image: example/api:1.0
    networks: [backend]
  prometheus:
    image: prom/prometheus:v3.5.0
    networks: ${networks}
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
networks:
  backend:
  monitoring:
`;

export const rule = defineRule({
  id: 'prometheus/target-network',
  severity: 'error',
  summary: 'A scrape target that Prometheus shares no network with.',
  why: `Containers find and reach one another only inside a network that both are in. A service in another
network, or on the host's own, does not resolve from the Prometheus container: the target is down for ever,
although its name is right.`,
  fix: `Put Prometheus into a network of the service. A service with \`network_mode: host\` is reached through
the host: \`host.docker.internal\` with \`extra_hosts: ["host.docker.internal:host-gateway"]\` on Prometheus.`,
  bad: {
    files: { 'docker-compose.yml': compose('[monitoring]'), 'prometheus.yml': PROMETHEUS },
    at: ['prometheus.yml:4:20'],
  },
  good: {
    files: { 'docker-compose.yml': compose('[monitoring, backend]'), 'prometheus.yml': PROMETHEUS },
  },
  check({ system, report }) {
    for (const group of prometheusesByConfig(system)) {
      const [{ prometheus }] = group as [Placed];
      prometheus.jobs.forEach((job, jobIndex) => {
        job.targets.forEach((target, index) => {
          const faults = group.map((placed) =>
            faultOf(placed, placed.prometheus.jobs[jobIndex]?.targets[index]),
          );
          const [fault] = faults;
          if (fault === undefined || faults.includes(undefined)) return;
          const host = target.address?.host ?? '';
          const start = target.text.indexOf(host);
          report({
            at: start < 0 ? { node: target.node } : within(target.node, { start, end: start + host.length }),
            message: `"${target.text}" cannot be reached: ${fault.why}; the job "${job.name}" is always down`,
            help: fault.help,
            related: [
              { at: networkPlace(fault.from), message: `the network of "${fault.from.service.name}"` },
              { at: networkPlace(fault.to), message: `the network of "${fault.to.service.name}"` },
            ],
            followsFrom: group.flatMap(({ stack }) => hiddenByDoubles(system, composeFiles(stack), host)),
          });
        });
      });
    }
  },
});

interface Fault {
  readonly from: Container;
  readonly to: Container;
  readonly why: string;
  readonly help: string;
}

function faultOf({ stack, prometheus }: Placed, target: Target | undefined): Fault | undefined {
  const from = prometheus.container;
  const address = target?.address;
  if (from === undefined || address === undefined || target?.kept === 'no') return undefined;
  const meaning = resolveHost(stack, address.host, from);
  if (meaning.kind !== 'containers') return undefined;
  const reasons = meaning.containers.map((to) => whyUnreachable(stack, from, to));
  const [to] = meaning.containers;
  const [why] = reasons;
  if (to === undefined || why === undefined || reasons.includes(undefined)) return undefined;
  const port = address.port ?? 80;
  const help = usesHostNetwork(to)
    ? `write "host.docker.internal:${port}", and give "${from.service.name}" extra_hosts: ["host.docker.internal:host-gateway"]`
    : usesHostNetwork(from)
      ? `take network_mode: host from "${from.service.name}", or scrape the port that "${to.service.name}" publishes on localhost`
      : `add ${to.service.networks.map(({ name }) => `"${name}"`).join(' or ') || 'the default network'} to the networks of "${from.service.name}"`;
  return { from, to, why, help };
}

/** Where a service says in which networks it is. */
function networkPlace({ service }: Container): Place {
  for (const key of ['network_mode', 'networks']) {
    const node = service.field(key);
    if (node !== undefined && exists(node)) return keyOf(node);
  }
  return keyOf(child(service.node));
}
