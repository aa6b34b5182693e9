import { defineRule } from '../../src/lint/rule.ts';
import { child, textOf } from '../../src/repo/node.ts';
import { routesOf } from '../../src/stack/alertmanager.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { listed, nearest } from '../../src/words.ts';
import { RECEIVERS } from '../shared/alerting-examples.ts';

const config = (name: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity="critical"]
      receiver: ${name}
${RECEIVERS}`;

export const rule = defineRule({
  id: 'alertmanager/undefined-receiver',
  severity: 'error',
  summary: 'A route to a receiver that is not defined.',
  why: `Alertmanager refuses the whole configuration and does not start, or on a reload goes on with the old one.
Until somebody notices, no alert of any route reaches anybody.`,
  fix: 'Correct the name, or define the receiver.',
  bad: { files: { 'alertmanager.yml': config('oncall') }, at: ['alertmanager.yml:5:17'] },
  good: { files: { 'alertmanager.yml': config('on-call') } },
  check({ system, report }) {
    for (const { alertmanager } of alertmanagersIn(system)) {
      for (const { node } of routesOf(alertmanager.route)) {
        const at = child(node, 'receiver');
        const name = textOf(at);
        if (name === undefined || name === '' || isUnknown(name) || alertmanager.receivers.has(name))
          continue;
        const names = [...alertmanager.receivers.keys()];
        if (names.some(isUnknown)) continue;
        const close = nearest(name, names);
        report({
          at: { node: at },
          message: `no receiver "${name}" is defined: Alertmanager refuses the whole configuration`,
          help:
            close !== undefined
              ? `did you mean "${close}"?`
              : names.length > 0
                ? `define it, or write one of ${listed(
                    names.map((other) => `"${other}"`),
                    'or',
                  )}`
                : 'define it under receivers',
        });
      }
    }
  },
});
