import { distance } from 'fastest-levenshtein';
import { defineRule } from '../../src/lint/rule.ts';
import { alternatives } from '../../src/promql/labels.ts';
import type { Place } from '../../src/repo/node.ts';
import type { RouteMatcher } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn, type System } from '../../src/stack/system.ts';
import { RECEIVERS } from '../shared/alerting-examples.ts';
import { matchersOf } from '../shared/route-matchers.ts';

const ALERTS = `groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        for: 1m
        labels:
          severity: critical
`;
const config = (severity: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity="${severity}"]
      receiver: on-call
${RECEIVERS}`;

export const rule = defineRule({
  id: 'alertmanager/unknown-severity',
  severity: 'warning',
  summary: 'A route or an inhibition for a severity that is nearly one that alerts have, and that none has.',
  why: `Matchers compare exactly, upper and lower case too: the route never takes an alert. Those that it was written for go
to the default receiver, or to that of the route above, and whoever is on call is not woken.`,
  fix: 'Write the severity as the alerts have it.',
  bad: {
    files: { 'alerts.yml': ALERTS, 'alertmanager.yml': config('critcal') },
    at: ['alertmanager.yml:4:18'],
  },
  good: { files: { 'alerts.yml': ALERTS, 'alertmanager.yml': config('critical') } },
  check({ system, report }) {
    const values = valuesIn(system);
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { matcher, what } of matchersOf(alertmanager)) {
        const known = values.get(matcher.label);
        for (const value of known === undefined ? [] : textsIn(matcher)) {
          const meant = known && slipOf(value, [...known.keys()]);
          if (known === undefined || meant === undefined) continue;
          report({
            at: { node: matcher.node },
            message: `no alert has ${matcher.label} "${value}", and some have "${meant}": ${what} never takes them`,
            help: `write "${meant}"`,
            related: [{ at: known.get(meant) as Place, message: `an alert with "${meant}"` }],
          });
        }
      }
    }
  },
});

/** Labels that say how bad something is: few values, which the rules write down. */
const LABELS = ['severity', 'priority', 'level'];

/** The values that alerts give to each such label, with a place; none for a label that a variable or a template may fill. */
function valuesIn(system: System): Map<string, ReadonlyMap<string, Place>> {
  const labelled = [
    ...system.ruleGroups.flatMap(({ rules }) =>
      rules.flatMap(({ kind, labels }) => (kind === 'alert' ? [labels] : [])),
    ),
    ...system.stacks.flatMap(({ grafanas }) =>
      grafanas.flatMap(({ alerting }) => alerting.alerts.map(({ labels }) => labels)),
    ),
  ];
  return new Map(
    LABELS.flatMap((label) => {
      const entries = labelled.flatMap((labels) => labels.get(label) ?? []);
      if (entries.length === 0 || entries.some(({ text }) => isUnknown(text) || text.includes('{{')))
        return [];
      return [[label, new Map(entries.map(({ text, node }) => [text, { node }]))]];
    }),
  );
}

/** The texts that a matcher asks for: one, or those of a list. */
const textsIn = (matcher: RouteMatcher): readonly string[] =>
  matcher.op === '=' ? [matcher.value] : matcher.op === '=~' ? (alternatives(matcher) ?? []) : [];

/** The value of which a text is a slip: written in other case, or with a letter or two wrong. */
const slipOf = (text: string, values: readonly string[]): string | undefined =>
  isUnknown(text) || values.includes(text)
    ? undefined
    : values.find(
        (value) =>
          value.toLowerCase() === text.toLowerCase() ||
          (value.length >= 4 && !/\d/.test(text) && distance(value.toLowerCase(), text.toLowerCase()) <= 2),
      );
