import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { type Panel, panelName } from '../../src/stack/dashboard.ts';
import { counted } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const twoPanels = (id: number): string =>
  dashboardWith('up').replace(
    /\n {2}\]\n\}/,
    `,
    {
      "id": ${id},
      "type": "text",
      "title": "Notes",
      "gridPos": { "x": 0, "y": 8, "w": 24, "h": 4 }
    }
  ]
}`,
  );

export const rule = defineRule({
  id: 'dashboards/duplicate-panel-id',
  severity: 'warning',
  summary: 'Two panels of a dashboard with the same id.',
  why: `Links to a panel, alerts' images and panels that show another one's data name it by its id. Where two have it, they
get the wrong one, or Grafana gives one of them a new id at each load, which breaks them as well.`,
  fix: 'Give each panel an id of its own.',
  bad: { files: withDashboards({ 'api.json': twoPanels(1) }), at: ['dashboards/api.json:22:13'] },
  good: { files: withDashboards({ 'api.json': twoPanels(2) }) },
  check({ system, report }) {
    for (const { panels, title } of system.dashboards) {
      const first = new Map<number, Panel>();
      const doubles: { panel: Panel; other: Panel }[] = [];
      for (const panel of panels) {
        if (panel.id === undefined) continue;
        const other = first.get(panel.id);
        if (other === undefined) first.set(panel.id, panel);
        else doubles.push({ panel, other });
      }
      const [double] = doubles;
      if (double === undefined) continue;
      const { panel, other } = double;
      const others = doubles.length - 1;
      const highest = Math.max(...panels.map(({ id }) => id ?? 0));
      report({
        at: { node: child(panel.node, 'id') },
        message: `${panelName(panel)} of "${title}" has the id ${panel.id} of ${panel.title === other.title ? 'another one of that title' : panelName(other)}${others > 0 ? `, and ${counted(others, 'other has', 'others have')} one that is taken` : ''}: links and alerts find the wrong one`,
        help: `give it the id ${highest + 1}`,
        fix: doubles.map((one, index) => ({
          at: { node: child(one.panel.node, 'id') },
          text: String(highest + 1 + index),
        })),
        related: doubles.slice(0, 4).map((one, index) => ({
          at: { node: child((index === 0 ? one.other : one.panel).node, 'id') },
          message: index === 0 ? 'the other one has it here' : 'this one is taken as well',
        })),
      });
    }
  },
});
