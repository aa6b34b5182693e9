import { counted } from '../../words.ts';
import { condense } from '../graph/condense.ts';
import {
  forwardEdges,
  type GraphEdge,
  type GraphNode,
  KIND_NAMES,
  type Scene,
  type SystemGraph,
} from '../graph/model.ts';
import { type Html, html } from './escape.ts';
import { layOut, type Point } from './layout.ts';

/** Nodes of one kind that stand alone; of more, those that lead to the same are put together. */
const MOST_OF_A_KIND = 24;
/** Items, such as a rule file's alerts, that a node's box names. */
const MOST_ITEMS = 10;

/** Sizes in pixels. */
const WIDTH = 182;
const TEXT_LEFT = 12;
const NAME_LINE = 17;
const DETAIL_LINE = 15;
const ITEM_LINE = 15;
const PADDING = 8;
const GAPS = { columnGap: 44, rowGap: 10 };
const MARGIN = 6;
/** Pictures that are wider than usual pages are made a little smaller rather than cut. */
const WIDE = 1360;
/** Letters that fit into a box's line. */
const NAME_LETTERS = 23;
const SMALL_LETTERS = 27;

/** A scene as it is drawn, with what the paths mean there. */
export interface Drawing {
  readonly scene: Scene;
  /** For each of the scene's paths, the nodes that it leads through. */
  readonly pathNodes: ReadonlyMap<number, readonly string[]>;
  readonly picture: Html;
}

/** Draws a scene as a picture of boxes and lines; `anchor` tells an id of the page for one of a node. */
export function draw(graph: SystemGraph, scene: Scene, anchor: (id: string) => string): Drawing {
  const { scene: shown, ids } = condense(scene, MOST_OF_A_KIND);
  const pathNodes = new Map(
    scene.paths.map((index) => [
      index,
      [
        ...new Set(
          (graph.paths[index]?.links ?? []).flatMap(({ nodes }) => nodes.map((id) => ids.get(id) ?? id)),
        ),
      ],
    ]),
  );
  return { scene: shown, pathNodes, picture: picture(shown, anchor) };
}

function picture(scene: Scene, anchor: (id: string) => string): Html {
  const edges = forwardEdges(scene);
  const boxes = scene.nodes.map((node) => ({
    id: node.id,
    column: node.column,
    width: WIDTH,
    height: heightOf(node),
  }));
  const layout = layOut(boxes, edges, GAPS);
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN];
  // What is broken is drawn last, over everything that it crosses.
  const drawn = edges
    .map((edge, index) => ({ edge, points: layout.lines[index] ?? [] }))
    .sort((a, b) => Number(a.edge.state === 'broken') - Number(b.edge.state === 'broken'));
  return html`<svg class="picture${width > WIDE ? ' wide' : ''}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="The system of ${scene.name}: ${counted(scene.nodes.length, 'box', 'boxes')}, from what is watched at the left to who is told at the right">
${drawn.map(({ edge, points }) => edgeMarkup(edge, points, anchor))}
${scene.nodes.map((node) => nodeMarkup(node, layout.boxes.get(node.id) ?? { x: 0, y: 0 }, anchor))}
</svg>`;
}

const itemsShown = ({ kind, items, state }: GraphNode): GraphNode['items'] =>
  kind === 'rules' ||
  (kind === 'missing' && state === 'broken' && items.length > 0 && !isMessage(items[0]?.name))
    ? items.slice(0, MOST_ITEMS)
    : [];

/** A sentence is for the details, not for a box. */
const isMessage = (text: string | undefined): boolean => (text?.length ?? 0) > 40;

function heightOf(node: GraphNode): number {
  const shown = itemsShown(node);
  const more = shown.length > 0 && shown.length < node.items.length ? 1 : 0;
  return (
    2 * PADDING +
    NAME_LINE +
    (node.detail ? DETAIL_LINE : 0) +
    (shown.length > 0 ? 4 + (shown.length + more) * ITEM_LINE : 0)
  );
}

function nodeMarkup(node: GraphNode, { x, y }: Point, anchor: (id: string) => string): Html {
  const { id, kind, name, detail, state, findings, items } = node;
  const height = heightOf(node);
  const shown = itemsShown(node);
  const lines: Html[] = [];
  let base = PADDING + 13;
  lines.push(
    html`<text class="name" x="${TEXT_LEFT}" y="${base}">${shorten(name, NAME_LETTERS - (findings.length > 0 ? 3 : 0))}</text>`,
  );
  if (detail) {
    base += DETAIL_LINE;
    lines.push(
      html`<text class="detail" x="${TEXT_LEFT}" y="${base}">${shorten(detail, SMALL_LETTERS)}</text>`,
    );
  }
  base += 4;
  for (const item of shown) {
    base += ITEM_LINE;
    lines.push(
      html`<text class="item" x="${TEXT_LEFT}" y="${base}">• ${shorten(item.name, SMALL_LETTERS - 2)}</text>`,
    );
  }
  if (shown.length > 0 && shown.length < items.length) {
    base += ITEM_LINE;
    lines.push(
      html`<text class="item" x="${TEXT_LEFT}" y="${base}">… ${items.length - shown.length} more</text>`,
    );
  }
  if (findings.length > 0)
    lines.push(
      html`<circle class="badge" cx="${WIDTH - 14}" cy="14" r="8"/><text class="badge-text" x="${WIDTH - 14}" y="17.5">${findings.length}</text>`,
    );
  const words = [
    kind === 'missing' ? 'missing' : KIND_NAMES[kind],
    name,
    ...(detail ? [detail] : []),
    ...(state === 'broken' ? ['a link is missing here'] : []),
    ...(findings.length > 0 ? [counted(findings.length, 'finding')] : []),
  ].join(', ');
  // The words stand beside the button: its own name says them in full, where they are shortened here.
  return html`<g class="node ${kind} ${state}" transform="translate(${x} ${y})" data-node="${anchor(id)}"><title>${name}${detail ? ` · ${detail}` : ''}</title><rect class="box" width="${WIDTH}" height="${height}" rx="6" role="button" tabindex="0" aria-label="${words}"/><g class="inside" aria-hidden="true"><rect class="stripe" width="4" height="${height - 12}" x="0" y="6" rx="2"/>${lines}</g></g>
`;
}

function edgeMarkup(
  { from, to, state, what }: GraphEdge,
  points: readonly Point[],
  anchor: (id: string) => string,
): Html {
  const [first] = points;
  if (first === undefined) return html``;
  let path = `M${first.x} ${first.y}`;
  let last = first;
  for (const point of points.slice(1)) {
    const middle = Math.round((last.x + point.x) / 2);
    path +=
      last.y === point.y ? `H${point.x}` : `C${middle} ${last.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    last = point;
  }
  return html`<path class="edge ${state}" d="${path}" data-from="${anchor(from)}" data-to="${anchor(to)}"><title>${what}</title></path>
`;
}

/** As much of a text as fits; of a path or an image its end, which tells most. */
function shorten(text: string, letters: number): string {
  if (text.length <= letters) return text;
  const isPath = /^\S+\/\S+$/.test(text);
  return isPath ? `…${text.slice(text.length - letters + 1)}` : `${text.slice(0, letters - 1)}…`;
}
