import { append } from '../../multimap.ts';
import { printable } from '../text.ts';
import { condense } from './condense.ts';
import { forwardEdges, type GraphNode, type NodeKind, type Scene, type SystemGraph } from './model.ts';

/** What Mermaid draws unless it is set up otherwise (Mermaid documentation, "Configuration", `maxTextSize` and `maxEdges`). */
const LARGEST_TEXT = 50_000;
const MOST_EDGES = 500;

/** How many nodes of a kind stand alone, from the most that can be read down to what always fits. */
const STEPS = [16, 8, 4, 1];

/** Alerts that are named in the node of their file. */
const MOST_ITEMS = 6;

/**
 * The system as a Mermaid flowchart, as GitHub draws it: what is missing is red. Of large systems, things
 * of a kind are put together, and the last stacks left out, until Mermaid takes it.
 */
export function mermaidGraph(graph: SystemGraph): string {
  for (let kept = graph.scenes.length; kept > 0; kept--) {
    for (const most of STEPS) {
      const text = flowchart(graph, kept, most);
      if (text !== undefined) return text;
    }
  }
  return 'flowchart LR\n  n0["nothing of a monitoring system is in the repository"]\n';
}

function flowchart({ scenes }: SystemGraph, kept: number, most: number): string | undefined {
  const shown = scenes.slice(0, kept).map((scene) => condense(scene, most).scene);
  const lines = ['flowchart LR', '  accTitle: The monitoring system, from what is watched to who is told'];
  const ids = new Map<string, string>();
  const classes = new Map<string, string[]>();
  const links: { readonly text: string; readonly isBroken: boolean }[] = [];
  shown.forEach((scene, index) => {
    const indent = shown.length > 1 ? '    ' : '  ';
    if (shown.length > 1) lines.push(`  subgraph s${index}[${label([scene.name])}]`);
    const edges = forwardEdges(scene);
    for (const node of scene.nodes) {
      const id = `n${ids.size}`;
      ids.set(node.id, id);
      lines.push(`${indent}${id}${shape(node)}`);
      const name =
        node.state === 'broken' ? 'broken' : node.state === 'unknown' ? 'unknown' : classOf(node.kind);
      append(classes, name, id);
    }
    if (shown.length > 1) lines.push('  end');
    for (const { from, to, state, what } of edges) {
      const arrow =
        state === 'ok'
          ? '-->'
          : state === 'broken' && !isNamed(scene, from, to)
            ? `-.->|${label([what])}|`
            : '-.->';
      links.push({ text: `  ${ids.get(from)} ${arrow} ${ids.get(to)}`, isBroken: state === 'broken' });
    }
  });
  if (kept < scenes.length)
    lines.push(`  more[${label([`${scenes.length - kept} more stacks are left out`])}]`);
  lines.push(...links.map(({ text }) => text));
  for (const [name, style] of STYLES) {
    const own = classes.get(name);
    if (own !== undefined) lines.push(`  classDef ${name} ${style}`, `  class ${own.join(',')} ${name}`);
  }
  const broken = links.flatMap(({ isBroken }, index) => (isBroken ? [index] : []));
  if (broken.length > 0)
    lines.push(`  linkStyle ${broken.join(',')} stroke:#cf222e,stroke-width:2px,color:#cf222e`);
  const text = `${lines.join('\n')}\n`;
  return text.length <= LARGEST_TEXT && links.length <= MOST_EDGES ? text : undefined;
}

/** Whether a node at an edge's end says what is missing, so that the edge need not. */
const isNamed = ({ nodes }: Scene, ...ids: readonly string[]): boolean =>
  nodes.some(({ id, kind }) => kind === 'missing' && ids.includes(id));

const classOf = (kind: NodeKind): string => {
  switch (kind) {
    case 'service':
    case 'outside':
    case 'unwatched':
      return 'watched';
    case 'rules':
    case 'tests':
    case 'evaluator':
      return 'rule';
    case 'alertmanager':
    case 'receiver':
      return 'told';
    case 'grafana':
    case 'dashboard':
      return 'shown';
    default:
      return 'collected';
  }
};

/** Colours that can be read on GitHub's light page and on its dark one: their text is theirs too. */
const STYLES: readonly (readonly [string, string])[] = [
  ['watched', 'fill:#ddf4ff,stroke:#0969da,color:#0a3069'],
  ['collected', 'fill:#fff8c5,stroke:#9a6700,color:#3b2300'],
  ['rule', 'fill:#fbefff,stroke:#8250df,color:#3e1f79'],
  ['told', 'fill:#dafbe1,stroke:#1a7f37,color:#044f1e'],
  ['shown', 'fill:#fff1e5,stroke:#bc4c00,color:#471700'],
  ['unknown', 'fill:#f6f8fa,stroke:#6e7781,color:#24292f,stroke-dasharray:4 3'],
  ['broken', 'fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-width:2px,stroke-dasharray:6 3'],
];

const SHAPES: Readonly<Partial<Record<NodeKind, readonly [string, string]>>> = {
  job: ['(', ')'],
  prometheus: ['[(', ')]'],
  store: ['[(', ')]'],
  logs: ['[(', ')]'],
  traces: ['[(', ')]'],
  rules: ['[[', ']]'],
  alertmanager: ['{{', '}}'],
  grafana: ['{{', '}}'],
  receiver: ['([', '])'],
};

function shape({ kind, name, detail, items }: GraphNode): string {
  const [open, close] = SHAPES[kind] ?? ['[', ']'];
  const isList = kind === 'rules' || kind === 'missing';
  const listed = isList ? items.slice(0, MOST_ITEMS).map((item) => `• ${item.name}`) : [];
  const rest = isList && items.length > MOST_ITEMS ? [`… ${items.length - MOST_ITEMS} more`] : [];
  return `${open}${label([name, ...(detail ? [detail] : []), ...listed, ...rest])}${close}`;
}

const LONGEST_LINE = 48;

/** Lines as a quoted label: whatever could mean something to Mermaid, Markdown or HTML is spelled as a number. */
const label = (lines: readonly string[]): string =>
  `"${lines
    .map((line) => {
      const flat = printable(line).replace(/\s+/g, ' ');
      const short = flat.length > LONGEST_LINE ? `${flat.slice(0, LONGEST_LINE - 1)}…` : flat;
      return short.replace(/[^\p{L}\p{N} ,/_•…-]/gu, (char) => `#${char.codePointAt(0)};`);
    })
    .join('<br/>')}"`;
