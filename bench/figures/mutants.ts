import { judge } from '../../test/mutants/judge.ts';
import { FIXTURES } from '../../test/support/fixtures.ts';
import { type Figure, percent } from '../figure.ts';

/** Whether a defect put into a healthy stack is found. */
export const mutants: Figure = {
  name: 'defects put into the reference stacks',
  goal: 'of at least 200, 98 % caught by the rule that should; 95 % as one finding',
  measure() {
    const verdicts = FIXTURES.flatMap((fixture) => judge(fixture));
    const right = verdicts.filter(({ isRight }) => isRight);
    const alone = verdicts.filter(({ isAlone }) => isAlone);
    return [
      {
        text: `caught by the right rule: ${percent(right.length, verdicts.length)}`,
        isMet: verdicts.length >= 200 && right.length >= 0.98 * verdicts.length,
        next: 'node scripts/run.mjs test/mutants/run.ts names those that are missed',
      },
      {
        text: `one finding: ${percent(alone.length, verdicts.length)}`,
        isMet: alone.length >= 0.95 * verdicts.length,
        next: 'node scripts/run.mjs test/mutants/run.ts --all names those with more',
      },
    ];
  },
};
