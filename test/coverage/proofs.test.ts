import { describe, expect, test } from 'vitest';
import { type Chain, withRoutes, withTests } from '../../src/coverage/chain.ts';
import { countingAlerts, leastBy, sumInWords } from '../../src/coverage/timing.ts';
import type { Rule } from '../../src/stack/rules.ts';
import { chainsIn, instead, orders } from '../support/chains.ts';

const chainOf = (changes: Parameters<typeof orders>[0] = {}): Chain => {
  const [chain] = chainsIn(orders(changes));
  if (chain === undefined) throw new Error('there is no path');
  return chain;
};
const ruleOf = ({ alerts: [alert] }: Chain): Rule => {
  if (alert?.rule === undefined) throw new Error('there is no rule');
  return alert.rule;
};
const saying = (chain: Chain | undefined, link: 'tested' | 'routed'): string[] =>
  chain?.links[link].proof.map(({ what }) => what) ?? [];

describe('what else makes an alert fire', () => {
  test('proves that it is tested, where no test does', () => {
    const chain = chainOf({ 'rules_test.yml': undefined });
    const [proved] = withTests([chain], new Map([[ruleOf(chain), 'the fire drill makes it fire']]));
    expect(proved?.links.tested).toMatchObject({ state: 'proved', gap: undefined, required: 'off' });
    expect(saying(proved, 'tested')).toEqual(['the fire drill makes it fire']);
  });

  test('stands beside the test', () => {
    const chain = chainOf();
    const [proved] = withTests([chain], new Map([[ruleOf(chain), 'the fire drill makes it fire']]));
    expect(saying(proved, 'tested')).toEqual([
      'a rule unit test makes NoOrders fire',
      'the fire drill makes it fire',
    ]);
  });

  test('changes nothing of other alerts, nor where nothing fired', () => {
    const chain = chainOf();
    expect(withTests([chain], new Map())).toEqual([chain]);
    expect(withTests([chain], new Map([[ruleOf(chainOf()), 'x']]))[0]).toBe(chain);
  });
});

describe('what amtool says of where an alert ends', () => {
  test('is a proof beside what is worked out', () => {
    const chain = chainOf();
    const [proved] = withRoutes([chain], new Map([[ruleOf(chain), ['pager', 'mail']]]));
    expect(saying(proved, 'routed')).toEqual([
      'NoOrders: the receiver "pager" notifies by webhook',
      'amtool routes NoOrders to pager and mail',
    ]);
  });

  test('is none where the alert tells nobody, or amtool said nothing', () => {
    const silent = chainOf({ 'alertmanager.yml': instead('receiver: pager', 'receiver: nobody') });
    expect(withRoutes([silent], new Map([[ruleOf(silent), ['nobody']]]))[0]).toBe(silent);
    const chain = chainOf();
    expect(withRoutes([chain], new Map())[0]).toBe(chain);
    const [same] = withRoutes([chain], new Map([[ruleOf(chainOf()), ['pager']]]));
    expect(saying(same, 'routed')).toEqual(['NoOrders: the receiver "pager" notifies by webhook']);
  });
});

test('what is asked of a path says how bad a gap is', () => {
  const asked = chainOf({
    'monitoring-check.yml': 'paths:\n  - {name: orders, jobs: [api], test: true, dashboard: orders}\n',
  });
  expect([asked.links.tested.required, asked.links.seen.required]).toEqual(['error', 'error']);
  const free = chainOf();
  expect([free.links.tested.required, free.links.seen.required]).toEqual(['off', 'off']);
  const warned = chainOf({
    'monitoring-check.yml':
      'require: {tested: warning}\npaths:\n  - {name: orders, jobs: [api], test: true}\n',
  });
  expect(warned.links.tested.required).toBe('warning');
  const each = {
    exposed: 'off',
    scraped: 'warning',
    alerted: 'notice',
    tested: 'error',
    routed: 'off',
    seen: 'notice',
  };
  const set = chainOf({ 'monitoring-check.yml': `require: ${JSON.stringify(each)}\n` });
  expect(
    Object.fromEntries(Object.entries(set.links).map(([name, { required }]) => [name, required])),
  ).toEqual(each);
});

describe('a time', () => {
  test.each([
    [
      { scrape: 10, evaluation: 20, hold: 60, delay: 300, total: 390 },
      5,
      "scrape 10s + evaluation 20s + for 1m + the expression's own window 5m + group_wait 5s = 6m35s",
    ],
    [
      { scrape: 10, evaluation: 20, hold: 0, delay: 0, total: 30 },
      undefined,
      'scrape 10s + evaluation 20s = 30s',
    ],
    [{ scrape: 10, evaluation: 20, hold: 0, delay: 0, total: 30 }, 0, 'scrape 10s + evaluation 20s = 30s'],
  ])('%j with a wait of %s is the sum %s', (detection, wait, words) => {
    expect(sumInWords(detection, wait)).toBe(words);
  });

  test('is the least of several, the first of those that are alike', () => {
    expect(leastBy([3, 1, 2], (figure) => figure)).toBe(1);
    expect(leastBy(['bb', 'a', 'c'], ({ length }) => length)).toBe('a');
    expect(leastBy([], () => 0)).toBeUndefined();
  });

  test('counts for the alerts that certainly watch, or else for those that may', () => {
    const rules = (...exprs: string[]): string =>
      JSON.stringify({
        groups: [{ name: 'a', rules: exprs.map((expr, index) => ({ alert: `A${index}`, expr })) }],
      });
    const names = (...exprs: string[]): string[] =>
      countingAlerts(chainOf({ 'rules.yml': rules(...exprs) })).map(({ name }) => name);
    expect(names('orders_total{kind="a"} > 1', 'orders_total > 1')).toEqual(['A1']);
    expect(names('orders_total{kind="a"} > 1', 'orders_total{kind="b"} > 1')).toEqual(['A0', 'A1']);
  });
});
