import { addedBelow, editsOf } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, keyOf } from '../../src/repo/node.ts';
import { queriesOf } from '../../src/stack/dashboard.ts';
import { DATASOURCES, dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const dashboards = {
  'api.json': dashboardWith('up', '{ "type": "prometheus", "uid": "PBFA97CFB590B2093" }'),
};

export const rule = defineRule({
  id: 'grafana/datasource-without-uid',
  severity: 'warning',
  summary: 'A datasource without a fixed uid, which dashboards refer to by the one that Grafana makes.',
  why: `Without a \`uid\`, Grafana makes one of the datasource's name. The dashboards hold that number, and nothing says
whose it is: who renames the datasource breaks every panel, with no file changed that looks like it.`,
  fix: 'Give the datasource a `uid` in its provisioning file: the one that the dashboards already use keeps them working.',
  bad: {
    files: withDashboards(dashboards, {
      'provisioning/datasources/prometheus.yml': DATASOURCES.replace('    uid: prometheus\n', ''),
    }),
    at: ['provisioning/datasources/prometheus.yml:3:5'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      const { container, datasources, dashboards: loaded } = grafana;
      if (container === undefined) continue;
      const used = loaded.flatMap((dashboard) =>
        queriesOf(dashboard).flatMap(({ query: { datasource } }) =>
          datasource.by === 'uid' ? [{ uid: datasource.uid, node: datasource.node, dashboard }] : [],
        ),
      );
      for (const { hasFixedUid, uid, name, node } of datasources) {
        const first = used.find((use) => use.uid === uid);
        if (hasFixedUid || uid === undefined || first === undefined) continue;
        report({
          at: keyOf(child(node, 'name')),
          message: `the datasource "${name}" has no uid of its own, and "${first.dashboard.title}" refers to it by "${uid}", which Grafana makes of its name: renaming it breaks the dashboard`,
          help: `write uid: ${uid}, or another one here and in the dashboards`,
          fix: editsOf(addedBelow(child(node, 'name'), `uid: ${uid}`)),
          related: [{ at: { node: first.node }, message: 'it is referred to here' }],
        });
      }
    }
  },
});
