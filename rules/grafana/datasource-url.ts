import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf } from '../../src/repo/node.ts';
import { type Endpoint, parseEndpoint, reach } from '../../src/stack/endpoints.ts';
import type { Datasource, Grafana } from '../../src/stack/grafana.ts';
import type { Role } from '../../src/stack/knowledge/images.ts';
import type { Stack, System } from '../../src/stack/system.ts';
import { nearest } from '../../src/words.ts';
import { DATASOURCES, dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const dashboards = { 'api.json': dashboardWith('up') };

export const rule = defineRule({
  id: 'grafana/datasource-url',
  severity: 'error',
  summary: "A datasource whose address reaches nothing from Grafana's container.",
  why: `Grafana fetches from inside its own container, where \`localhost\` is Grafana itself and other services bear the names
of the compose file. Every panel on this datasource shows an error, and every alert of Grafana on it fails.`,
  fix: "Write the service's name and the port that it listens on in its container, such as `http://prometheus:9090`.",
  bad: {
    files: withDashboards(dashboards, {
      'provisioning/datasources/prometheus.yml': DATASOURCES.replace('//prometheus:', '//localhost:'),
    }),
    at: ['provisioning/datasources/prometheus.yml:6:10'],
  },
  good: { files: withDashboards(dashboards) },
  check({ system, report }) {
    for (const stack of system.stacks) {
      for (const grafana of stack.grafanas) {
        for (const datasource of grafana.datasources) {
          const found = faultOf(system, stack, grafana, datasource);
          const node = child(datasource.node, 'url');
          if (found === undefined || grafana.container === undefined) continue;
          report({
            at: exists(node) ? { node } : keyOf(child(datasource.node, 'name')),
            message: `the datasource "${datasource.name}" reaches nothing at "${datasource.url}": ${found.what}`,
            help: found.help,
            related: [
              { at: keyOf(grafana.container.service.node), message: 'this Grafana asks it' },
              ...(found.other ? [{ at: keyOf(found.other), message: 'this is what it reaches' }] : []),
            ],
          });
        }
      }
    }
  },
});

interface Fault {
  readonly what: string;
  readonly help: string;
  readonly other?: Parameters<typeof keyOf>[0];
}

/** Programs that a type of datasource is for. */
const ROLES: Readonly<Record<string, readonly Role[]>> = {
  prometheus: ['prometheus', 'storage'],
  loki: ['loki'],
  tempo: ['tempo'],
  alertmanager: ['alertmanager'],
};

function faultOf(
  system: System,
  stack: Stack,
  grafana: Grafana,
  { url, access, type }: Datasource,
): Fault | undefined {
  const endpoint = url === undefined || access === 'direct' ? undefined : parseEndpoint(url);
  if (endpoint === undefined || grafana.container === undefined) return undefined;
  const reached = reach(system, stack, grafana.container, endpoint);
  switch (reached.state) {
    case 'itself':
      // Only Grafana runs in its container, on a port of its own.
      return endpoint.port === undefined || endpoint.port === 3000 || grafana.container.service.build
        ? undefined
        : {
            what: `${endpoint.host} is ${grafana.name}'s own container`,
            help: suggestion(stack, endpoint, type),
          };
    case 'nothing':
      return { what: `no service has the name "${endpoint.host}"`, help: suggestion(stack, endpoint, type) };
    case 'container': {
      const { listening, container } = reached;
      return listening.answer === 'no'
        ? {
            what: `${container.service.name} does not listen on ${endpoint.port}, as ${listening.reason}`,
            help: 'write the port that it listens on in its container, not the one published on the host',
            other: container.service.node,
          }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The service that is most likely meant: the one of the program that the type is for, or one of a name like it. */
function suggestion(stack: Stack, { host, port }: Endpoint, type: string): string {
  const ofRole = stack.containers.filter(({ facts }) => facts && ROLES[type]?.includes(facts.role));
  const names = stack.containers.flatMap(({ service }) => service.hosts);
  const name = ofRole.length === 1 ? ofRole[0]?.service.name : nearest(host, names);
  const meant = stack.containers.find(({ service }) => service.name === name);
  const itsPort = meant?.facts?.metricsPort ?? port;
  return name
    ? `write http://${name}${itsPort === undefined ? '' : `:${itsPort}`}`
    : 'write the name of the service in the compose file';
}
