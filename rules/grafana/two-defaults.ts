import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import type { Datasource } from '../../src/stack/grafana.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const datasources = (second: boolean): Record<string, string> => ({
  'provisioning/datasources/prometheus.yml': `apiVersion: 1
datasources:
  - name: Prometheus
    uid: prometheus
    type: prometheus
    url: http://prometheus:9090
    isDefault: true
  - name: Archive
    uid: archive
    type: prometheus
    url: https://archive.example.com
    isDefault: ${second}
`,
});
const dashboards = { 'api.json': dashboardWith('up') };

export const rule = defineRule({
  id: 'grafana/two-defaults',
  severity: 'error',
  summary: 'Two provisioned datasources of one Grafana are both the default.',
  why: `Grafana allows one default datasource in an organisation. With two it stops provisioning, and does not start: no
datasource and no dashboard is there.`,
  fix: 'Keep `isDefault: true` on one of them.',
  bad: {
    files: withDashboards(dashboards, datasources(true)),
    at: ['provisioning/datasources/prometheus.yml:12:16'],
  },
  good: { files: withDashboards(dashboards, datasources(false)) },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      if (grafana.container === undefined) continue;
      const first = new Map<string, Datasource>();
      for (const datasource of grafana.datasources) {
        if (!datasource.isDefault) continue;
        const other = first.get(datasource.org);
        if (other === undefined) first.set(datasource.org, datasource);
        else
          report({
            at: { node: child(datasource.node, 'isDefault') },
            message: `"${other.name}" and "${datasource.name}" are both the default datasource of ${grafana.name}, which does not start with two`,
            help: 'keep isDefault: true on one of them',
            related: [{ at: { node: child(other.node, 'isDefault') }, message: 'the other default is here' }],
          });
      }
    }
  },
});
