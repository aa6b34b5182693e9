import { defineRule } from '../../src/lint/rule.ts';
import type { PublishedPort } from '../../src/stack/compose/service.ts';
import { type Container, flagValues } from '../../src/stack/container.ts';
import { openPorts } from '../../src/stack/exposure.ts';
import { composed } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (port: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    ports:
      - "${port}"
    volumes:
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;

export const rule = defineRule({
  id: 'security/ui-without-auth',
  severity: 'notice',
  preset: 'strict',
  peers: ['dclint no-unbound-port-interfaces'],
  summary: 'A monitoring service that asks for no password is open to the network.',
  why: `Prometheus, Alertmanager, Loki and the exporters show what they know to everybody who reaches them: hosts, versions,
queries, log lines. In Alertmanager everybody can silence every alert. Docker opens published ports past the host's
firewall.`,
  fix: `Publish the port on the loopback interface only, \`127.0.0.1:9090:9090\`, or not at all: other containers reach it
without. Where people need it from elsewhere, put a proxy before it that asks who they are.`,
  bad: { files: { 'docker-compose.yml': compose('9090:9090') }, at: ['docker-compose.yml:5:9'] },
  good: { files: { 'docker-compose.yml': compose('127.0.0.1:9090:9090') } },
  check({ system, report }) {
    const byFile = new Map<string, { container: Container; port: PublishedPort }[]>();
    for (const { container } of composed(system)) {
      const { facts, args } = container;
      if (facts === undefined || facts.role === 'app' || facts.role === 'grafana') continue;
      if (flagValues(args, 'web.config.file').length > 0) continue;
      const [port] = openPorts(container);
      if (port === undefined) continue;
      const { path } = port.node.doc.source;
      const known = byFile.get(path) ?? [];
      if (!known.some(({ port: { node } }) => node.path.join('\0') === port.node.path.join('\0')))
        byFile.set(path, [...known, { container, port }]);
    }
    for (const group of byFile.values()) {
      const [first, ...others] = group;
      if (first === undefined) continue;
      const names = shortList(group.map(({ container }) => `"${container.service.name}"`));
      report({
        at: { node: first.port.node },
        message: `${names} ${group.length === 1 ? 'asks' : 'ask'} for no password, and ${group.length === 1 ? 'its port is' : 'their ports are'} open on every interface of the host`,
        help: 'publish on 127.0.0.1 only, or not at all: other containers reach it without',
        related: others.map(({ container, port }) => ({
          at: { node: port.node },
          message: `published by "${container.service.name}"`,
        })),
      });
    }
  },
});
