// Builds the bundles that npx and the action run, byte for byte the same from the same sources:
// node scripts/build.mjs [FOLDER]
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { lazyFiles, lazyName } from './lazy-files.mjs';
import { rawFiles } from './raw-files.mjs';
import { billOfMaterials } from './sbom.mjs';
import { bundledPackages, compiledCrates } from './shipped.mjs';

const outdir = process.argv[2] ?? 'dist';
rmSync(outdir, { recursive: true, force: true });
const common = {
  bundle: true,
  platform: 'node',
  minify: true,
  // Of a text in ASCII the engine keeps one byte a character.
  charset: 'ascii',
  // Licences are in a file of their own.
  legalComments: 'none',
  metafile: true,
  // Where somebody counts which lines the tests' programs run.
  sourcemap: process.env.LINES_OF_PROGRAMS === undefined ? false : 'linked',
  // Some libraries' main form hides its requires from a bundler.
  mainFields: ['module', 'main'],
  target: 'node20',
  plugins: [rawFiles, lazyFiles],
};
/** Stands in the bundles until what they are a build of is known. */
const NO_BUILD = '@BUILD@';
const metafiles = [];

/** Builds one file. In CommonJS form it is found and started quicker than as a module. */
async function bundle(entry, out, { lazy, first = '' }) {
  const folder = join(outdir, out, '..');
  const { metafile } = await build({
    ...common,
    entryPoints: [entry],
    outfile: join(outdir, out),
    format: 'cjs',
    define: {
      BUILD: JSON.stringify(NO_BUILD),
      PROMQL_WASM: JSON.stringify(relative(folder, 'wasm/promql.wasm')),
      'import.meta.url': '__url',
    },
    banner: {
      js: `${first}const __url = require('node:url').pathToFileURL(__filename).href;const __lazy = (name) => require('${lazy}/' + name + '.cjs');`,
    },
  });
  metafiles.push(metafile);
  onlyAscii(join(outdir, out));
}

/**
 * Spells out what the bundler leaves as it is in regular expressions and tagged templates: the bundles are read with
 * one byte a character.
 */
function onlyAscii(path) {
  const code = readFileSync(path, 'utf8');
  const spelled = code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (spelled !== code) writeFileSync(path, spelled);
}

const lazy = readdirSync('src', { recursive: true })
  .map((path) => join('src', path))
  .filter((path) => path.endsWith('.lazy.ts'))
  .sort();
for (const path of lazy) await bundle(path, `lazy/${lazyName(path)}.cjs`, { lazy: '.' });
await bundle('src/cli.ts', 'main.cjs', { lazy: './lazy' });
await bundle('src/action.ts', 'action.js', { lazy: './lazy' });
await bundle('src/start.ts', 'cli.js', { first: '#!/usr/bin/env node\n', lazy: './lazy' });
const parts = ['cli.js', 'main.cjs', ...lazy.map((path) => `lazy/${lazyName(path)}.cjs`)];
const digest = createHash('sha256').update(readFileSync('wasm/promql.wasm'));
for (const part of parts) digest.update(readFileSync(join(outdir, part)));
const id = digest.digest('hex').slice(0, 12);
for (const part of ['cli.js', 'main.cjs']) {
  const path = join(outdir, part);
  writeFileSync(path, readFileSync(path, 'utf8').replace(NO_BUILD, id));
}
chmodSync(join(outdir, 'cli.js'), 0o755);
writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
const packages = bundledPackages(metafiles);
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), notices());
writeFileSync(join(outdir, 'sbom.cdx.json'), billOfMaterials(packages, compiledCrates()));

/** The licences of every package of which something is in the bundles, and of the crates in the wasm. */
function notices() {
  const parts = packages.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...texts].join('\n\n'),
  );
  const crates = readFileSync('wasm/THIRD-PARTY-LICENSES.txt', 'utf8').trim();
  const line = `\n\n${'='.repeat(80)}\n\n`;
  return `${['The bundles hold code of these packages.', ...parts, crates].join(line)}\n`;
}
