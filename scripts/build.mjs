// Builds the bundles that npx and the action run, byte for byte the same from the same sources:
// node scripts/build.mjs [FOLDER]
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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
  // Licences are in a file of their own.
  legalComments: 'none',
  metafile: true,
  // Some libraries' main form hides its requires from a bundler.
  mainFields: ['module', 'main'],
  outdir,
  plugins: [rawFiles],
  define: { PROMQL_WASM: JSON.stringify(relative(outdir, 'wasm/promql.wasm')) },
};
const cli = await build({
  ...common,
  entryPoints: { cli: 'src/cli.ts' },
  target: 'node20',
  banner: { js: banner('#!/usr/bin/env node\n') },
});
const action = await build({
  ...common,
  entryPoints: { action: 'src/action.ts' },
  target: 'node20',
  banner: { js: banner('') },
});
chmodSync(`${outdir}/cli.js`, 0o755);
writeFileSync(`${outdir}/THIRD-PARTY-LICENSES.txt`, notices([cli.metafile, action.metafile]));

/** Libraries in CommonJS form ask for Node's own modules by `require`. */
function banner(first) {
  return `${first}import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`;
}

/** The licences of every package of which something is in the bundles, and of the crates in the wasm. */
function notices(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles)
    for (const path of Object.keys(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  const packages = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
    const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  const crates = 'wasm/THIRD-PARTY-LICENSES.txt';
  const line = `\n\n${'='.repeat(80)}\n\n`;
  return `The bundles hold code of these packages.${line}${packages.join(line)}${
    existsSync(crates) ? `${line}${readFileSync(crates, 'utf8').trim()}` : ''
  }\n`;
}
