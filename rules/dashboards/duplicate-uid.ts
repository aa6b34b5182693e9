import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import type { LoadedFile } from '../../src/stack/grafana.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/duplicate-uid',
  severity: 'error',
  summary: 'Two dashboards that one Grafana loads have the same uid.',
  why: `To Grafana a uid is one dashboard: the second file overwrites the first, so that only one of them is there, and
which one may change with each start. Grafana then takes the provider's right to write: no change to any of its
files arrives until the duplicate is gone.`,
  fix: 'Give each dashboard a uid of its own, or delete the copy.',
  bad: {
    files: withDashboards({
      'api.json': dashboardWith('up'),
      'worker.json': dashboardWith('up').replace('"title": "API"', '"title": "Worker"'),
    }),
    at: ['dashboards/worker.json:2:10'],
  },
  good: {
    files: withDashboards({
      'api.json': dashboardWith('up'),
      'worker.json': dashboardWith('up')
        .replace('"uid": "api"', '"uid": "worker"')
        .replace('"title": "API"', '"title": "Worker"'),
    }),
  },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      const first = new Map<string, LoadedFile>();
      for (const loaded of grafana.loaded) {
        const { dashboard, provider } = loaded;
        if (dashboard?.uid === undefined) continue;
        const key = `${provider.org}\0${dashboard.uid}`;
        const other = first.get(key);
        if (other?.dashboard === undefined) first.set(key, loaded);
        else if (other.file.path !== loaded.file.path)
          report({
            at: { node: child(dashboard.node, 'uid') },
            message: `the dashboards "${dashboard.title}" and "${other.dashboard.title}" have the same uid "${dashboard.uid}": ${grafana.name} keeps only one of them, and stops updating what ${provider.name ? `the provider "${provider.name}"` : 'their provider'} loads`,
            help: 'give each a uid of its own, or delete the copy',
            related: [
              { at: { node: child(other.dashboard.node, 'uid') }, message: 'the other one has it here' },
            ],
          });
      }
    }
  },
});
