// Prints every figure that the project wants to reach beside what is measured, pair by pair with its peers:
// node scripts/run.mjs bench/run.ts [WORD...]
// With words, only the figures whose names hold one of them. bench/tools.sh builds the peers; the corpus of
// real repositories stands beside the project; MONITORING_CHECK_PROGRAM names another program than dist/cli.js.
import type { Figure } from './figure.ts';
import { badInput } from './figures/bad-input.ts';
import { wholeCorpus } from './figures/corpus.ts';
import { corpusDrill, largeDrill } from './figures/drill.ts';
import { corpusErrors } from './figures/errors.ts';
import { expressions } from './figures/expressions.ts';
import { growth } from './figures/growth.ts';
import { mutants } from './figures/mutants.ts';
import { ruleFiles } from './figures/rule-files.ts';
import { coldStart } from './figures/start.ts';
import { verdicts } from './figures/verdicts.ts';

const FIGURES: readonly Figure[] = [
  verdicts,
  expressions,
  coldStart,
  ruleFiles,
  wholeCorpus,
  growth,
  largeDrill,
  corpusDrill,
  mutants,
  corpusErrors,
  badInput,
];

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const wanted = FIGURES.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
);
if (wanted.length === 0) {
  console.error(`no figure is named so; there are: ${FIGURES.map(({ name }) => name).join('; ')}`);
  process.exitCode = 2;
}

let met = 0;
let missed = 0;
for (const { name, goal, measure } of wanted) {
  console.log(`\n${name} (goal: ${goal})`);
  for (const { text, isMet, next } of await measure()) {
    console.log(`  ${isMet === undefined ? '·' : isMet ? '✔' : '✘'} ${text}`);
    if (isMet === true) met++;
    if (isMet !== false) continue;
    missed++;
    if (next !== undefined) console.log(`    next: ${next}`);
  }
}
console.log(`\n${met} met, ${missed} not met`);
