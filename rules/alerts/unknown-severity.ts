import { distance } from 'fastest-levenshtein';
import { defineRule } from '../../src/lint/rule.ts';
import { alertsIn, severityEntry } from '../../src/stack/alert-conventions.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { promqlGroups } from '../../src/stack/usages.ts';
import { listed, nearest } from '../../src/words.ts';

const alerts = (...severities: string[]): string => `groups:
  - name: up
    rules:
${severities
  .map(
    (severity, index) => `      - alert: Down${index}
        expr: up{job="job${index}"} == 0
        labels:
          severity: ${severity}
`,
  )
  .join('')}`;

export const rule = defineRule({
  id: 'alerts/unknown-severity',
  severity: 'warning',
  peers: ['pint rule/label'],
  summary: 'A severity that is none of those that are in use.',
  why: `Routes are written for certain severities. An alert with another one, or with a slip in it, is taken by none of
them: it goes to the default receiver, and whoever should be woken is not.`,
  fix: `Write one of the severities in use. \`severities\` in \`monitoring-check.yml\` says which these are; without it,
only what looks like a slip is reported.`,
  bad: {
    files: { 'alerts.yml': alerts('critical', 'critical', 'critical', 'criticl') },
    at: ['alerts.yml:19:21'],
  },
  good: { files: { 'alerts.yml': alerts('critical', 'critical', 'critical', 'warning') } },
  check({ system, config, report }) {
    const found = alertsIn(promqlGroups(system)).flatMap((rule) => {
      const entry = severityEntry(rule);
      const isTold = entry !== undefined && !isUnknown(entry.text) && !entry.text.includes('{{');
      return isTold ? [{ rule, ...entry }] : [];
    });
    const counts = new Map<string, number>();
    for (const { text } of found) counts.set(text, (counts.get(text) ?? 0) + 1);
    const { severities } = config;
    for (const { rule, label, text, node } of found) {
      if (severities !== undefined) {
        if (label !== 'severity' || severities.includes(text)) continue;
        const close = nearest(text, severities);
        report({
          at: { node },
          message: `the severity "${text}" of the alert "${rule.name}" is none of ${listed(severities.map((one) => `"${one}"`))}`,
          help: close ? `did you mean "${close}"?` : 'add it to "severities" if it is meant',
        });
        continue;
      }
      const meant = slipOf(text, counts);
      if (meant === undefined) continue;
      report({
        at: { node },
        message: `the severity "${text}" of the alert "${rule.name}" is used once, "${meant}" ${counts.get(meant)} times: it looks like a slip`,
        help: `did you mean "${meant}"?`,
      });
    }
  },
});

/** How often a value must be used, for another one beside it to be a slip. */
const USUAL = 3;

function slipOf(text: string, counts: ReadonlyMap<string, number>): string | undefined {
  if (counts.get(text) !== 1) return undefined;
  return [...counts].find(([other, count]) => {
    if (other === text || count < USUAL) return false;
    if (other.toLowerCase() === text.toLowerCase()) return true;
    return text.length >= 4 && !/\d/.test(text) && distance(text.toLowerCase(), other.toLowerCase()) <= 2;
  })?.[0];
}
