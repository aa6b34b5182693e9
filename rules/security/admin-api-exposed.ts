import { defineRule } from '../../src/lint/rule.ts';
import { flagValues } from '../../src/stack/container.ts';
import { openPorts } from '../../src/stack/exposure.ts';
import { composed } from '../../src/stack/system.ts';

const compose = (port: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    command:
      - --config.file=/etc/prometheus/prometheus.yml
      - --web.enable-admin-api
    ports:
      - "${port}"
    volumes:
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;

/** What each flag of Prometheus lets anybody do who reaches its port (Prometheus documentation, "Management API", "TSDB Admin APIs"). */
const FLAGS: readonly (readonly [flag: string, does: string])[] = [
  ['web.enable-admin-api', 'delete series and take snapshots of all data'],
  ['web.enable-lifecycle', 'stop Prometheus, and with it every alert'],
];

export const rule = defineRule({
  id: 'security/admin-api-exposed',
  severity: 'warning',
  summary: "Prometheus's admin or lifecycle API is open to the network.",
  why: `Prometheus asks nobody for a password. With these APIs, whoever reaches its port deletes the series that would show
what they did, or ends the process: one request to \`/-/quit\`, and no alert fires any more. Docker opens published
ports past the host's firewall.`,
  fix: `Publish the port on the loopback interface only, \`127.0.0.1:9090:9090\`, remove the flag, or ask for a password
with \`--web.config.file\`. Other containers reach Prometheus without a published port.`,
  bad: { files: { 'docker-compose.yml': compose('9090:9090') }, at: ['docker-compose.yml:6:9'] },
  good: { files: { 'docker-compose.yml': compose('127.0.0.1:9090:9090') } },
  check({ system, report }) {
    for (const { container } of composed(system)) {
      const { facts, args, service } = container;
      if (facts?.role !== 'prometheus' || flagValues(args, 'web.config.file').length > 0) continue;
      const [port] = openPorts(container);
      const isOnHost = service.networkMode === 'host' && !listensOnLoopback(args);
      if (port === undefined && !isOnHost) continue;
      for (const [flag, does] of FLAGS) {
        const given = flagValues(args, flag).at(-1);
        if (given === undefined || given.text === 'false') continue;
        report({
          at: given.place,
          message: `--${flag} lets anybody who reaches "${service.name}" ${does}, and its port is open on every interface of the host`,
          help: 'publish the port on 127.0.0.1 only, remove the flag, or ask for a password with --web.config.file',
          related: port === undefined ? [] : [{ at: { node: port.node }, message: 'published here' }],
        });
      }
    }
  },
});

const listensOnLoopback = (args: Parameters<typeof flagValues>[0]): boolean =>
  /^(?:127\.|localhost|\[::1\])/.test(flagValues(args, 'web.listen-address').at(-1)?.text ?? '');
