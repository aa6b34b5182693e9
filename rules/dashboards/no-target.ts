import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, isFields, items, keyOf, textOf } from '../../src/repo/node.ts';
import { type Panel, panelName, showsQueries } from '../../src/stack/dashboard.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/no-target',
  severity: 'warning',
  peers: ['dashboard-linter panel-no-targets-rule'],
  summary: 'A panel that is there to show a query, and has none.',
  why: `The panel says "No data" for ever. Who looks at it cannot tell that from a system that is down.`,
  fix: 'Give it a query, or delete it.',
  bad: { files: withDashboards({ 'api.json': dashboardWith('') }), at: ['dashboards/api.json:14:7'] },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    for (const dashboard of system.dashboards) {
      for (const panel of dashboard.panels) {
        if (!showsQueries(panel) || panel.datasource?.by === 'builtin' || hasQuery(panel)) continue;
        const targets = child(panel.node, 'targets');
        report({
          at: keyOf(exists(targets) ? targets : child(panel.node, 'type')),
          message: `${panelName(panel)} of "${dashboard.title}" has no query, and says "No data" for ever`,
          help: 'give it a query, or delete it',
        });
      }
    }
  },
});

/** Settings of a query that say nothing of what is asked. */
const SAYS_NOTHING = new Set([
  'refId',
  'datasource',
  'hide',
  'key',
  'format',
  'instant',
  'range',
  'interval',
  'intervalFactor',
  'legendFormat',
  'editorMode',
  'exemplar',
  'step',
  'metric',
  'useBackend',
  'fullMetaSearch',
  'includeNullMetadata',
  'disableTextWrap',
  'hideSeriesWithoutData',
]);

function hasQuery({ node, queries }: Panel): boolean {
  // Panels of version 2 keep their queries elsewhere; they were read from there.
  const targets = items(child(node, 'targets'));
  if (targets.length === 0) return queries.length > 0 || exists(child(node, 'snapshotData'));
  return targets.some((target) => {
    if (!isFields(target.value)) return false;
    return Object.entries(target.value).some(([key, value]) => {
      if (SAYS_NOTHING.has(key)) return false;
      return key === 'expr' ? (textOf(child(target, 'expr')) ?? '').trim() !== '' : value !== null;
    });
  });
}
