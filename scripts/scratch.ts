import { readFiles } from '../src/repo/files.ts';
import { openRepository } from '../src/repo/repository.ts';
import { readSystem } from '../src/stack/system.ts';
import { corpusDisk, corpusFolders } from '../test/support/corpus.ts';
for (const folder of corpusFolders()) {
  const system = readSystem(readFiles(openRepository(corpusDisk(folder), [])));
  const alerts = system.ruleGroups.filter((g) => g.language === 'promql').flatMap((g) => g.rules).filter((r) => r.kind === 'alert');
  if (alerts.length === 0) continue;
  const count = (f: (r: typeof alerts[number]) => string | undefined) => { const m = new Map<string, number>(); for (const a of alerts) { const k = f(a) ?? '-'; m.set(k, (m.get(k) ?? 0) + 1); } return [...m].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${k}:${n}`).join(' '); };
  console.log(folder, alerts.length, '| sev', count((a) => a.labels.get('severity')?.text), '| labels', count((a) => [...a.labels.keys()].sort().join(',')), '| ann', count((a) => [...a.annotations.keys()].sort().join(',')), '| for', count((a) => 'for' in (a.node.value as object) ? String(a.forSeconds) : 'none'));
}
