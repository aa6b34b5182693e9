import type { LinkName } from '../../config/config.ts';
import type { FindingPlace } from '../../lint/finding.ts';
import type { Mark } from '../matrix.ts';

/** What a node of the picture stands for. */
export type NodeKind =
  /** A compose service that is scraped, or that sends something. */
  | 'service'
  /** Services that nothing scrapes and that send nothing, together. */
  | 'unwatched'
  /** Addresses outside the repository that a job scrapes. */
  | 'outside'
  | 'job'
  /** Promtail, Alloy or an OpenTelemetry collector. */
  | 'agent'
  | 'prometheus'
  /** A vmalert, which evaluates rules for a Prometheus. */
  | 'evaluator'
  /** A store that a Prometheus or vmagent writes its series to. */
  | 'store'
  | 'logs'
  | 'traces'
  /** A rule file, or the alerts that Grafana evaluates itself. */
  | 'rules'
  | 'grafana'
  | 'alertmanager'
  | 'tests'
  | 'dashboard'
  | 'receiver'
  /** What ought to be there, and is not. */
  | 'missing';

/** `broken` where a link is missing that must hold, `unknown` where the repository does not tell. */
export type GraphState = 'ok' | 'broken' | 'unknown';

/** Something in a file, as it may be shown: its text has no secret in it. */
export type GraphPlace = FindingPlace;

/** A part of a node: an alert of a rule file, a target of a job, a panel of a dashboard. */
export interface GraphItem {
  readonly name: string;
  /** What there is to say of it in a few words, such as an alert's severity. */
  readonly detail: string | undefined;
  /** Undefined where its line would not be worth the reading of a large file. */
  readonly at: GraphPlace | undefined;
}

export interface GraphNode {
  /** Unique in the whole picture, and the same for the same system. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  readonly detail: string | undefined;
  readonly state: GraphState;
  readonly at: readonly GraphPlace[];
  readonly items: readonly GraphItem[];
  /** What is said in `CheckResult.findings` of what it shows, as indexes. */
  readonly findings: readonly number[];
  /** Which column it stands in, from the services at the left to the receivers at the right. */
  readonly column: number;
}

/** What goes along an edge: always from the services towards the people. */
export type EdgeKind =
  | 'exposes'
  | 'scrapes'
  | 'sends'
  | 'loads'
  | 'tests'
  | 'alerts'
  | 'routes'
  | 'reads'
  | 'shows';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly state: GraphState;
  /** What proves it, or what is missing, in words. */
  readonly what: string;
  readonly at: readonly GraphPlace[];
}

/** A link of a path's chain, with what of the picture it is about. */
export interface GraphLink {
  readonly name: LinkName;
  readonly mark: Mark;
  readonly proof: readonly { readonly what: string; readonly at: GraphPlace }[];
  /** Why it is not proved. */
  readonly gap: string | undefined;
  readonly at: GraphPlace | undefined;
  /** Ids of nodes. */
  readonly nodes: readonly string[];
}

/** A critical path through the picture. */
export interface GraphPath {
  readonly name: string;
  readonly isInferred: boolean;
  readonly isCovered: boolean;
  readonly links: readonly GraphLink[];
  readonly alerts: readonly {
    readonly name: string;
    readonly severity: string | undefined;
    /** In the worst case, in seconds. */
    readonly detectedWithin: number;
    /** How that comes about, as `scrape 15s + evaluation 15s + for 2m = 2m30s`. */
    readonly sum: string;
  }[];
}

/** What runs together, as one drawing. */
export interface Scene {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The paths that lead through it, as indexes of `SystemGraph.paths`. */
  readonly paths: readonly number[];
}

/** The system as a picture. */
export interface SystemGraph {
  readonly scenes: readonly Scene[];
  readonly paths: readonly GraphPath[];
}

/** The columns, from left to right. */
export const COLUMNS: Readonly<Record<Exclude<NodeKind, 'missing'>, number>> = {
  service: 0,
  unwatched: 0,
  outside: 0,
  job: 1,
  agent: 1,
  prometheus: 2,
  logs: 2,
  traces: 2,
  evaluator: 3,
  store: 3,
  rules: 4,
  grafana: 4,
  alertmanager: 5,
  tests: 5,
  dashboard: 5,
  receiver: 6,
};

/** Whether an edge leads on, from left to right: a Prometheus that scrapes itself or its Grafana does not. */
export function leadsOn(edge: GraphEdge, columns: ReadonlyMap<string, number>): boolean {
  const [from, to] = [columns.get(edge.from), columns.get(edge.to)];
  return from !== undefined && to !== undefined && from < to;
}

/** The edges of a scene that lead on. */
export function forwardEdges({ nodes, edges }: Scene): GraphEdge[] {
  const columns = new Map(nodes.map(({ id, column }) => [id, column]));
  return edges.filter((edge) => leadsOn(edge, columns));
}

/** Where something stands, as `file:line`. */
export const placeText = ({ file, start }: GraphPlace): string => `${file}:${start.line}`;

/** What a kind of node is called. */
export const KIND_NAMES: Readonly<Record<NodeKind, string>> = {
  service: 'service',
  unwatched: 'not watched',
  outside: 'outside',
  job: 'scrape job',
  agent: 'agent',
  prometheus: 'Prometheus',
  evaluator: 'vmalert',
  store: 'metrics store',
  logs: 'log store',
  traces: 'trace store',
  rules: 'rules',
  grafana: 'Grafana',
  alertmanager: 'Alertmanager',
  tests: 'rule tests',
  dashboard: 'dashboard',
  receiver: 'receiver',
  missing: 'missing',
};
