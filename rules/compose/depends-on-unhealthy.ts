import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { isHealthChecked } from '../../src/stack/health.ts';
import { composed } from '../../src/stack/system.ts';

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
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:8:20'] },
  good: {
    files: {
      'docker-compose.yml': compose(`    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U postgres"]
`),
    },
  },
  check({ system, report }) {
    for (const { stack, project, container } of composed(system)) {
      for (const { service: name, condition, node } of container.service.dependsOn) {
        const service = project.services.get(name);
        const other = stack.containers.find((candidate) => candidate.service === service);
        if (condition !== 'service_healthy' || other === undefined || isHealthChecked(other) !== 'no')
          continue;
        const { healthcheck } = other.service;
        report({
          at: { node: child(node, 'condition') },
          message: `"${container.service.name}" waits for "${name}" to be healthy, but ${healthcheck?.isDisabled ? 'its health check is switched off' : `"${name}" has no health check`}: docker compose never starts "${container.service.name}"`,
          help: `give "${name}" a healthcheck, or wait for service_started`,
          related: [
            healthcheck === undefined
              ? { at: { node: other.service.node, part: 'key' as const }, message: 'no health check here' }
              : { at: { node: healthcheck.node }, message: 'the health check' },
          ],
        });
      }
    }
  },
});
