import { bySeverity, type Finding, type FindingPlace } from '../../lint/finding.ts';
import type { CheckResult } from '../../result.ts';
import { type GraphNode, type GraphPath, KIND_NAMES, placeText, type SystemGraph } from '../graph/model.ts';
import { type Drawing, draw } from './drawing.ts';
import { type Html, html } from './escape.ts';

/** The drawing of each stack, and what there is to say of each box in it. */
export function systemSection(graph: SystemGraph, { findings }: CheckResult): Html {
  const { scenes, paths } = graph;
  const anchors = anchorsOf(graph);
  const drawings = scenes.map((scene) => draw(graph, scene, anchors));
  if (scenes.length === 0) return html``;
  const pickers =
    drawings.length > 1
      ? html`<p class="pick script-only"><label for="scene">Stack</label> <select id="scene">${drawings.map(({ scene }, index) => html`<option value="${index}">${scene.name}</option>`)}</select></p>`
      : '';
  return html`<section aria-labelledby="system-title">
<h2 id="system-title">The system</h2>
<p class="hint">As the files describe it, from what is watched at the left to who is told at the right. <span class="script-only">Choose a box for what is in it.</span></p>
<ul class="legend" aria-label="Colours"><li class="watched">watched</li><li class="collected">collected</li><li class="rule">rules and tests</li><li class="told">told</li><li class="shown">shown</li><li class="broken">missing</li><li class="unknown">not in the repository</li></ul>
${pickers}
${drawings.map(({ scene, picture, pathNodes }, index) => {
  const ways = [...pathNodes].map(
    ([path, nodes]) => html`<span data-way="${path}" data-nodes="${nodes.map(anchors).join(' ')}"></span>`,
  );
  return html`<div class="scene" data-scene="${index}">${drawings.length > 1 ? html`<h3>${scene.name}</h3>` : ''}
<div class="scroll drawing" tabindex="0" role="region" aria-label="Drawing of ${scene.name}">${picture}</div>
<div hidden>${ways}</div>
<div class="details">${scene.nodes.map((node) => nodeDetails(node, scene.nodes, scene.edges, anchors, findings, paths))}</div>
</div>`;
})}
</section>
`;
}

/** Items of a node that are listed at once. */
const MOST_ITEMS = 30;

function nodeDetails(
  node: GraphNode,
  nodes: readonly GraphNode[],
  edges: Drawing['scene']['edges'],
  anchors: (id: string) => string,
  findings: readonly Finding[],
  paths: readonly GraphPath[],
): Html {
  const nameOf = (id: string): string => nodes.find((other) => other.id === id)?.name ?? id;
  const into = edges.filter(({ to }) => to === node.id);
  const out = edges.filter(({ from }) => from === node.id);
  const own = node.findings.flatMap((index) => findings[index] ?? []).sort(bySeverity);
  const through = paths.filter(({ links }) => links.some(({ nodes: ids }) => ids.includes(node.id)));
  const places = (at: readonly FindingPlace[]): Html =>
    at.length === 0 ? html`` : html` <span class="where">${at.slice(0, 3).map(placeText).join(', ')}</span>`;
  const list = (title: string, rows: readonly Html[]): Html =>
    rows.length === 0
      ? html``
      : html`<h4>${title}</h4><ul>${rows.slice(0, MOST_ITEMS)}</ul>${rows.length > MOST_ITEMS ? html`<details><summary>${rows.length - MOST_ITEMS} more</summary><ul>${rows.slice(MOST_ITEMS)}</ul></details>` : ''}`;
  return html`<div class="node-details" data-details="${anchors(node.id)}" tabindex="-1">
<h3 class="title"><span class="tag">${KIND_NAMES[node.kind]}</span> ${node.name}</h3>
<p>${node.detail ?? ''}${places(node.at)}</p>
<div class="columns">${[
    list(
      'Findings',
      own.map(
        ({ severity, message, at }) =>
          html`<li><span class="severity ${severity}">${severity}</span> ${message} <span class="where">${placeText(at)}</span></li>`,
      ),
    ),
    list(
      'Critical paths',
      through.map(({ name }) => html`<li>${name}</li>`),
    ),
    list(
      'From',
      into.map(
        (edge) =>
          html`<li class="${edge.state}"><b>${nameOf(edge.from)}</b>: ${edge.what}${places(edge.at)}</li>`,
      ),
    ),
    list(
      'To',
      out.map(
        (edge) =>
          html`<li class="${edge.state}"><b>${nameOf(edge.to)}</b>: ${edge.what}${places(edge.at)}</li>`,
      ),
    ),
    list(
      ITEM_TITLES[node.kind] ?? 'In it',
      node.items.map(
        ({ name, detail, at }) =>
          html`<li>${name}${detail ? html` <span class="soft">${detail}</span>` : ''}${at ? places([at]) : ''}</li>`,
      ),
    ),
  ].map((part) => (part.html === '' ? '' : html`<div>${part}</div>`))}</div>
</div>
`;
}

const ITEM_TITLES: Readonly<Partial<Record<GraphNode['kind'], string>>> = {
  job: 'Targets',
  rules: 'Alerts',
  alertmanager: 'Alerts',
  tests: 'Alerts that it makes fire',
  receiver: 'Alerts that end here',
  dashboard: 'Panels',
  grafana: 'Datasources',
  missing: 'What misses it',
  unwatched: 'Services',
  outside: 'Targets',
};

/** Short ids for the nodes: what the page's script looks things up by. */
function anchorsOf({ scenes }: SystemGraph): (id: string) => string {
  const anchors = new Map(
    scenes.flatMap(({ nodes }) => nodes.map(({ id }) => id)).map((id, index) => [id, `n${index}`]),
  );
  return (id) => anchors.get(id) ?? '';
}
