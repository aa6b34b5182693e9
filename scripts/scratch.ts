import { checkDisk } from '../test/support/check.ts';
import { corpusDisk, corpusFolders } from '../test/support/corpus.ts';
const times = new Map<string, number>();
for (const folder of corpusFolders()) {
  checkDisk(corpusDisk(folder), { preset: 'strict', onTimed: (part: string, ms: number) => times.set(part, (times.get(part) ?? 0) + ms) });
}
let sum = 0;
for (const [part, ms] of [...times].sort((a, b) => b[1] - a[1])) { if (part.startsWith('rule ')) sum += ms; if (ms > 8) console.log(ms.toFixed(0).padStart(6), part); }
console.log('rules', sum.toFixed(0));
