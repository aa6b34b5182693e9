import { defineRule } from '../../src/lint/rule.ts';
import { startedByName } from '../../src/stack/compose/commands.ts';
import type { Project } from '../../src/stack/compose/project.ts';
import type { PublishedPort, Service } from '../../src/stack/compose/service.ts';
import { runTogether } from '../../src/stack/compose/together.ts';
import { composed } from '../../src/stack/system.ts';

const compose = (port: string): string => `services:
  api:
    image: example/api:1.0
    ports:
      - "127.0.0.1:3000:3000"
  grafana:
    image: grafana/grafana:12.0.2
    ports:
      - "${port}"
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  grafana-data:
`;

export const rule = defineRule({
  id: 'compose/host-port-clash',
  severity: 'error',
  peers: ['dclint no-duplicate-exported-ports'],
  summary: 'Two services publish the same port of the host.',
  why: `A port of the host belongs to one process. Whichever container comes second does not start: "port is already
allocated". If that is Grafana or Prometheus, the system runs and nobody sees it.`,
  fix: `Publish one of them on another port, as in \`3001:3000\`, or on another address. A port that only other containers
need does not have to be published at all.`,
  bad: { files: { 'docker-compose.yml': compose('3000:3000') }, at: ['docker-compose.yml:9:9'] },
  good: { files: { 'docker-compose.yml': compose('3001:3000') } },
  check({ system, report }) {
    let starts: ReturnType<typeof startedByName> | undefined;
    /** Services of which each has a command of its own are started one at a time. */
    const areAlternatives = (a: Service, b: Service): boolean => {
      starts ??= startedByName(system.files);
      const [one, other] = [a.name, b.name];
      return (
        starts.some((words) => words.has(one) && !words.has(other)) &&
        starts.some((words) => words.has(other) && !words.has(one))
      );
    };
    for (const { project, beside, alternatives } of new Set(composed(system).map((one) => one.stack))) {
      const seen: Claim[] = [];
      const find = (claim: Claim, isSure: boolean): void => {
        const other = seen.find((one) => clashes(one, claim));
        if (other === undefined) {
          seen.push(claim);
          return;
        }
        report({
          at: { node: claim.published.node },
          message:
            other.service === claim.service
              ? `"${claim.service.name}" publishes port ${claim.port} of the host twice: it does not start`
              : `"${claim.service.name}" publishes port ${claim.port} of the host, which "${other.service.name}" publishes too: only one of them can start`,
          help: 'publish one of them on another port of the host',
          related: [{ at: { node: other.published.node }, message: `published by "${other.service.name}"` }],
          ...(isSure && !areAlternatives(claim.service, other.service) ? {} : { confidence: 'medium' }),
        });
      };
      for (const claim of claimsOf(project)) find(claim, true);
      // Two files that split one system run at once; of many in a folder, nobody knows which do.
      const [other] = beside;
      if (
        other !== undefined &&
        beside.length === 1 &&
        alternatives.length === 0 &&
        other.folder === project?.folder &&
        (project?.paths[0] ?? '') < (other.paths[0] ?? '')
      )
        for (const claim of claimsOf(other)) find(claim, false);
    }
  },
});

interface Claim {
  readonly service: Service;
  readonly port: number;
  readonly published: PublishedPort;
}

/** The ports of the host that a project's services take for certain. */
function claimsOf(project: Project | undefined): Claim[] {
  return [...(project?.services.values() ?? [])].flatMap((service) => {
    // A container on the host's network has no ports to publish, and one that is scaled to none no container.
    if (service.networkMode === 'host' || isScaledToNone(service)) return [];
    return service.ports.flatMap((published): Claim[] => {
      const { host, container } = published;
      if (host === undefined || container === undefined) return [];
      // Of a range for a single port, Docker takes whichever is free.
      if (host.to - host.from !== container.to - container.from || host.to - host.from > 1000) return [];
      return Array.from({ length: host.to - host.from + 1 }, (_, index) => ({
        service,
        port: host.from + index,
        published,
      }));
    });
  });
}

const isScaledToNone = (service: Service): boolean =>
  service.field('scale')?.value === 0 || service.field('deploy', 'replicas')?.value === 0;

function clashes(a: Claim, b: Claim): boolean {
  if (a.port !== b.port || a.published.protocol !== b.published.protocol) return false;
  if (!sharesAddress(a.published.hostIp, b.published.hostIp)) return false;
  if (a.service !== b.service) return runTogether(a.service, b.service);
  // What an override repeats is there once.
  return a.published.text !== b.published.text && a.published.node.doc === b.published.node.doc;
}

/** Whether two addresses of the host are one, or one of them stands for all. */
function sharesAddress(a: string | undefined, b: string | undefined): boolean {
  const plain = (address: string | undefined): string =>
    (address ?? '').replace(/^\[|\]$/g, '').replace(/^(?:0\.0\.0\.0|::)$/, '');
  const [one, other] = [plain(a), plain(b)];
  if (one !== '' && other !== '') return one === other;
  // One that stands for all of its family does not meet an address of the other family.
  const isSix = (address: string | undefined): boolean => (address ?? '').includes(':');
  const isWritten = (address: string | undefined): boolean => (address ?? '') !== '';
  return !isWritten(a) || !isWritten(b) || isSix(a) === isSix(b);
}
