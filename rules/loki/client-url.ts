import { defineRule } from '../../src/lint/rule.ts';
import { keyOf, type Place } from '../../src/repo/node.ts';
import { programOf, setting } from '../../src/stack/configured.ts';
import { parseEndpoint, reach } from '../../src/stack/endpoints.ts';
import { type LogClient, logClients } from '../../src/stack/log-clients.ts';
import type { System } from '../../src/stack/system.ts';
import { nearest } from '../../src/words.ts';

const COMPOSE = `services:
  loki:
    image: grafana/loki:3.4.2
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
      - /var/log:/var/log:ro
`;
const promtail = (url: string): string => `server:
  http_listen_port: 9080
positions:
  filename: /tmp/positions.yaml
clients:
  - url: ${url}
scrape_configs:
  - job_name: system
    static_configs:
      - targets: [localhost]
        labels:
          job: varlogs
          __path__: /var/log/*.log
`;

export const rule = defineRule({
  id: 'loki/client-url',
  severity: 'error',
  summary: 'An address to which logs are sent, and where no Loki takes them.',
  why: `Promtail, Alloy or the collector retries for a while and then drops the lines. Nothing is in Loki when somebody
needs it, and only the sender's own log says so.`,
  fix: `Write the service's name, the port that Loki listens on, and the path for what is sent: \`/loki/api/v1/push\` from
Promtail and Alloy, \`/otlp\` from a collector's \`otlphttp\`.`,
  bad: {
    files: { 'docker-compose.yml': COMPOSE, 'promtail.yml': promtail('http://loki:3100/api/v1/push') },
    at: ['promtail.yml:6:10'],
  },
  good: {
    files: { 'docker-compose.yml': COMPOSE, 'promtail.yml': promtail('http://loki:3100/loki/api/v1/push') },
  },
  check({ system, report }) {
    for (const client of logClients(system)) {
      const fault = faultOf(system, client);
      if (fault === undefined) continue;
      report({
        at: client.place,
        message: `${client.by} sends its logs to "${client.url}", and none arrives: ${fault.what}`,
        help: fault.help,
        related: [
          ...(client.container
            ? [{ at: keyOf(client.container.service.node), message: 'it runs in this service' }]
            : []),
          ...(fault.other ? [{ at: fault.other, message: 'this is what it reaches' }] : []),
        ],
      });
    }
  },
});

interface Fault {
  readonly what: string;
  readonly help: string;
  readonly other?: Place;
}

/** The paths that Loki takes logs at (Loki documentation, "Loki HTTP API"). */
const PATHS = {
  loki: /\/(?:loki\/api\/v1\/push|api\/prom\/push)\/?$/,
  otlp: /\/otlp(?:\/v1\/logs)?\/?$/,
};
const RIGHT = { loki: '/loki/api/v1/push', otlp: '/otlp' };

function faultOf(system: System, { stack, container, url, protocol }: LogClient): Fault | undefined {
  const endpoint = parseEndpoint(url);
  const reached = reach(system, stack, container, endpoint);
  if (endpoint === undefined || stack === undefined || container === undefined) return undefined;
  const lokis = stack.containers.filter(({ facts }) => facts?.role === 'loki');
  const name =
    lokis.length === 1
      ? lokis[0]?.service.name
      : nearest(
          endpoint.host,
          stack.containers.flatMap(({ service }) => service.hosts),
        );
  const help = `write http://${name ?? 'loki'}:${endpoint.port ?? 3100}${RIGHT[protocol]}`;
  switch (reached.state) {
    case 'itself':
      return { what: `${endpoint.host} is the container of ${container.service.name} itself`, help };
    case 'nothing':
      return { what: `no service has the name "${endpoint.host}"`, help };
    case 'container': {
      const { container: other, listening } = reached;
      const place = keyOf(other.service.node);
      if (listening.answer === 'no')
        return {
          what: `${other.service.name} does not listen on ${endpoint.port}, as ${listening.reason}`,
          help: `write the port that ${other.service.name} listens on in its container`,
          other: place,
        };
      if (other.facts?.role !== 'loki') return undefined;
      const program = programOf(system, other);
      if (program && setting(program, 'server.path-prefix', 'server', 'http_path_prefix') !== undefined)
        return undefined;
      return PATHS[protocol].test(endpoint.path)
        ? undefined
        : {
            what: endpoint.path === '' ? 'it has no path' : `Loki takes nothing at "${endpoint.path}"`,
            help: `end it in ${RIGHT[protocol]}`,
          };
    }
    default:
      return undefined;
  }
}
