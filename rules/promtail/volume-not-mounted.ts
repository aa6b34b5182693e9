import { defineRule } from '../../src/lint/rule.ts';
import {
  child,
  exists,
  items,
  keyOf,
  type Node,
  type Place,
  textItems,
  textOf,
} from '../../src/repo/node.ts';
import { below, dirname } from '../../src/repo/path.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container } from '../../src/stack/container.ts';
import { type Promtail, promtails } from '../../src/stack/promtail.ts';
import { counted } from '../../src/words.ts';

const files = (volume: string): Record<string, string> => ({
  'docker-compose.yml': `services:
  api:
    image: example/api:1.0
    volumes:
      - logs:/app/logs
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - ./promtail.yml:/etc/promtail/config.yml:ro
${volume}volumes:
  logs:
`,
  'promtail.yml': `positions:
  filename: /tmp/positions.yaml
clients:
  - url: https://loki.example.com/loki/api/v1/push
scrape_configs:
  - job_name: api
    static_configs:
      - targets: [localhost]
        labels:
          service: api
          __path__: /var/log/api/*.log
`,
});

export const rule = defineRule({
  id: 'promtail/volume-not-mounted',
  severity: 'warning',
  summary: 'Logs that Promtail is to read, and that are not mounted into its container.',
  why: `Promtail reads files of its own container. Where nothing is mounted it finds none, and says nothing of it: a job
with no file is no fault to it. The logs are missed when they are needed.`,
  fix: `Mount the folder of the logs, or the volume that the other service writes them to, at the path that Promtail reads;
for Docker's own discovery, mount \`/var/run/docker.sock\`.`,
  bad: { files: files(''), at: ['promtail.yml:11:21'] },
  good: { files: files('      - logs:/var/log/api:ro\n') },
  check({ system, report }) {
    for (const promtail of promtails(system)) {
      const { container } = promtail;
      if (container === undefined || container.service.build !== undefined) continue;
      const byFault = new Map<string, Unmounted[]>();
      for (const one of unmounted(promtail, container))
        byFault.set(one.what, [...(byFault.get(one.what) ?? []), one]);
      // What several jobs read in one folder is missing for one reason.
      for (const [{ at, what, help }, ...others] of byFault.values() as Iterable<
        [Unmounted, ...Unmounted[]]
      >) {
        report({
          at,
          message: `Promtail finds no log here${others.length > 0 ? `, nor for ${counted(others.length, 'more job')}` : ''}: ${what}`,
          help,
          related: [
            ...others.slice(0, 4).map((other) => ({ at: other.at, message: 'it is read here too' })),
            { at: keyOf(container.service.node), message: 'this is the container that reads it' },
          ],
        });
      }
    }
  },
});

interface Unmounted {
  readonly at: Place;
  readonly what: string;
  readonly help: string;
}

function unmounted({ config, streams }: Promtail, container: Container): Unmounted[] {
  const found: Unmounted[] = streams.flatMap(({ path }) => {
    if (path === undefined || isUnknown(path.text) || !path.text.startsWith('/')) return [];
    const folder = dirname(path.text.replace(/[*?[{].*$/, ''));
    // The files that Promtail's own image has are no logs of anybody.
    if (folder === '' || !isBare(container, folder)) return [];
    return [
      {
        at: { node: path.node },
        what: `nothing is mounted at "${folder}" of ${container.service.name}`,
        help: `mount the logs there: - <folder or volume>:${folder}:ro`,
      },
    ];
  });
  for (const scrape of config ? items(child(config, 'scrape_configs')) : []) {
    const sockets = items(child(scrape, 'docker_sd_configs')).map((node) => child(node, 'host'));
    for (const host of sockets) {
      const socket = /^unix:\/\/(\/.*)$/.exec(textOf(host) ?? '')?.[1];
      if (socket === undefined || !isBare(container, socket)) continue;
      found.push({
        at: { node: host },
        what: `the socket "${socket}" of Docker is not mounted`,
        help: `mount it: - ${socket}:${socket}:ro`,
      });
    }
    const journal = child(scrape, 'journal');
    if (exists(journal)) found.push(...journalUnmounted(journal, container));
  }
  return found;
}

function journalUnmounted(journal: Node, container: Container): Unmounted[] {
  const given = textItems(child(journal, 'path')).map(({ text }) => text);
  // Without a path of its own, it reads what systems keep their journal in.
  const paths = given.length > 0 ? given : ['/var/log/journal', '/run/log/journal'];
  if (paths.some((path) => isUnknown(path) || !isBare(container, path))) return [];
  return [
    {
      at: keyOf(journal),
      what: `no journal is mounted at "${paths[0]}"`,
      help: `mount it: - ${paths[0]}:${paths[0]}:ro`,
    },
  ];
}

/** Whether nothing is put at a path, around it, or below it. */
const isBare = (container: Container, path: string): boolean =>
  container.at(path).state === 'image' &&
  !container.service.mounts.some(({ target }) => target === undefined || below(path, target) !== undefined);
