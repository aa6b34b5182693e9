import type { Figure } from '../figure.ts';
import { check, compare, type Kept, time } from '../timing.ts';

const FIXTURE = 'fixtures/k2-market-data';
const MOST = 4;

const KINDS: readonly (readonly [Kept, string])[] = [
  ['code', 'its compiled code kept, the files never seen'],
  ['runs', 'on files that did not change'],
  ['nothing', 'nothing kept, as in CI'],
];

/** How soon the program answers about a small repository. */
export const coldStart: Figure = {
  name: 'cold start on one fixture',
  goal: `at most ${MOST} × node -e 0`,
  measure: () =>
    KINDS.map(([kept, what]) => {
      const { own, other, ratio } = compare(
        () => check(FIXTURE, kept),
        () => time(process.execPath, ['-e', '0']),
        11,
      );
      return {
        text: `${what}: ${own.toFixed(0)} ms against ${other.toFixed(0)} ms, ${ratio.toFixed(2)} ×`,
        isMet: ratio <= MOST,
        next:
          kept === 'nothing'
            ? 'V8 compiles the code that runs anew each time; a startup snapshot would hold it, but only for the very Node that wrote it'
            : 'a profile of the first 100 ms',
      };
    }),
};
