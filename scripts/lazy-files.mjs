// Files named `*.lazy.ts` are bundles of their own, which are loaded when one of their functions is first called.
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

/** The name of the bundle that a lazy file becomes. */
export const lazyName = (path) => basename(path).replace('.lazy.ts', '');

/** An esbuild plugin: `__lazy(NAME)` of the bundle's banner gives the exports of the other one. */
export const lazyFiles = {
  name: 'lazy-files',
  setup(build) {
    build.onResolve({ filter: /\.lazy\.ts$/ }, ({ path, resolveDir, kind }) =>
      kind === 'entry-point' ? undefined : { path: resolve(resolveDir, path), namespace: 'lazy' },
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path }) => ({
      contents: functionsOf(path, await readFile(path, 'utf8'))
        .map((name) => `export const ${name} = (...args) => __lazy('${lazyName(path)}').${name}(...args);`)
        .join('\n'),
      loader: 'js',
    }));
  },
};

/** What a lazy file exports, beside types: functions only, since only a call loads it. */
function functionsOf(path, source) {
  const exported = [
    ...source.matchAll(/^export (?!type |interface )(?:async )?(function|const) (\w+)(.*)$/gm),
  ];
  const others = source.match(/^export (?!type |interface |(?:async )?function |const )/gm) ?? [];
  const value = exported.find(([, kind, , rest]) => kind === 'const' && !/=>|\($/.test(rest));
  if (others.length > 0 || value) throw new Error(`${path} exports more than functions`);
  return exported.map(([, , name]) => name);
}
