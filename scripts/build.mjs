// Builds the bundles that npx and the action run, byte for byte the same from the same sources:
// node scripts/build.mjs [FOLDER]
import { chmodSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { build } from 'esbuild';
import { rawFiles } from './raw-files.mjs';

const outdir = process.argv[2] ?? 'dist';
rmSync(outdir, { recursive: true, force: true });
const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  // Some libraries' main form hides its requires from a bundler.
  mainFields: ['module', 'main'],
  outdir,
  plugins: [rawFiles],
  define: { PROMQL_WASM: JSON.stringify(relative(outdir, 'wasm/promql.wasm')) },
};
await build({
  ...common,
  entryPoints: { cli: 'src/cli.ts' },
  target: 'node20',
  banner: { js: banner('#!/usr/bin/env node\n') },
});
await build({
  ...common,
  entryPoints: { action: 'src/action.ts' },
  target: 'node20',
  banner: { js: banner('') },
});
chmodSync(`${outdir}/cli.js`, 0o755);

/** Libraries in CommonJS form ask for Node's own modules by `require`. */
function banner(first) {
  return `${first}import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`;
}
