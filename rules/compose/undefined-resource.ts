import { defineRule } from '../../src/lint/rule.ts';
import { child, isFields, keyOf, type Place } from '../../src/repo/node.ts';
import { resolvePath } from '../../src/repo/path.ts';
import { sourcePlace } from '../../src/stack/compose/binds.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Project, ResourceKind } from '../../src/stack/compose/project.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import { composed, type Stack, type System } from '../../src/stack/system.ts';
import { nearest } from '../../src/words.ts';

const compose = (volumes: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - prometheus-data:/prometheus
${volumes}`;

export const rule = defineRule({
  id: 'compose/undefined-resource',
  severity: 'error',
  summary: 'A service uses a volume, network, config or secret that the project does not declare.',
  why: `Docker Compose refuses the whole project: "refers to undefined volume". Nothing starts. A path of a folder that
does not begin with \`./\` is taken for the name of a volume.`,
  fix: `Declare it at the top level of the file, as in \`volumes: { prometheus-data: }\`, or correct the name. Write the
path of a folder with \`./\` before it.`,
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:5:9'] },
  good: { files: { 'docker-compose.yml': compose('volumes:\n  prometheus-data:\n') } },
  check({ system, report }) {
    for (const { stack, project, container } of composed(system)) {
      if (project.isPartial) continue;
      const { service } = container;
      for (const { kind, name, place } of usesOf(service)) {
        if (isUnknown(name) || project[kind].has(name) || isElsewhere(stack, kind, name)) continue;
        report({
          at: place,
          message: `"${service.name}" uses the ${kind.slice(0, -1)} "${name}", which the project does not declare: docker compose refuses to start anything`,
          help: helpFor(kind, name, project, system),
          // Something that the repository does not tell may put the files of both together.
          ...(system.stacks.some((other) => other.project?.[kind].has(name)) ? { confidence: 'medium' } : {}),
        });
      }
    }
  },
});

interface Use {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly place: Place;
}

function usesOf(service: Service): Use[] {
  const networks = service.networks
    .filter(({ name }) => name !== 'default')
    .map(
      ({ name, node }): Use => ({
        kind: 'networks',
        name,
        place: node.path.at(-1) === name ? keyOf(node) : { node },
      }),
    );
  const mounts = service.mounts.flatMap((mount): Use[] => {
    const { type, source, node } = mount;
    if (
      source === undefined ||
      source === '' ||
      (type !== 'volume' && type !== 'config' && type !== 'secret')
    )
      return [];
    const place: Place =
      type === 'volume' ? sourcePlace(mount) : { node: isFields(node.value) ? child(node, 'source') : node };
    return [{ kind: `${type}s`, name: source, place }];
  });
  return [...networks, ...mounts];
}

/** Another project may be given together with this one, and then its declarations are this one's. */
const isElsewhere = ({ beside, alternatives }: Stack, kind: ResourceKind, name: string): boolean =>
  [...beside, ...alternatives].some((project) => project[kind].has(name));

function helpFor(kind: ResourceKind, name: string, project: Project, { files }: System): string {
  const path = resolvePath(project.folder, name);
  const isPath = name.includes('/') || (path !== undefined && files.repo.entry(path) !== undefined);
  if (kind === 'volumes' && isPath) return `if it is a path, write "./${name}"`;
  const close = nearest(name, project[kind].keys());
  return close ? `did you mean "${close}"?` : `declare it: ${kind}: { ${name}: }`;
}
