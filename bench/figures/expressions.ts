import { spawnSync } from 'node:child_process';
import { parseQuery } from '../../src/promql/parse.ts';
import { corpusPath, corpusRows, hasCorpus } from '../../test/support/corpus.ts';
import { type Figure, notMeasured } from '../figure.ts';
import { HOW_TO_BUILD, NO_CORPUS, peer } from '../peers.ts';
import { compare } from '../timing.ts';

const ROWS = 'promql/rule-verdicts.jsonl';

/** What one expression takes, beside Prometheus's own parser. */
export const expressions: Figure = {
  name: 'one expression, parsed, typed and located',
  goal: 'none; beside the Go parser, which does not say where its parts stand',
  measure() {
    const parser = peer('go-parser');
    if (!hasCorpus) return notMeasured(NO_CORPUS);
    if (parser === undefined) return notMeasured(`the Go parser is not there; ${HOW_TO_BUILD}`);
    const texts = corpusRows<{ expr: string }>(ROWS).map(({ expr }) => expr);
    let round = 0;
    const ours = (): number => {
      // Spaces make each round's texts new, so that the memory of parsed ones is of no help.
      const more = ' '.repeat(++round);
      const own = texts.map((text) => text + more);
      const start = performance.now();
      for (const text of own) parseQuery(text);
      return ((performance.now() - start) * 1000) / own.length;
    };
    const theirs = (): number => Number(spawnSync(parser, [corpusPath(ROWS)], { encoding: 'utf8' }).stdout);
    const { own, other, ratio } = compare(ours, theirs);
    return [{ text: `${own.toFixed(0)} µs against ${other.toFixed(0)} µs, ratio ${ratio.toFixed(2)}` }];
  },
};
