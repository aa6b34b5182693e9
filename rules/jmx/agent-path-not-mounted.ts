import { defineRule } from '../../src/lint/rule.ts';
import { escaped, patternFrom } from '../../src/pattern.ts';
import type { Place } from '../../src/repo/node.ts';
import { basename, below, dirname } from '../../src/repo/path.ts';
import type { Container, Standing } from '../../src/stack/container.ts';
import { agentsOf, type JmxAgent } from '../../src/stack/jmx.ts';
import { isUnread } from '../../src/stack/jmx-options.ts';
import { BRINGS_AGENT } from '../../src/stack/knowledge/java.ts';
import { AGENT_CONFIG } from '../shared/jmx-examples.ts';

const compose = (folder: string): string => `services:
  connect:
    image: apache/kafka:3.9.1
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=9404:/opt/jmx/connect.yml
    volumes:
      - ./jmx/jmx_prometheus_javaagent.jar:${folder}/jmx_prometheus_javaagent.jar:ro
      - ./jmx/connect.yml:/opt/jmx/connect.yml:ro
`;
const DOWNLOAD =
  'curl -fsSL -o jmx/jmx_prometheus_javaagent.jar https://github.com/prometheus/jmx_exporter/releases/download/1.4.0/jmx_prometheus_javaagent-1.4.0.jar\n';

export const rule = defineRule({
  id: 'jmx/agent-path-not-mounted',
  severity: 'error',
  summary: 'A `-javaagent` that names a path at which nothing is mounted.',
  why: `The jar and its configuration are looked for inside the container. When the option names another path than
the mount, the JVM finds nothing there and stops before the program starts, although the files are mounted.`,
  fix: 'Write the same path into the option and into the mount; of a mounted folder, the path of the file in it.',
  bad: {
    files: {
      'docker-compose.yml': compose('/usr/share/jmx'),
      'download.sh': DOWNLOAD,
      'jmx/connect.yml': AGENT_CONFIG,
    },
    at: ['docker-compose.yml:5:30'],
  },
  good: {
    files: {
      'docker-compose.yml': compose('/opt/jmx'),
      'download.sh': DOWNLOAD,
      'jmx/connect.yml': AGENT_CONFIG,
    },
  },
  check({ system, report }) {
    for (const agent of agentsOf(system)) {
      // An option that no JVM reads is that, whatever it names.
      if (isUnread(agent, system.files)) continue;
      const isConfig = (source: string): boolean =>
        system.files.at(source).some(({ kind }) => kind === 'jmx');
      for (const [path, standing, what] of [
        [agent.jar, agent.jarAt, 'jar'],
        [agent.config, agent.configAt, 'configuration'],
      ] as const) {
        const fault = path === undefined ? undefined : faultOf(agent, path, standing, what, isConfig);
        if (fault !== undefined) report(fault);
      }
    }
  },
});

function faultOf(
  { container, place }: JmxAgent,
  path: string,
  standing: Standing,
  what: 'jar' | 'configuration',
  isConfig: (source: string) => boolean,
): { at: Place; message: string; help: string; related: { at: Place; message: string }[] } | undefined {
  const isBuilt = standing.state === 'unknown' && container.service.build !== undefined;
  if (standing.state !== 'image' && !isBuilt) return undefined;
  const wanted =
    what === 'jar' ? /javaagent.*\.jar$|jmx.*\.jar$/i : patternFrom(`^${escaped(basename(path))}$`);
  // A file that is mounted elsewhere is the one that is meant, even where it is downloaded later.
  const mounted = container.service.mounts.filter(
    ({ target, type, path: source }) =>
      type === 'bind' &&
      target !== undefined &&
      (wanted.test(basename(target)) ||
        (what === 'configuration' && source !== undefined && isConfig(source))),
  );
  const found = container.below('/').found.filter(({ target }) => wanted.test(basename(target)));
  const [other] = [
    ...mounted.map(({ target, node }) => ({ target: target ?? '', via: { node } as Place })),
    ...found,
    ...downloads(container, path),
  ];
  // Without such a file only an image that brings no agent of its own tells that nothing is there.
  if (other === undefined && (isBuilt || container.facts?.role !== 'app' || bringsAgent(container)))
    return undefined;
  if (isBuilt && mayHold(container, path)) return undefined;
  const name = container.service.name;
  return {
    at: narrowed(place, path),
    message:
      other === undefined
        ? `nothing is mounted at "${path}" in "${name}", where -javaagent looks for its ${what}: the JVM does not start`
        : `-javaagent looks for its ${what} at "${path}", and it is ${'node' in other.via ? 'mounted' : 'put'} at "${other.target}" in "${name}": the JVM does not start`,
    help:
      other === undefined
        ? `mount the ${what} at "${path}"`
        : `write "${other.target}" here, or ${'node' in other.via ? 'mount' : 'put'} it at "${path}"`,
    related:
      other === undefined
        ? []
        : [{ at: other.via, message: `it is ${'node' in other.via ? 'mounted' : 'put'} here` }],
  };
}

const bringsAgent = ({ image }: Container): boolean => image !== undefined && BRINGS_AGENT.test(image);

/** What steps of the image's build fetch under a file's name. */
const downloads = ({ recipe }: Container, path: string): { target: string; via: Place }[] =>
  (recipe?.copies ?? []).flatMap(({ target, span }) =>
    recipe !== undefined && basename(target) === basename(path)
      ? [{ target, via: { source: recipe.source, span } }]
      : [],
  );

/** Whether a volume, or a step of the image's build, may put something at a path. */
const mayHold = ({ service, recipe }: Container, path: string): boolean =>
  service.mounts.some(({ target }) => target === undefined || below(target, path) !== undefined) ||
  recipe?.runs.some(({ text }) => text.includes(dirname(path)) || text.includes(basename(path))) === true ||
  recipe?.copies.some(({ target }) => below(target, path) !== undefined) === true;

/** The stretch of a place at which a path stands. */
function narrowed(place: Place, path: string): Place {
  if (!('node' in place) || typeof place.node.value !== 'string') return place;
  const start = place.node.value.indexOf(path, place.range?.start ?? 0);
  return start < 0 ? place : { node: place.node, range: { start, end: start + path.length } };
}
