import type { EdgeKind, GraphPlace, GraphState, NodeKind, SystemGraph } from './model.ts';

/**
 * The system's graph for programs: what `graph --format json` prints. Its shape is
 * `schemas/graph.schema.json`, and changes only with `version`.
 */
export interface JsonGraph {
  readonly version: 1;
  /** What runs together, each as one graph. */
  readonly stacks: readonly {
    readonly name: string;
    readonly nodes: readonly JsonNode[];
    /** Edges lead from what is watched to who is told; some lead back, as from a Grafana that is scraped itself. */
    readonly edges: readonly JsonEdge[];
  }[];
  readonly paths: readonly JsonGraphPath[];
}

export interface JsonPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface JsonNode {
  /** Unique among all stacks, and the same for the same repository. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  readonly detail: string | null;
  readonly state: GraphState;
  readonly places: readonly JsonPlace[];
  /** A rule file's alerts, a job's targets, a dashboard's panels. */
  readonly items: readonly {
    readonly name: string;
    readonly detail: string | null;
    readonly place: JsonPlace | null;
  }[];
}

export interface JsonEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** `broken` where a link is missing that must hold. */
  readonly state: GraphState;
  /** What proves it, or what is missing. */
  readonly what: string;
  readonly places: readonly JsonPlace[];
}

export interface JsonGraphPath {
  readonly name: string;
  readonly inferred: boolean;
  readonly covered: boolean;
  readonly links: readonly {
    readonly name: string;
    /** `gap` where it must hold and does not, `open` where it need not hold. */
    readonly mark: 'proved' | 'gap' | 'open' | 'unknown';
    readonly proof: readonly ({ readonly what: string } & JsonPlace)[];
    readonly gap: string | null;
    /** Ids of the nodes that it is about, those of what is missing among them. */
    readonly nodes: readonly string[];
  }[];
}

/** The system's graph as data. */
export function jsonGraph({ scenes, paths }: SystemGraph): JsonGraph {
  return {
    version: 1,
    stacks: scenes.map(({ name, nodes, edges }) => ({
      name,
      nodes: nodes.map(({ id, kind, name: own, detail, state, at, items }) => ({
        id,
        kind,
        name: own,
        detail: detail ?? null,
        state,
        places: at.map(placeOf),
        items: items.map((item) => ({
          name: item.name,
          detail: item.detail || null,
          place: item.at ? placeOf(item.at) : null,
        })),
      })),
      edges: edges.map(({ from, to, kind, state, what, at }) => ({
        from,
        to,
        kind,
        state,
        what,
        places: at.map(placeOf),
      })),
    })),
    paths: paths.map(({ name, isInferred, isCovered, links }) => ({
      name,
      inferred: isInferred,
      covered: isCovered,
      links: links.map(({ name: link, mark, proof, gap, nodes }) => ({
        name: link,
        mark,
        proof: proof.map(({ what, at }) => ({ what, ...placeOf(at) })),
        gap: gap ?? null,
        nodes,
      })),
    })),
  };
}

const placeOf = ({ file, start }: GraphPlace): JsonPlace => ({ file, line: start.line });
