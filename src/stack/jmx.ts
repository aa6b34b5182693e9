import type { Files } from '../repo/files.ts';
import { child, items, type Node, type Place, spanOf, textOf } from '../repo/node.ts';
import { isUnknown } from './compose/interpolate.ts';
import type { Container, Standing } from './container.ts';

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
export function jmxAgents(container: Container): JmxAgent[] {
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
  readonly names: readonly { readonly name: string; readonly node: Node }[];
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
    return [{ name: lowercase ? pattern.toLowerCase() : pattern, node }];
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
