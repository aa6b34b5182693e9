import type { Edit } from '../../src/lint/fix.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, keyOf, type Node, spanOf, textOf } from '../../src/repo/node.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { versionPlace } from '../shared/causes.ts';
import { DATASOURCES, dashboardWith, PROVIDERS, withDashboards } from '../shared/grafana-examples.ts';

const dashboards = { 'api.json': dashboardWith('up') };

export const rule = defineRule({
  id: 'grafana/api-version',
  severity: 'error',
  summary: 'A provisioning file of Grafana without `apiVersion: 1`.',
  why: `Without it, Grafana reads the file in the format of its first versions. There a file of providers is a list, and
Grafana does not start; a file of datasources has other names for its settings, so that \`isDefault\`, \`jsonData\` and
\`uid\` are left out without a word.`,
  fix: 'Write `apiVersion: 1` at the top of the file.',
  bad: {
    files: withDashboards(dashboards, {
      'provisioning/dashboards/default.yml': PROVIDERS.replace('apiVersion: 1\n', ''),
    }),
    at: ['provisioning/dashboards/default.yml:1:1'],
  },
  good: { files: withDashboards(dashboards, { 'provisioning/datasources/prometheus.yml': DATASOURCES }) },
  check({ system, report }) {
    const kinds = [
      ['grafana-providers', 'providers', 'Grafana does not start'],
      ['grafana-datasources', 'datasources', 'Grafana leaves out what it calls otherwise there'],
    ] as const;
    for (const [kind, list, outcome] of kinds) {
      for (const { node, isBroken } of system.files.of(kind)) {
        if (isBroken || !Array.isArray(child(node, list).value)) continue;
        const version = child(node, 'apiVersion');
        const text = textOf(version);
        if (text !== undefined && (isUnknown(text) || Number(text) >= 1)) continue;
        // Of the old format of datasources only some settings have another name.
        const lost = kind === 'grafana-datasources' ? lostSettings(node) : undefined;
        if (lost?.length === 0) continue;
        const what =
          lost === undefined ? outcome : `Grafana does not read ${lost.map((key) => `"${key}"`).join(', ')}`;
        report({
          at: versionPlace(node, list),
          message: exists(version)
            ? `apiVersion is ${JSON.stringify(version.value)} and must be 1: this is read as the old format, and ${what}`
            : `apiVersion is missing: this is read as the old format, and ${what}`,
          help: 'write apiVersion: 1 at the top of the file',
          fix: [mending(version, child(node, list))],
        });
      }
    }
  },
});

/** The version in the place of a wrong one, or before the list. */
function mending(version: Node, list: Node): Edit {
  if (exists(version)) return { at: { node: version }, text: '1' };
  const { source } = list.doc;
  const { start } = spanOf(keyOf(list));
  // In braces, as JSON has them, the keys are parted by commas.
  const isBlock = start === 0 || source.text[start - 1] === '\n';
  const lineEnd = source.text.includes('\r\n') ? '\r\n' : '\n';
  const text = isBlock ? `apiVersion: 1${lineEnd}` : '"apiVersion": 1, ';
  return { at: { source, span: { start, end: start } }, text };
}

/** Settings of datasources that the old format has under other names, or not at all. */
const RENAMED = [
  'isDefault',
  'uid',
  'orgId',
  'jsonData',
  'secureJsonData',
  'basicAuth',
  'basicAuthUser',
  'withCredentials',
];

const lostSettings = (node: Node): string[] => {
  const { value } = child(node, 'datasources');
  const written = new Set(
    (Array.isArray(value) ? value : []).flatMap((item: unknown) =>
      typeof item === 'object' && item !== null ? Object.keys(item) : [],
    ),
  );
  return RENAMED.filter((key) => written.has(key));
};
