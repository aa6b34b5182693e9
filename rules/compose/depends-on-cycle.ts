import { defineRule } from '../../src/lint/rule.ts';
import { isFields, keyOf } from '../../src/repo/node.ts';
import type { Project } from '../../src/stack/compose/project.ts';
import { composed } from '../../src/stack/system.ts';

const compose = (dependency: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
${dependency}  grafana:
    image: grafana/grafana:12.0.2
    depends_on: [prometheus]
`;

export const rule = defineRule({
  id: 'compose/depends-on-cycle',
  severity: 'error',
  summary: 'Services that wait for one another in a circle.',
  why: `Docker Compose refuses the whole project: "dependency cycle detected". Nothing starts.`,
  fix: `Remove one of the dependencies: what can try again by itself does not have to wait. Prometheus and Grafana go on
when what they read is not there yet.`,
  bad: {
    files: { 'docker-compose.yml': compose('    depends_on: [grafana]\n') },
    at: ['docker-compose.yml:4:18'],
  },
  good: { files: { 'docker-compose.yml': compose('') } },
  check({ system, report }) {
    for (const project of new Set(composed(system).map((one) => one.project))) {
      for (const names of cyclesOf(project)) {
        const [first = ''] = names;
        const dependency = project.services
          .get(first)
          ?.dependsOn.find(({ service }) => service === (names[1] ?? first));
        if (dependency === undefined) continue;
        const { node } = dependency;
        report({
          at: isFields(node.value) || node.value === null ? keyOf(node) : { node },
          message: `${[...names, first].map((name) => `"${name}"`).join(' waits for ')}: docker compose refuses to start anything`,
          help: 'remove one of these dependencies',
        });
      }
    }
  },
});

/** The circles of dependencies, each once, as the names of its services from the first in the file. */
function cyclesOf({ services }: Project): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) {
      cycles.push(path.slice(at));
      return;
    }
    if (done.has(name)) return;
    for (const { service } of services.get(name)?.dependsOn ?? []) visit(service, [...path, name]);
    done.add(name);
  };
  for (const name of services.keys()) visit(name, []);
  return cycles;
}
