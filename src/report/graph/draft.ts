import { type Finding, type FindingPlace, findingPlace } from '../../lint/finding.ts';
import type { Mask } from '../../lint/mask.ts';
import type { Place } from '../../repo/node.ts';
import { COLUMNS, type EdgeKind, type GraphState, type NodeKind, type Scene } from './model.ts';

/** What a node is made of. */
export interface NodeParts {
  readonly detail?: string | undefined;
  readonly state?: GraphState;
  readonly at?: readonly Place[];
  readonly items?: readonly ItemParts[];
  /** Stretches of files that it shows, for the findings in them. */
  readonly covers?: readonly Place[];
  /** Files that it shows as a whole. */
  readonly files?: readonly string[];
  /** For what is missing: where it ought to stand. */
  readonly column?: number;
}

export interface ItemParts {
  readonly name: string;
  readonly detail?: string | undefined;
  readonly at?: Place;
}

/** What an edge is made of. */
export interface EdgeParts {
  readonly what: string;
  readonly at?: readonly Place[];
  readonly state?: GraphState;
}

interface DraftNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  readonly column: number;
  detail: string | undefined;
  state: GraphState;
  readonly at: Place[];
  readonly items: ItemParts[];
  readonly covers: Place[];
  readonly files: string[];
}

interface DraftEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  state: GraphState;
  readonly what: string[];
  readonly at: Place[];
}

/** A drawing in the making: nodes and edges are put in where they are met, and put together where they meet again. */
export interface Draft {
  /** Puts a node in for a thing, or finds the one that is there for it; the result is its id. */
  node(thing: unknown, kind: NodeKind, name: string, parts?: NodeParts): string;
  /** Lets another thing stand for a node that is there. */
  alias(thing: unknown, id: string): void;
  /** The id of the node of a thing. */
  of(thing: unknown): string | undefined;
  add(id: string, parts: Pick<NodeParts, 'at' | 'items' | 'state'>): void;
  edge(from: string, to: string, kind: EdgeKind, parts: EdgeParts): void;
  /** Marks the edges between two sets of nodes as broken, with the reason; whether there was any. */
  breakEdges(from: readonly string[], to: readonly string[], why: string, at?: Place): boolean;
  finish(name: string, findings: readonly Finding[]): Omit<Scene, 'paths'>;
}

/** Begins a drawing; `prefix` keeps its ids apart from those of other drawings, and `mask` its secrets to itself. */
export function startDraft(prefix: string, mask: Mask): Draft {
  const nodes: DraftNode[] = [];
  const edges = new Map<string, DraftEdge>();
  const things = new Map<unknown, string>();
  const byId = new Map<string, DraftNode>();

  const freshId = (kind: NodeKind, name: string): string => {
    const wanted = `${prefix}${kind}:${mask.text(name)}`;
    let id = wanted;
    for (let count = 2; byId.has(id); count++) id = `${wanted}#${count}`;
    return id;
  };

  return {
    node(thing, kind, name, parts = {}) {
      const known = things.get(thing);
      if (known !== undefined) return known;
      const node: DraftNode = {
        id: freshId(kind, name),
        kind,
        name,
        column: parts.column ?? (kind === 'missing' ? 0 : COLUMNS[kind]),
        detail: parts.detail,
        state: parts.state ?? 'ok',
        at: [...(parts.at ?? [])],
        items: [...(parts.items ?? [])],
        covers: [...(parts.covers ?? [])],
        files: [...(parts.files ?? [])],
      };
      nodes.push(node);
      byId.set(node.id, node);
      things.set(thing, node.id);
      return node.id;
    },
    alias: (thing, id) => void things.set(thing, id),
    of: (thing) => things.get(thing),
    add(id, { at = [], items = [], state }) {
      const node = byId.get(id);
      if (node === undefined) return;
      node.at.push(...at);
      node.items.push(...items.filter(({ name }) => !node.items.some((other) => other.name === name)));
      if (state !== undefined) node.state = state;
    },
    edge(from, to, kind, { what, at = [], state = 'ok' }) {
      const key = `${from}\0${to}\0${kind}`;
      const known = edges.get(key);
      if (known === undefined) {
        edges.set(key, { from, to, kind, state, what: [what], at: [...at] });
        return;
      }
      if (!known.what.includes(what)) known.what.push(what);
      known.at.push(...at);
      if (state === 'broken') known.state = 'broken';
    },
    breakEdges(from, to, why, at) {
      let isFound = false;
      for (const edge of edges.values()) {
        if (!from.includes(edge.from) || !to.includes(edge.to)) continue;
        isFound = true;
        edge.state = 'broken';
        if (!edge.what.includes(why)) edge.what.unshift(why);
        if (at !== undefined) edge.at.unshift(at);
      }
      return isFound;
    },
    finish(name, findings) {
      const places = new Map<Place, FindingPlace>();
      const placed = (place: Place): FindingPlace => {
        let found = places.get(place);
        if (found === undefined) {
          found = mask.place(findingPlace(place));
          places.set(place, found);
        }
        return found;
      };
      const owners = findings.map((finding) => ownerOf(finding, nodes, placed));
      return {
        name,
        nodes: nodes
          .map((node) => ({
            id: node.id,
            kind: node.kind,
            name: mask.text(node.name),
            detail: node.detail === undefined ? undefined : mask.text(node.detail),
            state: node.state,
            column: node.column,
            at: distinct(node.at.map(placed)),
            items: node.items.map((item) => ({
              name: mask.text(item.name),
              detail: item.detail === undefined ? undefined : mask.text(item.detail),
              at: item.at && placed(item.at),
            })),
            findings: owners.flatMap((owner, index) => (owner === node.id ? [index] : [])),
          }))
          .sort((a, b) => a.column - b.column || KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind)),
        edges: [...edges.values()].map(({ what, at, ...edge }) => ({
          ...edge,
          what: mask.text(what.join('; ')),
          at: distinct(at.map(placed)),
        })),
      };
    },
  };
}

/** Within a column, what is missing comes last, and what nobody watches before it. */
const KIND_ORDER: readonly NodeKind[] = [
  'service',
  'job',
  'agent',
  'prometheus',
  'logs',
  'traces',
  'evaluator',
  'store',
  'rules',
  'alertmanager',
  'tests',
  'grafana',
  'dashboard',
  'receiver',
  'outside',
  'missing',
  'unwatched',
];

function distinct(places: readonly FindingPlace[]): FindingPlace[] {
  const seen = new Set<string>();
  return places.filter(({ file, start }) => {
    const key = `${file}\0${start.line}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The node that a finding is about: the one with the smallest stretch around it, or the whole file. */
function ownerOf(
  { at }: Finding,
  nodes: readonly DraftNode[],
  placed: (place: Place) => FindingPlace,
): string | undefined {
  let best: { id: string; size: number } | undefined;
  for (const { id, covers, files } of nodes) {
    for (const place of covers) {
      if (fileOf(place) !== at.file) continue;
      const { span } = placed(place);
      const size = span.end - span.start;
      const isInside = at.span.start >= span.start - KEY_LENGTH && at.span.end <= span.end + 1;
      if (isInside && (best === undefined || size < best.size)) best = { id, size };
    }
    if (best === undefined && files.includes(at.file)) best = { id, size: Number.POSITIVE_INFINITY };
  }
  return best?.id;
}

/** A value's stretch begins behind its key, which findings point at too. */
const KEY_LENGTH = 80;

const fileOf = (place: Place): string => ('node' in place ? place.node.doc.source : place.source).file.path;
