import { defineRule } from '../../src/lint/rule.ts';
import type { Files } from '../../src/repo/files.ts';
import { child, exists, isFields, keyOf, type Place, startOf, textOf } from '../../src/repo/node.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

export const rule = defineRule({
  id: 'dashboards/invalid',
  severity: 'error',
  summary: 'A file that Grafana is given as a dashboard and cannot load as one.',
  why: `A provider loads every \`.json\` file below its path, and takes only what has a \`title\` at its top. What it
cannot take it leaves out with a line in its log: nobody sees that the dashboard is not there. The usual cause is an
export of Grafana's API, which puts the dashboard into an envelope.`,
  fix: `Keep the dashboard itself in the file: what stands under \`dashboard\`, or what the export "for sharing" of
Grafana gives. Move other JSON files out of the provider's path.`,
  bad: {
    files: withDashboards({
      'api.json': `{
  "meta": { "slug": "api" },
  "dashboard": {
    "uid": "api",
    "title": "API",
    "schemaVersion": 41,
    "panels": []
  }
}
`,
    }),
    at: ['dashboards/api.json:3:3'],
  },
  good: { files: withDashboards({ 'api.json': dashboardWith('up') }) },
  check({ system, report }) {
    const seen = new Set<string>();
    for (const { loaded } of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      for (const { file, provider } of loaded) {
        if (seen.has(file.path)) continue;
        seen.add(file.path);
        const fault = faultOf(file.path, system.files);
        if (fault === undefined) continue;
        report({
          at: fault.at,
          message: `Grafana loads "${file.path}" as a dashboard and cannot: ${fault.what}`,
          help: fault.help,
          related: [{ at: { node: provider.pathNode }, message: 'this provider loads it' }],
        });
      }
    }
  },
});

/** Why a file is no dashboard; undefined for one that is, or that cannot be read at all. */
function faultOf(path: string, files: Files): { at: Place; what: string; help: string } | undefined {
  const document = files.document(path);
  if (document === undefined || document.problems.some(({ kind }) => kind !== 'duplicate-key'))
    return undefined;
  const root = { doc: document, index: 0, path: [], value: document.values[0] };
  const top = startOf(document.source);
  if (!isFields(root.value))
    return { at: top, what: 'it is no JSON object', help: 'move it out of the path of the provider' };
  // Resources of Grafana's newer API have a shape of their own.
  if (exists(child(root, 'apiVersion')) && exists(child(root, 'kind'))) return undefined;
  if ((textOf(child(root, 'title')) ?? '').trim() !== '') return undefined;
  const wrapped = child(root, 'dashboard');
  if (isFields(wrapped.value))
    return {
      at: keyOf(wrapped),
      what: 'it is wrapped in "dashboard", so that it has no title at its top',
      help: 'keep only what stands under "dashboard"',
    };
  const title = child(root, 'title');
  return exists(title)
    ? { at: keyOf(title), what: 'its title is empty', help: 'give it a title' }
    : {
        at: top,
        what: 'it has no title',
        help: 'give it a title, or move it out of the path of the provider',
      };
}
