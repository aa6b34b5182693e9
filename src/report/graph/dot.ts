import { printable } from '../text.ts';
import {
  forwardEdges,
  type GraphNode,
  type GraphState,
  type NodeKind,
  placeText,
  type Scene,
  type SystemGraph,
} from './model.ts';

/** The system as a graph in Graphviz's language (Graphviz documentation, "DOT Language"). */
export function dotGraph({ scenes }: SystemGraph): string {
  const lines = [
    'digraph "monitoring" {',
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, color="#57606a", fillcolor="#f6f8fa"];',
    '  edge [color="#57606a", fontname="Helvetica", fontsize=9];',
    ...scenes.flatMap((scene, index) =>
      scenes.length === 1
        ? sceneLines(scene, '  ')
        : [
            `  subgraph ${quoted(`cluster_${index}`)} {`,
            `    label=${quoted(scene.name)};`,
            ...sceneLines(scene, '    '),
            '  }',
          ],
    ),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function sceneLines(scene: Scene, indent: string): string[] {
  return [
    ...scene.nodes.map((node) => `${indent}${quoted(node.id)} [${nodeAttributes(node).join(', ')}];`),
    ...forwardEdges(scene).map(({ from, to, kind, state, what }) => {
      const attributes = [
        ...(state === 'broken' ? [`label=${quoted(kind)}`] : []),
        ...LOOKS[state],
        `tooltip=${quoted(what)}`,
      ];
      return `${indent}${quoted(from)} -> ${quoted(to)} [${attributes.join(', ')}];`;
    }),
  ];
}

const LOOKS: Readonly<Record<GraphState, readonly string[]>> = {
  ok: [],
  unknown: ['style=dashed'],
  broken: ['style=dashed', 'color="#cf222e"', 'fontcolor="#cf222e"', 'penwidth=2'],
};

const FILLS: Readonly<Partial<Record<NodeKind, string>>> = {
  service: '#ddf4ff',
  job: '#fff8c5',
  agent: '#fff8c5',
  prometheus: '#fff8c5',
  rules: '#fbefff',
  tests: '#fbefff',
  alertmanager: '#dafbe1',
  receiver: '#dafbe1',
  grafana: '#fff1e5',
  dashboard: '#fff1e5',
};

function nodeAttributes({ kind, name, detail, items, at, state }: GraphNode): string[] {
  const listed = kind === 'rules' || kind === 'missing' ? items.map((item) => item.name) : [];
  const fill = FILLS[kind];
  return [
    `label=${quoted([name, ...(detail ? [detail] : []), ...listed].join('\n'))}`,
    ...(state === 'broken'
      ? ['fillcolor="#ffebe9"', 'color="#cf222e"', 'fontcolor="#82071e"', 'penwidth=2']
      : fill
        ? [`fillcolor="${fill}"`]
        : []),
    ...(at.length > 0 ? [`tooltip=${quoted(at.map(placeText).join('\n'))}`] : []),
  ];
}

/** A quoted string: Graphviz knows escapes such as `\N`, so that a backslash is written as two. */
const quoted = (text: string): string =>
  `"${printable(text)
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    // A runner looks for its commands in whatever is printed.
    .replace(/##(?=\[)/g, '#&#35;')}"`;
