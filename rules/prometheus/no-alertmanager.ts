import { alertingPlace, sendersOf } from '../../src/coverage/routing.ts';
import { defineRule } from '../../src/lint/rule.ts';
import { child, exists, type Node } from '../../src/repo/node.ts';
import type { RuleGroup } from '../../src/stack/rules.ts';
import { prometheusesOf } from '../../src/stack/system.ts';
import { counted } from '../../src/words.ts';

const prometheus = (alerting: string): string => `rule_files: [alerts.yml]
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ["api:8000"]
${alerting}`;
const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 2m
`;

export const rule = defineRule({
  id: 'prometheus/no-alertmanager',
  severity: 'warning',
  summary: 'A Prometheus that loads alerts and sends them to nobody.',
  why: `Alerts fire inside Prometheus and are seen on its own page only: without an Alertmanager there is no
message, no page and no ticket. Whoever does not happen to look is not told.`,
  fix: `Run an Alertmanager with a receiver that reaches somebody, and name it under
\`alerting.alertmanagers\` in \`prometheus.yml\`.`,
  bad: {
    files: { 'prometheus.yml': prometheus(''), 'alerts.yml': ALERTS },
    at: ['prometheus.yml:1:1'],
  },
  good: {
    files: {
      'prometheus.yml': prometheus(`alerting:
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093"]
`),
      'alerts.yml': ALERTS,
    },
  },
  check({ system, report }) {
    for (const { stack, prometheus } of prometheusesOf(system)) {
      for (const { container, groups, notifiers, isOpen, ruleFiles } of prometheus.evaluators) {
        const count = alertsIn(groups);
        const isMute = container.args.some(({ text }) => /^--?notifier\.blackhole\b/.test(text));
        const [first] = ruleFiles;
        if (count === 0 || notifiers.length > 0 || isOpen || isMute || first === undefined) continue;
        report({
          at: first.place,
          message: `"${container.service.name}" loads ${counted(count, 'alert')} and has no -notifier.url: nobody is told when one fires`,
          help: 'add --notifier.url= with the address of an Alertmanager',
        });
      }
      const own = prometheus.groups.filter((group) =>
        prometheus.ruleFiles.some(({ found }) => found.some(({ path }) => path === group.file.path)),
      );
      const count = alertsIn(own);
      const place = alertingPlace(prometheus);
      if (count === 0 || place === undefined || prometheus.kind === 'vmagent') continue;
      if (
        sendersOf({ ...prometheus, evaluators: [] }).some(
          ({ addresses, isOpen }) => addresses.length > 0 || isOpen,
        )
      )
        continue;
      const running = stack.alertmanagers[0]?.container?.service.name;
      report({
        at: place,
        message: `"${prometheus.name}" loads ${counted(count, 'alert')} and ${hasEntries(prometheus.config) ? 'alerting.alertmanagers names no target' : 'has no alerting.alertmanagers'}: nobody is told when one fires`,
        help: `name ${running === undefined ? 'an Alertmanager' : 'the Alertmanager of the stack'} under alerting.alertmanagers, static_configs: [{ targets: ["${running ?? 'alertmanager'}:9093"] }]`,
      });
    }
  },
});

const alertsIn = (groups: readonly RuleGroup[]): number =>
  groups.flatMap(({ rules }) => rules).filter(({ kind }) => kind === 'alert').length;

const hasEntries = (config: Node | undefined): boolean =>
  config !== undefined && exists(child(config, 'alerting', 'alertmanagers'));
