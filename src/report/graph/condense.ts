import { append } from '../../multimap.ts';
import { counted } from '../../words.ts';
import type { GraphEdge, GraphItem, GraphNode, NodeKind, Scene } from './model.ts';

/** Kinds of which many may be drawn as one, with the words for several. */
const PLURALS: Readonly<Partial<Record<NodeKind, readonly [string, string]>>> = {
  receiver: ['receiver', 'receivers'],
  dashboard: ['dashboard', 'dashboards'],
  tests: ['test file', 'test files'],
  rules: ['rule file', 'rule files'],
  job: ['scrape job', 'scrape jobs'],
  outside: ['outside target', 'outside targets'],
  service: ['service', 'services'],
  missing: ['missing', 'missing'],
};

/** A scene, and what has become of each of its nodes. */
export interface Condensed {
  readonly scene: Scene;
  readonly ids: ReadonlyMap<string, string>;
}

/**
 * A scene in which at most about `most` nodes of a kind stand alone: of a kind with more, those that lead to the
 * same nodes become one, which lists them. What is broken stays apart from what is not.
 */
export function condense(scene: Scene, most: number): Condensed {
  let current = scene;
  const ids = new Map(scene.nodes.map(({ id }) => [id, id]));
  for (const kind of Object.keys(PLURALS) as NodeKind[]) {
    if (current.nodes.filter((node) => node.kind === kind).length <= most) continue;
    const into = groupsOf(current, kind);
    current = merged(current, into);
    for (const [id, now] of ids) ids.set(id, into.get(now) ?? now);
  }
  return { scene: current, ids };
}

/** For each node of a kind that is put together with others, the id of the one that stands for them. */
function groupsOf({ nodes, edges }: Scene, kind: NodeKind): Map<string, string> {
  const groups = new Map<string, GraphNode[]>();
  for (const node of nodes.filter((other) => other.kind === kind)) {
    const out = edges.filter(({ from }) => from === node.id);
    const along = out.length > 0 ? out : edges.filter(({ to }) => to === node.id);
    const ends = along.map(({ from, to, state }) => `${from === node.id ? to : from}\0${state}`).sort();
    const key = [node.state, node.column, ...new Set(ends)].join('\0');
    append(groups, key, node);
  }
  const into = new Map<string, string>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const { id } of group) into.set(id, (group[0] as GraphNode).id);
  }
  return into;
}

function merged(scene: Scene, into: ReadonlyMap<string, string>): Scene {
  const members = new Map<string, GraphNode[]>();
  for (const node of scene.nodes) {
    const id = into.get(node.id);
    if (id !== undefined) append(members, id, node);
  }
  const nodes = scene.nodes.flatMap((node): GraphNode[] => {
    const id = into.get(node.id);
    if (id === undefined) return [node];
    return id === node.id ? [together(members.get(id) ?? [node])] : [];
  });
  const edges = new Map<string, GraphEdge>();
  for (const edge of scene.edges) {
    const [from, to] = [into.get(edge.from) ?? edge.from, into.get(edge.to) ?? edge.to];
    if (from === to) continue;
    const key = [from, to, edge.kind, edge.state].join('\0');
    const known = edges.get(key);
    edges.set(
      key,
      known === undefined
        ? { ...edge, from, to }
        : {
            ...known,
            what: known.what.includes(edge.what) ? known.what : `${known.what}; ${edge.what}`,
            at: [...known.at, ...edge.at],
          },
    );
  }
  return { ...scene, nodes, edges: [...edges.values()] };
}

function together(nodes: readonly GraphNode[]): GraphNode {
  const [first] = nodes as [GraphNode];
  const [singular, plural] = PLURALS[first.kind] ?? ['thing', 'things'];
  return {
    ...first,
    name: counted(nodes.length, singular, plural),
    detail: undefined,
    at: [],
    items: nodes.map(({ name, detail, at }): GraphItem => ({ name, detail, at: at[0] })),
    findings: [...new Set(nodes.flatMap(({ findings }) => findings))].sort((a, b) => a - b),
  };
}
