import { alertsSentTo, type SentAlert } from '../../src/coverage/routing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { child } from '../../src/repo/node.ts';
import { isQuiet } from '../../src/stack/severity.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { counted, listed } from '../../src/words.ts';

const FILES = {
  'prometheus.yml': `rule_files: [alerts.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
`,
  'alerts.yml': `groups:
  - name: api
    rules:
      - alert: ApiSlow
        expr: up{job="api"} == 0
        labels:
          severity: warning
`,
};
const config = (matcher: string): string => `route:
  receiver: nobody
  routes:
    - matchers: [${matcher}]
      receiver: team
receivers:
  - name: nobody
  - name: team
    webhook_configs:
      - url_file: /run/secrets/team
`;

export const rule = defineRule({
  id: 'alertmanager/unrouted-severity',
  severity: 'error',
  summary: 'A severity of alerts that no route takes, with a default receiver that tells nobody.',
  why: `The root of the routing tree takes what no route takes. When its receiver has no integration, every alert of a
severity that was forgotten in the routes fires, is taken, and vanishes.`,
  fix: 'Add a route for the severity, or give the default receiver an integration.',
  bad: {
    files: { ...FILES, 'alertmanager.yml': config('severity="critical"') },
    at: ['alertmanager.yml:2:13'],
  },
  good: { files: { ...FILES, 'alertmanager.yml': config('severity=~"critical|warning"') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      const { route, receivers } = alertmanager;
      const root = route?.receiver === undefined ? undefined : receivers.get(route.receiver);
      if (route === undefined || root === undefined || root.integrations.length > 0) continue;
      if ([...receivers.values()].every(({ integrations }) => integrations.length === 0)) continue;
      const bySeverity = new Map<string, SentAlert[]>();
      for (const alert of alertsSentTo(system, alertmanager)) {
        const { severity, deliveries } = alert;
        if (severity === undefined || isQuiet(severity)) continue;
        if (deliveries.length === 0 || deliveries.some((delivery) => delivery.route !== route)) continue;
        append(bySeverity, severity, alert);
      }
      if (bySeverity.size === 0) continue;
      const alerts = [...bySeverity.values()].flat();
      const severities = [...bySeverity.keys()].map((severity) =>
        severity === '' ? 'no severity' : `severity "${severity}"`,
      );
      report({
        at: { node: child(route.node, 'receiver') },
        message: `no route takes ${counted(alerts.length, 'alert')} with ${listed(severities, 'or')}: ${alerts.length === 1 ? 'it ends' : 'they end'} in the default receiver "${root.name}", which has no integration, and nobody is told`,
        help: `add a route for ${severities.length === 1 ? 'it' : 'them'}, or give "${root.name}" an integration`,
        related: alerts.slice(0, 5).map(({ rule }) => ({
          at: { node: child(rule.node, 'alert') },
          message: `${rule.name} is such an alert`,
        })),
      });
    }
  },
});
