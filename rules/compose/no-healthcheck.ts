import { defineRule } from '../../src/lint/rule.ts';
import { keyOf } from '../../src/repo/node.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import { isHealthChecked } from '../../src/stack/health.ts';
import type { Role } from '../../src/stack/knowledge/images.ts';
import { composed } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (kafka: string): string => `services:
  kafka:
    image: apache/kafka:3.9.1
${kafka}  kafka-exporter:
    image: danielqsj/kafka-exporter:v1.9.0
    depends_on:
      - kafka
`;

export const rule = defineRule({
  id: 'compose/no-healthcheck',
  severity: 'warning',
  summary: 'Others wait for a service that has no health check.',
  why: `Without a health check, \`depends_on\` waits only until the container has been started, not until the program in
it answers. What waits comes up too early, fails, and is restarted or not. A program that hangs also stays "running":
neither Docker nor a smoke test can tell.`,
  fix: `Give the service a \`healthcheck\` that asks the program itself, and let the others wait with
\`condition: service_healthy\`.`,
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:2:3'] },
  good: {
    files: {
      'docker-compose.yml': compose(`    healthcheck:
      test: ["CMD-SHELL", "/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server localhost:9092"]
`),
    },
  },
  check({ system, report }) {
    const byFile = new Map<string, Map<string, WaitedFor>>();
    const patient = new Set(
      composed(system).flatMap(({ container: { facts, service } }) =>
        facts !== undefined && PATIENT.has(facts.role) ? [service] : [],
      ),
    );
    for (const { project, container } of composed(system)) {
      const { service } = container;
      const waiting = [...project.services.values()].filter(
        (other) =>
          !patient.has(other) &&
          other.dependsOn.some(
            ({ service: name, condition }) => name === service.name && condition === 'service_started',
          ),
      );
      if (waiting.length === 0 || isHealthChecked(container) !== 'no') continue;
      const { path } = service.node.doc.source;
      const found = byFile.get(path) ?? new Map<string, WaitedFor>();
      byFile.set(path, found);
      const known = found.get(service.name) ?? { service, by: new Set<string>() };
      found.set(service.name, known);
      for (const { name } of waiting) known.by.add(name);
    }
    for (const found of byFile.values()) {
      const [first, ...others] = [...found.values()] as [WaitedFor, ...WaitedFor[]];
      const names = shortList([first, ...others].map(({ service }) => `"${service.name}"`));
      const by = shortList([...first.by].map((name) => `"${name}"`));
      report({
        at: keyOf(first.service.node),
        message:
          others.length === 0
            ? `${by} ${first.by.size === 1 ? 'waits' : 'wait'} for ${names}, which has no health check: ${first.by.size === 1 ? 'it starts' : 'they start'} before ${names} answers`
            : `others wait for ${names}, which have no health check: they start before these answer`,
        help: 'give what others wait for a healthcheck, and wait with "condition: service_healthy"',
        related: others.map(({ service, by: waiting }) => ({
          at: keyOf(service.node),
          message: `${shortList([...waiting].map((name) => `"${name}"`))} ${waiting.size === 1 ? 'waits' : 'wait'} for this`,
        })),
      });
    }
  },
});

/** What asks again and again until the other one answers: to these, it is no matter which of them is up first. */
const PATIENT: ReadonlySet<Role> = new Set([
  'prometheus',
  'vmalert',
  'alertmanager',
  'grafana',
  'promtail',
  'alloy',
  'otel-collector',
]);

interface WaitedFor {
  readonly service: Service;
  readonly by: Set<string>;
}
