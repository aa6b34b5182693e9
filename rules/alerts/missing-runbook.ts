import { defineRule } from '../../src/lint/rule.ts';
import { child } from '../../src/repo/node.ts';
import { alertsIn, isRunbook, severityEntry } from '../../src/stack/alert-conventions.ts';
import { promqlGroups } from '../../src/stack/usages.ts';

const alert = (more: string): string => `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels:
          severity: critical
        annotations:
          summary: The API is down
${more}`;

export const rule = defineRule({
  id: 'alerts/missing-runbook',
  severity: 'notice',
  preset: 'strict',
  peers: ['pint alerts/annotation'],
  summary: 'An alert that wakes somebody and does not say what to do.',
  why: `Whoever is woken at night may not be the author of the alert. A runbook says what the alert means, how to look
further and what to do, and is found from the notification.`,
  fix: `Write the steps down, and link them: \`runbook_url: docs/runbooks/api.md#apidown\`.`,
  bad: { files: { 'alerts.yml': alert('') }, at: ['alerts.yml:4:16'] },
  good: {
    files: {
      'alerts.yml': alert('          runbook_url: docs/runbooks.md#apidown\n'),
      'docs/runbooks.md': '# Runbooks\n\n## ApiDown\n',
    },
  },
  check({ system, report }) {
    for (const rule of alertsIn(promqlGroups(system))) {
      const severity = severityEntry(rule)?.text.toLowerCase() ?? '';
      if (!URGENT.test(severity) || [...rule.annotations.keys()].some(isRunbook)) continue;
      report({
        at: { node: child(rule.node, 'alert') },
        message: `the alert "${rule.name}" is ${severity} and links no runbook`,
        help: 'add the annotation "runbook_url"',
      });
    }
  },
});

/** Severities that usually wake somebody. */
const URGENT = /^(?:critical|crit|page|emergency|fatal|high|p1|sev-?1|disaster)$/;
