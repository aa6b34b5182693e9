import type { Rule, RuleGroup } from './rules.ts';

/** Labels by which teams say how bad an alert is, the usual one first. */
const SEVERITY_LABELS = [
  'severity',
  'level',
  'priority',
  'sev',
  'criticality',
  'urgency',
  'importance',
] as const;

/** What an alert says of how bad it is, under whatever label; undefined where it says nothing. */
export function severityEntry(alert: Rule): { label: string; text: string; node: Rule['node'] } | undefined {
  for (const label of SEVERITY_LABELS) {
    const entry = alert.labels.get(label);
    if (entry !== undefined) return { label, ...entry };
  }
  return undefined;
}

/** The alerting rules of groups. */
export const alertsIn = (groups: readonly RuleGroup[]): Rule[] =>
  groups.flatMap(({ rules }) => rules.filter(({ kind }) => kind === 'alert'));

/** An annotation that leads to instructions, such as `runbook_url`. */
export const isRunbook = (annotation: string): boolean =>
  /runbook|playbook|wiki|instructions?$/i.test(annotation);

/** An annotation that holds an address or an identifier, not a text for a person. */
export const isLink = (annotation: string): boolean =>
  isRunbook(annotation) || /dashboard|url$|uri$|link|image|panel|__\w+__/i.test(annotation);
