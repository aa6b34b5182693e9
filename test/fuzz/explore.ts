import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import vm from 'node:vm';
import { githubReport } from '../../src/report/github.ts';
import { jsonReport } from '../../src/report/json.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import { prettyReport } from '../../src/report/pretty.ts';
import { checkFiles } from '../support/check.ts';
import { BROKEN, HOSTILE } from '../support/damage.ts';
import { fixtureFiles } from '../support/fixture.ts';
import { randomOf } from '../support/random.ts';

const session = new Session();
session.connect();
const post = (m: string) => {
  let out: any;
  session.post(m as any, (e: any, r: any) => {
    if (e) throw e;
    out = r;
  });
  return out;
};
post('Profiler.enable');
let current = () => {};
(globalThis as any).__run = () => current();
const LIMIT = 8000;
function profiled(work: () => void): string[] {
  post('Profiler.start');
  current = work;
  let hang = false;
  const start = performance.now();
  let err: any;
  try {
    vm.runInThisContext('__run()', { timeout: LIMIT });
  } catch (e) {
    if ((e as any).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') hang = true;
    else err = e;
  }
  const time = performance.now() - start;
  const { profile } = post('Profiler.stop');
  if (err) throw err;
  if (time < 1500) return [];
  const byId = new Map<number, any>(profile.nodes.map((n: any) => [n.id, n]));
  const parent = new Map<number, number>();
  for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
  const self = new Map<string, number>();
  profile.samples.forEach((id: number, i: number) => {
    let n = byId.get(id);
    let key = '';
    for (let k = 0; n && k < 4; k++) {
      key += `${n.callFrame.functionName}:${n.callFrame.lineNumber + 1} < `;
      n = byId.get(parent.get(n.id) as number);
    }
    self.set(key, (self.get(key) ?? 0) + profile.timeDeltas[i] / 1000);
  });
  return [
    `${hang ? 'HANG' : 'SLOW'} ${time.toFixed(0)} ms`,
    ...[...self]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 4)
      .map(([k, v]) => `    ${v.toFixed(0)} ms ${k}`),
  ];
}

const [fixture = 'k2-market-data', only, which = 'all'] = process.argv.slice(2);
const files = fixtureFiles(fixture);
for (const p of Object.keys(files)) if (/^(docs|README)/.test(p)) delete files[p];
const list = which === 'broken' ? BROKEN : which === 'hostile' ? HOSTILE : [...BROKEN, ...HOSTILE];
let n = 0;
const seen = new Set<string>();
for (const path of Object.keys(files)) {
  if (only && only !== '-' && !path.includes(only)) continue;
  for (const damage of list) {
    const content = damage.apply(Buffer.from(files[path] as string), randomOf(n + 1));
    writeSync(2, `\r${path} ${damage.name}                              `);
    const start = performance.now();
    try {
      const out = profiled(() => {
        const r = checkFiles({ ...files, [path]: content });
        const j = jsonReport(r);
        prettyReport(r, { color: true, width: 100, quiet: false });
        githubReport(r);
        markdownReport(r);
      });
      if (out.length) console.log(`${out[0]}\t${path}\t${damage.name}\n${out.slice(1).join('\n')}`);
    } catch (e) {
      const err = e as Error;
      if (err.name === 'UsageError' || err.constructor.name === 'UsageError') {
        console.log(`USAGE ${path} ${damage.name}: ${err.message.slice(0, 150)}`);
        continue;
      }
      const where = (err.stack ?? '')
        .split('\n')
        .filter((l) => /^\s+at/.test(l))
        .slice(0, 5)
        .map((l) => l.trim().replace(/\(.*\/(?=[\w.-]+:\d)/, '('))
        .join(' < ');
      const key = `${err.message.slice(0, 80)} ${where}`;
      if (!seen.has(key)) {
        seen.add(key);
        console.log(`CRASH ${path}\t${damage.name}\t${err.message.slice(0, 200)}\n    ${where}`);
      }
    }
    n++;
  }
}
console.log(fixture, n, 'executions');
