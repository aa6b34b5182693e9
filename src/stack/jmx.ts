import { onceOf } from '../once.ts';
import { patternFrom } from '../pattern.ts';
import type { Files } from '../repo/files.ts';
import { child, items, type Node, type Place, spanOf, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Container, Standing } from './container.ts';
import { producedBy } from './produced.ts';
import type { System } from './system.ts';

/** A Java agent of the Prometheus JMX exporter, as a container's options switch it on. */
export interface JmxAgent {
  readonly container: Container;
  /** The variable that holds the option; undefined when it is part of the command line. */
  readonly variable: string | undefined;
  /** Where the option is written. */
  readonly place: Place;
  /** The jar's path in the container; undefined when it is not known. */
  readonly jar: string | undefined;
  /** The port that it listens on; undefined when it is not known. */
  readonly port: number | undefined;
  /** The configuration's path in the container; undefined when it is not known. */
  readonly config: string | undefined;
  readonly jarAt: Standing;
  readonly configAt: Standing;
}

/** `-javaagent:JAR=[HOST:]PORT:CONFIG` (JMX exporter documentation, "Java agent"). */
const AGENT = /-javaagent:([^\s=,"']+)=(?:([^\s:"']+|\[[^\]]*\]):)?([^\s:"']+):([^\s"',;]+)/g;

/** The agents that a container's environment and command switch on. */
export const jmxAgents = onceOf((container: Container): readonly JmxAgent[] => {
  const all = [...writtenAgents(container), ...ownAgents(container)];
  // A variable that another one is put into says the same thing twice.
  return all.filter(
    (agent, index) =>
      !all.slice(0, index).some(({ jar, port, config, variable }) => {
        const isSame = jar === agent.jar && port === agent.port && config === agent.config;
        return isSame && variable !== agent.variable && isPartOf(container, variable, agent.variable);
      }),
  );
});

/** Whether the text of one variable is a part of another's. */
function isPartOf({ env }: Container, one: string | undefined, other: string | undefined): boolean {
  const [first, second] = [one, other].map((name) => (name === undefined ? undefined : env.get(name)?.text));
  return first !== undefined && second !== undefined && (first.includes(second) || second.includes(first));
}

/**
 * The agent that Debezium's images start on 9404 by themselves when `ENABLE_JMX_EXPORTER` is true
 * (debezium/container-images, connect-base/docker-entrypoint.sh).
 */
function ownAgents(container: Container): JmxAgent[] {
  const enabled = container.env.get('ENABLE_JMX_EXPORTER');
  if (enabled?.text !== 'true' || !/^debezium\/(?:connect|kafka)/.test(container.image ?? '')) return [];
  return [
    {
      container,
      variable: 'ENABLE_JMX_EXPORTER',
      place: enabled.place,
      jar: undefined,
      port: 9404,
      config: undefined,
      jarAt: { state: 'unknown' },
      configAt: { state: 'unknown' },
    },
  ];
}

function writtenAgents(container: Container): JmxAgent[] {
  const texts: { variable: string | undefined; text: string; place: Place }[] = [
    ...[...container.env].map(([variable, { text, place }]) => ({ variable, text, place })),
    ...container.args.map(({ text, place }) => ({ variable: undefined, text, place })),
  ];
  return texts.flatMap(({ variable, text, place }) =>
    [...text.matchAll(AGENT)].map((match): JmxAgent => {
      const known = (part: string): string | undefined => (isUnknown(part) ? undefined : part);
      const jar = known(match[1] as string);
      const config = known(match[4] as string);
      const at = (path: string | undefined): Standing =>
        path === undefined || !path.startsWith('/') ? { state: 'unknown' } : container.at(path);
      return {
        container,
        variable,
        place: narrowed(place, match[0]),
        jar,
        port: /^\d+$/.test(match[3] as string) ? Number(match[3]) : undefined,
        config,
        jarAt: at(jar),
        configAt: at(config),
      };
    }),
  );
}

/** The stretch of a place at which a text stands, when it stands there as it is. */
function narrowed(place: Place, text: string): Place {
  const source = 'node' in place ? place.node.doc.source : place.source;
  if ('node' in place) {
    const value = typeof place.node.value === 'string' ? place.node.value : '';
    const start = value.indexOf(text);
    return start < 0 ? place : { node: place.node, range: { start, end: start + text.length } };
  }
  const span = spanOf(place);
  const start = source.text.indexOf(text, span.start);
  return start < 0 || start >= span.end ? place : { source, span: { start, end: start + text.length } };
}

/** The names that a JMX exporter's configuration gives its metrics. */
export interface JmxMetrics {
  /** Names with `*` for what a pattern's groups put in. */
  readonly names: readonly {
    readonly name: string;
    readonly node: Node;
    /** Whether its rule says that it is a counter. */
    readonly isCounter: boolean;
  }[];
  /** Whether some rule leaves the name to the exporter, so that others can occur. */
  readonly hasOthers: boolean;
}

/** What a configuration makes of MBeans (JMX exporter documentation, "Rules"). */
export function jmxMetrics(config: Node): JmxMetrics {
  const lowercase = child(config, 'lowercaseOutputName').value === true;
  const rules = items(child(config, 'rules'));
  const names = rules.flatMap((rule) => {
    const node = child(rule, 'name');
    const name = textOf(node);
    if (name === undefined) return [];
    const pattern = name.replace(/\$\{?\d+\}?/g, '*').replace(/[^A-Za-z0-9_:*]+/g, '_');
    const isCounter = textOf(child(rule, 'type')) === 'COUNTER';
    return [{ name: lowercase ? pattern.toLowerCase() : pattern, node, isCounter }];
  });
  // Without rules every attribute is exported, under a name made of its MBean's.
  return {
    names,
    hasOthers: rules.length === 0 || rules.some((rule) => child(rule, 'name').value === undefined),
  };
}

/** The configuration of an agent, when it is a file of the repository. */
export function agentConfig(agent: JmxAgent, files: Files): Node | undefined {
  if (agent.configAt.state !== 'file') return undefined;
  const document = files.document(agent.configAt.path);
  if (document === undefined || document.problems.length > 0) return undefined;
  return { doc: document, index: 0, path: [], value: document.values[0] };
}

/**
 * The version of an agent, as far as names tell it: `jmx_prometheus_javaagent-1.4.0.jar`, also in what its Dockerfile
 * or a script of the repository downloads.
 */
export function agentVersion({ jar, jarAt, container }: JmxAgent, files: Files): string | undefined {
  const texts = [
    jar,
    'path' in jarAt ? jarAt.path : undefined,
    ...(container.recipe?.copies.flatMap(({ sources }) => sources) ?? []),
    ...(container.recipe?.runs.map(({ text }) => text) ?? []),
  ];
  for (const text of texts) {
    const version = text === undefined ? undefined : /javaagent-(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  const script = jarAt.state === 'missing' ? producedBy(files, jarAt.path)?.place : undefined;
  return script !== undefined && 'source' in script ? downloadedVersion(script.source.text) : undefined;
}

/** The version in the address that a script downloads the agent from, also where a variable of the script holds it. */
function downloadedVersion(script: string): string | undefined {
  const match = /javaagent-(?:(\d+\.\d+(?:\.\d+)?)|\$[({]?(\w+)[)}]?)/.exec(script);
  const [, version, variable] = match ?? [];
  return variable === undefined
    ? version
    : patternFrom(`^[\\w\\s]*\\b${variable}\\s*[:?]?=\\s*["']?(\\d+\\.\\d+(?:\\.\\d+)?)["']?\\s*$`, 'm').exec(
        script,
      )?.[1];
}

/** The version that is downloaded where nothing names another. */
const NEWEST = '1.6.0';

/**
 * Where a version of the agent is downloaded: GitHub's releases hold it since 1.1.0 (JMX exporter
 * documentation, "Artifacts"), Maven Central those before.
 */
export function agentUrl(version = NEWEST): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const jar = `jmx_prometheus_javaagent-${version}.jar`;
  return major > 1 || (major === 1 && minor >= 1)
    ? `https://github.com/prometheus/jmx_exporter/releases/download/${version}/${jar}`
    : `https://repo1.maven.org/maven2/io/prometheus/jmx/jmx_prometheus_javaagent/${version}/${jar}`;
}

/** A configuration of the JMX exporter with the agents that read it; none for one that only lies there. */
export interface JmxConfig {
  readonly node: Node;
  readonly agents: readonly JmxAgent[];
}

/** Every configuration of the JMX exporter, by its shape or because an agent reads it. */
export function jmxConfigs(files: Files, agents: readonly JmxAgent[]): JmxConfig[] {
  const found = new Map<string, { node: Node; agents: JmxAgent[] }>();
  for (const { path, node, isBroken } of files.of('jmx'))
    if (!isBroken) found.set(path, { node, agents: [] });
  for (const agent of agents) {
    const node = agentConfig(agent, files);
    if (node === undefined) continue;
    const { path } = node.doc.source;
    const config = found.get(path) ?? { node, agents: [] };
    config.agents.push(agent);
    found.set(path, config);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, config]) => config);
}

/** Every agent of every stack. */
export const agentsOf = ({ stacks }: System): JmxAgent[] =>
  stacks.flatMap(({ containers }) => containers.flatMap(jmxAgents));

/** Whether a version such as `0.20.0` comes before another. */
export function isOlder(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let part = 0; part < 3; part++) {
    const difference = (one[part] ?? 0) - (two[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
