import { defineRule } from '../../src/lint/rule.ts';
import { child, exists } from '../../src/repo/node.ts';
import type { Datasource } from '../../src/stack/grafana.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const datasources = (uid: string): Record<string, string> => ({
  'provisioning/datasources/prometheus.yml': `apiVersion: 1
datasources:
  - name: Prometheus
    uid: prometheus
    type: prometheus
    url: http://prometheus:9090
  - name: Archive
    uid: ${uid}
    type: prometheus
    url: https://archive.example.com
`,
});
const dashboards = { 'api.json': dashboardWith('up') };

export const rule = defineRule({
  id: 'grafana/duplicate-datasource',
  severity: 'error',
  summary: 'Two provisioned datasources of one Grafana have the same uid or the same name.',
  why: `A uid or a name that is there already makes Grafana's provisioning fail, or overwrite the first datasource by the
second: every panel on the first one then asks the wrong server, or none.`,
  fix: 'Give each datasource a name and a uid of its own.',
  bad: {
    files: withDashboards(dashboards, datasources('prometheus')),
    at: ['provisioning/datasources/prometheus.yml:8:10'],
  },
  good: { files: withDashboards(dashboards, datasources('archive')) },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      if (grafana.container === undefined) continue;
      const first = new Map<string, Datasource>();
      for (const datasource of grafana.datasources) {
        for (const key of ['uid', 'name'] as const) {
          const value = datasource[key];
          if (value === undefined || value.includes('$')) continue;
          const other = first.get(`${datasource.org}\0${key}\0${value}`);
          if (other === undefined) {
            first.set(`${datasource.org}\0${key}\0${value}`, datasource);
            continue;
          }
          const written = child(datasource.node, key);
          report({
            at: { node: exists(written) ? written : child(datasource.node, 'name') },
            message: `two datasources of ${grafana.name} have the ${key} "${value}": the second one takes the place of the first, or Grafana does not start`,
            help: `give each a ${key} of its own`,
            related: [
              {
                at: {
                  node: exists(child(other.node, key)) ? child(other.node, key) : child(other.node, 'name'),
                },
                message: 'the other one is here',
              },
            ],
          });
          break;
        }
      }
    }
  },
});
