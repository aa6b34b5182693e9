import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { isAtLeast, versionOf } from '../../src/stack/version.ts';
import { counted, listed } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/removed-panel-type',
  severity: 'warning',
  summary: 'A panel of a type that this Grafana no longer has.',
  why: `Grafana 12 has no Angular any more. Its own old panels it turns into newer ones each time the dashboard is shown,
which loses settings that the newer ones do not have; panels of other plugins that were made with Angular are not
shown at all.`,
  fix: `Open the dashboard in a Grafana that still has both, let it migrate the panels, and keep what it saves; or replace
them by the types named here.`,
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up').replace('"timeseries"', '"graph"') }),
    at: ['dashboards/api.json:10:15'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    for (const { dashboards, container } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      const version = container && versionOf(container);
      if (container === undefined || !isAtLeast(version, 12)) continue;
      for (const { title, panels } of dashboards) {
        const gone = panels.filter(({ type }) => REMOVED.has(type));
        const migrated = gone.filter(({ type }) => REMOVED.get(type) !== undefined);
        const lost = gone.filter(({ type }) => REMOVED.get(type) === undefined);
        for (const group of [migrated, lost]) {
          const [first] = group;
          if (first === undefined) continue;
          const types = [...new Set(group.map(({ type }) => type))];
          const isMigrated = group === migrated;
          const what = `${counted(group.length, 'panel')} of "${title}" ${group.length === 1 ? 'is' : 'are'} of the ${types.length === 1 ? 'type' : 'types'} ${listed(types.map((type) => `"${type}"`))}`;
          report({
            at: { node: child(first.node, 'type') },
            message: isMigrated
              ? `${what}, which this Grafana no longer has: it converts them at each load, and drops what the new panels have no setting for`
              : `${what}, which this Grafana cannot show: it was made with Angular`,
            help: isMigrated
              ? `migrate: ${listed(types.map((type) => `"${type}" to "${REMOVED.get(type)}"`))}`
              : 'replace it by a panel of Grafana itself',
            // An image without a version is the newest today; the dashboard may be older than that.
            confidence: version === 'newest' && isMigrated ? 'medium' : 'high',
          });
        }
      }
    }
  },
});

/** Types that went with Angular, and what Grafana makes of its own (Grafana documentation, "Plugins using AngularJS"). */
const REMOVED: ReadonlyMap<string, string | undefined> = new Map([
  ['graph', 'timeseries'],
  ['singlestat', 'stat'],
  ['grafana-singlestat-panel', 'stat'],
  ['table-old', 'table'],
  ['grafana-piechart-panel', 'piechart'],
  ['grafana-worldmap-panel', 'geomap'],
  ['natel-discrete-panel', undefined],
  ['agenty-flowcharting-panel', undefined],
  ['blackmirror1-singlestat-math-panel', undefined],
  ['briangann-datatable-panel', undefined],
  ['digrich-bubblechart-panel', undefined],
  ['jdbranham-diagram-panel', undefined],
  ['larona-epict-panel', undefined],
  ['michaeldmoore-annunciator-panel', undefined],
  ['mtanda-histogram-panel', undefined],
  ['savantly-heatmap-panel', undefined],
  ['vonage-status-panel', undefined],
  ['yesoreyeram-boomtable-panel', undefined],
]);
