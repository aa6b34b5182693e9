import { readFiles } from '../src/repo/files.ts';
import { openRepository } from '../src/repo/repository.ts';
import { locate } from '../src/repo/node.ts';
import { readSystem } from '../src/stack/system.ts';
import { inferencesOf } from '../src/stack/inference.ts';
import { usagesOf } from '../src/stack/usages.ts';
import { walk } from '../src/promql/tree.ts';
import { corpusDisk, corpusFolders } from '../test/support/corpus.ts';
let total = 0, time = 0, ptime = 0;
for (const folder of corpusFolders()) {
  const system = readSystem(readFiles(openRepository(corpusDisk(folder), [])));
  let t = performance.now();
  const usages = usagesOf(system);
  ptime += performance.now() - t;
  total += usages.length;
  t = performance.now();
  for (const u of usages) {
    const { tree } = u.query;
    if (!tree || u.query.rejection) continue;
    const inf = inferencesOf(system, u);
    for (const part of walk(tree)) {
      const f = inf.certain(part).fault;
      const l = f ? undefined : inf.likely(part).fault;
      if (f) console.log('CERTAIN', f.kind, locate(u.at(f.span)).file, locate(u.at(f.span)).start.line, f.message, '\n      ', u.expression.text.replace(/\s+/g, ' ').slice(0, 300));
      if (l) console.log('LIKELY', l.kind, folder, locate(u.at(l.span)).file, locate(u.at(l.span)).start.line, l.message, '\n      ', u.expression.text.replace(/\s+/g, ' ').slice(0, 300));
    }
  }
  time += performance.now() - t;
}
console.log(total, 'usages; parse', ptime.toFixed(0), 'infer', time.toFixed(0));
