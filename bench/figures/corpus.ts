import { corpusPath, hasCorpus } from '../../test/support/corpus.ts';
import { copyRuleFiles, inFolder } from '../corpus.ts';
import { type Figure, notMeasured } from '../figure.ts';
import { HOW_TO_BUILD, NO_CORPUS, peer } from '../peers.ts';
import { check, compare, type Kept, time } from '../timing.ts';

/** What dashboard-linter took for the corpus's 166 dashboards where it could be had (DESIGN.md), in milliseconds. */
const DASHBOARD_LINTER = 8000;
const SHARE = 0.25;

const KINDS: readonly (readonly [Kept, string])[] = [
  ['code', 'never seen'],
  ['runs', 'unchanged'],
];

/** What a check of everything in the corpus takes, as if it were one repository. */
export const wholeCorpus: Figure = {
  name: 'the whole corpus as one repository',
  goal: `at most ${SHARE} of promtool + pint + dashboard-linter (whose ${DASHBOARD_LINTER / 1000} s are DESIGN.md's: it cannot be had here)`,
  measure() {
    const pint = peer('pint');
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    if (pint === undefined) return notMeasured(`pint is not there; ${HOW_TO_BUILD}`);
    return inFolder((folder) => {
      const files = copyRuleFiles(folder);
      const theirs = (): number =>
        time('promtool', ['check', 'rules', ...files]) +
        time(pint, ['--offline', 'lint', folder], folder) +
        DASHBOARD_LINTER;
      return KINDS.map(([kept, what]) => {
        const { own, other, ratio } = compare(() => check(corpusPath(), kept), theirs, 3);
        return {
          text: `${what}: ${own.toFixed(0)} ms against ${other.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
          isMet: ratio <= SHARE,
          next: 'most of it is rules over one model of hundreds of stacks: what each stack needs is to be worked out in worker threads, which needs the model split by stack first',
        };
      });
    });
  },
};
