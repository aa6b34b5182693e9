// Bundles the tests that mutation testing runs, with all that they run, into one file that a process can load again
// and again. Stryker starts it where the mutated copy of the sources is.
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { rawFiles } from '../../scripts/raw-files.mjs';

/** Which tests say what the mutated files do: those that are quick, and look at no other process. */
const TESTED = [
  /^test\/coverage\/.*\.test\.ts$/,
  // The others ask promtool about thousands of random cases.
  /^test\/promql\/(?!labelsets|template\.|verdicts).*\.test\.ts$/,
  /^test\/rules\/(?:alertmanager|alerts|caught-once|expressions|findings|one-cause|promql|recording|routing)\.test\.ts$/,
  /^test\/rules\.test\.ts$/,
];

const shims = {
  name: 'shims',
  setup(builder) {
    builder.onResolve({ filter: /^vitest$/ }, () => ({ path: resolve('test/mutation/vitest.mjs') }));
    builder.onResolve({ filter: /\/once\.ts$/ }, () => ({ path: resolve('test/mutation/once.mjs') }));
  },
};

/** A module that tells under which file's name the tests that follow are collected. */
const beginnings = {
  name: 'beginnings',
  setup(builder) {
    builder.onResolve({ filter: /^begin:/ }, ({ path }) => ({ path, namespace: 'begin' }));
    builder.onLoad({ filter: /.*/, namespace: 'begin' }, ({ path }) => ({
      contents: `import { beginFile } from 'vitest';\nbeginFile(${JSON.stringify(path.slice('begin:'.length))});`,
      resolveDir: resolve('.'),
    }));
  },
};

const tests = readdirSync('test', { recursive: true })
  .map((path) => `test/${path}`)
  .filter((path) => TESTED.some((pattern) => pattern.test(path)))
  .sort();
// What a file declares is collected when it is imported, under the name that was said before.
const entry = tests.map((path) => `import 'begin:${path}';\nimport './${path}';`);
await build({
  stdin: {
    contents: `${entry.join('\n')}\nexport { collected } from 'vitest';\nexport { forget } from './test/mutation/once.mjs';\n`,
    resolveDir: '.',
  },
  outfile: 'mutation-tests.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  plugins: [shims, beginnings, rawFiles],
  define: {
    PROMQL_WASM: JSON.stringify(pathToFileURL(resolve('wasm/promql.wasm')).href),
    'import.meta.dirname': JSON.stringify(resolve('test')),
  },
});
