import { type Cause, defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import type { Document } from '../../src/repo/document.ts';
import { child, isFields, keyOf, type Place, textItems, textOf } from '../../src/repo/node.ts';
import { profilesInCommands } from '../../src/stack/compose/commands.ts';
import { interpolate, isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Project } from '../../src/stack/compose/project.ts';
import type { Service } from '../../src/stack/compose/service.ts';
import { composed, type Stack, type System } from '../../src/stack/system.ts';
import { counted, nearest } from '../../src/words.ts';
import { composeFiles, hiddenByDoubles } from '../shared/causes.ts';

const compose = (dependency: string): string => `services:
  prometheus:
    image: prom/prometheus:v3.5.0
    volumes:
      - prometheus-data:/prometheus
  grafana:
    image: grafana/grafana:12.0.2
    depends_on:
      - ${dependency}
    volumes:
      - grafana-data:/var/lib/grafana
volumes:
  prometheus-data:
  grafana-data:
`;

export const rule = defineRule({
  id: 'compose/depends-on-unknown',
  severity: 'error',
  summary: 'A service depends on one that does not exist, or that its profile leaves out.',
  why: `Docker Compose refuses the whole project: "depends on undefined service". Nothing starts, the monitoring
included. A service in a profile that is not switched on counts as undefined too.`,
  fix: `Correct the name, or remove the dependency. Of a service in a profile, give both the same profile, or write the
dependency with \`required: false\`.`,
  bad: { files: { 'docker-compose.yml': compose('promtheus') }, at: ['docker-compose.yml:9:9'] },
  good: { files: { 'docker-compose.yml': compose('prometheus') } },
  check({ system, report }) {
    const used = profilesInCommands(system.files);
    const grouped = new Map<Service, LeftOut[]>();
    const missing = new Map<string, Missing[]>();
    for (const { stack, project, container } of composed(system)) {
      if (project.isPartial) continue;
      const { service } = container;
      for (const { name, place, word, isRequired } of dependenciesOf(service)) {
        if (isUnknown(name)) continue;
        const found = project.services.get(name);
        if (found === undefined) {
          const where = otherProjects(stack, system).find(({ services }) => services.has(name));
          if (where !== undefined && isNear(stack, where)) continue;
          append(missing, [project.paths[0], name].join('\0'), {
            service,
            place,
            word,
            name,
            close: nearest(name, project.services.keys()),
            // Something that the repository does not tell may put the files of both together.
            isSure: where === undefined,
            followsFrom: hiddenByDoubles(system, composeFiles(stack), name),
          });
        } else if (isRequired) {
          const without = profileWithout(service, found, project);
          if (without === undefined) continue;
          const isSure =
            without === '' &&
            // Where an overlay adds the profile, the files below it run without.
            found.field('profiles')?.doc === documentOf(place) &&
            !found.profiles.some((profile) => used.has(profile));
          grouped.set(found, [...(grouped.get(found) ?? []), { service, place, word, without, isSure }]);
        }
      }
    }
    for (const [first, ...others] of missing.values()) {
      if (first === undefined) continue;
      const { service, place, word, name, close, isSure, followsFrom } = first;
      const also = others.length === 0 ? '' : `, as ${counted(others.length, 'other does', 'others do')},`;
      report({
        at: place,
        message: `"${service.name}" ${word} "${name}"${also || ','} which is no service of this project: docker compose refuses to start anything`,
        help: close ? `did you mean "${close}"?` : 'correct the name, or remove the dependency',
        related: others.slice(0, 4).map((other) => ({
          at: other.place,
          message: `"${other.service.name}" needs it too`,
        })),
        ...(isSure ? {} : { confidence: 'medium' as const }),
        followsFrom,
      });
    }
    // However many wait for it, it is mended in one place.
    for (const [found, all] of grouped) {
      const first = all.find((one) => one.isSure) ?? all[0];
      if (first === undefined) continue;
      const others = all.filter((one) => one !== first);
      const { service, place, word, without, isSure } = first;
      const profiles = found.profiles.map((profile) => `"${profile}"`).join(' or ');
      report({
        at: place,
        message: `"${service.name}" ${word} "${found.name}", which ${without === '' ? 'runs only' : `profile "${without}" leaves out: it runs only`} with ${profiles}: ${without === '' ? 'without that profile' : 'then'} docker compose refuses to start anything`,
        help: 'give both services the same profile, or write the dependency with "required: false"',
        related: others.map((other) => ({
          at: other.place,
          message: `"${other.service.name}" needs it too`,
        })),
        ...(isSure ? {} : { confidence: 'medium' }),
      });
    }
  },
});

/** A dependency on a service that is not there. */
interface Missing {
  readonly service: Service;
  readonly place: Place;
  readonly word: string;
  readonly name: string;
  /** The service that may be meant. */
  readonly close: string | undefined;
  readonly isSure: boolean;
  readonly followsFrom: readonly Cause[];
}

/** A dependency on a service that its profile may leave out. */
interface LeftOut {
  readonly service: Service;
  readonly place: Place;
  readonly word: string;
  /** The profile with which that happens, '' for none at all. */
  readonly without: string;
  readonly isSure: boolean;
}

const documentOf = (place: Place): Document | undefined => ('node' in place ? place.node.doc : undefined);

interface NamedService {
  readonly name: string;
  readonly place: Place;
  readonly word: string;
  readonly isRequired: boolean;
}

/** Every service that a service cannot run without, however it says so. */
function dependenciesOf(service: Service): NamedService[] {
  const environment = service.layers.at(-1)?.environment;
  const known = (text: string): string => (environment ? interpolate(text, environment) : text);
  const found: NamedService[] = service.dependsOn.map(({ service: name, node, isRequired }) => ({
    name,
    place: isFields(node.value) || node.value === null ? keyOf(node) : { node },
    word: 'depends on',
    isRequired,
  }));
  for (const [key, word] of [
    ['links', 'is linked to'],
    ['volumes_from', 'takes the volumes of'],
  ] as const) {
    const list = service.field(key);
    for (const { text, node } of list ? textItems(list) : []) {
      if (key === 'volumes_from' && text.startsWith('container:')) continue;
      found.push({ name: known(text).split(':')[0] as string, place: { node }, word, isRequired: true });
    }
  }
  const mode = service.field('network_mode');
  const shared = mode && /^service:(.+)$/.exec(known(textOf(child(mode)) ?? ''))?.[1];
  if (mode && shared)
    found.push({ name: shared, place: { node: mode }, word: 'uses the network of', isRequired: true });
  return found;
}

const otherProjects = (stack: Stack, { stacks }: System): Project[] =>
  stacks.flatMap(({ project }) => (project === undefined || project === stack.project ? [] : [project]));

/** Another project may be given together with this one, and then its services are this one's. */
const isNear = ({ beside, alternatives }: Stack, project: Project): boolean =>
  beside.includes(project) || alternatives.includes(project);

/**
 * A profile with which a service runs and what it depends on does not, '' for the service that always
 * runs; undefined when there is none.
 */
function profileWithout(service: Service, dependency: Service, project: Project): string | undefined {
  const always = (project.environment.get('COMPOSE_PROFILES') ?? '').split(',');
  const isOn = (profile: string): boolean => profile === '*' || dependency.profiles.includes(profile);
  if (dependency.profiles.length === 0 || always.some(isOn)) return undefined;
  if (service.profiles.length === 0) return '';
  return service.profiles.find((profile) => !dependency.profiles.includes(profile));
}
