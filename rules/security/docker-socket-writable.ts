import { defineRule } from '../../src/lint/rule.ts';
import type { Place } from '../../src/repo/node.ts';
import { sourcePlace } from '../../src/stack/compose/binds.ts';
import type { Mount } from '../../src/stack/compose/service.ts';
import { composed } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (options: string): string => `services:
  promtail:
    image: grafana/promtail:3.4.2
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock${options}
`;

export const rule = defineRule({
  id: 'security/docker-socket-writable',
  severity: 'warning',
  summary: "A container may write to Docker's socket.",
  why: `Whoever controls Docker controls the host: they start a container that mounts its root. A fault in an exporter
or a dashboard is enough when its container holds the socket.`,
  fix: `Mount it read-only, \`:ro\`: then it cannot be replaced or taken over. That does not limit what may be asked of
Docker through it; a socket proxy does, which lets only the requests through that a collector of metrics or logs needs.`,
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:5:9'] },
  good: { files: { 'docker-compose.yml': compose(':ro') } },
  check({ system, report }) {
    const byFile = new Map<string, Found[]>();
    for (const { container } of composed(system)) {
      for (const mount of container.service.mounts) {
        const what = socketIn(mount);
        if (what === undefined || mount.isReadOnly) continue;
        const { path } = mount.node.doc.source;
        byFile.set(path, [
          ...(byFile.get(path) ?? []),
          { name: container.service.name, what, place: sourcePlace(mount) },
        ]);
      }
    }
    for (const found of byFile.values()) {
      const [first, ...others] = found as [Found, ...Found[]];
      const names = [...new Set(found.map(({ name }) => `"${name}"`))];
      report({
        at: first.place,
        message: `${shortList(names)} ${first.what}: whoever takes over ${names.length === 1 ? 'the container' : 'one of them'} takes over the host`,
        help: 'mount it read-only (":ro"), and put a socket proxy before it to limit what may be asked of Docker',
        related: others.slice(0, 6).map(({ name, place }) => ({ at: place, message: `"${name}" may, too` })),
      });
    }
  },
});

interface Found {
  readonly name: string;
  readonly what: string;
  readonly place: Place;
}

function socketIn({ type, source }: Mount): string | undefined {
  if (type !== 'bind' || source === undefined) return undefined;
  const path = source.replace(/(?<=.)\/+$/, '');
  if (/^(?:\/var)?\/run\/docker\.sock$/.test(path)) return "may write to Docker's socket";
  return /^(?:\/var)?\/run$/.test(path) ? `may write to "${path}", where Docker's socket is` : undefined;
}
