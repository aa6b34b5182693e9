import { defineRule } from '../../src/lint/rule.ts';
import { patternFrom } from '../../src/pattern.ts';
import { child } from '../../src/repo/node.ts';
import { comesWithGrafana, installedPlugins } from '../../src/stack/grafana-plugins.ts';
import { mentionOf } from '../../src/stack/mentions.ts';
import { COMPOSE, dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const CLICKHOUSE = {
  'provisioning/datasources/clickhouse.yml': `apiVersion: 1
datasources:
  - name: ClickHouse
    uid: clickhouse
    type: grafana-clickhouse-datasource
    jsonData:
      host: clickhouse.example.com
`,
};
const dashboards = { 'api.json': dashboardWith('up') };

export const rule = defineRule({
  id: 'grafana/missing-plugin',
  severity: 'error',
  summary: 'A datasource of a type whose plugin nothing installs.',
  why: `Grafana's image has its own datasources only. One of another type is listed, and each panel on it says that its
plugin was not found.`,
  fix: `Install the plugin: \`GF_INSTALL_PLUGINS: <name of the type>\` in Grafana's environment, or a \`grafana cli plugins
install\` in its Dockerfile.`,
  bad: {
    files: withDashboards(dashboards, CLICKHOUSE),
    at: ['provisioning/datasources/clickhouse.yml:5:11'],
  },
  good: {
    files: {
      ...withDashboards(dashboards, CLICKHOUSE),
      'docker-compose.yml': `${COMPOSE}    environment:
      GF_INSTALL_PLUGINS: grafana-clickhouse-datasource
`,
    },
  },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      const installed = installedPlugins(grafana, system.files);
      if (installed === undefined) continue;
      for (const { type, node, name } of grafana.datasources) {
        if (type === '' || type.includes('$') || comesWithGrafana(type) || installed.has(type)) continue;
        const own = node.doc.source.path;
        const isDone =
          mentionOf(
            system.files,
            patternFrom(`plugins\\s+install\\s+\\S*${type.replace(/[^\w-]/g, '.')}`),
            (path) => path === own,
          ) !== undefined;
        if (isDone) continue;
        report({
          at: { node: child(node, 'type') },
          message: `the datasource "${name}" needs the plugin "${type}", which nothing installs into ${grafana.name}`,
          help: `set GF_INSTALL_PLUGINS: ${type} in the environment of ${grafana.name}`,
        });
      }
    }
  },
});
