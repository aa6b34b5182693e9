import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ABSENT,
  ANY,
  admits,
  areDisjoint,
  type Domain,
  domainOf,
  intersect,
  isAbsent,
  isImpossible,
  isPresent,
  type LabelSet,
  oneOf,
  only,
  PRESENT,
  restrict,
  unite,
  uniteLabels,
  withLabel,
  without,
} from '../../src/promql/domain.ts';
import { exclude, type Labels, overlap, selects } from '../../src/promql/labels.ts';
import { matcherTakes } from '../../src/promql/matcher.ts';
import type { Matcher, Selector } from '../../src/promql/tree.ts';
import { parseYaml } from '../../src/repo/document.ts';
import { roots } from '../../src/repo/node.ts';
import { sourceText } from '../../src/repo/text.ts';
import { contradiction, covers, type MatcherSet } from '../../src/stack/alertmanager.ts';
import { holds } from '../support/property.ts';

const LABELS = ['a', 'b'];
const VALUES = ['', 'x', 'y', 'xy', 'yx', 'a.b', 'axb'];
const PATTERNS = [
  ...[
    'x',
    'x|y',
    '.*',
    '(.*)',
    '.+',
    'x.*',
    '(x|y)',
    '(?:x|xy)',
    '',
    'xy?',
    '[xy]',
    '.?',
    'x|',
    '^x$',
    'x(y)',
  ],
  ...['a.b', 'a\\\\.b', 'a\\\\.b|x', '(x)|y', '(x|y)|(y)', 'x{1}', '()'],
];
const span = { start: 0, end: 0 };
const matcher: fc.Arbitrary<Matcher> = fc
  .tuple(fc.constantFrom(...LABELS), fc.constantFrom('=', '!=', '=~', '!~'), fc.nat())
  .map(([label, op, pick]) => {
    const from = op === '=' || op === '!=' ? VALUES : PATTERNS;
    return { label, op, value: from[pick % from.length] as string, span, valueSpan: span };
  });
const selector: fc.Arbitrary<Selector> = fc
  .array(matcher, { maxLength: 4 })
  .map((matchers) => ({ kind: 'selector', name: undefined, hasOuterName: false, matchers, span }));

/** What Prometheus does, by the letter: an absent label is an empty one, and a pattern takes the whole value. */
const takes = ({ op, value }: Matcher, actual: string): boolean => {
  const isTaken =
    op === '=' || op === '!=' ? value === actual : new RegExp(`^(?:${value})$`, 's').test(actual);
  return op === '=' || op === '=~' ? isTaken : !isTaken;
};
const selectsAll = ({ matchers }: Selector, series: Readonly<Record<string, string>>): boolean =>
  matchers.every((one) => takes(one, series[one.label] ?? ''));
const allSeries = VALUES.flatMap((a) => VALUES.map((b) => ({ a, b })));

describe('selectors', () => {
  it('a matcher takes what Prometheus takes', () => {
    holds(fc.tuple(matcher, fc.constantFrom(...VALUES)), ([one, value]) => {
      expect(matcherTakes(one, value)).toBe(takes(one, value));
    });
  });

  it('a series that is not fully known is selected certainly, possibly or never', () => {
    const known = fc.tuple(
      fc.constantFrom(undefined, null, ...VALUES),
      fc.constantFrom(undefined, null, ...VALUES),
      fc.boolean(),
    );
    holds(fc.tuple(selector, known), ([one, [a, b, isClosed]]) => {
      const values = new Map<string, string | undefined>();
      // null: nothing is said of the label; undefined: it is there, with a value that is not known.
      if (a !== null) values.set('a', a);
      if (b !== null) values.set('b', b);
      const labels: Labels = { values, isClosed };
      const fits = (name: string, value: string): boolean =>
        values.has(name)
          ? values.get(name) === undefined || values.get(name) === value
          : !isClosed || value === '';
      const possible = allSeries.filter((series) => fits('a', series.a) && fits('b', series.b));
      const answers = possible.map((series) => selectsAll(one, series));
      const verdict = selects(one, labels);
      if (verdict === 'yes') expect(answers).not.toContain(false);
      if (verdict === 'no') expect(answers).not.toContain(true);
      if (answers.every(Boolean) && values.size === 2 && ![a, b].includes(undefined))
        expect(verdict).toBe('yes');
    });
  });

  it('two selectors that share no series are told apart only when that is so', () => {
    holds(fc.tuple(selector, selector), ([one, two]) => {
      const shared = allSeries.some((series) => selectsAll(one, series) && selectsAll(two, series));
      if (overlap(one, two) === 'no') expect(shared).toBe(false);
    });
    holds(fc.tuple(matcher, matcher), ([one, two]) => {
      if (one.label !== two.label) return;
      const shared = VALUES.some((value) => takes(one, value) && takes(two, value));
      if (exclude(one, two)) expect(shared).toBe(false);
    });
  });
});

describe('what a label can hold', () => {
  interface Made {
    readonly domain: Domain;
    /** By brute force: whether it can hold a value. */
    readonly holds: (value: string) => boolean;
  }
  const start: fc.Arbitrary<Made> = fc.oneof(
    fc.constant({ domain: ANY, holds: () => true }),
    fc.constant({ domain: PRESENT, holds: (value: string) => value !== '' }),
    fc.constant({ domain: ABSENT, holds: (value: string) => value === '' }),
    fc
      .uniqueArray(fc.constantFrom(...VALUES), { maxLength: 3 })
      .map((values) => ({ domain: oneOf(values), holds: (value: string) => values.includes(value) })),
  );
  const made: fc.Arbitrary<Made> = fc
    .tuple(start, fc.array(matcher, { maxLength: 3 }))
    .map(([from, matchers]) =>
      matchers.reduce<Made>(
        (before, one) => ({
          domain: restrict(before.domain, one),
          holds: (value) => before.holds(value) && takes(one, value),
        }),
        from,
      ),
    );

  it('under matchers is what fulfils all of them', () => {
    holds(made, ({ domain, holds: can }) => {
      for (const value of VALUES) expect(admits(domain, value), value).toBe(can(value));
      expect(domain.canBeAbsent).toBe(can(''));
      if (isImpossible(domain)) expect(VALUES.filter(can)).toEqual([]);
    });
  });

  it('in two places is what both admit, in either what one of them does', () => {
    holds(fc.tuple(made, made), ([one, two]) => {
      const [both, either] = [intersect(one.domain, two.domain), unite(one.domain, two.domain)];
      for (const value of VALUES) {
        expect(admits(both, value), value).toBe(one.holds(value) && two.holds(value));
        if (one.holds(value) || two.holds(value)) expect(admits(either, value), value).toBe(true);
        else if (either.values !== undefined) expect(admits(either, value), value).toBe(false);
      }
      const shared = VALUES.filter((value) => one.holds(value) && two.holds(value));
      if (areDisjoint(one.domain, two.domain)) expect(shared).toEqual([]);
      else if (one.domain.values ?? two.domain.values) expect(shared).not.toEqual([]);
    });
  });

  it('is kept, taken away or united label by label', () => {
    const set: fc.Arbitrary<LabelSet> = fc
      .tuple(fc.option(made), fc.option(made), fc.constantFrom('absent', 'unknown'))
      .map(([a, b, others]) => ({
        known: new Map([...(a ? [['a', a.domain] as const] : []), ...(b ? [['b', b.domain] as const] : [])]),
        others,
      }));
    const admitted = (labels: LabelSet, name: string): string[] =>
      VALUES.filter((value) => admits(domainOf(labels, name), value));
    holds(fc.tuple(set, set, made), ([one, two, { domain }]) => {
      const united = uniteLabels(one, two);
      for (const name of ['a', 'b', 'c']) {
        for (const value of [...admitted(one, name), ...admitted(two, name)])
          expect(admitted(united, name)).toContain(value);
        expect(admitted(without(one, ['a']), name)).toEqual(name === 'a' ? [''] : admitted(one, name));
        expect(admitted(only(one, ['a']), name)).toEqual(name === 'a' ? admitted(one, name) : ['']);
        expect(admitted(withLabel(one, 'a', domain), name)).toEqual(
          name === 'a' ? VALUES.filter((value) => admits(domain, value)) : admitted(one, name),
        );
        if (isAbsent(one, name)) expect(admitted(one, name).filter(Boolean)).toEqual([]);
        if (isPresent(one, name)) expect(admitted(one, name)).not.toContain('');
      }
    });
  });
});

describe('matchers of routes and inhibitions', () => {
  const [node] = roots(parseYaml(sourceText('alertmanager.yml', 'a')));
  if (node === undefined) throw new Error('no document');
  const set: fc.Arbitrary<MatcherSet> = fc.array(matcher, { maxLength: 3 }).map((matchers) => ({
    matchers: matchers.map((one) => ({ ...one, node })),
    faults: [],
    hasUnknown: false,
  }));
  const takesAlert = ({ matchers }: MatcherSet, alert: Readonly<Record<string, string>>): boolean =>
    matchers.every((one) => takes({ ...one, span, valueSpan: span }, alert[one.label] ?? ''));

  it('are covered by others only when these take all of their alerts', () => {
    holds(fc.tuple(set, set), ([wider, narrower]) => {
      if (!covers(wider, narrower)) return;
      const missed = allSeries.filter((alert) => takesAlert(narrower, alert) && !takesAlert(wider, alert));
      expect(missed).toEqual([]);
    });
    holds(set, (one) => {
      expect(covers(one, one)).toBe(true);
    });
  });

  it('contradict one another only when no alert fulfils both', () => {
    holds(fc.tuple(set, set), ([one, two]) => {
      if (contradiction(one, two) === undefined) return;
      expect(allSeries.filter((alert) => takesAlert(one, alert) && takesAlert(two, alert))).toEqual([]);
    });
  });
});
