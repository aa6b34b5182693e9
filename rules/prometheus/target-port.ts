import { defineRule } from '../../src/lint/rule.ts';
import { keyOf, within } from '../../src/repo/node.ts';
import { jmxAgents } from '../../src/stack/jmx.ts';
import { listeningOn } from '../../src/stack/ports.ts';
import type { ScrapeJob, Target } from '../../src/stack/prometheus.ts';
import { containersAt, type Placed, prometheusesByConfig, resolveHost } from '../../src/stack/system.ts';

const prometheus = (port: number): string => `scrape_configs:
  - job_name: postgres
    static_configs:
      - targets: ["postgres-exporter:${port}"]
`;
const COMPOSE = `services:
  postgres-exporter:
    image: quay.io/prometheuscommunity/postgres-exporter:v0.17.1
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;

export const rule = defineRule({
  id: 'prometheus/target-port',
  severity: 'error',
  summary: 'A scrape target at a port on which its service does not listen.',
  why: `The name resolves and the connection is refused: the target is down for ever. Often the port is the
one on the host and not the one inside the network, or the exporter's or agent's port was changed in one
place only.`,
  fix: `Scrape the port that the service listens on inside the network: the exporter's own, or the one that
its options, its Dockerfile or its \`-javaagent\` name.`,
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': prometheus(9178) },
    at: ['prometheus.yml:4:38'],
  },
  good: { files: { 'docker-compose.yml': COMPOSE, 'prometheus.yml': prometheus(9187) } },
  check({ system, report }) {
    for (const group of prometheusesByConfig(system)) {
      const [{ prometheus }] = group as [Placed];
      prometheus.jobs.forEach((job, jobIndex) => {
        job.targets.forEach((target, index) => {
          const faults = group.map((placed) =>
            faultOf(
              placed,
              placed.prometheus.jobs[jobIndex],
              placed.prometheus.jobs[jobIndex]?.targets[index],
            ),
          );
          const [fault] = faults;
          if (fault === undefined || faults.includes(undefined)) return;
          report({
            at: portOf(target),
            message: `"${fault.service}" does not listen on ${fault.port}${target.address?.port === undefined ? ', which is what a target without a port means' : ''}: ${fault.reason}`,
            help:
              fault.right === undefined
                ? undefined
                : `write "${target.address?.host ?? fault.service}:${fault.right}"`,
            related: fault.related,
          });
        });
      });
    }
  },
});

interface Fault {
  readonly service: string;
  readonly port: number;
  readonly reason: string;
  readonly right: number | undefined;
  readonly related: { at: ReturnType<typeof keyOf>; message: string }[];
}

function faultOf(
  { stack, prometheus }: Placed,
  job: ScrapeJob | undefined,
  target: Target | undefined,
): Fault | undefined {
  const address = target?.address;
  if (address === undefined || job === undefined || target?.kept === 'no') return undefined;
  // localhost is said to be Prometheus itself by the rule about hosts.
  if (resolveHost(stack, address.host, prometheus.container).kind !== 'containers') return undefined;
  const port = address.port ?? (job.scheme === 'https' ? 443 : 80);
  const containers = containersAt(stack, address, prometheus.container);
  const answers = containers.map((container) => listeningOn(container, port));
  const [container] = containers;
  const [first] = answers;
  if (container === undefined || first === undefined || answers.some(({ answer }) => answer !== 'no'))
    return undefined;
  const [agent] = jmxAgents(container);
  return {
    service: container.service.name,
    port,
    reason: first.reason,
    right: first.port,
    related: [
      agent === undefined
        ? { at: keyOf(container.service.node), message: `"${container.service.name}" is defined here` }
        : { at: agent.place, message: 'the agent is switched on here' },
    ],
  };
}

function portOf({ text, node, address }: Target): ReturnType<typeof within> {
  const start = address?.port === undefined ? -1 : text.lastIndexOf(`:${address.port}`);
  return start < 0
    ? { node }
    : within(node, { start: start + 1, end: start + 1 + String(address?.port).length });
}
