import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import type { Dashboard } from '../../src/stack/dashboard.ts';
import type { LoadedFile } from '../../src/stack/grafana.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const worker = dashboardWith('up').replace('"uid": "api"', '"uid": "worker"');

export const rule = defineRule({
  id: 'dashboards/duplicate-title',
  severity: 'error',
  summary: 'Two dashboards of one folder of Grafana have the same title.',
  why: `Grafana's provisioning wants a title once in a folder. Where two have it, it takes the provider's right to write:
the dashboards stay as they were first loaded, and no change to any of the provider's files arrives until one has
another title.`,
  fix: 'Give one of them another title, or put them into different folders of Grafana.',
  bad: {
    files: withDashboards({ 'api.json': dashboardWith('up'), 'worker.json': worker }),
    at: ['dashboards/worker.json:3:12'],
  },
  good: {
    files: withDashboards({
      'api.json': dashboardWith('up'),
      'worker.json': worker.replace('"title": "API"', '"title": "Worker"'),
    }),
  },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      const first = new Map<string, LoadedFile>();
      for (const loaded of grafana.loaded) {
        const { dashboard, provider, folder, file } = loaded;
        if (dashboard === undefined) continue;
        const key = [provider.org, folder, dashboard.title].join('\0');
        const other = first.get(key);
        if (other?.dashboard === undefined) first.set(key, loaded);
        // The same file in two providers, or two copies of one uid, are other faults.
        else if (other.file.path !== file.path && !isSameUid(other.dashboard, dashboard))
          report({
            at: { node: child(dashboard.node, 'title') },
            message: `two dashboards ${folder === '' ? 'at the top of' : `in the folder "${folder}" of`} ${grafana.name} have the title "${dashboard.title}": it stops updating what ${provider.name ? `the provider "${provider.name}"` : 'their provider'} loads`,
            help: 'give one of them another title, or another folder',
            related: [
              { at: { node: child(other.dashboard.node, 'title') }, message: 'the other one has it here' },
            ],
          });
      }
    }
  },
});

const isSameUid = (one: Dashboard, other: Dashboard): boolean =>
  one.uid !== undefined && one.uid === other.uid;
