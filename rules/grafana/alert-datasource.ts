import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, items, type Node, textOf } from '../../src/repo/node.ts';
import { listed } from '../../src/words.ts';
import { COMPOSE, DATASOURCES } from '../shared/grafana-examples.ts';

const files = (uid: string): Record<string, string> => ({
  'docker-compose.yml': COMPOSE.replace('      - ./dashboards:/var/lib/grafana/dashboards:ro\n', ''),
  'provisioning/datasources/prometheus.yml': DATASOURCES,
  'provisioning/alerting/api.yml': `apiVersion: 1
groups:
  - orgId: 1
    name: api
    folder: Alerts
    interval: 1m
    rules:
      - uid: api-down
        title: ApiDown
        condition: A
        for: 2m
        data:
          - refId: A
            relativeTimeRange: { from: 300, to: 0 }
            datasourceUid: ${uid}
            model:
              expr: up{job="api"} == 0
              refId: A
`,
});

export const rule = defineRule({
  id: 'grafana/alert-datasource',
  severity: 'error',
  summary: "An alert of Grafana's own that asks a datasource which is not there.",
  why: `Grafana cannot evaluate the alert. It goes to the state "Error" in the place of firing, and nobody is told what it
was made for.`,
  fix: 'Name the `uid` of a provisioned datasource in `datasourceUid`.',
  bad: { files: files('prom-main'), at: ['provisioning/alerting/api.yml:15:28'] },
  good: { files: files('prometheus') },
  check({ system, report }) {
    for (const grafana of system.stacks.flatMap(({ grafanas }) => grafanas)) {
      const uids = grafana.datasources.map(({ uid }) => uid);
      if (grafana.container === undefined || !grafana.isComplete) continue;
      if (uids.length === 0 || uids.includes(undefined)) continue;
      for (const { node, title } of grafana.alerting.alerts) {
        for (const query of items(child(node, 'data'))) {
          const uid = child(query, 'datasourceUid');
          const text = textOf(uid);
          if (text === undefined || text.includes('$') || isExpression(text) || uids.includes(text)) continue;
          // Queries between brackets of Grafana's expressions name no datasource.
          if (textOf(child(query, 'model', 'type')) !== undefined && !exists(child(query, 'model', 'expr')))
            continue;
          report({
            at: { node: uid },
            message: `the alert "${title}" asks the datasource "${text}", which ${grafana.name} does not have: it ends in an error and never fires`,
            help: `name ${listed(
              uids.map((known) => `"${known}"`),
              'or',
            )}`,
            related: grafana.datasources.slice(0, 3).map((datasource) => ({
              at: { node: nameOf(datasource.node) },
              message: `"${datasource.name}" has the uid "${datasource.uid}"`,
            })),
          });
        }
      }
    }
  },
});

const isExpression = (uid: string): boolean => uid === '__expr__' || uid === '-100' || uid === '';

const nameOf = (datasource: Node): Node => child(datasource, 'name');
