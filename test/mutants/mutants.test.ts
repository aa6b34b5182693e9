import { describe, expect, test } from 'vitest';
import { FIXTURES } from '../support/fixtures.ts';
import { judge } from './judge.ts';

describe('of the mutants of a reference stack', () => {
  test.each(FIXTURES)(
    'at least 98 in 100 are caught by the right rule: %s',
    (fixture) => {
      const verdicts = judge(fixture);
      const missed = verdicts.filter(({ isRight }) => !isRight);
      expect(verdicts.length).toBeGreaterThan(100);
      expect(
        missed.length / verdicts.length,
        missed.map(({ name, found }) => `${name}\n  ${found.join('\n  ')}`).join('\n'),
      ).toBeLessThanOrEqual(0.02);
    },
    180_000,
  );
});
