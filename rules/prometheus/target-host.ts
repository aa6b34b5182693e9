import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, within } from '../../src/repo/node.ts';
import { listeningOn } from '../../src/stack/ports.ts';
import type { Target } from '../../src/stack/prometheus.ts';
import { type Placed, prometheusesByConfig, resolveHost } from '../../src/stack/system.ts';
import { listed, nearest } from '../../src/words.ts';
import { composeFiles, hiddenByDoubles } from '../shared/causes.ts';

const PROMETHEUS = `scrape_configs:
  - job_name: connect
    static_configs:
      - targets: ["connect:9404"]
`;
const compose = (name: string): string => `services:
  ${name}:
    image: debezium/connect:3.1
    expose: ["9404"]
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - ./prometheus.yml:/etc/prometheus/prometheus.yml:ro
`;

export const rule = defineRule({
  id: 'prometheus/target-host',
  severity: 'error',
  summary: 'A scrape target whose host is no service of the stack, or is Prometheus itself.',
  why: `Prometheus finds its targets by the names that the container network knows: services, their aliases,
container names and host names. A name that is none of these never resolves, and \`localhost\` is the
Prometheus container itself. The target is down for ever, and every panel and alert on it is empty.`,
  fix: 'Write the name of the compose service, and the port that it listens on inside the network.',
  bad: {
    files: { 'docker-compose.yml': compose('kafka-connect'), 'prometheus.yml': PROMETHEUS },
    at: ['prometheus.yml:4:20'],
  },
  good: { files: { 'docker-compose.yml': compose('connect'), 'prometheus.yml': PROMETHEUS } },
  check({ system, report }) {
    for (const group of prometheusesByConfig(system)) {
      const [{ prometheus }] = group as [Placed];
      prometheus.jobs.forEach((job, jobIndex) => {
        job.targets.forEach((target, index) => {
          const faults = group.map((placed) =>
            faultOf(placed, placed.prometheus.jobs[jobIndex]?.targets[index]),
          );
          const [fault] = faults;
          // In another stack that loads this file the name may be right.
          if (fault === undefined || faults.includes(undefined)) return;
          const host = target.address?.host ?? '';
          const start = target.text.indexOf(host);
          report({
            at: start < 0 ? { node: target.node } : within(target.node, { start, end: start + host.length }),
            message: `${fault.message}: the job "${job.name}" is always down`,
            help: fault.help,
            related: fault.related,
            followsFrom: group.flatMap(({ stack }) => hiddenByDoubles(system, composeFiles(stack), host)),
          });
        });
      });
    }
  },
});

interface Fault {
  readonly message: string;
  readonly help: string;
  readonly related: { at: ReturnType<typeof keyOf>; message: string }[];
}

function faultOf({ stack, prometheus }: Placed, target: Target | undefined): Fault | undefined {
  const { container } = prometheus;
  const address = target?.address;
  if (address === undefined || container === undefined || target?.kept === 'no') return undefined;
  const meaning = resolveHost(stack, address.host, container);
  if (meaning.kind === 'nothing') {
    const names = [...new Set(stack.containers.map(({ service }) => service.name))].sort();
    const close = nearest(address.host, names) ?? names.find((name) => isPartOf(address.host, name));
    const listening = stack.containers.filter(
      (other) => other !== container && listeningOn(other, address.port).answer === 'yes',
    );
    const meant = close ?? (listening.length === 1 ? listening[0]?.service.name : undefined);
    const file = stack.project?.paths[0];
    return {
      message: `"${address.host}" is no service, alias or container name of ${file}`,
      help:
        meant === undefined
          ? `write one of its services: ${listed(names.slice(0, 12), 'or')}`
          : `did you mean "${withPort(meant, address.port)}"?`,
      related: stack.containers
        .filter(({ service }) => service.name === meant)
        .map(({ service }) => ({ at: keyOf(service.node), message: `"${meant}" is defined here` })),
    };
  }
  if (meaning.kind !== 'itself' || address.port === undefined) return undefined;
  const own = listeningOn(container, address.port);
  if (own.answer !== 'no') return undefined;
  const others = stack.containers.filter(
    (other) => other !== container && isPublished(other, address.port) !== undefined,
  );
  const [other] = others.length === 1 ? others : [];
  const port = other && isPublished(other, address.port);
  return {
    message: `"${address.host}" is the container of "${prometheus.name}" itself, where nothing listens on ${address.port}`,
    help: other
      ? `write "${withPort(other.service.name, port)}", the name and port inside the network`
      : `write the name of the service that listens there, such as "${withPort('api', address.port)}"; for something on the host itself "host.docker.internal:${address.port}"`,
    related: other
      ? [
          {
            at: keyOf(
              exists(child(other.service.node, 'ports'))
                ? child(other.service.node, 'ports')
                : other.service.node,
            ),
            message: `"${other.service.name}" publishes ${address.port} here`,
          },
        ]
      : [],
  };
}

const withPort = (host: string, port: number | undefined): string =>
  port === undefined ? host : `${host}:${port}`;

/** Whether one name holds the other as a whole word: `connect` in `kafka-connect`. */
const isPartOf = (one: string, other: string): boolean =>
  other.split(/[-_.]/).includes(one) || one.split(/[-_.]/).includes(other);

/** The port inside the network at which a container is that is published at a port of the host. */
function isPublished(
  { service }: Placed['stack']['containers'][number],
  port: number | undefined,
): number | undefined {
  if (port === undefined) return undefined;
  const found = service.ports.find(
    ({ host, container }) =>
      host?.from === port && container !== undefined && container.from === container.to,
  );
  return found?.container?.from;
}
