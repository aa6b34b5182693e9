import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf, type Node } from '../../src/repo/node.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import { isHealthChecked } from '../../src/stack/health.ts';
import { composed, type System } from '../../src/stack/system.ts';
import { listed } from '../../src/words.ts';

const compose = (healthcheck: string): string => `services:
  db:
    image: postgres:16.9
${healthcheck}  postgres-exporter:
    image: quay.io/prometheuscommunity/postgres-exporter:v0.17.1
    depends_on:
      db:
        condition: service_healthy
`;

export const rule = defineRule({
  id: 'compose/depends-on-unhealthy',
  severity: 'error',
  summary: 'A service waits for another to be healthy, which has no health check.',
  why: `Docker Compose gives up with "container has no healthcheck configured": the service that waits is never started.
If it is an exporter or Prometheus itself, nobody is told of anything.`,
  fix: `Give the service that is waited for a \`healthcheck\`, or wait for \`service_started\`.`,
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:2:3'] },
  good: {
    files: {
      'docker-compose.yml': compose(`    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U postgres"]
`),
    },
  },
  check({ system, report }) {
    for (const { service, waiting } of unhealthy(system)) {
      const { healthcheck } = service;
      const names = [...waiting.keys()].map((name) => `"${name}"`);
      const isOne = names.length === 1;
      const what = healthcheck?.isDisabled ? 'its health check is switched off' : 'it has no health check';
      report({
        at: healthcheck === undefined ? keyOf(service.node) : { node: healthcheck.node },
        message: `${listed(names)} ${isOne ? 'waits' : 'wait'} for "${service.name}" to be healthy, but ${what}: docker compose never starts ${isOne ? names[0] : 'them'}`,
        help: `give "${service.name}" a healthcheck, or wait for service_started`,
        related: [...waiting]
          .slice(0, 6)
          .map(([name, node]) => ({ at: { node }, message: `"${name}" waits here` })),
      });
    }
  },
});

interface Unhealthy {
  readonly service: Service;
  /** Who waits for it to be healthy, and where that is written. */
  readonly waiting: Map<string, Node>;
}

/** Services without a health check that others wait for, each once in however many stacks it stands. */
function unhealthy(system: System): Unhealthy[] {
  const found = new Map<string, Unhealthy>();
  for (const { stack, project, container } of composed(system)) {
    for (const { service: name, condition, node } of container.service.dependsOn) {
      const service = project.services.get(name);
      const other = stack.containers.find((candidate) => candidate.service === service);
      if (condition !== 'service_healthy' || other === undefined || isHealthChecked(other) !== 'no') continue;
      const key = `${other.service.node.doc.source.path}\0${name}`;
      const known = found.get(key) ?? { service: other.service, waiting: new Map<string, Node>() };
      found.set(key, known);
      known.waiting.set(container.service.name, child(node, 'condition'));
    }
  }
  return [...found.values()];
}
