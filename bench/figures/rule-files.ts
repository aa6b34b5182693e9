import { hasCorpus } from '../../test/support/corpus.ts';
import { copyRuleFiles, inFolder } from '../corpus.ts';
import { type Figure, notMeasured } from '../figure.ts';
import { HOW_TO_BUILD, NO_CORPUS, peer } from '../peers.ts';
import { check, compare, type Kept, time } from '../timing.ts';

const WANTED = 0.5;

const KINDS: readonly (readonly [Kept, string])[] = [
  ['code', 'files never seen'],
  ['runs', 'files that did not change'],
];

/** What a check of rule files takes beside those that check nothing else. */
export const ruleFiles: Figure = {
  name: "the corpus's rule files alone",
  goal: `less than promtool check rules + pint --offline lint, wanted ${WANTED}`,
  measure() {
    const pint = peer('pint');
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    if (pint === undefined) return notMeasured(`pint is not there; ${HOW_TO_BUILD}`);
    return inFolder((folder) => {
      const files = copyRuleFiles(folder);
      const theirs = (): number =>
        time('promtool', ['check', 'rules', ...files]) + time(pint, ['--offline', 'lint', folder], folder);
      return KINDS.map(([kept, what]) => {
        const { own, other, ratio } = compare(() => check(folder, kept), theirs);
        const numbers = `${own.toFixed(0)} ms against ${other.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`;
        return {
          text: `${files.length} ${what}: ${numbers}${ratio > WANTED && ratio < 1 ? `, not the wanted ${WANTED}` : ''}`,
          isMet: ratio < 1,
          next: 'one thread of JavaScript does what Go does on two cores; worker threads would have to share one model of the whole repository',
        };
      });
    });
  },
};
