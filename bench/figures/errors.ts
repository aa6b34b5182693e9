import { checkDisk, oneLine } from '../../test/support/check.ts';
import { corpusDisk, corpusFolders, hasCorpus } from '../../test/support/corpus.ts';
import { type Figure, notMeasured } from '../figure.ts';
import { NO_CORPUS } from '../peers.ts';

/** Errors in healthy real repositories, which somebody has to read: whether they are true no program can tell. */
export const corpusErrors: Figure = {
  name: 'errors in real repositories',
  goal: 'every one true, read by hand: what is printed here is what is to be read',
  measure() {
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    return corpusFolders().flatMap((folder) =>
      checkDisk(corpusDisk(folder))
        .findings.filter(({ severity }) => severity === 'error')
        .map((finding) => ({ text: `${folder}: ${oneLine(finding)}` })),
    );
  },
};
