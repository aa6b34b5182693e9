import { defineRule } from '../../src/lint/rule.ts';
import { variablesIn } from '../../src/promql/grafana.ts';
import { child, isFields, items, keyOf } from '../../src/repo/node.ts';
import type { Dashboard } from '../../src/stack/dashboard.ts';
import { counted, listed } from '../../src/words.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const exported = dashboardWith('up', '{ "type": "prometheus", "uid": "${DS_PROMETHEUS}" }').replace(
  '{\n',
  `{
  "__inputs": [
    { "name": "DS_PROMETHEUS", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus" }
  ],
`,
);

export const rule = defineRule({
  id: 'dashboards/import-inputs',
  severity: 'error',
  summary: 'A dashboard that was exported for sharing, and is provisioned from a file.',
  why: `An export "for sharing externally" leaves the datasource open: whoever imports it by hand is asked for it.
Provisioning from a file asks nobody and puts nothing in, so that every panel says "Datasource \${DS_PROMETHEUS} was not
found".`,
  fix: `Put the uid of the provisioned datasource in the place of \`\${DS_…}\`, and remove \`__inputs\`; or define a variable of
that name and of the type "datasource".`,
  bad: { files: withDashboards({ 'api.json': exported }), at: ['dashboards/api.json:2:3'] },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    const seen = new Set<string>();
    for (const { loaded } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      for (const { dashboard, provider } of loaded) {
        if (dashboard === undefined || seen.has(dashboard.file.path)) continue;
        seen.add(dashboard.file.path);
        const open = openInputs(dashboard);
        if (open.length === 0) continue;
        const total = open.reduce((sum, { count }) => sum + count, 0);
        report({
          at: keyOf(child(dashboard.node, '__inputs')),
          message: `the dashboard "${dashboard.title}" is provisioned from a file, which leaves ${listed(open.map(({ name }) => `"\${${name}}"`))} as it stands in ${counted(total, 'place')}: what uses it finds no datasource`,
          help: 'put the uid of the datasource in its place and remove "__inputs", or define a variable of that name and of the type "datasource"',
          related: [{ at: { node: provider.pathNode }, message: 'this provider loads it' }],
        });
      }
    }
  },
});

/** Inputs that something still uses and no variable supplies. */
function openInputs({ node, inputs, variables }: Dashboard): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  const open: unknown[] = items(child(node, '__inputs')).length === 0 ? [] : [node.value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string')
      for (const { name } of variablesIn(next)) counts.set(name, (counts.get(name) ?? 0) + 1);
    else if (Array.isArray(next) || isFields(next))
      // What an export would ask for, and what it says of itself, is no use.
      for (const [key, value] of Object.entries(next))
        if (value !== undefined && key !== '__inputs' && key !== '__elements') open.push(value);
  }
  return [...inputs.keys()].flatMap((name) => {
    const count = counts.get(name) ?? 0;
    return count === 0 || variables.some((variable) => variable.name === name) ? [] : [{ name, count }];
  });
}
