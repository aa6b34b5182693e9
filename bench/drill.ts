// Drills every alert of the corpus of real repositories, and prints how many are proved to fire, how many of
// those are quiet in health, and the reason of each that is not: node scripts/run.mjs bench/drill.ts [NAME]

import { readdirSync } from 'node:fs';
import { openDisk } from '../src/repo/disk.ts';
import { readFiles } from '../src/repo/files.ts';
import { openRepository } from '../src/repo/repository.ts';
import { drillResult, placeOf } from '../src/report/drill.ts';
import { readSystem } from '../src/stack/system.ts';
import { candidates, type DrilledAlert, drill } from '../src/verify/drill/drill.ts';
import { features } from '../src/verify/promtool.ts';
import { findPromtool } from '../src/verify/promtool-run.ts';

const CORPUS = '../shared/corpus';
const only = process.argv[2];

const all: { folder: string; one: DrilledAlert }[] = [];
for (const { name } of readdirSync(CORPUS, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  if (name === 'promql' || (only !== undefined && !name.includes(only))) continue;
  const system = readSystem(readFiles(openRepository(openDisk(`${CORPUS}/${name}`))));
  const promtool = await findPromtool('auto', system);
  if (promtool === undefined) throw new Error('there is no promtool');
  const drilled = await drill({ promtool, flags: features(system) }, candidates(system));
  all.push(...drilled.map((one) => ({ folder: name, one })));
}

const count = (is: (one: DrilledAlert) => boolean): number => all.filter(({ one }) => is(one)).length;
const share = (part: number): string => `${part} (${((100 * part) / all.length).toFixed(1)} %)`;
const fire = count(({ result }) => result === 'fires');
for (const { folder, one } of all) {
  if (one.result === 'fires' && one.verdict?.isQuiet) continue;
  const { file, line } = placeOf(one);
  console.log(`${folder}/${file}:${line} ${one.rule.name}: ${drillResult(one)}`);
  console.log(
    `    ${one.rule.expr?.text.replace(/\s+/g, ' ')}${one.rule.forSeconds ? ` for ${one.rule.forSeconds} s` : ''}`,
  );
}
console.log(
  `${all.length} alerts: ${share(fire)} proved to fire, ${count(({ result, verdict }) => result === 'fires' && verdict?.isQuiet === true)} of them quiet in health;`,
);
console.log(
  `${share(count(({ result }) => result === 'cannot-fire'))} cannot fire, ${share(count(({ result }) => result === 'not-invertible'))} not invertible`,
);
const reasons = new Map<string, number>();
for (const { one } of all) {
  if (one.result !== 'not-invertible') continue;
  const reason = (one.reason ?? '').replace(/"[^"]*"/g, '"…"').replace(/\d+ sets?/, 'N sets');
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}
for (const [reason, number] of [...reasons].sort(([, a], [, b]) => b - a))
  console.log(`  ${number} × ${reason}`);
