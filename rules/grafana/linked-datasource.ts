import { defineRule } from '../../src/lint/rule.ts';
import { child, entries, isFields, items, type Node } from '../../src/repo/node.ts';
import { dashboardWith, withDashboards } from '../shared/grafana-examples.ts';

const dashboards = { 'api.json': dashboardWith('up') };
const datasources = (uid: string): Record<string, string> => ({
  'provisioning/datasources/prometheus.yml': `apiVersion: 1
datasources:
  - name: Loki
    uid: loki
    type: loki
    url: https://loki.example.com
    jsonData:
      derivedFields:
        - name: trace
          matcherRegex: trace_id=(\\w+)
          datasourceUid: ${uid}
          url: $\${__value.raw}
  - name: Tempo
    uid: tempo
    type: tempo
    url: https://tempo.example.com
`,
});

export const rule = defineRule({
  id: 'grafana/linked-datasource',
  severity: 'warning',
  summary: 'A datasource that links to another one which is not there.',
  why: `The way from a log line to its trace, or from a trace to its logs, is made for the middle of an incident. Where the
other datasource is not there, the link leads to an error.`,
  fix: 'Name the `uid` of the other datasource, or provision it with that uid.',
  bad: {
    files: withDashboards(dashboards, datasources('jaeger')),
    at: ['provisioning/datasources/prometheus.yml:11:26'],
  },
  good: { files: withDashboards(dashboards, datasources('tempo')) },
  check({ system, report }) {
    for (const { container, datasources: all, isComplete, name } of system.stacks.flatMap(
      ({ grafanas }) => grafanas,
    )) {
      if (container === undefined || !isComplete || all.some(({ uid }) => uid === undefined)) continue;
      // Where no uid fits, Grafana takes a name.
      const known = new Set(all.flatMap((one) => [one.uid, one.name]));
      for (const datasource of all) {
        for (const { node, uid } of links(child(datasource.node, 'jsonData'))) {
          if (known.has(uid) || uid === '' || uid.includes('$')) continue;
          report({
            at: { node },
            message: `the datasource "${datasource.name}" links to the one with the uid "${uid}", which ${name} does not have`,
            help: 'name the uid of a datasource that is provisioned',
          });
        }
      }
    }
  },
});

/** Every `datasourceUid` and `alertmanagerUid` in the settings of a datasource. */
function links(node: Node): { node: Node; uid: string }[] {
  const inside = isFields(node.value)
    ? entries(node).flatMap(([key, value]) =>
        (key === 'datasourceUid' || key === 'alertmanagerUid') && typeof value.value === 'string'
          ? [{ node: value, uid: value.value }]
          : links(value),
      )
    : [];
  return [...inside, ...items(node).flatMap(links)];
}
