import { defineRule } from '../../src/lint/rule.ts';
import { append } from '../../src/multimap.ts';
import { child, exists, keyOf, type Place } from '../../src/repo/node.ts';
import { contradiction, covers, type MatcherSet, type Route } from '../../src/stack/alertmanager.ts';
import { alertmanagersIn } from '../../src/stack/system.ts';
import { counted } from '../../src/words.ts';
import { RECEIVERS } from '../shared/alerting-examples.ts';

const config = (continues: string): string => `route:
  receiver: team
  routes:
    - matchers: [severity=~"warning|critical"]
      receiver: team
${continues}    - matchers: [severity="critical"]
      receiver: on-call
${RECEIVERS}`;

export const rule = defineRule({
  id: 'alertmanager/unreachable-route',
  severity: 'warning',
  summary: 'A route that no alert ever reaches.',
  why: `Alertmanager goes through the routes in order and stops at the first that takes the alert, unless it continues. A
route behind one that takes all of its alerts, or below one that takes none of them, is never used: its receiver is
not told.`,
  fix: 'Put the more specific route first, or add `continue: true` to the earlier one when both shall be told.',
  bad: { files: { 'alertmanager.yml': config('') }, at: ['alertmanager.yml:6:7'] },
  good: { files: { 'alertmanager.yml': config('      continue: true\n') } },
  check({ system, report }) {
    const visit = (route: Route, above: MatcherSet): void => {
      /** The routes that are never reached, by the earlier one that takes all of their alerts. */
      const taken = new Map<Route, Route[]>();
      for (const [index, inner] of route.routes.entries()) {
        const taker = route.routes.slice(0, index).find((other) => !other.continues && covers(other, inner));
        const clash = contradiction(above, inner);
        if (taker !== undefined) {
          append(taken, taker, inner);
        } else if (clash !== undefined) {
          const [one, other] = clash;
          report({
            at: { node: other.node },
            message: `no alert reaches this route: the one above it takes only ${one.label}${one.op}"${one.value}"`,
            help: 'move it out of that route, or correct one of the matchers',
            related: [{ at: { node: one.node }, message: 'the route above' }],
          });
        } else {
          visit(inner, {
            ...above,
            matchers: [...above.matchers, ...inner.matchers],
          });
        }
      }
      for (const [taker, [first, ...others]] of taken) if (first) tell(taker, first, others);
    };
    const tell = (taker: Route, first: Route, others: readonly Route[]): void => {
      const takesAll = taker.matchers.length === 0;
      const receiver = first.receiver === undefined ? 'its receiver' : `"${first.receiver}"`;
      const more = others.length === 0 ? '' : `, and so it is with ${counted(others.length, 'more route')}`;
      report({
        at: placeOf(first),
        message: `an earlier route takes ${takesAll ? 'every alert' : 'all of its alerts'} and does not continue: ${receiver} is never told by this one${more}`,
        help: takesAll
          ? 'move the route that takes everything to the end'
          : `put ${others.length === 0 ? 'this route' : 'these routes'} first, or add continue: true to the earlier one`,
        related: [
          { at: placeOf(taker), message: 'the earlier route' },
          ...others.slice(0, 5).map((other) => ({ at: placeOf(other), message: 'never reached either' })),
        ],
      });
    };
    for (const { alertmanager } of alertmanagersIn(system)) {
      if (alertmanager.route !== undefined)
        visit(alertmanager.route, { matchers: [], faults: [], hasUnknown: false });
    }
  },
});

/** A route is pointed at by its matchers, or by its receiver when it has none. */
function placeOf({ node }: Route): Place {
  const keys = ['matchers', 'match', 'match_re', 'receiver'].map((key) => child(node, key));
  const found = keys.find(exists);
  return found === undefined ? { node } : keyOf(found);
}
