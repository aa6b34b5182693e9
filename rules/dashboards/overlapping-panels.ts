import { defineRule } from '../../src/lint/rule.ts';
import { child, isFields, items, keyOf, type Node, textOf } from '../../src/repo/node.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const twoPanels = (y: number): string =>
  dashboardWith('up').replace(
    /\n {2}\]\n\}/,
    `,
    {
      "id": 2,
      "type": "text",
      "title": "Notes",
      "gridPos": { "x": 12, "y": ${y}, "w": 12, "h": 4 }
    }
  ]
}`,
  );

export const rule = defineRule({
  id: 'dashboards/overlapping-panels',
  severity: 'notice',
  summary: 'Panels that lie on top of one another, or reach over the edge of the grid.',
  why: `Grafana's grid is 24 columns wide and has one panel in a place. What does not fit it pushes away when the dashboard
is shown, so that it looks other than the file says, and other after each small change.`,
  fix: 'Give the panels places in `gridPos` that do not meet, within 24 columns.',
  bad: { files: withDashboards({ 'api.json': twoPanels(4) }), at: ['dashboards/api.json:25:7'] },
  good: { files: withDashboards({ 'api.json': twoPanels(8) }) },
  check({ system, report }) {
    for (const { node, title, schema } of system.dashboards) {
      if (schema !== 'classic') continue;
      const top = items(child(node, 'panels'));
      const grids = [top, ...top.map((row) => items(child(row, 'panels')))].map((panels) =>
        panels.flatMap((panel) => placeOf(panel) ?? []),
      );
      const [one, ...wide] = grids.flat().filter(({ x, w }) => x < 0 || x + w > COLUMNS);
      if (one !== undefined)
        report({
          at: keyOf(child(one.node, 'gridPos')),
          message: `${one.name} of "${title}" reaches over the edge of the grid: from column ${one.x} it is ${one.w} wide, and the grid has ${COLUMNS}${wide.length > 0 ? `; ${counted(wide.length, 'other does', 'others do')} the like` : ''}`,
          help: 'make it narrower, or move it to the left',
        });
      const found = grids.flatMap(overlaps);
      const [first] = found;
      if (first === undefined) continue;
      const others =
        found.length > 1 ? `, and ${counted(found.length - 1, 'other does', 'others do')} the like` : '';
      report({
        at: keyOf(child(first.one.node, 'gridPos')),
        message: `${first.one.name} of "${title}" lies on ${first.other.name}${others}: Grafana moves them when it shows the dashboard`,
        help: `set the y of its gridPos to ${first.other.y + first.other.h}, or put it beside the other one`,
        related: found.slice(0, 4).map(({ one, other }) => ({
          at: keyOf(child(one === first.one ? other.node : one.node, 'gridPos')),
          message: one === first.one ? 'the other one lies here' : 'one more lies on another here',
        })),
      });
    }
  },
});

/** The columns of Grafana's grid. */
const COLUMNS = 24;

interface PlacedPanel {
  readonly node: Node;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function placeOf(panel: Node): PlacedPanel | undefined {
  const grid = child(panel, 'gridPos').value;
  if (!isFields(grid)) return undefined;
  const { x, y, w, h } = grid;
  if (typeof x !== 'number' || typeof y !== 'number' || typeof w !== 'number' || typeof h !== 'number')
    return undefined;
  // A row is a heading, which Grafana puts above what follows it wherever its place is.
  if (textOf(child(panel, 'type')) === 'row') return undefined;
  const title = textOf(child(panel, 'title'));
  return { node: panel, name: title ? `the panel "${title}"` : 'a panel without a title', x, y, w, h };
}

/** Each panel with the first one before it that it lies on. */
function overlaps(panels: readonly PlacedPanel[]): { one: PlacedPanel; other: PlacedPanel }[] {
  return panels.flatMap((one, index) => {
    const other = panels.slice(0, index).find((earlier) => meet(one, earlier));
    return other ? [{ one, other }] : [];
  });
}

const meet = (one: PlacedPanel, other: PlacedPanel): boolean =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;
