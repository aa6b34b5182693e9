import { defineRule } from '../../src/lint/rule.ts';
import { keyOf } from '../../src/repo/node.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import { isOneShot } from '../../src/stack/compose/together.ts';
import { composed } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (limit: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
${limit}`;

export const rule = defineRule({
  id: 'compose/no-memory-limit',
  severity: 'warning',
  preset: 'strict',
  summary: 'Services without a memory limit.',
  why: `A service that leaks takes all the memory of the machine. The kernel then ends whichever process it likes, which
may be Prometheus: what would have told of the leak dies of it first.`,
  fix: 'Set `mem_limit`, or `deploy.resources.limits.memory`, to what the service needs at its peak.',
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:2:3'] },
  good: { files: { 'docker-compose.yml': compose('    mem_limit: 1g\n') } },
  check({ system, report }) {
    const byFile = new Map<string, Service[]>();
    for (const { project, container } of composed(system)) {
      const { service } = container;
      if (isLimited(service) || isOneShot(service, project.services.values())) continue;
      const { path } = service.node.doc.source;
      const known = byFile.get(path) ?? [];
      if (!known.some(({ name }) => name === service.name)) byFile.set(path, [...known, service]);
    }
    for (const group of byFile.values()) {
      const [first, ...others] = group as [Service, ...Service[]];
      const names = shortList(group.map(({ name }) => `"${name}"`));
      report({
        at: keyOf(first.node),
        message: `${names} ${group.length === 1 ? 'has' : 'have'} no memory limit: a leak takes the memory of the whole machine, and the monitoring with it`,
        help: 'set mem_limit, or deploy.resources.limits.memory',
        related: others.map((service) => ({ at: keyOf(service.node), message: 'no limit here' })),
      });
    }
  },
});

const isLimited = (service: Service): boolean =>
  service.field('mem_limit') !== undefined ||
  service.field('deploy', 'resources', 'limits', 'memory') !== undefined;
