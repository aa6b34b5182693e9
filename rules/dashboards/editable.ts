import { type Edit, editsOf } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Node, spanOf } from '../../src/repo/node.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const editable = (value: boolean): string =>
  dashboardWith('up').replace('"refresh"', `"editable": ${value},\n  "refresh"`);

export const rule = defineRule({
  id: 'dashboards/editable',
  severity: 'notice',
  preset: 'strict',
  peers: ['dashboard-linter uneditable-dashboard'],
  summary: 'A provisioned dashboard that Grafana offers to edit.',
  why: `What somebody changes in Grafana is lost when the file is next loaded, or cannot be saved at all. The change that
was meant to last never reaches the repository.`,
  fix: 'Set `"editable": false`, and change the file.',
  bad: { files: withDashboards({ 'api.json': editable(true) }), at: ['dashboards/api.json:5:3'] },
  good: { files: withDashboards({ 'api.json': editable(false) }) },
  check({ system, report }) {
    const seen = new Set<string>();
    for (const { loaded } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      for (const { dashboard, provider } of loaded) {
        if (dashboard === undefined || seen.has(dashboard.file.path)) continue;
        seen.add(dashboard.file.path);
        const { node, title } = dashboard;
        // Where changes in Grafana are allowed and kept, they are wanted.
        const allowsUpdates = child(provider.node, 'allowUiUpdates').value === true;
        const own = child(node, 'editable');
        if (own.value === false || allowsUpdates) continue;
        report({
          at: keyOf(exists(own) ? own : child(node, 'title')),
          message: `Grafana offers to edit the dashboard "${title}", and loses what is changed there`,
          help: 'set "editable": false',
          fix: exists(own)
            ? [{ at: { node: own }, text: 'false' }]
            : editsOf(addedBefore(child(node, 'title'))),
        });
      }
    }
  },
});

/** The key on a line of its own before another one, as JSON has it. */
function addedBefore(title: Node): Edit | undefined {
  const { source } = title.doc;
  if (!exists(title) || source.file !== source) return undefined;
  const { start } = spanOf(keyOf(title));
  const lead = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start);
  const lineEnd = source.text.includes('\r\n') ? '\r\n' : '\n';
  return {
    at: { source, span: { start, end: start } },
    text: `"editable": false,${lead.trim() === '' ? `${lineEnd}${lead}` : ' '}`,
  };
}
