import { spawnSync } from 'node:child_process';
import { corpusFolders, corpusPath, hasCorpus } from '../../test/support/corpus.ts';
import { type Figure, notMeasured } from '../figure.ts';
import { NO_CORPUS } from '../peers.ts';
import { PROGRAM } from '../timing.ts';

/** Errors in healthy real repositories, which somebody has to read: whether they are true no program can tell. */
export const corpusErrors: Figure = {
  name: 'errors in real repositories',
  goal: 'every one true, read by hand: what is printed here is what is to be read',
  measure() {
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    return corpusFolders().flatMap((folder) => {
      const { stdout } = spawnSync(
        process.execPath,
        [PROGRAM, 'check', corpusPath(folder), '--format', 'json'],
        { encoding: 'utf8', maxBuffer: 2 ** 28 },
      );
      const { findings } = JSON.parse(stdout) as {
        findings: readonly { severity: string; rule: string; file: string; line: number; message: string }[];
      };
      return findings
        .filter(({ severity }) => severity === 'error')
        .map(({ rule, file, line, message }) => ({ text: `${folder}/${file}:${line} ${rule}: ${message}` }));
    });
  },
};
