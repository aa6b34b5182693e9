import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { check } from './check.ts';
import { openDisk } from './repo/disk.ts';
import { jsonReport } from './report/json.ts';
import { prettyReport } from './report/pretty.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { format: { type: 'string' }, timings: { type: 'boolean' } },
});
const dir = positionals[0] === 'check' ? (positionals[1] ?? '.') : (positionals[0] ?? '.');
statSync(dir);
const result = check({
  disk: openDisk(dir),
  config: undefined,
  preset: undefined,
  severities: new Map(),
  today: '2026-11-21',
  ...(values.timings ? { onTimed: (p: string, t: number) => console.error(p, t.toFixed(1)) } : {}),
});
process.stdout.write(
  values.format === 'json'
    ? JSON.stringify(jsonReport(result), null, 2)
    : prettyReport(result, { color: false, width: 110, quiet: false }),
);
