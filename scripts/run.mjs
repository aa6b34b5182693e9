// Runs a TypeScript file of this repository on any supported Node: node scripts/run.mjs FILE [ARGUMENT...]
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { rawFiles } from './raw-files.mjs';

const [file, ...rest] = process.argv.slice(2);
const outfile = resolve(`node_modules/.cache/monitoring-check/${file.replace(/\W+/g, '-')}.mjs`);
mkdirSync(resolve(outfile, '..'), { recursive: true });
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  plugins: [rawFiles],
  define: { PROMQL_WASM: JSON.stringify(pathToFileURL(resolve('wasm/promql.wasm')).href) },
});
process.argv = [process.argv[0], outfile, ...rest];
await import(pathToFileURL(outfile).href);
