import { describe, expect, test } from 'vitest';
import { RULES } from '../../rules/index.ts';
import { hasTool } from '../support/check.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { judge, judgeWithTools, mendingsOf, type Verdict } from './judge.ts';

const judged = new Map<string, readonly Verdict[]>();
const verdictsOf = (fixture: string): readonly Verdict[] => {
  const verdicts = judged.get(fixture) ?? judge(fixture);
  judged.set(fixture, verdicts);
  return verdicts;
};
const all = (): readonly Verdict[] => FIXTURES.flatMap(verdictsOf);
const inWords = (verdicts: readonly Verdict[]): string =>
  verdicts
    .map(({ name, wanted, found }) => `${name}: ${wanted.join(' or ')}\n  ${found.join('\n  ')}`)
    .join('\n');

describe('of the mutants of a reference stack', () => {
  test.each(FIXTURES)(
    'at least 98 in 100 are caught by the right rule: %s',
    (fixture) => {
      const verdicts = verdictsOf(fixture);
      const missed = verdicts.filter(({ isRight }) => !isRight);
      expect(verdicts.length).toBeGreaterThan(150);
      expect(missed.length / verdicts.length, inWords(missed)).toBeLessThanOrEqual(0.02);
    },
    300_000,
  );

  test('at least 95 in 100 give one finding and no other', () => {
    const several = all().filter(({ isAlone }) => !isAlone);
    expect(1 - several.length / all().length, inWords(several)).toBeGreaterThanOrEqual(0.95);
  }, 600_000);

  test('at least two are found by each rule', () => {
    const found = all().flatMap(({ right }) => right);
    const seldom = RULES.filter(({ bad }) => bad.needs === undefined)
      .map(({ id }) => id)
      .filter((id) => found.filter((rule) => rule === id).length < 2);
    expect(seldom).toEqual([]);
  }, 600_000);
});

test('the mending of a mutant ends what was found, and nothing new is found after it', () => {
  const mendings = mendingsOf('debezium-lab');
  expect(mendings.length).toBeGreaterThanOrEqual(25);
  expect(mendings.filter(({ left }) => left.length > 0)).toEqual([]);
  // Most of these faults leave no trace at all once they are mended.
  const restored = mendings.filter(({ isAsBefore }) => isAsBefore);
  expect(restored.length / mendings.length).toBeGreaterThan(0.6);
}, 600_000);

describe.skipIf(!hasTool('promtool'))('of the mutants that only promtool sees', () => {
  test.each(['debezium-lab', 'k2-market-data'])(
    'each is found: %s',
    async (fixture) => {
      const verdicts = await judgeWithTools(fixture);
      expect(verdicts.length).toBeGreaterThanOrEqual(3);
      expect(inWords(verdicts.filter(({ isRight }) => !isRight))).toBe('');
    },
    300_000,
  );
});
