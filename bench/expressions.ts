import { readFileSync } from 'node:fs';
import { parseQuery } from '../src/promql/parse.ts';

/** Prints the microseconds that one expression of a JSON Lines file takes, over several rounds. */
const ROUNDS = 3;
const rows = readFileSync(process.argv[2] as string, 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { expr: string }).expr);
// A space more makes each round's texts new, so that the cache of parsed ones is of no help.
const rounds = Array.from({ length: ROUNDS }, (_, round) => rows.map((expr) => expr + ' '.repeat(round + 1)));
for (const expr of rows) parseQuery(expr);
const start = performance.now();
for (const round of rounds) for (const expr of round) parseQuery(expr);
console.log((((performance.now() - start) * 1000) / (ROUNDS * rows.length)).toFixed(1));
