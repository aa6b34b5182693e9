import { defineRule } from '../../src/lint/rule.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import { runTogether } from '../../src/stack/compose/together.ts';
import { composed } from '../../src/stack/system.ts';

const compose = (name: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    container_name: monitoring
  grafana:
    image: grafana/grafana:12.0.2
    container_name: ${name}
`;

export const rule = defineRule({
  id: 'compose/container-name-clash',
  severity: 'error',
  peers: ['dclint no-duplicate-container-names'],
  summary: 'Two services give their containers the same name.',
  why: `A machine has one container of a name. Docker refuses to create the second one ("is already in use"), and its
service does not start.`,
  fix: `Give each its own \`container_name\`, or none: compose makes one of the project's and the service's name.`,
  bad: { files: { 'docker-compose.yml': compose('monitoring') }, at: ['docker-compose.yml:7:21'] },
  good: { files: { 'docker-compose.yml': compose('monitoring-ui') } },
  check({ system, report }) {
    for (const project of new Set(composed(system).map((one) => one.project))) {
      const seen: { service: Service; name: string }[] = [];
      for (const service of project.services.values()) {
        const node = service.field('container_name');
        const name = service.containerName;
        if (node === undefined || name === undefined || isUnknown(name)) continue;
        const other = seen.find((one) => one.name === name && runTogether(one.service, service));
        seen.push({ service, name });
        const first = other?.service.field('container_name');
        if (other === undefined || first === undefined) continue;
        report({
          at: { node },
          message: `the container of "${service.name}" is named "${name}", like that of "${other.service.name}": only one of them can start`,
          help: 'give each its own container_name, or none',
          related: [{ at: { node: first }, message: `the container of "${other.service.name}"` }],
        });
      }
    }
  },
});
