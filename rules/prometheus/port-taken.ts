import { defineRule } from '../../src/lint/rule.ts';
import type { Place } from '../../src/repo/node.ts';
import type { Container } from '../../src/stack/container.ts';

const compose = (port: number): string => `services:
  worker:
    build: ./worker
    command: faust -A worker worker -l info --web-port ${port}
`;
const FILES = {
  'worker/Dockerfile': 'FROM python:3.12-slim\nCOPY worker.py .\n',
  'worker/worker.py': `from prometheus_client import Counter, start_http_server

PROCESSED = Counter("messages_processed_total", "Messages", ["flow"])
start_http_server(8000)
`,
};

export const rule = defineRule({
  id: 'prometheus/port-taken',
  severity: 'error',
  summary: 'A program that serves metrics on the port of its own web server.',
  why: `Two listeners of one container cannot have one port. Whichever comes second fails with "Address already in
use": the program stops, or runs without metrics.`,
  fix: 'Give one of the two another port, and scrape the one that has the metrics.',
  bad: { files: { ...FILES, 'docker-compose.yml': compose(8000) }, at: ['docker-compose.yml:4:14'] },
  good: { files: { ...FILES, 'docker-compose.yml': compose(6066) } },
  check({ system, report }) {
    for (const container of system.stacks.flatMap(({ containers }) => containers)) {
      const server = container.server();
      const own = ownPort(container);
      if (server?.port === undefined || own === undefined || own.port !== server.port) continue;
      report({
        at: own.place,
        message: `"${container.service.name}" gives its web server port ${own.port}, on which its code serves the metrics: one of the two does not start`,
        help: 'give one of them another port',
        related: [{ at: server.place, message: `the metrics are served on ${server.port} here` }],
      });
    }
  },
});

/** The port that the command line gives to the program's own web server. */
function ownPort({ args }: Container): { port: number; place: Place } | undefined {
  for (const [index, { text, place }] of args.entries()) {
    const [, name, given] = /^(--(?:web-)?port|--bind|-b|-p)(?:=(.*))?$/.exec(text) ?? [];
    const value = name === undefined ? undefined : (given ?? args[index + 1]?.text);
    const port = /(?:^|:)(\d{2,5})$/.exec(value ?? '')?.[1];
    if (port !== undefined) return { port: Number(port), place };
  }
  return undefined;
}
