import { RULES } from '../../rules/index.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { judge, type Verdict } from './judge.ts';

/**
 * How many mutants of the reference stacks are caught:
 * node scripts/run.mjs test/mutants/run.ts [FIXTURE] [--of=PART OF A MUTATOR'S NAME] [--all]
 */
const args = process.argv.slice(2);
const [only] = args.filter((arg) => !arg.startsWith('--'));
const part = args.find((arg) => arg.startsWith('--of='))?.slice('--of='.length);
const verdicts = FIXTURES.filter((name) => only === undefined || name === only).flatMap((name) =>
  judge(name, part),
);
const share = (holds: (verdict: Verdict) => boolean): string =>
  `${verdicts.filter(holds).length} (${((100 * verdicts.filter(holds).length) / verdicts.length).toFixed(1)}%)`;
for (const { name, wanted, found, isRight, isAlone } of verdicts) {
  if (isRight && (isAlone || !args.includes('--all'))) continue;
  console.log(`${isRight ? 'not alone' : 'MISSED'}  ${name}: ${wanted.join(' or ')}`);
  for (const line of found.slice(0, 6)) console.log(`    ${line.slice(0, 200)}`);
}
const seldom = RULES.filter(({ bad }) => bad.needs === undefined)
  .map(({ id }) => id)
  .filter((id) => verdicts.filter(({ right }) => right.includes(id)).length < 2);
if (only === undefined && part === undefined && seldom.length > 0)
  console.log(`${seldom.length} rules find fewer than two: ${seldom.join(' ')}`);
console.log(`${verdicts.length} mutants`);
console.log(`caught            ${share(({ isCaught }) => isCaught)}`);
console.log(`by the right rule ${share(({ isRight }) => isRight)}`);
console.log(`one finding       ${share(({ isAlone }) => isAlone)}`);
